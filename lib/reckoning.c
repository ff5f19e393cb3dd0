/*
 * The arithmetic of an amount written out.
 */
#include "lib/reckoning.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/decimal.h"
#include "lib/usage.h"

#define EXTRA_DIGITS_MAX 10 /* decimals beyond the amount's own that are shown when the result ends there */
#define PERCENT_DIGITS 4
#define PERCENT_WHOLE 1000000
#define MILLIONTHS_DIGITS 6
#define CREDIT_DIGITS 2
#define CREDITS_PER_PRODUCT UINT64_C(10000000000) /* millionths x millionths in a hundredth */
#define OVERAGE_PER_UNIT 100000000                /* hundredths x millionths in a unit */
#define TERM_MAX (DECIMAL_TEXT_MAX + 4)

__extension__ typedef unsigned __int128 wide;

/* A sentence that grows; what does not fit is cut. */
struct words {
    char *out;
    size_t used;
};

static struct words words_begin(char out[RECKONING_MAX])
{
    out[0] = '\0';
    return (struct words){.out = out};
}

static void say(struct words *words, const char *text)
{
    size_t length = strlen(text);

    if (length < RECKONING_MAX - words->used) {
        memcpy(words->out + words->used, text, length + 1);
        words->used += length;
    }
}

static void say_decimal(struct words *words, int64_t value, int digits)
{
    char text[DECIMAL_TEXT_MAX];

    decimal_format(value, digits, text);
    say(words, text);
}

static void say_trimmed(struct words *words, int64_t value, int digits, int digits_min)
{
    char text[DECIMAL_TEXT_MAX];

    decimal_format_trimmed(value, digits, digits_min, text);
    say(words, text);
}

/* numerator / denominator of the amount's smallest unit, of either sign. */
struct fraction {
    bool negative;
    wide numerator;
    wide denominator;
    int digits; /* the amount's own decimals */
};

/* Decimals beyond the amount's own: all of them where they end soon, otherwise one and "...". */
static void say_extra(struct words *words, const struct fraction *in)
{
    char extra[EXTRA_DIGITS_MAX + 1] = "";
    wide rest = in->numerator % in->denominator;
    size_t count = 0;

    for (; rest != 0 && count < EXTRA_DIGITS_MAX; count++) {
        rest *= 10;
        extra[count] = (char)('0' + (int)(rest / in->denominator));
        rest %= in->denominator;
    }
    extra[rest != 0 ? 1 : count] = '\0';
    if (in->digits == 0) {
        say(words, ".");
    }
    say(words, extra);
    say(words, rest != 0 ? "..." : "");
}

/* " = 6.666..."; the result rounded to the nearest, halves away from zero: above 0 that is up. */
static int64_t say_exact(struct words *words, const struct fraction *in)
{
    wide whole = in->numerator / in->denominator;
    wide rest = in->numerator % in->denominator;
    assert(whole < INT64_MAX);
    int64_t rounded = (int64_t)whole + (rest >= in->denominator - rest);

    say(words, in->negative && in->numerator != 0 ? " = -" : " = ");
    say_decimal(words, (int64_t)whole, in->digits);
    if (rest != 0) {
        say_extra(words, in);
    }
    return in->negative ? -rounded : rounded;
}

