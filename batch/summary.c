/*
 * What a run says on standard output when it is done.
 */
#include "batch/summary.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "batch/log.h"
#include "batch/stale.h"
#include "lib/calendar.h"
#include "lib/decimal.h"
#include "lib/text.h"

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

static void print_rest(const struct run_result *result)
{
    const struct totals *totals = &result->totals;

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

static void print_count(const char *before, int64_t count, const char *what)
{
    printf("%s%lld %s%s", before, (long long)count, what, text_plural(count));
}

void summary_print_correction(const struct run_result *result)
{
    const struct totals *totals = &result->totals;
    struct stale learned = {result->learned_since, result->learned_count, result->learned_catalogue};
    char words[STALE_TEXT_MAX];
    char since[INSTANT_TEXT_MAX];

    stale_words(&learned, words);
    instant_format(result->learned_since, since);
    printf("  since %s something was learned of %s\n", since, words);
    print_count("  computed again: ", totals->issued[BILL_INVOICED] + totals->issued[BILL_NO_CHARGE] +
                totals->issued[BILL_HELD], "account");
    printf(", %lld held\n", (long long)totals->issued[BILL_HELD]);
    print_count("  documents: ", totals->documents[SERIES_CREDIT], "credit note");
    print_count(", ", totals->documents[SERIES_DEBIT], "debit note");
    print_count(", ", totals->documents[SERIES_INVOICE], "first invoice");
    printf("\n");
    print_rest(result);
}

void summary_print(const struct run_result *result)
{
    const struct totals *totals = &result->totals;

    printf("  accounts: %lld invoiced, %lld without a charge, %lld held\n", (long long)totals->issued[BILL_INVOICED],
           (long long)totals->issued[BILL_NO_CHARGE], (long long)totals->issued[BILL_HELD]);
    printf("  events: %lld rated, %lld held, %lld without an account\n", (long long)totals->rated_events,
           (long long)totals->held_events, (long long)totals->orphan_events);
    print_rest(result);
}

void summary_log(const char *message, const struct run_result *result)
{
    const struct totals *totals = &result->totals;
    const struct log_count counts[] = {
        {"invoiced", totals->issued[BILL_INVOICED]},
        {"no_charge", totals->issued[BILL_NO_CHARGE]},
        {"held", totals->issued[BILL_HELD]},
        {"credit_notes", totals->documents[SERIES_CREDIT]},
        {"debit_notes", totals->documents[SERIES_DEBIT]},
        {"events_rated", totals->rated_events},
        {"events_held", totals->held_events},
        {"events_without_account", totals->orphan_events},
        {"errors", result->errors},
        {"warnings", result->warnings},
        {NULL, 0},
    };

    log_result(message, counts);
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
