/* The types of the input tables, read from text. */
#include "batch/field.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/catalogue.h"
#include "lib/country.h"
#include "lib/currency.h"
#include "lib/decimal.h"
#include "lib/ledger.h"
#include "lib/text.h"

#define SOURCE_QUANTITY_MAX INT64_C(1000000000000000000) /* 10^12 credits, in millionths */
#define REGION_BYTES_MAX 3 /* ISO 3166-2: one to three letters or digits after the dash */

struct number_form {
    int digits;
    int64_t min; /* scaled by 10^digits */
    int64_t max;
};

static const char *const VOIDABLE[] = {"billing_addresses", "plan_changes", "overage_settings",
                                       "credit_grants", "payments", "adjustments", "usage_events", NULL};
static const char *const CUSTOMERS[] = {"any", "consumer", "business", NULL};
static const char *const ROUNDINGS[] = {"line", "document", NULL};
static const char *const PRORATIONS[] = {"day_inclusive", "day_exclusive", "second", NULL};
static const char *const ALLOWANCES[] = {"full", "prorated", NULL};

/* Each policy has either words or a whole number from 0 for its value. */
static const struct policy_form {
    const char *name;
    const char *const *words;
    int64_t max;
} POLICIES[] = {
    {"proration", PRORATIONS, 0},
    {"first_month_allowance", ALLOWANCES, 0},
    {"headroom_percent", NULL, POLICY_PERCENT_MAX},
    {"close_grace_hours", NULL, GRACE_HOURS_MAX},
    {"held_limit_percent", NULL, POLICY_PERCENT_MAX},
};
#define POLICY_COUNT (sizeof POLICIES / sizeof POLICIES[0])

static bool refuse(char reason[FIELD_REASON_MAX], const char *why)
{
    snprintf(reason, FIELD_REASON_MAX, "%s", why);
    return false;
}

static bool accept_integer(struct value *value, int64_t integer)
{
    *value = (struct value){.kind = VALUE_INTEGER, .integer = integer};
    return true;
}

static bool accept_text(struct value *value, const char *text, size_t length)
{
    *value = (struct value){.kind = VALUE_TEXT, .text = text, .length = length};
    return true;
}

static bool is_number(enum column_type type)
{
    return (type >= COLUMN_MONEY && type <= COLUMN_FLAG);
}

/* Bounds of the numeric types; money is told apart by its sign and currency. */
static struct number_form number_form(const struct column *column, int currency_digits)
{
    int64_t money_min = column->signed_money ? -PRICE_MINOR_MAX : 0;

    switch (column->type) {
    case COLUMN_MONEY:
        return (struct number_form){currency_digits, money_min, PRICE_MINOR_MAX};
    case COLUMN_UNIT_PRICE:
        return (struct number_form){6, 0, UNIT_PRICE_MAX};
    case COLUMN_CREDITS:
        return (struct number_form){2, 0, CREDITS_MAX};
    case COLUMN_QUANTITY:
        return (struct number_form){6, 0, QUANTITY_MAX};
    case COLUMN_SOURCE_QUANTITY:
        return (struct number_form){6, 0, SOURCE_QUANTITY_MAX};
    case COLUMN_MULTIPLIER:
        return (struct number_form){6, 1, MULTIPLIER_MAX};
    case COLUMN_PERCENT:
        return (struct number_form){4, 0, PERCENT_MAX};
    case COLUMN_LIMIT:
        return (struct number_form){0, 1, COUNT_MAX};
    case COLUMN_FLAG:
        return (struct number_form){0, 0, 1};
    default:
        assert(column->type == COLUMN_COUNT);
        return (struct number_form){0, 0, COUNT_MAX};
    }
}

static bool refuse_bounds(char reason[FIELD_REASON_MAX], struct number_form form)
{
    char least[DECIMAL_TEXT_MAX];
    char most[DECIMAL_TEXT_MAX];

    decimal_format_trimmed(form.min, form.digits, 0, least);
    decimal_format_trimmed(form.max, form.digits, 0, most);
    snprintf(reason, FIELD_REASON_MAX, "is out of bounds: %s to %s", least, most);
    return false;
}

static bool refuse_fine(char reason[FIELD_REASON_MAX], const struct column *column, int digits)
{
    bool money = column->type == COLUMN_MONEY;

    if (digits == 0) {
        return refuse(reason, money ? "has decimals, its currency has none" : "is not a whole number");
    }
    snprintf(reason, FIELD_REASON_MAX, "has more than %d decimals%s", digits,
             money ? ", the most of its currency" : "");
    return false;
}

