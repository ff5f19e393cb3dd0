/* Owns the way of CSV bytes into a table. */
#include "tests/fuzz/rows.h"

#include <string.h>

#include "tests/fuzz/target.h"

const struct table *rows_table(uint8_t letter)
{
    return letter < 'a' || letter >= 'a' + TABLE_COUNT ? NULL : &TABLES[letter - 'a'];
}

enum err_code rows_load(struct load_in in, const uint8_t *bytes, size_t size, struct load_counts *counts)
{
    struct err err = {0};
    char digest[SOURCE_DIGEST_MAX];

    if (source_open_memory((const char *)bytes, size, "input.csv", &in.source, &err) != ERR_NONE) {
        claim(false, "%s", err.text);
    }
    *counts = (struct load_counts){0};
    if (in.rejects != NULL) {
        rejects_begin(in.rejects, NULL);
    }
    if (load_rows(in, counts, &err) == ERR_NONE) {
        source_digest(in.source, digest);
        claim(strlen(digest) == SOURCE_DIGEST_MAX - 1, "the digest of the input is '%s'", digest);
    }
    source_close(in.source);
    claim(err.code == ERR_NONE || err.code == ERR_DATA, "status %d: %s", (int)err.code, err.text);
    claim(err.code == ERR_NONE || (err.text[0] != '\0' && strchr(err.text, '\n') == NULL), "an error of no line or of several");
    return err.code;
}

/* Not for libFuzzer to count: it is no part of the program, and looks at every byte. */
#ifdef __clang__
__attribute__((no_sanitize("coverage")))
#endif
int64_t rows_between_line_ends(const uint8_t *bytes, size_t size)
{
    int64_t rows = 0;
    bool quoted = false, blank = true;

    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        size -= 3;
    }
    for (size_t i = 0; i < size; i++) {
        bool line_end = !quoted && (bytes[i] == '\n' || bytes[i] == '\r');
        quoted ^= bytes[i] == '"';
        rows += line_end && !blank;
        blank = line_end;
    }
    rows += !blank;
    return rows - 1;
}

void rows_claim_all_there(const struct load_counts *counts, const uint8_t *bytes, size_t size)
{
    claim_same("rows that were stored, there or refused", counts->rows,
               counts->inserted + counts->corrected + counts->duplicates + counts->rejected);
    claim_same("rows read", rows_between_line_ends(bytes, size), counts->rows);
    claim(counts->stamped <= counts->inserted + counts->corrected, "more rows are stamped than stored");
    claim_same("rows of other shards", 0, counts->elsewhere);
}
