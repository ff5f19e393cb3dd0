/* Which of the lines that were issued stand (R28), and lines that nobody can have issued. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/correction.h"

/* What an earlier look noted is looked at anew. */
static void test_standing_looks_anew(void **state)
{
    struct issued_line two[] = {{.document = 1, .number = 1, .taken_back = true}, {.document = 1, .number = 2, .taken_back = true}};
    (void)state;

    size_t count = 0;

    assert_true(correction_standing(two, 2, &count));
    assert_int_equal(count, 2);
}

/* Lines as nobody can have issued them: number, what it takes back. */
static void test_impossible_lines(void **state)
{
    static const struct {
        const char *what;
        struct issued_line lines[3];
    } rows[] = {
        {"twice the same", {{.document = 1, .number = 1}, {.document = 1, .number = 1}, {.document = 2, .number = 1}}},
        {"not in order", {{.document = 1, .number = 2}, {.document = 1, .number = 1}, {.document = 2, .number = 1}}},
        {"what is not there",
         {{.document = 1, .number = 1}, {.document = 1, .number = 2}, {.document = 2, .number = 1, .reverses_document = 1, .reverses_number = 3}}},
        {"a reversal",
         {{.document = 1, .number = 1},
          {.document = 2, .number = 1, .reverses_document = 1, .reverses_number = 1},
          {.document = 3, .number = 1, .reverses_document = 2, .reverses_number = 1}}},
        {"what is taken back already",
         {{.document = 1, .number = 1},
          {.document = 2, .number = 1, .reverses_document = 1, .reverses_number = 1},
          {.document = 3, .number = 1, .reverses_document = 1, .reverses_number = 1}}},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct issued_line lines[3];
        size_t count = 77;

        memcpy(lines, rows[i].lines, sizeof lines);
        if (correction_standing(lines, 3, &count) || count != 77) {
            fail_msg("%s: %zu lines stand", rows[i].what, count);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standing_looks_anew),
        cmocka_unit_test(test_impossible_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
