/* CSV rows: what is a row, on which line it begins, and which files are refused. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "batch/csv_read.h"

#define SEEN_MAX 8192
#define SHOWN 60 /* bytes of a field */
#define BYTES(text) text, sizeof(text) - 1

/* All rows as "1[a][b] 2[c][d]", or up to the error's text after "! ". */
static void read_all(const char *bytes, size_t length, bool allow_unterminated, char seen[SEEN_MAX])
{
    struct err err = {0};
    struct source *source = NULL;
    struct csv_reader *reader = NULL;
    const struct csv_row *row = NULL;
    size_t used = 0;

    assert_int_equal(source_open_memory(bytes, length, "f.csv", &source, &err), ERR_NONE);
    assert_int_equal(csv_reader_open(source, allow_unterminated, &reader, &err), ERR_NONE);
    seen[0] = '\0';
    while (csv_reader_next(reader, &row, &err) == ERR_NONE && row != NULL) {
        used += (size_t)snprintf(seen + used, SEEN_MAX - used, "%s%" PRId64, used == 0 ? "" : " ", row->line);
        for (size_t i = 0; i < row->field_count && i < CSV_FIELDS_MAX; i++) {
            used += (size_t)snprintf(seen + used, SEEN_MAX - used, "[%.*s]", SHOWN, row->fields[i].text);
        }
        if (row->fault != CSV_FAULT_NONE) {
            used += (size_t)snprintf(seen + used, SEEN_MAX - used, "%s in %zu",
                                     row->fault == CSV_FAULT_NUL ? "NUL" : "UTF-8", row->fault_field);
        }
    }
    if (err.code != ERR_NONE) {
        assert_int_equal(err.code, ERR_DATA);
        snprintf(seen + used, SEEN_MAX - used, "! %s", err.text);
    }
    csv_reader_close(reader);
    source_close(source);
}

static const struct {
    const char *name;
    const char *bytes;
    size_t length;
    bool allow_unterminated;
    const char *want;
} rows[] = {
    {"nothing", BYTES(""), false, ""},
    {"two rows", BYTES("a,b\n1,2\n"), false, "1[a][b] 2[1][2]"},
    {"CRLF", BYTES("a,b\r\n1,2\r\n"), false, "1[a][b] 2[1][2]"},
    {"byte-order mark", BYTES("\xEF\xBB\xBF" "a,b\n"), false, "1[a][b]"},
    {"byte-order mark before a quote", BYTES("\xEF\xBB\xBF\"a\",b\n"), false, "1[a][b]"},
    {"only a byte-order mark", BYTES("\xEF\xBB\xBF"), false, ""},
    {"a mark in the middle is text", BYTES("a\n\xEF\xBB\xBF" "b\n"), false, "1[a] 2[\xEF\xBB\xBF" "b]"},
    {"blank lines", BYTES("\n\r\na\n\n\nb\n\n"), false, "3[a] 6[b]"},
    {"blanks are kept", BYTES(" a ,\tb\n \n"), false, "1[ a ][\tb] 2[ ]"},
    {"empty fields", BYTES(",\n\"\",\n"), false, "1[][] 2[][]"},
    {"quotes", BYTES("\"a,b\",\"say \"\"x\"\"\"\n"), false, "1[a,b][say \"x\"]"},
    {"line ends in quotes", BYTES("\"1\n\n2\",x\nb,c\n"), false, "1[1\n\n2][x] 4[b][c]"},
    {"CRLF in quotes", BYTES("\"1\r\n2\"\r\nb\r\n"), false, "1[1\r\n2] 3[b]"},
    {"cut short", BYTES("a\nb"), false,
     "1[a]! f.csv:2: the last line has no line end, the file may be cut short; an import accepts it with --allow-unterminated"},
    {"cut short and accepted", BYTES("a\nb,c"), true, "1[a] 2[b][c]"},
    {"cut short after a comma, accepted", BYTES("a\nb,"), true, "1[a] 2[b][]"},
    {"cut short at a CR, accepted", BYTES("a\nb\r"), true, "1[a] 2[b]"},
    {"cut short at a quote, accepted", BYTES("a\n\"b\""), true, "1[a] 2[b]"},
    {"cut short in quotes", BYTES("a\n\"b\nc"), true,
     "1[a]! f.csv:2: the quote that opens in this row is never closed"},
    {"never closed", BYTES("a\n\"b\nc\n"), false,
     "1[a]! f.csv:2: the quote that opens in this row is never closed"},
    {"a quote within", BYTES("a\nb\"c\n"), false,
     "1[a]! f.csv:2: a quote out of place: a field with quotes in it is quoted, its quotes doubled"},
    {"a quote too early", BYTES("\"a\"b\n"), false,
     "! f.csv:1: a quote out of place: a field with quotes in it is quoted, its quotes doubled"},
    {"a blank after a quote", BYTES("\"a\" ,b\n"), false,
     "! f.csv:1: a quote out of place: a field with quotes in it is quoted, its quotes doubled"},
    {"CR alone", BYTES("a,b\rc,d\n"), false,
     "! f.csv:1: a carriage return without a line feed: lines end with LF or CRLF"},
    {"CR alone, and no line end after it", BYTES("a,b\nc\rd"), true,
     "1[a][b]! f.csv:2: a carriage return without a line feed: lines end with LF or CRLF"},
    {"CR alone, and a quote that goes on", BYTES("a,b\nc\r\"d\ne\"\n"), false,
     "1[a][b]! f.csv:2: a carriage return without a line feed: lines end with LF or CRLF"},
    {"CR alone, and nothing but NULs", BYTES("a,b\nc\r\0\0"), true,
     "1[a][b]! f.csv:2: a carriage return without a line feed: lines end with LF or CRLF"},
    {"CR at the end", BYTES("a,b\nc,d\r"), true, "1[a][b] 2[c][d]"},
    {"NUL", BYTES("a,b\n1,2\0x\n3,4\n"), false, "1[a][b] 2[1][2]NUL in 1 3[3][4]"},
    {"broken UTF-8", BYTES("a,b\n\xff,2\n3,\xC3\n"), false, "1[a][b] 2[\xff][2]UTF-8 in 0 3[3][\xC3]UTF-8 in 1"},
    {"NUL at first", BYTES("a\0b\n"), false, "! f.csv: is not a CSV file in UTF-8: its first line is not text"},
    {"Latin-1 at first", BYTES("\xe4\n"), false, "! f.csv: is not a CSV file in UTF-8: its first line is not text"},
    {"UTF-16", BYTES("\xff\xfe" "a\0\n\0"), false, "! f.csv: is not a CSV file in UTF-8: its first line is not text"},
    {"gzip", BYTES("\x1f\x8b\x08\n"), false, "! f.csv: is packed by gzip; a packed file's name ends with .gz"},
    {"UTF-8", BYTES("Zo\xC3\xAB\n"), false, "1[Zo\xC3\xAB]"},
};