static bool read_number(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    struct number_form form = number_form(in.column, in.currency_digits);
    bool whole = form.digits == 0 && in.column->type != COLUMN_MONEY;
    int64_t number;

    switch (decimal_parse(in.text, in.length, form.digits, form.min, form.max, &number)) {
    case DECIMAL_OK:
        return accept_integer(value, number);
    case DECIMAL_NOT_A_NUMBER:
        return refuse(reason, whole ? "is not a whole number" : "is not a plain decimal number");
    case DECIMAL_TOO_FINE:
        return refuse_fine(reason, in.column, form.digits);
    case DECIMAL_OUT_OF_BOUNDS:
        break;
    }
    return refuse_bounds(reason, form);
}

static bool read_flag(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    if (in.length != 1 || (in.text[0] != '0' && in.text[0] != '1')) {
        return refuse(reason, "is neither 0 nor 1");
    }
    return accept_integer(value, in.text[0] - '0');
}

/* malformed: what it should have looked like */
static bool refuse_calendar(char reason[FIELD_REASON_MAX], enum calendar_status status, const char *malformed)
{
    switch (status) {
    case CALENDAR_MALFORMED:
        return refuse(reason, malformed);
    case CALENDAR_IMPOSSIBLE:
        return refuse(reason, "is not a possible date or time");
    default:
        return refuse(reason, "is not in the years 1970 to 9999");
    }
}

static bool read_instant(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    int64_t instant_ms;
    enum calendar_status status = instant_parse(in.text, in.length, &instant_ms);

    if (status != CALENDAR_OK) {
        return refuse_calendar(reason, status, "is not an instant like 2026-06-21T00:00:00Z, up to milliseconds");
    }
    return accept_integer(value, instant_ms);
}

static bool read_date(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    bool is_day = in.column->type == COLUMN_DAY;
    int32_t date;
    enum calendar_status status = is_day ? day_parse(in.text, in.length, &date)
                                         : month_parse(in.text, in.length, &date);

    if (status != CALENDAR_OK) {
        return refuse_calendar(reason, status, is_day ? "is not a day like 2026-06-21" : "is not a month like 2026-06");
    }
    return accept_integer(value, date);
}

static bool is_word(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_word(struct field_in in, const char *const *words, struct value *value,
                      char reason[FIELD_REASON_MAX])
{
    size_t used;

    if (is_word(in.text, words)) {
        return accept_text(value, in.text, in.length);
    }
    used = (size_t)snprintf(reason, FIELD_REASON_MAX, "is not one of");
    for (size_t i = 0; words[i] != NULL && used < FIELD_REASON_MAX; i++) {
        used += (size_t)snprintf(reason + used, FIELD_REASON_MAX - used, "%s%s", i == 0 ? " " : ", ", words[i]);
    }
    return false;
}

static const struct policy_form *policy_find(const char *name)
{
    for (size_t i = 0; i < POLICY_COUNT; i++) {
        if (strcmp(POLICIES[i].name, name) == 0) {
            return &POLICIES[i];
        }
    }
    return NULL;
}

static bool read_policy(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    const char *names[POLICY_COUNT + 1] = {NULL};

    for (size_t i = 0; i < POLICY_COUNT; i++) {
        names[i] = POLICIES[i].name;
    }
    return read_word(in, names, value, reason);
}

/* A policy's number is kept as text in one form, so that "010" equals "10": zeros before it are left out. */
static bool read_policy_value(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    const struct policy_form *form = policy_find(in.policy == NULL ? "" : in.policy);
    size_t skipped = 0;
    int64_t number;

    if (form == NULL) {
        *value = (struct value){.kind = VALUE_NULL};
        return true;
    }
    if (form->words != NULL) {
        return read_word(in, form->words, value, reason);
    }
    if (decimal_parse(in.text, in.length, 0, 0, form->max, &number) != DECIMAL_OK) {
        snprintf(reason, FIELD_REASON_MAX, "is not a whole number from 0 to %d, as %s is", (int)form->max, form->name);
        return false;
    }
    while (skipped + 1 < in.length && (in.text[skipped] == '0' || in.text[skipped] == '-')) {
        skipped++;
    }
    return accept_text(value, in.text + skipped, in.length - skipped);
}

static bool read_role(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    const char *names[LEDGER_ROLES + 1] = {NULL};

    for (enum ledger_role role = 0; role < LEDGER_ROLES; role++) {
        names[role] = ledger_role_name(role);
    }
    return read_word(in, names, value, reason);
}

static bool read_ledger_name(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    if (in.length > LEDGER_NAME_BYTES_MAX) {
        return refuse(reason, "is longer than 200 bytes");
    }
    if (!ledger_name_valid(in.text)) {
        return refuse(reason, "is no account of a ledger: parts between ':', each of letters, digits, - _ . & / + and single "
                              "blanks and beginning with a letter or digit; its first word is not assert, check or expr");
    }
    return accept_text(value, in.text, in.length);
}

static bool is_region(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool letter = text[i] >= 'A' && text[i] <= 'Z';
        if (!letter && !(text[i] >= '0' && text[i] <= '9')) {
            return false;
        }
    }
    return length >= 1 && length <= REGION_BYTES_MAX;
}

