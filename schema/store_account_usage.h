/*
 * Some accounts' events, each by itself and in the order of consumption (R19):
 * for those who explain a month, where billing needs only sums.
 *
 * Cost: the accounts' events, where `monthend index` has noted where they lie
 * (0025_usage_parts.sql), and all voids where they are many; else one pass over the months' rows and one over their ids.
 */
#ifndef MONTHEND_SCHEMA_STORE_ACCOUNT_USAGE_H
#define MONTHEND_SCHEMA_STORE_ACCOUNT_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/facts.h"
#include "lib/usage.h"
#include "schema/store.h"
#include "schema/store_usage.h"

struct account_event {
    const char *event_id;     /* NULL: account_usage_id() reads it */
    int64_t key;              /* of its row */
    int32_t account;          /* number in the account dictionary */
    struct usage_event event; /* its account is 0: a table of one account (lib/usage.h) takes it as it is */
    int64_t credits_shown;    /* hundredths, or SHOWN_NONE */
    int64_t recorded_at;
    int64_t voided_at;        /* when its first void became known, or INSTANT_NONE */
};

struct account_usage; /* the events and their texts */

#define EVENT_ID_TEXT_MAX 65

struct account_usage_in {
    const int32_t *accounts; /* their numbers in the account dictionary, in any order */
    size_t account_count;
    int32_t month_first; /* the earliest month to read, or `month` */
    int32_t month;
    int64_t as_of;       /* rows and voids known at it */
    size_t model_count;  /* of the catalogue: a model beyond it is a damaged row */
    bool ids;            /* every event_id is asked for; else of many events they are read where the order needs them */
};

/*
 * Read the accounts' events known at the as-of, voided ones among them.
 * account_usage_free(NULL) is harmless. ERR_DATA: the database is damaged.
 */
ERR_MUST_USE enum err_code account_usage_read(struct store *store, struct account_usage_in in,
                                              struct account_usage **usage, struct err *err);
void account_usage_free(struct account_usage *usage);

/* One of the accounts' events, by (occurred_at, event_id). */
const struct account_event *account_usage_events(const struct account_usage *usage, int32_t account, size_t *count);

/* The event's id, within the snapshot in which the events were read. ERR_DATA: the database is damaged. */
ERR_MUST_USE enum err_code account_usage_id(const struct account_usage *usage, const struct account_event *event,
                                            char event_id[EVENT_ID_TEXT_MAX], struct err *err);

#endif
