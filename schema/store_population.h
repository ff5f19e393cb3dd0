/*
 * The documents that were issued for a month, as an auditor's sample picks from
 * them: few numbers of each, and all of the few that were picked.
 */
#ifndef MONTHEND_SCHEMA_STORE_POPULATION_H
#define MONTHEND_SCHEMA_STORE_POPULATION_H

#include <stddef.h>
#include <stdint.h>

#include "lib/text.h"
#include "schema/store.h"
#include "schema/store_documents.h"
#include "schema/store_runs.h"

struct population_document {
    int64_t document;    /* its number in the database: the order of the chain */
    int64_t total_minor;
    int32_t number;      /* within month and series */
    int digits;          /* of its currency */
    char currency[4];
    char series[4];      /* "INV", "CN", "DN" */
};

struct population {
    struct population_document *documents; /* by currency, and of one currency in the order of the chain */
    size_t count;
    size_t runs;                  /* that issued, documents or none */
    char link[DIGEST_TEXT_MAX];   /* the newest link of these documents; "": there are none */
};

struct population_in {
    int32_t month;
    int64_t as_of;        /* runs up to it */
    const char *currency; /* only documents in it, or NULL: all */
};

/* population_release() frees what *population then holds. The link is that of all documents of these runs, also where
 * only one currency is asked for. ERR_DATA: a document has no link. */
ERR_MUST_USE enum err_code population_read(struct store *store, struct population_in in, struct population *population,
                                           struct err *err);
void population_release(struct population *population); /* {0} is harmless */

struct population_detail {
    char account_id[ID_BYTES_MAX + 1];
    char account_name[TEXT_BYTES_MAX + 1];
    char corrects[DOCUMENT_NUMBER_MAX]; /* of a note: the invoice; "" */
    int64_t subtotal_minor;
    int64_t tax_minor;
    int64_t as_of;                      /* its issued_at */
    int32_t run_sequence;
    char run_kind[16];                  /* "close" */
    char digest[DIGEST_TEXT_MAX];
};

ERR_MUST_USE enum err_code population_detail_read(struct store *store, int64_t document, struct population_detail *detail,
                                                  struct err *err);

#endif
