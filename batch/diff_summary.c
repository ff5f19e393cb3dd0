/*
 * Two runs beside each other on standard output.
 */
#include "batch/diff_summary.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "batch/field.h"
#include "lib/arith.h"
#include "lib/currency.h"
#include "lib/decimal.h"

static enum err_code too_large(const char *currency, struct err *err)
{
    return err_set(err, ERR_DATA, "the sums in %s are too large to be compared", currency);
}

static struct diff_sums *sums_of(struct diff_summary *summary, const char *currency)
{
    size_t at = 0;

    while (at < summary->sum_count && strcmp(summary->sums[at].currency, currency) < 0) {
        at++;
    }
    if (at == summary->sum_count || strcmp(summary->sums[at].currency, currency) != 0) {
        assert(summary->sum_count < DIFF_CURRENCIES_MAX); /* there are fewer codes */
        memmove(&summary->sums[at + 1], &summary->sums[at], (summary->sum_count - at) * sizeof summary->sums[0]);
        summary->sum_count++;
        summary->sums[at] = (struct diff_sums){.first_minor = 0};
        snprintf(summary->sums[at].currency, sizeof summary->sums[at].currency, "%s", currency);
    }
    return &summary->sums[at];
}

static enum err_code sums_add(struct diff_summary *summary, const struct compared_pair *pair, struct err *err)
{
    const struct compared_line *lines[] = {pair->first, pair->second};

    for (int i = 0; i < 2; i++) {
        if (lines[i] != NULL) {
            struct diff_sums *sums = sums_of(summary, lines[i]->currency);
            int64_t *sum = i == 0 ? &sums->first_minor : &sums->second_minor;
            if (!arith_add(*sum, lines[i]->amount_minor, sum)) {
                return too_large(lines[i]->currency, err);
            }
        }
    }
    return ERR_NONE;
}

/* More or less by so much: "2.00 more"; nothing where the amount is the same. */
static void say_difference(int64_t first, int64_t second, int digits)
{
    char text[DECIMAL_TEXT_MAX];
    int64_t difference = 0;

    if (first != second && arith_sub(first > second ? first : second, first > second ? second : first, &difference)) {
        decimal_format(difference, digits, text);
        printf(", %s %s", text, second > first ? "more" : "less");
    }
}

static void say_words(const struct compared_line *line)
{
    char shown[FIELD_SHOWN_MAX];

    field_show(line->description, strlen(line->description), shown);
    printf("%s", shown);
}

/* "* overage pro  4.00 -> 6.00 USD, 2.00 more  (100.00 credits ... -> 150.00 credits ...)" */
static void say_pair(const struct compared_pair *pair)
{
    static const char MARKS[] = {' ', '-', '+', '*'};
    const struct compared_line *either = pair->first == NULL ? pair->second : pair->first;
    int digits = currency_digits(either->currency);
    char shown[FIELD_SHOWN_MAX];
    char amount[DECIMAL_TEXT_MAX];

    field_show(either->plan, strlen(either->plan), shown);
    decimal_format(either->amount_minor, digits, amount);
    printf("  %c %s%s%s  %s", MARKS[pair->change], either->kind, shown[0] == '\0' ? "" : " ", shown, amount);
    if (pair->change == CHANGE_CHANGED) {
        decimal_format(pair->second->amount_minor, digits, amount);
        printf(" -> %s", amount);
    }
    printf(" %s", either->currency);
    if (pair->change == CHANGE_CHANGED) {
        say_difference(pair->first->amount_minor, pair->second->amount_minor, digits);
    }
    printf("  (");
    say_words(either);
    if (pair->change == CHANGE_CHANGED && strcmp(pair->first->description, pair->second->description) != 0) {
        printf(" -> ");
        say_words(pair->second);
    }
    printf(")\n");
}

/* What became of an account as a whole. */
static enum change account_change(const struct compared_pair *pairs, size_t count)
{
    size_t seen[DIFF_CHANGES] = {0};

    for (size_t i = 0; i < count; i++) {
        seen[pairs[i].change]++;
    }
    for (enum change change = CHANGE_NONE; change < CHANGE_CHANGED; change++) {
        if (seen[change] == count) {
            return change;
        }
    }
    return CHANGE_CHANGED;
}

/* "anemone: 15.86 -> 47.60 USD"; without amounts where they do not fit or are in several currencies. */
static void say_account(const char *account_id, const struct compared_pair *pairs, size_t count, enum change whole)
{
    struct diff_summary account = {.sum_count = 0};
    struct err no_sum = {0};
    char shown[FIELD_SHOWN_MAX];
    char first[DECIMAL_TEXT_MAX];
    char second[DECIMAL_TEXT_MAX];

    for (size_t i = 0; i < count; i++) {
        (void)!sums_add(&account, &pairs[i], &no_sum); /* told when all of it is added up */
    }
    const struct diff_sums *sums = &account.sums[0];
    int digits = currency_digits(sums->currency);
    decimal_format(sums->first_minor, digits, first);
    decimal_format(sums->second_minor, digits, second);
    field_show(account_id, strlen(account_id), shown);
    printf("%s", shown);
    if (no_sum.code != ERR_NONE || account.sum_count > 1) {
        printf("\n");
    } else if (whole == CHANGE_CHANGED) {
        printf(": %s -> %s %s\n", first, second, sums->currency);
    } else {
        printf(": %s %s, only in the %s\n", whole == CHANGE_ONLY_FIRST ? first : second, sums->currency,
               whole == CHANGE_ONLY_FIRST ? "first" : "second");
    }
}

enum err_code diff_summary_account(struct diff_summary *summary, const char *account_id,
                                   const struct compared_pair *pairs, size_t count, struct err *err)
{
    enum change whole = account_change(pairs, count);

    summary->accounts[whole]++;
    if (whole != CHANGE_NONE) {
        say_account(account_id, pairs, count, whole);
    }
    for (size_t i = 0; i < count; i++) {
        summary->lines[pairs[i].change]++;
        if (pairs[i].change != CHANGE_NONE) {
            say_pair(&pairs[i]);
        }
        if (sums_add(summary, &pairs[i], err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}

static void say_counts(const char *what, const int64_t counts[DIFF_CHANGES])
{
    printf("%s: %lld only in the first, %lld only in the second, %lld changed, %lld the same\n", what,
           (long long)counts[CHANGE_ONLY_FIRST], (long long)counts[CHANGE_ONLY_SECOND],
           (long long)counts[CHANGE_CHANGED], (long long)counts[CHANGE_NONE]);
}

enum err_code diff_summary_print(const struct diff_summary *summary, struct err *err)
{
    say_counts("accounts", summary->accounts);
    say_counts("lines", summary->lines);
    for (size_t i = 0; i < summary->sum_count; i++) {
        const struct diff_sums *sums = &summary->sums[i];
        int digits = currency_digits(sums->currency);
        int64_t difference = 0;
        char first[DECIMAL_TEXT_MAX];
        char second[DECIMAL_TEXT_MAX];
        char text[DECIMAL_TEXT_MAX];

        if (!arith_sub(sums->second_minor, sums->first_minor, &difference)) {
            return too_large(sums->currency, err);
        }
        decimal_format(sums->first_minor, digits, first);
        decimal_format(sums->second_minor, digits, second);
        decimal_format(difference, digits, text);
        printf("%s  first %s  second %s  difference %s\n", sums->currency, first, second, text);
    }
    return ERR_NONE;
}
