/*
 * Every parser of text in lib/, and the import's reader of a field.
 *
 * Input: a byte that picks the parser, one for its parameters, and the text.
 * Claims: what is read lies within its bounds; written and read again it is the same; a decimal is what 128-bit arithmetic
 * makes of its digits; what is shown to people is UTF-8 that acts on no terminal.
 *
 * make test: 20000 inputs
 */
#include <string.h>

#include "batch/field.h"
#include "lib/calendar.h"
#include "lib/country.h"
#include "lib/currency.h"
#include "lib/decimal.h"
#include "lib/err.h"
#include "lib/ledger.h"
#include "lib/shard.h"
#include "lib/text.h"
#include "lib/visible.h"
#include "tests/fuzz/target.h"

#define TEXT_MAX 4096

struct text {
    const char *bytes; /* exactly `length` of them: no NUL behind */
    size_t length;
    const char *string; /* the same with a NUL behind */
    uint8_t parameter;
};

/* The decimal by its grammar and in 128 bits; false: it is none. */
static bool decimal_second_way(struct text text, int digits, __int128 *value, bool *fine)
{
    size_t at = text.length > 0 && text.bytes[0] == '-' ? 1 : 0;
    size_t point = text.length, decimals = 0;
    __int128 most = (__int128)1 << 100;

    *value = 0;
    for (size_t i = at; i < text.length; i++) {
        if (text.bytes[i] == '.' && point == text.length && i > at && i + 1 < text.length) {
            point = i;
        } else if (text.bytes[i] < '0' || text.bytes[i] > '9') {
            return false;
        } else {
            decimals += i > point;
            *value = *value > most ? *value : *value * 10 + (text.bytes[i] - '0');
        }
    }
    *fine = decimals > (size_t)digits;
    for (size_t i = decimals; i < (size_t)digits && *value <= most; i++) {
        *value *= 10;
    }
    *value = at == 1 ? -*value : *value;
    return text.length > at;
}

static void decimal_again(int64_t value, int digits, int digits_min)
{
    char out[DECIMAL_TEXT_MAX];
    int64_t again = 0;

    size_t length = decimal_format(value, digits, out);
    claim(length == strlen(out) && decimal_parse(out, length, digits, value, value, &again) == DECIMAL_OK && again == value,
          "a decimal written as '%s' is not read again", out);
    length = decimal_format_trimmed(value, digits, digits_min, out);
    claim(length == strlen(out) && decimal_parse(out, length, digits, value, value, &again) == DECIMAL_OK && again == value,
          "a decimal written short as '%s' is not read again", out);
}

static void try_decimal(struct text text)
{
    static const struct {
        int64_t min, max;
    } bounds[] = {{0, 1000}, {-99, 99}, {INT64_MIN, INT64_MAX}, {0, INT64_C(10000000000000)}, {1, 100000000}};
    size_t which = text.parameter / 19 % (sizeof bounds / sizeof bounds[0]);
    int digits = text.parameter % 19;
    int64_t min = bounds[which].min, max = bounds[which].max, value = 7;
    __int128 second = 0;
    bool fine = false;

    enum decimal_status status = decimal_parse(text.bytes, text.length, digits, min, max, &value);
    if (!decimal_second_way(text, digits, &second, &fine)) {
        claim_same("no decimal", DECIMAL_NOT_A_NUMBER, status);
    } else if (fine) {
        claim_same("a decimal that is too fine", DECIMAL_TOO_FINE, status);
    } else if (second < min || second > max) {
        claim_same("a decimal out of bounds", DECIMAL_OUT_OF_BOUNDS, status);
    } else {
        claim(status == DECIMAL_OK && second == value, "a decimal is read as another number");
        decimal_again(value, digits, digits / 2);
    }
    claim(status == DECIMAL_OK || value == 7, "a decimal that is refused was written");
}

static void try_instant(struct text text)
{
    char out[INSTANT_TEXT_MAX];
    int64_t value = -7, again = 0;

    if (instant_parse(text.bytes, text.length, &value) != CALENDAR_OK) {
        claim_same("an instant that is refused", -7, value);
        return;
    }
    claim(instant_valid(value), "an instant out of bounds was read");
    size_t length = instant_format(value, out);
    claim(length < sizeof out && instant_parse(out, length, &again) == CALENDAR_OK && again == value,
          "an instant written as '%s' is not read again", out);
    claim(text.length >= 20 && (text.bytes[text.length - 1] != 'Z' || (memcmp(text.bytes, out, 10) == 0 &&
                                                                        memcmp(text.bytes + 11, out + 11, 8) == 0)),
          "an instant in UTC is written as '%s', otherwise than it was read", out);
    claim(month_start_ms(month_of(value)) <= value && value < month_end_ms(month_of(value)), "an instant is not in its month");
    claim(yyyymmdd_start_ms(day_of(value)) == day_start_ms(value), "an instant's day does not begin where its number does");
}

static void try_date(struct text text)
{
    char out[DAY_TEXT_MAX];
    int32_t day = -7, month = -7;

    if (day_parse(text.bytes, text.length, &day) == CALENDAR_OK) {
        claim(day_valid(day) && day_format(day, out) == text.length && memcmp(out, text.bytes, text.length) == 0,
              "a day is written as '%s', otherwise than it was read", out);
    }
    if (month_parse(text.bytes, text.length, &month) == CALENDAR_OK) {
        claim(month_valid(month) && month_format(month, out) == text.length && memcmp(out, text.bytes, text.length) == 0,
              "a month is written as '%s', otherwise than it was read", out);
        claim(month_from_index(month_index(month)) == month, "a month's index is another's");
    }
    claim(day == -7 || month == -7, "a text is both a day and a month");
}

