/* Texts of strangers as a terminal may show them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "lib/visible.h"

static const struct {
    const char *name;
    const char *text;
    const char *want;
} rows[] = {
    {"letters", "Zo\xC3\xAB, 6\" nails \\ 1", "Zo\xC3\xAB, 6\" nails \\ 1"},
    {"four bytes", "\xF0\x9F\x98\x80!", "\xF0\x9F\x98\x80!"},
    {"a screen cleared", "\x1B[2J\x1B]0;t\x07", "\\x1B[2J\\x1B]0;t\\x07"},
    {"line ends and tabs", "a\nb\r\tc", "a\\nb\\r\\tc"},
    {"delete", "a\x7F", "a\\x7F"},
    {"C1 controls", "\xC2\x9B" "31m\xC2\x85", "\\x9B31m\\x85"},
    {"turned text", "\xE2\x80\xAE" "abc\xE2\x81\xA6", "\\u202Eabc\\u2066"},
    {"no width", "a\xE2\x80\x8B" "b\xEF\xBB\xBF", "a\\u200Bb\\uFEFF"},
    {"tags", "a\xF3\xA0\x81\x81", "a\\uE0041"},
    {"not UTF-8", "a\xFF\xC3(\xE2\x80", "a" TEXT_REPLACEMENT TEXT_REPLACEMENT "(" TEXT_REPLACEMENT TEXT_REPLACEMENT},
};

static void test_each_row(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char got[256] = "";
        char shown[VISIBLE_MAX];
        for (const char *text = rows[i].text; *text != '\0';) {
            text += visible_next(text, shown);
            strncat(got, shown, sizeof got - strlen(got) - 1);
        }
        if (strcmp(rows[i].want, got) != 0) {
            print_error("%s: want '%s', got '%s'\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Whatever bytes follow each other: nothing a terminal acts on comes out, and all is well-formed. */
static void test_any_bytes(void **state)
{
    (void)state;
    char shown[VISIBLE_MAX];

    for (unsigned pair = 1; pair <= 0xFFFFFF; pair += 7) {
        const char text[] = {(char)(pair & 0xFF), (char)(pair >> 8 & 0xFF), (char)(pair >> 16), '\0'};
        for (const char *at = text; *at != '\0';) {
            at += visible_next(at, shown);
            size_t length = strlen(shown);
            assert_true(length > 0 && length < VISIBLE_MAX && text_is_utf8(shown, length));
            struct text_character character = text_character(shown, length);
            assert_true(character.point >= 0x20 && (character.point < 0x7F || character.point > 0x9F));
        }
    }
}

static void test_whole_texts(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        size_t size;
        const char *want;
    } texts[] = {
        {"as it is", "Zo\xC3\xAB", 64, "Zo\xC3\xAB"},
        {"an escape sequence", "a\x1b[31m\nb", 64, "a\\x1B[31m\\nb"},
        {"nothing", "", 4, ""},
        {"fits exactly", "abcde", 6, "abcde"},
        {"cut", "abcdefgh", 6, "ab..."},
        {"no room but for the mark", "abcd", 4, "..."},
        {"cut before a character of two bytes", "ab\xC3\xAB\xC3\xAB", 6, "ab..."},
        {"cut before an escape", "ab\x1b\x1b", 7, "ab..."},
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char got[64];
        visible_text(texts[i].text, got, texts[i].size);
        if (strcmp(texts[i].want, got) != 0) {
            print_error("%s: want '%s', got '%s'\n", texts[i].name, texts[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* The first and the last of each range that nobody sees, and their neighbours that everybody does. */
static void test_edges(void **state)
{
    static const uint32_t ranges[][2] = {
        {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x180E, 0x180E}, {0x200B, 0x200F},
        {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
    };
    (void)state;

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        assert_false(visible_as_is(ranges[i][0]));
        assert_false(visible_as_is(ranges[i][1]));
        assert_true(visible_as_is(ranges[i][0] - 1));
        assert_true(visible_as_is(ranges[i][1] + 1));
    }
    assert_false(visible_as_is(0));
    assert_false(visible_as_is(0x1F));
    assert_true(visible_as_is(0x20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_edges), cmocka_unit_test(test_each_row), cmocka_unit_test(test_any_bytes),
                                       cmocka_unit_test(test_whole_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
