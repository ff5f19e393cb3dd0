/*
 * store_facts_check.h - rows that the tables' own checks would have refused: damage, found before anything is computed from them.
 * For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_FACTS_CHECK_H
#define MONTHEND_SCHEMA_STORE_FACTS_CHECK_H

#include "lib/facts.h"

/* What of the account's facts cannot be, in words ("a grant is none"), or NULL: all can. */
const char *facts_wrong(const struct account_facts *facts);

#endif
