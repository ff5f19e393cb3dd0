/*
 * What the ledger's accounts are called at an as-of (table ledger_accounts).
 */
#ifndef MONTHEND_SCHEMA_STORE_LEDGER_H
#define MONTHEND_SCHEMA_STORE_LEDGER_H

#include <stdint.h>

#include "lib/ledger.h"
#include "schema/store.h"

/* A role without a row has its default name. ERR_DATA: a name that a ledger would not take. */
ERR_MUST_USE enum err_code ledger_names_read(struct store *store, int64_t as_of, struct ledger_names *names,
                                             struct err *err);

#endif
