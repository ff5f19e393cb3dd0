/*
 * Owns the making of canonical texts: fields parted by bars, integers in
 * decimal, \N for a missing value, and in texts \\, \|, \n and \r.
 */
#include "schema/store_canonical.h"

#include <string.h>

#include "lib/decimal.h"
#include "schema/store_links.h"

void canonical_begin(struct canonical *canonical)
{
    sha256_init(&canonical->digest);
    canonical->used = 0;
}

static void flush(struct canonical *canonical)
{
    sha256_update(&canonical->digest, canonical->used, (const uint8_t *)canonical->buffer);
    canonical->used = 0;
}

static void put(struct canonical *canonical, const char *bytes, size_t length)
{
    if (length > sizeof canonical->buffer - canonical->used) {
        flush(canonical);
    }
    if (length > sizeof canonical->buffer) {
        sha256_update(&canonical->digest, length, (const uint8_t *)bytes);
        return;
    }
    memcpy(canonical->buffer + canonical->used, bytes, length);
    canonical->used += length;
}

static void put_integer(struct canonical *canonical, int64_t value)
{
    if (sizeof canonical->buffer - canonical->used < DECIMAL_TEXT_MAX) {
        flush(canonical);
    }
    canonical->used += decimal_format(value, 0, canonical->buffer + canonical->used);
}

/* What a character stands as, or NULL: as itself. */
static const char *escape_of(char character)
{
    switch (character) {
    case '\\':
        return "\\\\";
    case '|':
        return "\\|";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    default:
        return NULL;
    }
}

static void put_text(struct canonical *canonical, const char *text, size_t length)
{
    size_t kept = 0; /* from here on nothing is put yet */

    for (size_t i = 0; i < length; i++) {
        const char *escape = escape_of(text[i]);

        if (escape != NULL) {
            put(canonical, text + kept, i - kept);
            put(canonical, escape, 2);
            kept = i + 1;
        }
    }
    put(canonical, text + kept, length - kept);
}

void canonical_word(struct canonical *canonical, const char *word)
{
    put(canonical, word, strlen(word));
}

void canonical_fields(struct canonical *canonical, const struct tape_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(canonical, "|", 1);
        if (values[i].kind == TAPE_NULL) {
            put(canonical, "\\N", 2);
        } else if (values[i].kind == TAPE_INTEGER) {
            put_integer(canonical, values[i].integer);
        } else {
            put_text(canonical, values[i].text, values[i].length);
        }
    }
}

void canonical_line_end(struct canonical *canonical)
{
    put(canonical, "\n", 1);
}

void canonical_line(struct canonical *canonical, const char *text, size_t length)
{
    put(canonical, text, length);
    canonical_line_end(canonical);
}

void canonical_digest(struct canonical *canonical, char hex[DIGEST_TEXT_MAX])
{
    flush(canonical);
    context_digest(&canonical->digest, hex);
}
