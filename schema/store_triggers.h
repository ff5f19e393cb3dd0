/*
 * store_triggers.h - triggers out of the way of many rows at once, within one
 * transaction: nobody else ever sees the tables without them, and a transaction
 * that is rolled back leaves them where they were. Who puts them aside answers
 * for what they would have checked. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_TRIGGERS_H
#define MONTHEND_SCHEMA_STORE_TRIGGERS_H

#include "schema/store.h"

#define TRIGGERS_MAX 4

struct triggers { /* starts as {0} */
    char *sql[TRIGGERS_MAX]; /* that puts them back */
    int count;
};

/* Put these aside, `count` of them. `doing` is for messages. Afterwards, and also after an error, triggers_forget(). */
ERR_MUST_USE enum err_code triggers_aside(struct store *store, const char *const *names, int count, const char *doing,
                                          struct triggers *triggers, struct err *err);

/* Put them back as they were. */
ERR_MUST_USE enum err_code triggers_back(struct store *store, const struct triggers *triggers, const char *doing,
                                         struct err *err);

void triggers_forget(struct triggers *triggers);

#endif
