/*
 * test_text.c - which bytes are UTF-8, an id or a text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"

#define TEXT(literal) literal, sizeof literal - 1

static const struct {
    const char *name;
    const char *bytes;
    size_t length;
    bool utf8;
    bool id;
    bool note;
} rows[] = {
    /* name                         bytes                      utf8   id     note */
    {"empty",                       TEXT(""),                  true,  false, true},
    {"ASCII",                       TEXT("acc-1 x"),           true,  true,  true},
    {"two bytes",                   TEXT("Zo\xC3\xAB"),        true,  true,  true},
    {"first of two bytes is a control", TEXT("\xC2\x80"),      true,  false, true},
    {"last control",                TEXT("\xC2\x9F"),          true,  false, true},
    {"first after the controls",    TEXT("\xC2\xA0"),          true,  true,  true},
    {"next line",                   TEXT("a\xC2\x85"),         true,  false, true},
    {"first of three bytes",        TEXT("\xE0\xA0\x80"),      true,  true,  true},
    {"last before the surrogates",  TEXT("\xED\x9F\xBF"),      true,  true,  true},
    {"a blank after it",            TEXT("\xC3\xA9 a"),         true,  true,  true},
    {"plain eights, then a tab",    TEXT("abcdefghijklmnop\t"), true,  false, true},
    {"a tab in the second eight",   TEXT("abcdefgh\tbcdefghijklmnop"), true, false, true},
    {"delete in the second eight",  TEXT("abcdefgh\x7F" "bcdefghijklmnop"), true, false, true},
    {"FF in the second eight",      TEXT("abcdefgh\xFF" "bcdefghijklmnop"), false, false, false},
    {"a tilde after it",            TEXT("\xC3\xA9~"),        true,  true,  true},
    {"continuations alone, many",   TEXT("\x80\x80\x80\x80\x80\x80"), false, false, false},
    {"ASCII after it",              TEXT("\xC3\xA9" "a"),       true,  true,  true},
    {"a control character after it", TEXT("\xC3\xA9\x1F"),     true,  false, true},
    {"first after the surrogates",  TEXT("\xEE\x80\x80"),      true,  true,  true},
    {"first of four bytes",         TEXT("\xF0\x90\x80\x80"),  true,  true,  true},
    {"last character",              TEXT("\xF4\x8F\xBF\xBF"),  true,  true,  true},
    {"line end",                    TEXT("a\nb"),              true,  false, true},
    {"tab",                         TEXT("a\tb"),              true,  false, true},
    {"delete",                      TEXT("a\x7F"),             true,  false, true},
    {"unit separator",              TEXT("\x1F"),              true,  false, true},
    {"blank",                       TEXT(" "),                 true,  true,  true},
    {"NUL",                         TEXT("a\0b"),              true,  false, false},
    {"continuation alone",          TEXT("\x80"),              false, false, false},
    {"cut two",                     TEXT("a\xC3"),             false, false, false},
    {"cut three",                   TEXT("\xE2\x82"),          false, false, false},
    {"cut four",                    TEXT("\xF0\x9F\x98"),      false, false, false},
    {"no continuation",             TEXT("\xC3" "a"),          false, false, false},
    {"continuations alone, with the bits of a character", TEXT("\x9F\xBF"), false, false, false},
    {"overlong two, its greatest", TEXT("\xC1\xBF"), false, false, false},
    {"F5, with bits of a lower one", TEXT("\xF5\x80\x80\x80"), false, false, false},
    {"F8",                          TEXT("\xF9\x80\x80\x80"), false, false, false},
    {"overlong two",                TEXT("\xC1\xBF"),          false, false, false},
    {"overlong NUL",                TEXT("\xC0\x80"),          false, false, false},
    {"overlong three",              TEXT("\xE0\x9F\xBF"),      false, false, false},
    {"overlong four",               TEXT("\xF0\x8F\xBF\xBF"),  false, false, false},
    {"first surrogate",             TEXT("\xED\xA0\x80"),      false, false, false},
    {"last surrogate",              TEXT("\xED\xBF\xBF"),      false, false, false},
    {"above U+10FFFF",              TEXT("\xF4\x90\x80\x80"),  false, false, false},
    {"F5",                          TEXT("\xF5\x80\x80\x80"),  false, false, false},
    {"FF",                          TEXT("\xFF"),              false, false, false},
    {"Latin-1",                     TEXT("Zo\xEB"),            false, false, false},
    {"the length ends the text",    "a\xFF", 1,                true,  true,  true},
};

static void test_bytes_before_the_first_malformed(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        size_t sound;
    } cases[] = {
        {TEXT(""), 0}, {TEXT("ab"), 2}, {TEXT("a\xFF" "b"), 1}, {TEXT("\xC3\xAB\xC3"), 2}, {TEXT("\xE2\x82"), 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(text_utf8_bytes(cases[i].bytes, cases[i].length), cases[i].sound);
    }
}

