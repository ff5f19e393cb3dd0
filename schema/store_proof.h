/*
 * What an auditor asks of the database, claim by claim. A claim that does not
 * hold is no error: it is told in a struct proof. Nothing here writes to the
 * database, and nothing is repaired.
 */
#ifndef MONTHEND_SCHEMA_STORE_PROOF_H
#define MONTHEND_SCHEMA_STORE_PROOF_H

#include <stdint.h>

#include "schema/store.h"
#include "schema/store_runs.h"

#define PROOF_SHOWN 5 /* of what is wrong; the others are counted */
#define PROOF_TEXT_MAX 1024

struct proof { /* starts as {0} */
    char compared[PROOF_TEXT_MAX]; /* what was compared: "30 documents, each with its digest and the link before" */
    int64_t wrong;
    char shown[PROOF_SHOWN][PROOF_TEXT_MAX];
};

__attribute__((format(printf, 2, 3))) void proof_compared(struct proof *proof, const char *format, ...);
__attribute__((format(printf, 2, 3))) void proof_wrong(struct proof *proof, const char *format, ...);

/* A query whose rows say in words what is wrong. */
ERR_MUST_USE enum err_code proof_ask(struct store *store, const char *sql, struct proof *proof, struct err *err);

/*
 * Each leaves *proof with what it found. An error is of reading alone: the claim
 * could not be checked.
 */

/* The file is whole: integrity_check and foreign_key_check of SQLite. */
enum err_code proof_file(struct store *store, struct proof *proof, struct err *err);
enum err_code proof_references(struct store *store, struct proof *proof, struct err *err);

/* Every table, index, view and trigger is as the program creates it, and there is no other. */
enum err_code proof_schema(struct store *store, struct proof *proof, struct err *err);

/* Every event has one id and every id its event; accounts and models have the numbers 1, 2, 3 ... */
enum err_code proof_dictionaries(struct store *store, struct proof *proof, struct err *err);

/* What was noted of where each account's events lie is what they make again (store_usage_parts.h). */
enum err_code proof_parts(struct store *store, struct proof *proof, struct err *err);

/* R26: numbers of documents have no gap and no duplicate, and run in order of account_id within one issue. */
enum err_code proof_numbers(struct store *store, struct proof *proof, struct err *err);

/* Every document fits its digest, and every link the one before; the same of runs and their seals. */
enum err_code proof_links(struct store *store, struct proof *proof, struct err *err);
enum err_code proof_seals(struct store *store, struct proof *proof, struct err *err);

/* A link or seal of earlier is still there: nothing until then was changed or removed. */
enum err_code proof_head(struct store *store, const char *head, struct proof *proof, struct err *err);

/* The controls hold again. After second_way_run() (schema/store_second_way.h) for the run, on the same store. */
enum err_code proof_controls(struct store *store, struct proof *proof, struct err *err);

/* "INV-2025-11-00000001", or "document 17" where there is none of this number. */
ERR_MUST_USE enum err_code document_name(struct store *store, int64_t document, char name[64], struct err *err);

#endif
