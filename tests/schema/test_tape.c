/*
 * Tapes: what is written is read back, in order, as often as one likes, whether
 * it fits into the buffer or not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "schema/store_tape.h"

#define TEXT_MAX 2048
#define LONG_ROWS 3000 /* about 3 MB: many buffers */

/* Row number `row` of a tape, the same each time: 1 to 5 values of any kind, the integers at all ends. */
static size_t row_make(int row, char texts[5][TEXT_MAX], struct tape_value values[5])
{
    static const int64_t INTEGERS[] = {0, -1, INT64_MAX, INT64_MIN, 4711};
    size_t count = (size_t)(row % 5) + 1;

    for (size_t i = 0; i < count; i++) {
        unsigned kind = ((unsigned)row * 7 + (unsigned)i) % 3;
        size_t length = ((size_t)row * 131 + i * 17) % (TEXT_MAX - 1);

        memset(texts[i], 'a' + row % 26, length);
        texts[i][length] = '\0';
        values[i] = kind == 0 ? tape_null() : kind == 1 ? tape_integer(INTEGERS[(size_t)row % 5]) : tape_text(texts[i]);
    }
    return count;
}

static void written(struct tape **tape, int rows)
{
    static char texts[5][TEXT_MAX];
    struct tape_value values[5];
    struct err err = {0};

    for (int row = 0; row < rows; row++) {
        size_t count = row_make(row, texts, values);

        assert_int_equal(tape_write(tape, values, count, &err), ERR_NONE);
    }
}

static void read_back(struct tape *tape, int rows)
{
    static char texts[5][TEXT_MAX];
    struct tape_value want[5];
    const struct tape_value *got = NULL;
    size_t count = 0;
    struct err err = {0};

    assert_int_equal(tape_rewind(tape, &err), ERR_NONE);
    for (int row = 0; row < rows; row++) {
        assert_int_equal(tape_read(tape, &got, &count, &err), ERR_NONE);
        assert_int_equal(count, row_make(row, texts, want));
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(got[i].kind, want[i].kind);
            if (want[i].kind == TAPE_INTEGER) {
                assert_true(got[i].integer == want[i].integer);
            } else if (want[i].kind == TAPE_TEXT) {
                assert_int_equal(got[i].length, want[i].length);
                assert_string_equal(got[i].text, want[i].text);
            }
        }
    }
    for (int i = 0; i < 2; i++) { /* the end stays the end */
        assert_int_equal(tape_read(tape, &got, &count, &err), ERR_NONE);
        assert_int_equal(count, 0);
    }
}

static void test_read_back_twice(void **state)
{
    static const int ROWS[] = {1, 10, LONG_ROWS};
    (void)state;

    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct tape *tape = NULL;

        written(&tape, ROWS[i]);
        read_back(tape, ROWS[i]);
        read_back(tape, ROWS[i]);
        tape_free(tape);
    }
}

static void test_nothing_written(void **state)
{
    (void)state;

    read_back(NULL, 0);
    tape_free(NULL);
}

/* The disk is full: said once, when the buffer is. */
static void test_no_room(void **state)
{
    struct rlimit before;
    struct tape *tape = NULL;
    struct tape_value value = tape_text("a row that is written until the buffer is full and nothing goes into the file");
    struct err err = {0};
    (void)state;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){4096, before.rlim_max}), 0);
    for (int i = 0; i < 100000 && err.code == ERR_NONE; i++) {
        (void)!tape_write(&tape, &value, 1, &err); /* the error is in err */
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "temporary file: cannot write: "));
    tape_free(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_back_twice),
        cmocka_unit_test(test_nothing_written),
        cmocka_unit_test(test_no_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