static void try_shard(struct text text)
{
    struct shard shard = {-7, -7}, again = {0, 0};
    char out[SHARD_TEXT_MAX];

    if (!shard_parse(text.bytes, text.length, &shard)) {
        claim(shard.index == -7 && shard.count == -7, "a shard that is refused was written");
        return;
    }
    claim(shard.index >= 1 && shard.index <= shard.count && shard.count <= SHARDS_MAX, "a shard out of bounds was read");
    shard_format(shard, out);
    claim(shard_parse(out, strlen(out), &again) && again.index == shard.index && again.count == shard.count,
          "a shard written as '%s' is not read again", out);
}

/* Shown to people: UTF-8, and nothing that acts on a terminal. */
static void claim_visible(const char *what, const char *shown)
{
    size_t length = strlen(shown);

    claim(text_is_utf8(shown, length), "%s is not UTF-8", what);
    for (size_t at = 0; at < length;) {
        struct text_character character = text_character(shown + at, length - at);
        claim(visible_as_is(character.point), "%s has the character U+%04X", what, (unsigned)character.point);
        at += character.bytes;
    }
}

static void try_text(struct text text)
{
    char out[512], again[512];
    size_t size = 4 + text.parameter;
    struct err err = {0};
    size_t good = text_utf8_bytes(text.bytes, text.length);

    claim(good <= text.length && text_is_utf8(text.bytes, good), "bytes said to be UTF-8 are not");
    claim((good == text.length) == text_is_utf8(text.bytes, text.length), "two ways to ask for UTF-8 differ");
    claim(!text_is_id(text.bytes, text.length) || text_is_note(text.bytes, text.length), "an id is no text");
    claim(!text_is_note(text.bytes, text.length) || memchr(text.bytes, 0, text.length) == NULL, "a text has a NUL");
    claim(text_plain_bytes(text.bytes, text.length) <= good, "plain ASCII is no UTF-8");
    memset(out, '#', sizeof out);
    visible_text(text.string, out, size);
    claim(strlen(out) < size && out[size] == '#', "a text shown is longer than its room");
    claim_visible("a text shown", out);
    visible_text(out, again, sizeof again);
    claim(strcmp(out, again) == 0, "a text shown twice is another");
    (void)!err_set(&err, ERR_DATA, "%s: '%.64s'", text.string, text.string);
    claim_visible("an error", err.text);
}

static void try_codes(struct text text)
{
    int digits = currency_digits(text.string);

    claim(digits >= -1 && digits <= 4, "a currency has %d digits", digits);
    claim(digits < 0 || strlen(text.string) == 3, "'%s' is taken for a currency", text.string);
    claim(!country_known(text.string) || strlen(text.string) == 2, "'%s' is taken for a country", text.string);
    claim(!ledger_name_valid(text.string) || text_is_note(text.string, strlen(text.string)), "a ledger's account is no text");
}

static void field_claims(const struct column *column, const struct value *value)
{
    if (value->kind == VALUE_TEXT && column->type != COLUMN_TEXT) {
        claim(column->type == COLUMN_LEDGER_NAME || text_is_id(value->text, value->length), "the %s '%s' is no id",
              column->name, value->text);
    } else if (value->kind == VALUE_TEXT) {
        claim(text_is_note(value->text, value->length), "the %s is no text", column->name);
    } else if (value->kind == VALUE_INTEGER && column->type == COLUMN_INSTANT) {
        claim(instant_valid(value->integer), "the %s is no instant", column->name);
    } else if (value->kind == VALUE_INTEGER && !column->signed_money) {
        claim(value->integer >= 0, "the %s is below 0", column->name);
    } else {
        claim(value->kind != VALUE_NULL || column->optional || column->type == COLUMN_MONEY || column->type == COLUMN_VALUE,
              "the %s is not there", column->name);
    }
}

/* The text as every column of a table. */
static void try_field(struct text text)
{
    const struct table *table = &TABLES[text.parameter % TABLE_COUNT];
    char shown[FIELD_SHOWN_MAX], reason[FIELD_REASON_MAX];

    field_show(text.bytes, text.length, shown);
    claim(text_is_utf8(shown, strlen(shown)), "a value is shown as what is not UTF-8");
    if (!text_is_utf8(text.bytes, text.length) || memchr(text.bytes, 0, text.length) != NULL) {
        return; /* the CSV reader refuses it */
    }
    for (int i = 0; i < table->column_count; i++) {
        struct field_in in = {.column = &table->columns[i], .text = text.string, .length = text.length,
                              .currency_digits = text.parameter / 64 - 1, .policy = "close_grace_hours"};
        struct value value = {.kind = VALUE_NULL};
        memset(reason, 0, sizeof reason);
        if (field_read(in, &value, reason)) {
            field_claims(in.column, &value);
        } else {
            claim_visible("a reason", reason);
            claim(reason[0] != '\0', "a field is refused without a reason");
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const parsers[])(struct text) = {try_decimal, try_instant, try_date, try_shard,
                                                   try_text,    try_codes,   try_field};
    static char string[TEXT_MAX + 1];

    if (size < 2 || size - 2 > TEXT_MAX || data[0] < 'a' || data[0] >= 'a' + sizeof parsers / sizeof parsers[0]) {
        return INPUT_PASSED_OVER;
    }
    memcpy(string, data + 2, size - 2);
    string[size - 2] = '\0';
    parsers[data[0] - 'a']((struct text){(const char *)data + 2, size - 2, string, data[1]});
    return INPUT_TAKEN;
}
