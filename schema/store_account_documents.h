/*
 * What was issued for one account-month: the month's runs and what they found of
 * the account, its documents (R25, R26, R28), and those of their lines that stand.
 */
#ifndef MONTHEND_SCHEMA_STORE_ACCOUNT_DOCUMENTS_H
#define MONTHEND_SCHEMA_STORE_ACCOUNT_DOCUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/store.h"

#define DOCUMENT_NAME_MAX 32 /* bytes of "INV-2025-11-00000001", its closing NUL included */

struct account_run { /* a run of the month that issued */
    int32_t sequence;        /* within the month: the report directory is SEQUENCE-KIND */
    const char *kind;        /* "close", "reprocess" */
    int64_t as_of;
    const char *run_by;
    const char *approved_by; /* "": nobody */
    const char *status;      /* what it found of the account: "invoiced", "no_charge", "held"; "": it had no word of it */
    const char *held_reason; /* R27's word; "": not held */
};

struct account_document {
    char name[DOCUMENT_NAME_MAX];     /* "INV-2025-11-00000001" */
    const char *kind;                 /* "invoice", "credit_note", "debit_note" */
    char corrects[DOCUMENT_NAME_MAX]; /* of a note: what it corrects; "" */
    int32_t run_sequence;
    const char *run_kind;
    int64_t as_of;                    /* its issued_at */
    int digits;                       /* of its currency */
    const char *currency;
    int64_t line_count;
    int64_t subtotal_minor;
    int64_t tax_minor;
    int64_t total_minor;
    int64_t collected_minor;          /* of a note: the change in the payments */
    int64_t due_minor;
    const char *reason;               /* why a reprocessing issued it (R28); "": a close did */
};

struct account_document_line { /* as issued; units as in document_lines */
    size_t document;         /* index of its document */
    int32_t line;            /* within it, from 1 */
    const char *kind;        /* "plan_prorated" */
    const char *plan;        /* code; "": none */
    const char *tax_country; /* "": no tax line */
    const char *tax_name;
    int64_t period_start;
    int64_t period_end;
    int64_t quantity;
    int64_t unit_price;
    int64_t amount_minor;
    const char *description;
    bool stands; /* neither takes a line back nor is taken back by one (R28) */
};

struct account_documents {
    const struct account_run *runs; /* in order of their sequence */
    size_t run_count;
    const struct account_document *documents; /* in the order in which they were issued */
    size_t document_count;
    const struct account_document_line *lines; /* by document and line */
    size_t line_count;
    struct documents_memory *memory;
};

struct account_documents_in {
    const char *account_id;
    int32_t month;
    int64_t as_of; /* runs and documents up to it */
};

/* account_documents_release() frees what *documents then holds; {0} is harmless. */
ERR_MUST_USE enum err_code account_documents_read(struct store *store, struct account_documents_in in,
                                                  struct account_documents *documents, struct err *err);
void account_documents_release(struct account_documents *documents);

#endif