static void test_rows(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char seen[SEEN_MAX];
        read_all(rows[i].bytes, rows[i].length, rows[i].allow_unterminated, seen);
        if (strcmp(seen, rows[i].want) != 0) {
            print_error("%s: want '%s', got '%s'\n", rows[i].name, rows[i].want, seen);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Rows that lie across every boundary of the buffer are read like any other. */
static void test_many_rows(void **state)
{
    enum { ROWS = 200000 };
    char *bytes = malloc((size_t)ROWS * 32);
    size_t length = 0;
    struct err err = {0};
    struct source *source = NULL;
    struct csv_reader *reader = NULL;
    const struct csv_row *row = NULL;

    (void)state;
    assert_non_null(bytes);
    for (int i = 0; i < ROWS; i++) {
        length += (size_t)sprintf(bytes + length, "%d,\"%d\n\"\n", i, 7 * i);
    }
    assert_int_equal(source_open_memory(bytes, length, "f.csv", &source, &err), ERR_NONE);
    assert_int_equal(csv_reader_open(source, false, &reader, &err), ERR_NONE);
    for (int i = 0; i < ROWS; i++) {
        assert_int_equal(csv_reader_next(reader, &row, &err), ERR_NONE);
        assert_non_null(row);
        assert_int_equal(row->line, 2 * i + 1);
        assert_int_equal(row->field_count, 2);
        assert_int_equal(atoi(row->fields[0].text), i);
        assert_int_equal(atoi(row->fields[1].text), 7 * i);
    }
    assert_int_equal(csv_reader_next(reader, &row, &err), ERR_NONE);
    assert_null(row);
    csv_reader_close(reader);
    source_close(source);
    free(bytes);
}

/* The longest row is read; one byte more, however it is made, is refused in fixed memory. */
static void test_longest_row(void **state)
{
    size_t big = (size_t)3 << 20;
    char *bytes = malloc(big);
    char *seen = malloc(SEEN_MAX);

    (void)state;
    assert_non_null(bytes);
    assert_non_null(seen);
    memset(bytes, 'x', big);
    bytes[0] = 'a';
    bytes[1] = '\n';
    bytes[2 + CSV_ROW_BYTES_MAX - 1] = '\n';
    read_all(bytes, 2 + CSV_ROW_BYTES_MAX, false, seen);
    assert_null(strstr(seen, "!"));

    read_all(bytes, big, false, seen); /* many bytes without a line end */
    bytes[2 + CSV_ROW_BYTES_MAX - 1] = 'x';
    read_all(bytes, big, false, seen);
    assert_non_null(strstr(seen, "! f.csv:2: the row that begins here is longer than 65536 bytes"));
    read_all(bytes, big, true, seen);
    assert_non_null(strstr(seen, "! f.csv:2: the row that begins here is longer than 65536 bytes"));

    memset(bytes, '\n', big); /* a quote that opens and swallows line after line */
    bytes[3] = '"';
    read_all(bytes, big, false, seen);
    assert_non_null(strstr(seen, "! f.csv:4: the row that begins here is longer than 65536 bytes"));

    memset(bytes, ',', big); /* more fields than are kept */
    bytes[CSV_ROW_BYTES_MAX - 1] = '\n';
    read_all(bytes, CSV_ROW_BYTES_MAX, false, seen);
    assert_null(strstr(seen, "!"));
    free(bytes);
    free(seen);
}

static void test_digest(void **state)
{
    struct err err = {0};
    struct source *source = NULL;
    char buffer[2];
    char digest[SOURCE_DIGEST_MAX];
    size_t length;

    (void)state;
    assert_int_equal(source_open_memory("abc", 3, "f.csv", &source, &err), ERR_NONE);
    do {
        assert_int_equal(source_read(source, buffer, sizeof buffer, &length, &err), ERR_NONE);
    } while (length > 0);
    source_digest(source, digest);
    assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    source_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_longest_row),
        cmocka_unit_test(test_digest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
