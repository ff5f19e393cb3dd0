/*
 * How an invoice line reads.
 */
#include "lib/line.h"

#include <stdio.h>

#include "lib/correction.h"
#include "lib/decimal.h"

#define OVERAGE_PRICE_DIGITS 6
#define CREDIT_DIGITS 2
#define PERCENT_DIGITS 4

static const char *plan_name(const struct bill_line *line, const struct catalogue *catalogue)
{
    return line->plan == PLAN_UNKNOWN ? "" : catalogue->plans[line->plan].name;
}

static void describe(const struct bill_line *line, const struct catalogue *catalogue, int digits, char *out, size_t size)
{
    const char *plan = plan_name(line, catalogue);
    char first[DECIMAL_TEXT_MAX];
    char second[DECIMAL_TEXT_MAX];

    switch (line->kind) {
    case LINE_PLAN:
        snprintf(out, size, "%s, month", plan);
        break;
    case LINE_PLAN_PRORATED:
        decimal_format(line->unit_price, digits, first);
        snprintf(out, size, "%s %s x %lld / %lld %s", plan, first, (long long)line->quantity, (long long)line->whole,
                 line->unit == UNIT_SECONDS ? "seconds" : "days");
        break;
    case LINE_PLAN_DISCOUNT:
        decimal_format(-line->amount_minor, digits, first);
        snprintf(out, size, "%s already charged %s, credited", plan, first);
        break;
    case LINE_PLAN_UPGRADE:
        decimal_format(line->price_minor, digits, first);
        decimal_format(line->charged_minor, digits, second);
        snprintf(out, size, "%s %s less %s already charged", plan, first, second);
        break;
    case LINE_OVERAGE:
        decimal_format(line->quantity, CREDIT_DIGITS, first);
        snprintf(out, size, "%s credits over the allowance of %s", first, plan);
        break;
    case LINE_ADJUSTMENT:
        snprintf(out, size, "%s (approved by %s)", line->reason, line->detail);
        break;
    case LINE_TAX:
        snprintf(out, size, "%s (%s)", line->reason, line->detail);
        break;
    }
}

/* R28: a reversal names the line that it takes back, as the customer read it then. */
static void describe_reversal(const struct issued_line *issued, char *out, size_t size)
{
    snprintf(out, size, "Reversal of %s line %d: %s", issued->document_number, (int)issued->number, issued->description);
}

static void measure(const struct bill_line *line, int digits, struct line_text *out)
{
    switch (line->unit) {
    case UNIT_MONTH:
        decimal_format(line->quantity, 0, out->quantity);
        snprintf(out->unit, sizeof out->unit, "month");
        break;
    case UNIT_DAYS:
    case UNIT_SECONDS:
        decimal_format(line->quantity, 0, out->quantity);
        snprintf(out->unit, sizeof out->unit, "%s of %lld", line->unit == UNIT_DAYS ? "days" : "seconds",
                 (long long)line->whole);
        break;
    case UNIT_CREDIT:
        decimal_format(line->quantity, CREDIT_DIGITS, out->quantity);
        snprintf(out->unit, sizeof out->unit, "credit");
        decimal_format_trimmed(line->unit_price, OVERAGE_PRICE_DIGITS, digits, out->unit_price);
        return;
    case UNIT_PERCENT:
        decimal_format_trimmed(line->quantity, PERCENT_DIGITS, 0, out->quantity);
        snprintf(out->unit, sizeof out->unit, "%%");
        break;
    }
    decimal_format(line->unit_price, digits, out->unit_price);
}

void line_text(const struct bill_line *line, const struct catalogue *catalogue, int digits, struct line_text *out)
{
    if (line->reversal) {
        describe_reversal(line->issued, out->description, sizeof out->description);
    } else {
        describe(line, catalogue, digits, out->description, sizeof out->description);
    }
    measure(line, digits, out);
    decimal_format(line->amount_minor, digits, out->amount);
}