/* " = 6.666..., half up 6.67", or " = 4.00" where nothing is rounded. */
static int64_t say_result(struct words *words, struct fraction in, const char *rounding)
{
    int64_t rounded = say_exact(words, &in);

    if (in.numerator % in.denominator != 0) {
        say(words, rounding);
        say_decimal(words, rounded, in.digits);
    }
    return rounded;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static const char HALF_UP[] = ", half up ";
static const char HALF_AWAY[] = ", half away from zero ";

/* R12, R18: amount x remaining / whole. */
static int64_t say_part(struct words *words, int64_t amount, struct remaining remaining, int digits, const char *unit)
{
    char of[TERM_MAX * 2];

    say_decimal(words, amount, digits);
    snprintf(of, sizeof of, " x %lld / %lld %s", (long long)remaining.remaining, (long long)remaining.whole, unit);
    say(words, of);
    struct fraction result = {
        .numerator = (wide)magnitude(amount) * magnitude(remaining.remaining),
        .denominator = (wide)remaining.whole,
        .digits = digits,
    };
    return say_result(words, result, HALF_UP);
}

static int64_t say_upgrade(struct words *words, const struct bill_line *line, int digits)
{
    int64_t amount = line->price_minor - line->charged_minor;

    say_decimal(words, line->price_minor, digits);
    say(words, " - ");
    say_decimal(words, line->charged_minor, digits);
    say(words, " already charged = ");
    say_decimal(words, amount, digits);
    return amount;
}

/* R13: `line` still knows what the earlier charge was made of. */
static int64_t say_discount(struct words *words, const struct bill_line *line, int digits)
{
    char earlier[RECKONING_MAX];
    struct words aside = words_begin(earlier);
    struct remaining remaining = {line->quantity, line->whole};
    int64_t charged = say_part(&aside, -line->unit_price, remaining, digits, "");

    say(words, "0 - ");
    say_decimal(words, charged, digits);
    say(words, " already charged = ");
    say_decimal(words, -charged, digits);
    return -charged;
}

static int64_t say_overage(struct words *words, const struct bill_line *line, int digits)
{
    int64_t minor_per_unit = 1;

    for (int i = 0; i < digits; i++) {
        minor_per_unit *= 10;
    }
    say_decimal(words, line->quantity, CREDIT_DIGITS);
    say(words, " credits x ");
    say_trimmed(words, line->unit_price, MILLIONTHS_DIGITS, digits);
    struct fraction result = {
        .numerator = (wide)magnitude(line->quantity) * magnitude(line->unit_price),
        .denominator = (wide)(OVERAGE_PER_UNIT / minor_per_unit),
        .digits = digits,
    };
    return say_result(words, result, HALF_UP);
}

int64_t reckon_line(const struct bill_line *line, int digits, char out[RECKONING_MAX])
{
    struct words words = words_begin(out);

    switch (line->kind) {
    case LINE_PLAN_PRORATED:
        return say_part(&words, line->unit_price, (struct remaining){line->quantity, line->whole}, digits,
                        line->unit == UNIT_SECONDS ? "seconds" : "days");
    case LINE_PLAN_DISCOUNT:
        return say_discount(&words, line, digits);
    case LINE_PLAN_UPGRADE:
        return say_upgrade(&words, line, digits);
    case LINE_OVERAGE:
        return say_overage(&words, line, digits);
    default: /* R11, R23: nothing to work out */
        assert(line->kind == LINE_PLAN || line->kind == LINE_ADJUSTMENT);
        say_decimal(&words, line->unit_price, digits);
        say(&words, line->kind == LINE_PLAN ? ", the full price" : ", as agreed");
        return line->unit_price;
    }
}

int64_t reckon_tax(struct reckon_tax in, char out[RECKONING_MAX])
{
    struct words words = words_begin(out);
    struct fraction result = {
        .negative = in.taxed_minor < 0,
        .numerator = (wide)magnitude(in.taxed_minor) * magnitude(in.percent),
        .denominator = PERCENT_WHOLE,
        .digits = in.digits,
    };

    say_decimal(&words, in.taxed_minor, in.digits);
    say(&words, " x ");
    say_trimmed(&words, in.percent, PERCENT_DIGITS, 0);
    say(&words, " %");
    return say_result(&words, result, HALF_AWAY);
}

int64_t reckon_allowance(int64_t credits, struct remaining remaining, char out[RECKONING_MAX])
{
    struct words words = words_begin(out);

    return say_part(&words, credits, remaining, CREDIT_DIGITS, "of the month");
}

int64_t reckon_event(struct reckon_event in, char out[RECKONING_MAX])
{
    struct words words = words_begin(out);
    struct fraction result = {
        .numerator = (wide)magnitude(in.quantity) * magnitude(in.multiplier) * magnitude(in.requests),
        .denominator = CREDITS_PER_PRODUCT,
        .digits = CREDIT_DIGITS,
    };

    say_trimmed(&words, in.quantity, MILLIONTHS_DIGITS, 0);
    if (in.requests != 1) {
        say(&words, " x ");
        say_decimal(&words, in.requests, 0);
        say(&words, " requests");
    }
    say(&words, " x ");
    say_trimmed(&words, in.multiplier, MILLIONTHS_DIGITS, 0);
    if (result.numerator > 0 && result.numerator * 2 < result.denominator) {
        (void)say_exact(&words, &result);
        say(&words, ", at least 0.01");
        return 1;
    }
    int64_t credits = say_result(&words, result, HALF_UP);
    if (credits > CREDITS_MAX) {
        say(&words, ", more than can be billed");
        return CREDITS_OVER;
    }
    return credits;
}

int64_t reckon_sum(const int64_t *amounts, size_t count, int digits, char out[RECKONING_MAX])
{
    struct words words = words_begin(out);
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        sum += amounts[i];
        if (i == 0) {
            say_decimal(&words, amounts[i], digits);
        } else {
            say(&words, amounts[i] < 0 ? " - " : " + ");
            say_decimal(&words, amounts[i] < 0 ? -amounts[i] : amounts[i], digits);
        }
    }
    if (words.used > RECKONING_MAX - TERM_MAX * 2) { /* something may have been cut */
        snprintf(out, RECKONING_MAX, "sum of %zu amounts", count);
        words.used = strlen(out);
    }
    if (count != 1) {
        say(&words, count == 0 ? "" : " = ");
        say_decimal(&words, sum, digits);
    }
    return sum;
}
