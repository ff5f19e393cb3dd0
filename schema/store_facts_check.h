/*
 * store_facts_check.h - rows that the tables' own checks would have refused: damage, found before anything is computed from them.
 * For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_FACTS_CHECK_H
#define MONTHEND_SCHEMA_STORE_FACTS_CHECK_H

#include "lib/facts.h"

/* The table that has a row of the account which cannot be, or NULL: all can. */
const char *facts_wrong(const struct account_facts *facts);

#endif