/* Any one byte at any place of a text of any length: eight at a time find the same as one by one. */
static void test_plain_bytes(void **state)
{
    char bytes[24];

    (void)state;
    for (size_t length = 0; length <= sizeof bytes; length++) {
        for (size_t place = 0; place < length; place++) {
            for (int byte = 0; byte < 256; byte++) {
                memset(bytes, place % 2 == 0 ? ' ' : '~', sizeof bytes);
                bytes[place] = (char)byte;
                size_t want = byte >= ' ' && byte <= '~' ? length : place;
                if (text_plain_bytes(bytes, length) != want) {
                    fail_msg("byte %d at %zu of %zu: want %zu", byte, place, length, want);
                }
            }
        }
    }
}

static void test_each_kind(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool utf8 = text_is_utf8(rows[i].bytes, rows[i].length);
        bool id = text_is_id(rows[i].bytes, rows[i].length);
        bool note = text_is_note(rows[i].bytes, rows[i].length);
        if (utf8 != rows[i].utf8 || id != rows[i].id || note != rows[i].note) {
            print_error("%s: want %d %d %d, got %d %d %d\n", rows[i].name, rows[i].utf8, rows[i].id,
                        rows[i].note, utf8, id, note);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_lengths(void **state)
{
    (void)state;
    char bytes[TEXT_BYTES_MAX + 1];

    memset(bytes, 'a', sizeof bytes);
    assert_true(text_is_id(bytes, 1));
    assert_true(text_is_id(bytes, ID_BYTES_MAX));
    assert_false(text_is_id(bytes, ID_BYTES_MAX + 1));
    assert_true(text_is_note(bytes, TEXT_BYTES_MAX));
    assert_false(text_is_note(bytes, TEXT_BYTES_MAX + 1));
    assert_true(text_is_utf8(bytes, sizeof bytes));
}

/* The UTF-8 of a code point, as Unicode's table 3-6 has it. */
static size_t encode(uint32_t point, char out[4])
{
    size_t following = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const uint32_t first[] = {0x00, 0xC0, 0xE0, 0xF0};

    for (size_t i = following; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    out[0] = (char)(first[following] | point);
    return following + 1;
}

/* Every code point up to 21 bits: a character unless a surrogate or too great. */
static void test_every_code_point(void **state)
{
    (void)state;
    int failed = 0;

    for (uint32_t point = 0; point < 0x200000; point++) {
        char bytes[4];
        size_t length = encode(point, bytes);
        bool character = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
        bool control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
        if (text_is_utf8(bytes, length) != character ||
            text_is_id(bytes, length) != (character && !control) ||
            text_is_note(bytes, length) != (character && point != 0) ||
            (length > 1 && text_is_utf8(bytes, length - 1))) {
            print_error("U+%04X is judged wrongly\n", (unsigned)point);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Two bytes of any value: U+0080 .. U+07FF by two, ASCII by one each, and nothing else. */
static void test_every_two_bytes(void **state)
{
    (void)state;

    for (int first = 0; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            const char bytes[2] = {(char)first, (char)second};
            bool character = (first < 0x80 && second < 0x80) || (first >= 0xC2 && first <= 0xDF && second >= 0x80 && second <= 0xBF);
            if (text_is_utf8(bytes, 2) != character) {
                fail_msg("%02X %02X: want %d", (unsigned)first, (unsigned)second, character);
            }
        }
    }
}

/* A text in memory of its size: nothing around it is looked at (the sanitizer says). */
static void test_nothing_around(void **state)
{
    static const char *const TEXTS[] = {"a", "a\xC3", "\xE2\x82", "abcdefghijklmnopqrstuvw", "a\xC3\xAB", "abcdefgh\tabcdefgh"};
    (void)state;

    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        size_t length = strlen(TEXTS[i]);
        char *bytes = malloc(length);
        memcpy(bytes, TEXTS[i], length);
        assert_int_equal(text_utf8_bytes(bytes, length) == length, text_is_utf8(TEXTS[i], length));
        assert_int_equal(text_is_id(bytes, length), text_is_id(TEXTS[i], length));
        free(bytes);
    }
}

static void test_plural(void **state)
{
    (void)state;
    static const int64_t MANY[] = {0, 2, 11, 101, -1, INT64_MAX};

    assert_string_equal(text_plural(1), "");
    for (size_t i = 0; i < sizeof MANY / sizeof MANY[0]; i++) {
        assert_string_equal(text_plural(MANY[i]), "s");
    }
}

static void test_hex(void **state)
{
    (void)state;
    static const uint8_t BYTES[] = {0x00, 0x0f, 0xa0, 0xff, 0x7e};
    char hex[2 * sizeof BYTES + 1];

    memset(hex, '?', sizeof hex);
    text_hex(BYTES, sizeof BYTES, hex);
    assert_string_equal(hex, "000fa0ff7e");
    text_hex(BYTES, 0, hex);
    assert_string_equal(hex, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_before_the_first_malformed),
        cmocka_unit_test(test_plain_bytes),
        cmocka_unit_test(test_each_kind),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_every_two_bytes),
        cmocka_unit_test(test_nothing_around),
        cmocka_unit_test(test_plural),
        cmocka_unit_test(test_hex),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
