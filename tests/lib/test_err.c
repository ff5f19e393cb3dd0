/*
 * test_err.c - the first error stays, the message is bounded, the code is the exit status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"
#include "lib/text.h"

static void test_codes_are_exit_statuses(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum err_code code;
        int want;
    } rows[] = {
        {"none", ERR_NONE, 0},
        {"usage", ERR_USAGE, 64},
        {"bad data", ERR_DATA, 65},
        {"no input", ERR_NO_INPUT, 66},
        {"unavailable", ERR_UNAVAILABLE, 69},
        {"internal", ERR_INTERNAL, 70},
        {"cannot create", ERR_CREATE, 73},
        {"input or output", ERR_IO, 74},
        {"busy", ERR_BUSY, 75},
        {"interrupted", ERR_INTERRUPTED, 130},
        {"terminated", ERR_TERMINATED, 143},
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((int)rows[i].code != rows[i].want) {
            print_error("%s: want %d, got %d\n", rows[i].name, rows[i].want, (int)rows[i].code);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_first_error_stays(void **state)
{
    (void)state;
    struct err err = {0};

    assert_int_equal(err_set(&err, ERR_DATA, "usage.csv:%d: quantity '%s' is not a number", 17, "abc"),
                     ERR_DATA);
    assert_string_equal(err.text, "usage.csv:17: quantity 'abc' is not a number");
    assert_int_equal(err_set(&err, ERR_IO, "later"), ERR_DATA);
    assert_int_equal(err.code, ERR_DATA);
    assert_string_equal(err.text, "usage.csv:17: quantity 'abc' is not a number");
}

/* Messages of two-byte characters, of every length around the limit, begun at either parity. */
static void test_long_message_is_cut_at_a_character(void **state)
{
    (void)state;
    char message[2 * ERR_TEXT_MAX];
    int failed = 0;

    for (size_t length = ERR_TEXT_MAX - 10; length < ERR_TEXT_MAX + 10; length++) {
        size_t ascii = length % 2;
        memset(message, 'a', ascii);
        for (size_t i = ascii; i < length; i += 2) {
            memcpy(message + i, "\xC3\xA9", 2);
        }
        message[length] = '\0';
        struct err err = {0};
        enum err_code code = err_set(&err, ERR_DATA, "%s", message);
        size_t got = strlen(err.text);
        bool fits = length < ERR_TEXT_MAX;
        bool right = fits ? strcmp(err.text, message) == 0
                          : got >= ERR_TEXT_MAX - 5 && strcmp(err.text + got - 3, "...") == 0;
        if (code != ERR_DATA || !right || !text_is_utf8(err.text, got)) {
            print_error("a message of %zu bytes became one of %zu\n", length, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_are_exit_statuses),
        cmocka_unit_test(test_first_error_stays),
        cmocka_unit_test(test_long_message_is_cut_at_a_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
