/* The CSV writer: quoting, formulas, cells, digests, and a disk that takes no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/csv_write.h"
#include "tests/reports/hand_bill.h"

static const struct {
    const char *name;
    const char *text;
    const char *cell;
} texts[] = {
    /* rule                        text              cell */
    {"plain",                      "Zoe Ltd",        "Zoe Ltd"},
    {"empty",                      "",               ""},
    {"comma",                      "Smith, John",    "\"Smith, John\""},
    {"quote doubled",              "6\" nails",      "\"6\"\" nails\""},
    {"only quotes",                "\"\"",           "\"\"\"\"\"\""},
    {"line feed",                  "a\nb",           "\"a\nb\""},
    {"formula",                    "=1+1",           "'=1+1"},
    {"plus",                       "+49 30",         "'+49 30"},
    {"minus",                      "-5",             "'-5"},
    {"at",                         "@SUM(A1)",       "'@SUM(A1)"},
    {"tab",                        "\t=1",           "'\t=1"},
    {"carriage return",            "\r=1",           "\"'\r=1\""},
    {"formula with comma",         "=A1,B1",         "\"'=A1,B1\""},
    {"formula with quote",         "=\"x\"",         "\"'=\"\"x\"\"\""},
    {"blank before is no formula", " =1",            " =1"},
    {"inside is no formula",       "a=1",            "a=1"},
    {"own apostrophe stays",       "'tis",           "'tis"},
    {"UTF-8",                      "Zo\xC3\xAB",     "Zo\xC3\xAB"},
    {"not UTF-8",                  "A\xFF" "B",      "A\xEF\xBF\xBD" "B"},
    {"not UTF-8, quoted",          "\xFF,\"\xC3\"",  "\"\xEF\xBF\xBD,\"\"\xEF\xBF\xBD\"\"\""},
    {"cut at the end",             "a\xE2\x82",      "a\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"overlong equals sign",       "\xC0\xBD" "1",   "\xEF\xBF\xBD\xEF\xBF\xBD" "1"},
};

static char directory[256];

static int set_up(void **state)
{
    (void)state;
    hand_directory(directory, sizeof directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hand_remove(directory);
    return 0;
}

static void begin(struct csv *csv, const char *name)
{
    struct err err = {0};
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    assert_true(file >= 0);
    assert_int_equal(csv_begin(csv, file, path, &err), ERR_NONE);
}

static void test_each_text(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct csv csv;
        struct err err = {0};
        char hex[DIGEST_HEX_MAX];
        char want[128];
        size_t length = 0;
        begin(&csv, "text.csv");
        csv_text(&csv, texts[i].text);
        csv_text(&csv, texts[i].text);
        assert_int_equal(csv_row_end(&csv, &err), ERR_NONE);
        assert_int_equal(csv_close(&csv, hex, &err), ERR_NONE);
        (void)snprintf(want, sizeof want, "%s,%s\n", texts[i].cell, texts[i].cell);
        char *got = hand_read(directory, "text.csv", &length);
        if (strcmp(got, want) != 0) {
            print_error("%s: want %s, got %s\n", texts[i].name, want, got);
            failed++;
        }
        free(got);
    }
    assert_int_equal(failed, 0);
}

/* Any one byte of ASCII at any place of a text of any length: quoted where it must be, the same wherever it stands. */
static void test_each_byte_anywhere(void **state)
{
    struct csv csv;
    struct err err = {0};
    char hex[DIGEST_HEX_MAX];
    char text[24], line[64];
    size_t length = 0, at = 0;

    (void)state;
    begin(&csv, "bytes.csv");
    for (size_t bytes = 2; bytes < sizeof text; bytes++) {
        for (size_t i = 0; i < (bytes - 1) * 127; i++) {
            memset(text, 'a', bytes);
            text[bytes] = '\0';
            text[1 + i / 127] = (char)(1 + i % 127);
            csv_text(&csv, text);
            assert_int_equal(csv_row_end(&csv, &err), ERR_NONE);
        }
    }
    assert_int_equal(csv_close(&csv, hex, &err), ERR_NONE);
    char *got = hand_read(directory, "bytes.csv", &length);
    for (size_t bytes = 2; bytes < sizeof text; bytes++) {
        for (size_t i = 0; i < (bytes - 1) * 127; i++) {
            size_t before = 1 + i / 127;
            char byte = (char)(1 + i % 127);
            const char *quote = strchr(",\"\r\n", byte) != NULL ? "\"" : "";
            int used = snprintf(line, sizeof line, "%s%.*s%s%c%.*s%s\n", quote, (int)before, "aaaaaaaaaaaaaaaaaaaaaaaa",
                                byte == '"' ? "\"" : "", byte, (int)(bytes - before - 1), "aaaaaaaaaaaaaaaaaaaaaaaa", quote);
            assert_memory_equal(got + at, line, (size_t)used);
            at += (size_t)used;
        }
    }
    assert_int_equal(at, length);
    free(got);
}

