/*
 * A simulation in a few lines.
 */
#include "batch/simulate_summary.h"

#include <stdio.h>
#include <string.h>

#include "lib/arith.h"
#include "lib/calendar.h"
#include "lib/decimal.h"

static void say_amounts(const char *name, int64_t real_minor, int64_t simulated_minor, int digits)
{
    char real[DECIMAL_TEXT_MAX];
    char simulated[DECIMAL_TEXT_MAX];

    decimal_format(real_minor, digits, real);
    decimal_format(simulated_minor, digits, simulated);
    printf("  %s %s -> %s", name, real, simulated);
}

static enum err_code say_month(const struct simulation_month *month, const char *title, struct err *err)
{
    const struct simulation_money *real = &month->money[SIDE_REAL];
    const struct simulation_money *simulated = &month->money[SIDE_SIMULATED];
    const int64_t *accounts = month->accounts;
    char text[DECIMAL_TEXT_MAX];
    int64_t difference_minor = 0;

    if (!arith_sub(simulated->total_minor, real->total_minor, &difference_minor)) {
        return err_set(err, ERR_DATA, "the sums in %s are too far apart to be compared", month->currency);
    }
    printf("%s  %s", title, month->currency);
    say_amounts("subtotal", real->subtotal_minor, simulated->subtotal_minor, month->digits);
    say_amounts("tax", real->tax_minor, simulated->tax_minor, month->digits);
    say_amounts("total", real->total_minor, simulated->total_minor, month->digits);
    decimal_format(difference_minor, month->digits, text);
    printf("  difference %s\n", text);
    printf("  accounts: %lld pay more, %lld less, %lld the same; %lld newly held, %lld no longer held, %lld held either way\n",
           (long long)accounts[SIMULATED_MORE], (long long)accounts[SIMULATED_LESS], (long long)accounts[SIMULATED_SAME],
           (long long)accounts[SIMULATED_HELD], (long long)accounts[SIMULATED_RELEASED],
           (long long)accounts[SIMULATED_BOTH_HELD]);
    printf("  would change plan if everyone chose the cheapest (R29): %lld -> %lld\n", (long long)month->movers[SIDE_REAL],
           (long long)month->movers[SIDE_SIMULATED]);
    return ERR_NONE;
}

static bool money_add(struct simulation_money *sum, const struct simulation_money *money)
{
    return arith_add(sum->subtotal_minor, money->subtotal_minor, &sum->subtotal_minor) &&
           arith_add(sum->tax_minor, money->tax_minor, &sum->tax_minor) &&
           arith_add(sum->total_minor, money->total_minor, &sum->total_minor);
}

static bool month_add(struct simulation_month *sum, const struct simulation_month *month)
{
    for (int i = 0; i < SIMULATED_OUTCOMES; i++) {
        sum->accounts[i] += month->accounts[i];
    }
    for (int i = 0; i < SIDES; i++) {
        sum->movers[i] += month->movers[i];
    }
    return money_add(&sum->money[SIDE_REAL], &month->money[SIDE_REAL]) &&
           money_add(&sum->money[SIDE_SIMULATED], &month->money[SIDE_SIMULATED]);
}

/* All months of the currency that the list's item `first` is the first of. */
static enum err_code say_currency(const struct simulation_month *months, size_t count, size_t first, struct err *err)
{
    struct simulation_month sum = {.digits = months[first].digits};

    memcpy(sum.currency, months[first].currency, sizeof sum.currency);
    for (size_t i = first; i < count; i++) {
        if (strcmp(months[i].currency, sum.currency) == 0 && !month_add(&sum, &months[i])) {
            return err_set(err, ERR_DATA, "the sums in %s are beyond what can be added up", sum.currency);
        }
    }
    return say_month(&sum, "all months", err);
}

static bool is_first_of_currency(const struct simulation_month *months, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(months[i].currency, months[index].currency) == 0) {
            return false;
        }
    }
    return true;
}

enum err_code simulate_summary_print(const struct simulation_sums *sums, struct err *err)
{
    const struct simulation_month *months = sums->months.items;
    size_t count = sums->months.count;
    bool several = count > 0 && months[0].month != months[count - 1].month;

    for (size_t i = 0; i < count && err->code == ERR_NONE; i++) {
        char title[MONTH_TEXT_MAX];
        month_format(months[i].month, title);
        (void)!say_month(&months[i], title, err); /* the error is in *err */
    }
    for (size_t i = 0; several && i < count && err->code == ERR_NONE; i++) {
        if (is_first_of_currency(months, i)) {
            (void)!say_currency(months, count, i, err); /* the error is in *err */
        }
    }
    return err->code;
}

bool simulate_summary_needs_look(const struct simulation_sums *sums)
{
    const struct simulation_month *months = sums->months.items;
    int64_t held = 0;

    for (size_t i = 0; i < sums->months.count; i++) {
        held += months[i].accounts[SIMULATED_HELD];
    }
    return held > 0;
}
