/*
 * A sentence of parts: what fits is whole, the rest is counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/words.h"

#define TAIL 32 /* bytes that are kept for "and N more" */

static void test_parts(void **state)
{
    char text[WORDS_SIZE_MIN];
    struct words words = words_begin(text, sizeof text);

    (void)state;
    words_end(&words);
    assert_string_equal(text, "");
    words_add(&words, "%d events", 3);
    words_add(&words, "%s", "b");
    words_end(&words);
    assert_string_equal(text, "3 events; b");
    assert_int_equal(words.used, strlen(text));
}

/* A part of one byte is a part. */
static void test_short_parts(void **state)
{
    char text[WORDS_SIZE_MIN];
    struct words words = words_begin(text, sizeof text);

    (void)state;
    words_add(&words, "a");
    words_add(&words, "b");
    assert_string_equal(text, "a; b");
    words = words_begin(text, sizeof text);
    words_add(&words, "a");
    words_add(&words, "%.*s", (int)sizeof text - 10, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    words_end(&words);
    assert_string_equal(text, "a; and 1 more");
}

/* The last byte that a part may take, and one more. */
static void test_what_fits(void **state)
{
    char text[WORDS_SIZE_MIN];
    struct words words = words_begin(text, sizeof text);

    (void)state;
    words_add(&words, "%.*s", (int)(sizeof text - TAIL), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_int_equal(words.used, sizeof text - TAIL);
    words = words_begin(text, sizeof text);
    words_add(&words, "%.*s", (int)(sizeof text - TAIL + 1), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_int_equal(words.used, 0);
    words_end(&words);
    assert_string_equal(text, "and 1 more");
    words = words_begin(text, sizeof text);
    words_add(&words, "%.*s", (int)(sizeof text - TAIL - 3), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    words_add(&words, "b"); /* with its "; " it is the last that fits */
    assert_int_equal(words.used, sizeof text - TAIL);
    words_add(&words, "c");
    words_add(&words, "%s", "");
    words_end(&words);
    assert_string_equal(text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa; b; and 2 more");
}

/* After one that is left out none is told: the order would be another. */
static void test_none_after_one_left_out(void **state)
{
    char text[4096], part[4096];
    struct words words = words_begin(text, sizeof text);

    (void)state;
    memset(part, 'x', 2048);
    part[2047] = '\0';
    words_add(&words, "%s", part); /* the longest part */
    assert_int_equal(words.used, 2047);
    part[2047] = 'x';
    part[2048] = '\0';
    words = words_begin(text, sizeof text);
    words_add(&words, "%s", part);
    words_add(&words, "b");
    words_end(&words);
    assert_string_equal(text, "and 2 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_short_parts),
        cmocka_unit_test(test_what_fits),
        cmocka_unit_test(test_none_after_one_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
