/*
 * What was issued for the accounts of a month, as a reprocessing compares it
 * with what the data now says (R28): documents, and those of their lines that
 * stand.
 */
#ifndef MONTHEND_SCHEMA_STORE_DOCUMENTS_H
#define MONTHEND_SCHEMA_STORE_DOCUMENTS_H

#include "lib/correction.h"
#include "lib/text.h"
#include "schema/store.h"

#define DOCUMENT_NUMBER_MAX 32 /* bytes of "INV-2025-11-00000001", its closing NUL included */
#define SEQUENCE_ANY INT32_MAX /* documents of all runs of the month */

/* "INV-2025-11-00000001" */
void document_number(const char *series, int32_t month, int64_t number, char out[DOCUMENT_NUMBER_MAX]);

struct issued_account {
    size_t document_count;    /* 0: nothing was issued, and the rest is 0 */
    int64_t invoice;          /* its invoice, by its number in the database (struct document.corrects) */
    char invoice_number[DOCUMENT_NUMBER_MAX];
    int64_t total_minor;      /* sums of all documents */
    int64_t collected_minor;
    int64_t as_of;            /* of the last one */
    const struct issued_line *lines; /* those that stand, in order of document and number */
    size_t line_count;
    bool stated;              /* a run has a statement of it; of the last one: */
    bool held;
    char held_reason[ID_BYTES_MAX + 1]; /* R27; "": not held, or held after it had been billed */
    int64_t events;           /* 0 when held */
    int64_t billed_events;    /* of the last one in which it was not held; 0: there is none */
    int64_t billed_credits;
};

struct documents;

/* Of runs of the month that issued, with a sequence below `before`. `catalogue` gives the plans their index:
 * that of an as-of not before those runs'. Use it within one snapshot. */
ERR_MUST_USE enum err_code documents_open(struct store *store, int32_t month, int32_t before,
                                          const struct catalogue *catalogue, struct documents **documents,
                                          struct err *err);

/* Of one account, in any order; its number is in the dictionary. What *issued points to lives until the next call. ERR_DATA: the database is damaged. */
ERR_MUST_USE enum err_code documents_read(struct documents *documents, const char *account_id,
                                          int32_t account, struct issued_account *issued, struct err *err);
void documents_close(struct documents *documents); /* NULL is harmless */

/* How many documents of a series the runs of the month with a sequence below `before` issued. */
ERR_MUST_USE enum err_code documents_before(struct store *store, int32_t month, const char *series, int32_t before,
                                            int64_t *count, struct err *err);

#endif