static void test_each_cell(void **state)
{
    struct csv csv;
    struct err err = {0};
    char hex[DIGEST_HEX_MAX];
    size_t length = 0;

    (void)state;
    begin(&csv, "cells.csv");
    assert_int_equal(csv_header(&csv, "a,b", &err), ERR_NONE);
    csv_decimal(&csv, -5, 2);
    csv_decimal(&csv, 667, 0);
    csv_decimal(&csv, 7540, 3);
    csv_integer(&csv, -12);
    csv_empty(&csv);
    csv_instant(&csv, INT64_C(1763683200000));
    csv_instant(&csv, INT64_C(1764547199999));
    csv_instant(&csv, INT64_MIN);
    csv_month(&csv, 202511);
    csv_word(&csv, "-1");
    assert_int_equal(csv_row_end(&csv, &err), ERR_NONE);
    csv_empty(&csv);
    csv_empty(&csv);
    assert_int_equal(csv_row_end(&csv, &err), ERR_NONE);
    assert_int_equal(csv_close(&csv, hex, &err), ERR_NONE);
    char *got = hand_read(directory, "cells.csv", &length);
    assert_string_equal(got, "a,b\n-0.05,667,7.540,-12,,2025-11-21T00:00:00Z,2025-11-30T23:59:59.999Z,,2025-11,-1\n"
                             ",\n");
    free(got);
}

/* The digest is that of the bytes on disk, however they fell into the buffer. */
static void test_digest_over_many_buffers(void **state)
{
    struct csv csv;
    struct err err = {0};
    char hex[DIGEST_HEX_MAX];
    char again[DIGEST_HEX_MAX];
    char *text = malloc(3 * CSV_BUFFER_BYTES + 1);

    (void)state;
    assert_non_null(text);
    memset(text, 'x', 3 * CSV_BUFFER_BYTES);
    text[3 * CSV_BUFFER_BYTES] = '\0';
    begin(&csv, "large.csv");
    for (int i = 0; i < 50000; i++) {
        csv_integer(&csv, i);
        csv_text(&csv, "some, text");
        assert_int_equal(csv_row_end(&csv, &err), ERR_NONE);
    }
    csv_text(&csv, text);
    assert_int_equal(csv_row_end(&csv, &err), ERR_NONE);
    assert_int_equal(csv_close(&csv, hex, &err), ERR_NONE);
    int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(folder >= 0);
    assert_int_equal(digest_file(folder, "large.csv", "large.csv", again, &err), ERR_NONE);
    assert_string_equal(hex, again);
    assert_int_equal(close(folder), 0);
    free(text);
}

/* SHA-256 of "abc\n" as sha256sum prints it. */
static void test_digest_known(void **state)
{
    struct csv csv;
    struct err err = {0};
    char hex[DIGEST_HEX_MAX];

    (void)state;
    begin(&csv, "abc");
    assert_int_equal(csv_header(&csv, "abc", &err), ERR_NONE);
    assert_int_equal(csv_close(&csv, hex, &err), ERR_NONE);
    assert_string_equal(hex, "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb");
}

/* Who asks for it is alone; nobody else is where there is much to write, and the bytes are the same. */
static void test_alone(void **state)
{
    char hexes[2][DIGEST_HEX_MAX];

    (void)state;
    for (int alone = 0; alone < 2; alone++) {
        struct csv csv;
        struct err err = {0};
        begin(&csv, "alone.csv");
        if (alone == 1) {
            csv_alone(&csv);
        }
        for (int64_t row = 0; row < 50000; row++) { /* some buffers */
            csv_decimal(&csv, row * 1000003 - 50000, 2);
            csv_instant(&csv, row * 977);
            assert_int_equal(csv_row_end(&csv, &err), ERR_NONE);
        }
        assert_int_equal(csv.drain.threaded, alone == 0);
        assert_int_equal(csv_close(&csv, hexes[alone], &err), ERR_NONE);
    }
    assert_string_equal(hexes[0], hexes[1]);
}

/* What does not fit the buffer is seen at a row's end, the rest at the close. */
static void test_full_disk(void **state)
{
    const int rows[] = {1, 200000};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct csv csv;
        struct err err = {0};
        char hex[DIGEST_HEX_MAX] = "untouched";
        enum err_code code = ERR_NONE;
        int file = open("/dev/full", O_WRONLY | O_CLOEXEC);
        assert_true(file >= 0);
        assert_int_equal(csv_begin(&csv, file, "out/invoices.csv", &err), ERR_NONE);
        for (int row = 0; row < rows[i] && code == ERR_NONE; row++) {
            csv_integer(&csv, row);
            code = csv_row_end(&csv, &err);
        }
        assert_int_equal(code, i == 0 ? ERR_NONE : ERR_IO);
        assert_int_equal(csv_close(&csv, hex, &err), ERR_IO);
        assert_string_equal(err.text, "cannot write 'out/invoices.csv': no space left on the disk");
        assert_string_equal(hex, "untouched");
    }
}

/* A limit on the size of files, in a child: it cannot be taken back. */
static void test_file_size_limit(void **state)
{
    (void)state;
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        struct rlimit limit = {4096, 4096};
        struct csv csv;
        struct err err = {0};
        char hex[DIGEST_HEX_MAX];
        (void)signal(SIGXFSZ, SIG_IGN);
        begin(&csv, "limited.csv");
        bool set = setrlimit(RLIMIT_FSIZE, &limit) == 0;
        for (int i = 0; i < 5000; i++) {
            csv_integer(&csv, i);
            if (csv_row_end(&csv, &err) != ERR_NONE) {
                _exit(2);
            }
        }
        _exit(set && csv_close(&csv, hex, &err) == ERR_IO && strstr(err.text, "File too large") != NULL ? 0 : 1);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_text),       cmocka_unit_test(test_each_cell),
        cmocka_unit_test(test_each_byte_anywhere),
        cmocka_unit_test(test_digest_known),    cmocka_unit_test(test_digest_over_many_buffers),
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_full_disk),       cmocka_unit_test(test_file_size_limit),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
