/*
 * store_learned_internal.h - what was learned as its two files see it:
 * store_learned.c asks the tables of customers and the catalogue,
 * store_learned_usage.c the usage. For those two alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_LEARNED_INTERNAL_H
#define MONTHEND_SCHEMA_STORE_LEARNED_INTERNAL_H

#include "schema/store_learned.h"
#include "schema/store_memory.h"

/* An account that a later close covered. */
struct covered {
    int32_t account;
    int64_t as_of;
};

enum learned_mark { LEARNED_SOMETHING = 1, LEARNED_HELD = 2 };

struct learned {
    struct store *store;
    struct learned_query query;
    int64_t month_start;
    int64_t month_end;
    int32_t base;         /* the last run that covered everyone */
    int64_t since;        /* its as-of */
    struct rows covered;  /* struct covered, by account, the last as-of of each */
    bool catalogue;
    uint8_t *marks;       /* by account number: enum learned_mark */
    uint32_t *slots;      /* by account number: 1 + index into `usage`, 0: none */
    size_t account_count; /* of numbers */
    size_t learned_count;
    int32_t *accounts;    /* the numbers to be computed again */
    size_t accounts_count;
    struct rows usage;    /* struct learned_usage */
    struct rows seen;     /* struct usage_seen */
    bool summed;          /* the base run noted its sums */
    struct usage_totals sums;
};

/* Something recorded at this instant is about the account. */
void learned_mark(struct learned *learned, int32_t account, int64_t recorded_at);

/* What came and went of the usage that the base run read, and how far it has been looked through. */
ERR_MUST_USE enum err_code learned_usage_read(struct learned *learned, struct err *err);

#endif
