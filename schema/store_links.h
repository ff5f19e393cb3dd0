/*
 * The chain of documents and the seals of runs (schema/0015_canonical.sql,
 * schema/0016_links.sql): digests of canonical texts, each linked to the one
 * before it.
 *
 *     digest = SHA-256 of the lines of the canonical text, each ended by LF
 *     link   = SHA-256 of the link before and the digest, both as 64 hexadecimal digits
 */
#ifndef MONTHEND_SCHEMA_STORE_LINKS_H
#define MONTHEND_SCHEMA_STORE_LINKS_H

#include <stddef.h>
#include <stdint.h>

#include <nettle/sha2.h>

#include "schema/store.h"
#include "schema/store_runs.h"

/* What comes before the first link. */
#define LINK_NONE "0000000000000000000000000000000000000000000000000000000000000000"

/* SHA-256 of what was put into the context, as hexadecimal digits. */
void context_digest(struct sha256_ctx *context, char hex[DIGEST_TEXT_MAX]);

/* SHA-256 of a text as 64 hexadecimal digits. */
void text_digest(const char *text, size_t length, char digest[DIGEST_TEXT_MAX]);

void link_next(const char before[DIGEST_TEXT_MAX], const char digest[DIGEST_TEXT_MAX], char link[DIGEST_TEXT_MAX]);

/* The digest of each document's canonical text in order of number: `after` leaves out those up to this number. */
typedef enum err_code (*digest_visit)(void *context, int64_t document, const char *digest, struct err *err);
ERR_MUST_USE enum err_code documents_digest(struct store *store, int64_t after, digest_visit visit, void *context,
                                            struct err *err);

/* The digest of a run's canonical text. */
ERR_MUST_USE enum err_code run_digest(struct store *store, int32_t run, char digest[DIGEST_TEXT_MAX], struct err *err);

/* Add the run's seal, made of the digest of its canonical text; it has ended by issuing, in the transaction at hand. */
ERR_MUST_USE enum err_code run_seal(struct store *store, int32_t run, const char digest[DIGEST_TEXT_MAX],
                                    struct err *err);

/* The newest link of the documents of runs up to this one (INT32_MAX: of all); LINK_NONE: there is none. */
ERR_MUST_USE enum err_code newest_link(struct store *store, int32_t run, char link[DIGEST_TEXT_MAX], struct err *err);

#endif
