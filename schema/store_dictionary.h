/*
 * store_dictionary.h - the numbers of account_ids or model_ids, remembered in
 * memory, for a writer that looks up one for every event.
 */
#ifndef MONTHEND_SCHEMA_STORE_DICTIONARY_H
#define MONTHEND_SCHEMA_STORE_DICTIONARY_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "schema/store.h"

struct dictionary_entry {
    const char *name; /* NULL: free */
    uint32_t hash;
    uint32_t length;
    int64_t number;
};

struct dictionary {
    struct store *store;
    sqlite3_stmt *select;
    sqlite3_stmt *insert;
    struct dictionary_entry *entries; /* open addressing; capacity is a power of 2 */
    size_t capacity;
    size_t count;
    struct dictionary_text *texts; /* where the names live */
};

enum dictionary_kind { DICTIONARY_ACCOUNTS, DICTIONARY_MODELS };

/* Zeroes before; dictionary_release() also after an error. */
ERR_MUST_USE enum err_code dictionary_init(struct dictionary *dictionary, struct store *store,
                                           enum dictionary_kind kind, struct err *err);
void dictionary_release(struct dictionary *dictionary);

/* The number of a name, or 0 where it has none yet. */
ERR_MUST_USE enum err_code dictionary_find(struct dictionary *dictionary, const char *name, size_t length,
                                           int64_t *number, struct err *err);

/* The number of a name, given now where it had none. */
ERR_MUST_USE enum err_code dictionary_number(struct dictionary *dictionary, const char *name, size_t length,
                                             int64_t *number, struct err *err);

#endif
