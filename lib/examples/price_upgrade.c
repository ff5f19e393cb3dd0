/*
 * What an upgrade costs at the moment of purchase, priced by the functions that
 * bill it at the month's end.
 *
 *     cc -o price_upgrade price_upgrade.c $(pkg-config --cflags --libs libmonthend)
 *     ./price_upgrade proplus 2025-11-25T16:05:00Z
 *     plan_discount   -6.67 + tax   -1.27
 *     plan_prorated   13.33 + tax    2.53
 *     charge now       6.66 + tax    1.26 = 7.92 USD
 *
 * A shop has its catalogue and its customers in a database of its own; here they
 * are arrays. The account bought Pro on 21 November 2025, in Germany. The
 * library allocates nothing, reads no clock and keeps nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <monthend/calendar.h>
#include <monthend/currency.h>
#include <monthend/decimal.h>
#include <monthend/quote.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LAST_YEAR 1704067200000       /* 2024-01-01T00:00:00Z in milliseconds */
#define BOUGHT_PRO_AT 1763717400000   /* 2025-11-21T09:30:00Z */
#define CHANGES_MAX 2
#define STEPS_MAX 8 /* timeline_steps_max() of so many changes */

/* The catalogue (R1): plans by rank, rows by plan and instant; money in cents, credits in hundredths. */
static struct plan plans[] = {{"free", "Free", 0}, {"pro", "Pro", 1}, {"proplus", "Pro+", 2}};
static struct plan_price prices[] = {{1, "USD", LAST_YEAR, 2000, 40000}, {2, "USD", LAST_YEAR, 4000, 40000}};
static struct plan_allowance allowances[] = {{0, LAST_YEAR, 5000}, {1, LAST_YEAR, 100000}, {2, LAST_YEAR, 200000}};
static struct country_rule countries[] = {{"DE", LAST_YEAR, true}};
static struct tax_rate taxes[] = {
    {"DE", "", CUSTOMER_CONSUMER, LAST_YEAR, "VAT", 190000, ROUND_LINE},
};

/* The customer: what is known now. */
static const struct address_fact addresses[] = {{"a-1", LAST_YEAR, "DE", "", ""}};
static const struct plan_change_fact changes[] = {{"c-1", BOUGHT_PRO_AT, "pro", 1}};

static struct catalogue catalogue_make(void)
{
    struct catalogue catalogue = {
        .plans = plans, .plan_count = COUNT_OF(plans),
        .prices = prices, .price_count = COUNT_OF(prices),
        .allowances = allowances, .allowance_count = COUNT_OF(allowances),
        .countries = countries, .country_count = COUNT_OF(countries),
        .taxes = taxes, .tax_count = COUNT_OF(taxes),
    };

    catalogue_sort(&catalogue);
    return catalogue;
}

static struct account_facts facts_make(void)
{
    return (struct account_facts){
        .account_id = "anemone", .name = "Anemone Aquatics", .currency = "USD",
        .created_at = LAST_YEAR, .first_paid_at = INSTANT_NONE,
        .addresses = addresses, .address_count = COUNT_OF(addresses),
        .changes = changes, .change_count = COUNT_OF(changes),
    };
}

static void print_amounts(const char *what, int64_t amount_minor, int64_t tax_minor, int digits)
{
    char amount[DECIMAL_TEXT_MAX], tax[DECIMAL_TEXT_MAX];

    decimal_format(amount_minor, digits, amount);
    decimal_format(tax_minor, digits, tax);
    printf("%-14s %7s + tax %7s", what, amount, tax);
}

static int print_quote(const struct quote *quote, int digits)
{
    char total[DECIMAL_TEXT_MAX];

    if (quote->with.status == BILL_HELD) { /* R16: no address, or not in a country where plans can be bought */
        printf("not for sale: %s\n", hold_reason_name(quote->with.hold.reason));
        return 1;
    }
    for (size_t i = 0; i < quote->line_count; i++) {
        const struct bill_line *line = &quote->with.lines[quote->first_line + i];
        print_amounts(line_kind_name(line->kind), line->amount_minor, quote->taxes_minor[i], digits);
        putchar('\n');
    }
    decimal_format(quote->charge_minor + quote->tax_minor, digits, total);
    print_amounts("charge now", quote->charge_minor, quote->tax_minor, digits);
    printf(" = %s USD\n", total);
    return 0;
}

int main(int argc, char **argv)
{
    static struct bill_line lines[2][BILL_LINES_MAX];
    static struct timeline_step steps[2][STEPS_MAX];
    static struct plan_change_fact room_for_changes[CHANGES_MAX];
    struct quote_room room = {.changes = room_for_changes,
                              .with = {.steps = steps[0], .lines = lines[0]},
                              .without = {.steps = steps[1], .lines = lines[1]}};
    struct catalogue catalogue = catalogue_make();
    struct account_facts facts = facts_make();
    struct plan_change_fact change = {.change_id = "asked for"};

    if (argc != 3 || instant_parse(argv[2], strlen(argv[2]), &change.effective_at) != CALENDAR_OK ||
        (change.plan = catalogue_plan(&catalogue, argv[1])) == PLAN_UNKNOWN) {
        fprintf(stderr, "usage: price_upgrade free|pro|proplus 2025-11-25T16:05:00Z\n");
        return 64;
    }
    change.plan_code = argv[1];
    /* No usage: it changes no plan line. With it the quote would also tell the overage that the upgrade saves. */
    struct quote quote = quote_change((struct quote_in){&facts, &catalogue, POLICIES_DEFAULT, change},
                                      (struct quote_usage){.unknown_model = -1}, &room);
    return print_quote(&quote, currency_digits(facts.currency));
}
