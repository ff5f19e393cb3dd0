/*
 * store_canonical.h - canonical texts (schema/0015_canonical.sql) of rows that
 * are on their way into the database, and their digests: the same text that the
 * views make of them there, without asking SQL for it. verify takes every digest
 * again from the views. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_CANONICAL_H
#define MONTHEND_SCHEMA_STORE_CANONICAL_H

#include <stddef.h>

#include <nettle/sha2.h>

#include "schema/store_runs.h"
#include "schema/store_tape.h"

#define CANONICAL_BUFFER_BYTES 4096

/* A text on its way into its digest. */
struct canonical {
    struct sha256_ctx digest;
    size_t used;
    char buffer[CANONICAL_BUFFER_BYTES];
};

void canonical_begin(struct canonical *canonical);

/* A line's first word, its fields with a bar before each, and its end. */
void canonical_word(struct canonical *canonical, const char *word);
void canonical_fields(struct canonical *canonical, const struct tape_value *values, size_t count);
void canonical_line_end(struct canonical *canonical);

/* A whole line as a view made it. */
void canonical_line(struct canonical *canonical, const char *text, size_t length);

/* SHA-256 as hexadecimal digits; the text is over. */
void canonical_digest(struct canonical *canonical, char hex[DIGEST_TEXT_MAX]);

#endif
