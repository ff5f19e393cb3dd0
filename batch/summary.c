/*
 * What a run says on standard output when it is done.
 */
#include "batch/summary.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/decimal.h"

static void print_amount(const char *name, int64_t minor, int digits)
{
    char text[DECIMAL_TEXT_MAX];

    decimal_format(minor, digits, text);
    printf("  %s %s", name, text);
}

static void print_currency(const struct currency_totals *sums)
{
    printf("  %s", sums->currency);
    print_amount("subtotal", sums->subtotal_minor, sums->digits);
    print_amount("tax", sums->tax_minor, sums->digits);
    print_amount("total", sums->total_minor, sums->digits);
    print_amount("collected", sums->collected_minor, sums->digits);
    print_amount("due", sums->due_minor, sums->digits);
    putchar('\n');
}

void summary_print(const struct run_result *result)
{
    const struct totals *totals = &result->totals;

    printf("  accounts: %lld invoiced, %lld without a charge, %lld held\n", (long long)totals->issued[BILL_INVOICED],
           (long long)totals->issued[BILL_NO_CHARGE], (long long)totals->issued[BILL_HELD]);
    printf("  events: %lld rated, %lld held, %lld without an account\n", (long long)totals->rated_events,
           (long long)totals->held_events, (long long)totals->orphan_events);
    for (size_t i = 0; i < totals->currency_count; i++) {
        print_currency(&totals->currencies[i]);
    }
    if (summary_needs_look(result)) {
        printf("  to look at, in exceptions.csv: errors %lld, warnings %lld\n", (long long)result->errors,
               (long long)result->warnings);
    }
    printf("  digest: %s\n", result->digest);
    if (result->newest_link[0] != '\0') {
        printf("  newest link: %s\n", result->newest_link);
    }
}

bool summary_needs_look(const struct run_result *result)
{
    return result->errors + result->warnings > 0;
}

enum err_code summary_flush(struct err *err)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return err_set(err, ERR_IO, "cannot write to standard output: %s", strerror(errno));
    }
    return ERR_NONE;
}