static bool read_text(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    enum column_type type = in.column->type;

    if (type == COLUMN_ID && !text_is_id(in.text, in.length)) {
        return refuse(reason, in.length > ID_BYTES_MAX ? "is longer than 64 bytes" : "has a control character");
    }
    if (type == COLUMN_TEXT && !text_is_note(in.text, in.length)) {
        return refuse(reason, "is longer than 500 bytes");
    }
    if (type == COLUMN_CURRENCY && currency_digits(in.text) < 0) {
        return refuse(reason, "is not a currency code of ISO 4217");
    }
    if (type == COLUMN_COUNTRY && !country_known(in.text)) {
        return refuse(reason, "is not a country code of ISO 3166-1");
    }
    if (type == COLUMN_REGION && !is_region(in.text, in.length)) {
        return refuse(reason, "is not a region: the part of ISO 3166-2 after the dash");
    }
    return accept_text(value, in.text, in.length);
}

static bool read_filled(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    switch (in.column->type) {
    case COLUMN_INSTANT:
        return read_instant(in, value, reason);
    case COLUMN_DAY:
    case COLUMN_MONTH:
        return read_date(in, value, reason);
    case COLUMN_FLAG:
        return read_flag(in, value, reason);
    case COLUMN_CUSTOMER:
        return read_word(in, CUSTOMERS, value, reason);
    case COLUMN_ROUNDING:
        return read_word(in, ROUNDINGS, value, reason);
    case COLUMN_TABLE:
        return read_word(in, VOIDABLE, value, reason);
    case COLUMN_POLICY:
        return read_policy(in, value, reason);
    case COLUMN_VALUE:
        return read_policy_value(in, value, reason);
    case COLUMN_ROLE:
        return read_role(in, value, reason);
    case COLUMN_LEDGER_NAME:
        return read_ledger_name(in, value, reason);
    default:
        return is_number(in.column->type) ? read_number(in, value, reason) : read_text(in, value, reason);
    }
}

bool field_read(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX])
{
    assert(in.text[in.length] == '\0');
    if (in.length == 0 && in.column->optional) {
        *value = (struct value){.kind = VALUE_NULL};
        return true;
    }
    if (in.length == 0 && in.column->type != COLUMN_TEXT) {
        return refuse(reason, "is empty");
    }
    if (in.column->type == COLUMN_MONEY && in.currency_digits < 0) {
        *value = (struct value){.kind = VALUE_NULL};
        return true;
    }
    return read_filled(in, value, reason);
}

/* Bytes of the UTF-8 character that begins here, or 0 when none does. */
static size_t character_bytes(const char *text, size_t length)
{
    for (size_t bytes = 1; bytes <= 4 && bytes <= length; bytes++) {
        if (text_is_utf8(text, bytes)) {
            return bytes;
        }
    }
    return 0;
}

static bool is_control(const char *text, size_t bytes)
{
    unsigned char first = (unsigned char)text[0];

    return (bytes == 1 && (first < 0x20 || first == 0x7f)) ||
           (bytes == 2 && first == 0xc2 && (unsigned char)text[1] < 0xa0);
}

static size_t show_escaped(const char *text, size_t bytes, char *out)
{
    static const char digits[] = "0123456789abcdef";
    static const char letters[] = "\tt\nn\rr";
    size_t used = 0;

    for (size_t i = 0; letters[i] != '\0'; i += 2) {
        if (bytes == 1 && text[0] == letters[i]) {
            out[0] = '\\';
            out[1] = letters[i + 1];
            return 2;
        }
    }
    for (size_t i = 0; i < bytes; i++) {
        unsigned char byte = (unsigned char)text[i];
        out[used++] = '\\';
        out[used++] = 'x';
        out[used++] = digits[byte >> 4];
        out[used++] = digits[byte & 15];
    }
    return used;
}

void field_show(const char *text, size_t length, char out[FIELD_SHOWN_MAX])
{
    size_t used = 0;
    size_t at = 0;

    while (at < length) {
        size_t bytes = character_bytes(text + at, length - at);
        bool broken = bytes == 0;
        bytes = broken ? 1 : bytes;
        if (at + bytes > FIELD_SHOWN_BYTES) {
            break;
        }
        if (broken || is_control(text + at, bytes)) {
            used += show_escaped(text + at, bytes, out + used);
        } else {
            memcpy(out + used, text + at, bytes);
            used += bytes;
        }
        at += bytes;
    }
    memcpy(out + used, at < length ? "..." : "", at < length ? 4 : 1);
}
