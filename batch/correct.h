/*
 * A reprocessing (R28), account by account: which accounts are computed again,
 * what was issued for each, and the document that makes up the difference.
 */
#ifndef MONTHEND_BATCH_CORRECT_H
#define MONTHEND_BATCH_CORRECT_H

#include <stdbool.h>

#include "batch/month.h"
#include "schema/store_documents.h"
#include "schema/store_learned.h"

/* Documents are numbered in series (R26). */
enum series { SERIES_INVOICE, SERIES_CREDIT, SERIES_DEBIT, SERIES_COUNT };

const char *series_code(enum series series); /* "INV", "CN", "DN" */

/* What a run issues for an account. */
struct issuing {
    const struct bill *document; /* the bill itself, a note, or NULL: nothing */
    enum series series;
    int64_t corrects;            /* of a note: its invoice, by its number in the database; 0: it is an invoice */
    const char *corrects_number; /* the same as people read it; "": it is an invoice */
    const char *reason;          /* of a reprocessing that issues it, or keeps what was issued; "": none */
    bool kept;                   /* the month would be held now and was billed before: what was issued stands */
    int64_t was_minor;           /* sum of all that was issued before */
};

struct correcting_in {
    struct store *store;
    int32_t month;
    int64_t as_of;
    int32_t before; /* corrects what runs of the month with a sequence below this issued */
    const struct catalogue *catalogue; /* as known at the as-of */
    struct policies policies;
    bool everyone;  /* compute all accounts again, whether something was learned of them or not */
};

struct correcting;

/* Read what was learned. */
ERR_MUST_USE enum err_code correcting_open(struct correcting_in in, struct correcting **correcting, struct err *err);
void correcting_close(struct correcting *correcting); /* NULL is harmless */

const struct learned *correcting_learned(const struct correcting *correcting);

/* The numbers of the accounts to compute again; NULL: all. */
const int32_t *correcting_accounts(const struct correcting *correcting, size_t *count);

/* How many documents of the series were issued before. */
int64_t correcting_numbers(const struct correcting *correcting, enum series series);

/* One account of the month: what is issued for it. What *issuing points to lives until the next call. *known: the
 * account is listed, or something was issued for it; otherwise it is none of this month's, and the rest untouched.
 * *account gets a bill without a line where it is no longer listed (R2). */
ERR_MUST_USE enum err_code correcting_account(struct correcting *correcting, struct month_account *account, bool *known,
                                              struct issuing *issuing, struct err *err);

/* Of the account at hand: what was issued before, and what usage came or went. */
const struct issued_account *correcting_issued(const struct correcting *correcting);

#endif
