/*
 * script.c - reads a test's world from words and tells its bill in words.
 */
#include "tests/lib/script.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/currency.h"
#include "lib/decimal.h"

#define WORDS_MAX 10

const char SCRIPT_CATALOGUE[] =
    "plan free Free 0; plan pro Pro 1; plan proplus Pro+ 2; plan promax Pro-Max 3; plan power Power 4;"
    "price free USD 2025-01-01 0 -; price pro USD 2025-01-01 20 0.04; price proplus USD 2025-01-01 40 0.04;"
    "price promax USD 2026-06-15 100 0.04; price power USD 2025-01-01 200 0.04;"
    "allow free 2025-01-01 50; allow pro 2025-01-01 1000; allow proplus 2025-01-01 2000;"
    "allow promax 2026-06-15 5000; allow power 2025-01-01 10000;"
    "rate auto 2025-01-01 1; rate sonnet-4 2025-01-01 1.3;"
    "country US 2025-01-01 1; country DE 2025-01-01 1; country IN 2025-01-01 1; country AU 2025-01-01 1;"
    "country CA 2025-01-01 1; country JP 2025-01-01 1; country CH 2025-01-01 1;"
    "tax DE - consumer 2025-01-01 VAT 19; tax IN - consumer 2025-01-01 GST 18;"
    "tax AU - consumer 2025-01-01 GST 10; tax CH - any 2025-01-01 VAT 8.1;"
    "tax CA QC any 2025-01-01 GST 5; tax CA QC any 2025-01-01 QST 9.975; tax CA ON any 2025-01-01 HST 13;"
    "tax JP - any 2025-01-01 Consumption 10 document";

struct words {
    int count;
    char *word[WORDS_MAX];
};

static _Noreturn void unreadable(const char *what, const char *word)
{
    (void)fprintf(stderr, "script: %s '%s' cannot be read\n", what, word);
    abort();
}

int64_t script_instant(const char *word)
{
    int64_t at = 0;
    int32_t day = 0;

    if (instant_parse(word, strlen(word), &at) == CALENDAR_OK) {
        return at;
    }
    if (day_parse(word, strlen(word), &day) != CALENDAR_OK) {
        unreadable("instant", word);
    }
    return yyyymmdd_start_ms(day);
}

static int64_t number(const char *word, int digits)
{
    int64_t value = 0;

    if (decimal_parse(word, strlen(word), digits, INT64_MIN, INT64_MAX, &value) != DECIMAL_OK) {
        unreadable("number", word);
    }
    return value;
}

/* The n-th word, or NULL where it is missing or '-'. */
static const char *given(const struct words *words, int n)
{
    return n < words->count && strcmp(words->word[n], "-") != 0 ? words->word[n] : NULL;
}

static const char *text_or(struct world *world, const struct words *words, int n, const char *missing)
{
    const char *word = given(words, n);

    return word == NULL ? missing : world_text(world, word);
}

/* The n-th word as an id, or "c00", "c01", ... by the row's number. */
static const char *id_or_next(struct world *world, const struct words *words, int n, char letter, size_t row)
{
    char id[32];

    if (given(words, n) != NULL) {
        return world_text(world, given(words, n));
    }
    (void)snprintf(id, sizeof id, "%c%02zu", letter, row);
    return world_text(world, id);
}

static int plan_known(const struct world *world, const char *code)
{
    for (size_t i = 0; i < world->catalogue.plan_count; i++) {
        if (strcmp(world->plans[i].code, code) == 0) {
            return (int)i;
        }
    }
    return PLAN_UNKNOWN;
}

static int minor_digits(const char *currency)
{
    int digits = currency_digits(currency);

    assert(digits >= 0);
    return digits;
}

static void run_month(struct world *world, const struct words *words)
{
    if (month_parse(words->word[1], strlen(words->word[1]), &world->month) != CALENDAR_OK) {
        unreadable("month", words->word[1]);
    }
}

static void run_currency(struct world *world, const struct words *words)
{
    world->facts.currency = world_text(world, words->word[1]);
}

static void run_first_paid(struct world *world, const struct words *words)
{
    world->facts.first_paid_at = script_instant(words->word[1]);
}

static void run_policy(struct world *world, const struct words *words)
{
    const char *value = words->word[2];

    if (strcmp(words->word[1], "first_month_allowance") == 0) {
        world->policies.first_allowance =
            strcmp(value, "prorated") == 0 ? FIRST_ALLOWANCE_PRORATED : FIRST_ALLOWANCE_FULL;
    } else {
        world->policies.proration = strcmp(value, "second") == 0          ? PRORATE_SECOND
                                    : strcmp(value, "day_exclusive") == 0 ? PRORATE_DAY_EXCLUSIVE
                                                                          : PRORATE_DAY_INCLUSIVE;
    }
}

static void run_plan(struct world *world, const struct words *words)
{
    struct plan *row = world_plan(world);

    (void)snprintf(row->code, sizeof row->code, "%s", words->word[1]);
    (void)snprintf(row->name, sizeof row->name, "%s", words->word[2]);
    row->rank = number(words->word[3], 0);
}

static void run_price(struct world *world, const struct words *words)
{
    struct plan_price *row = world_price(world);

    row->plan = plan_known(world, words->word[1]);
    (void)snprintf(row->currency, sizeof row->currency, "%s", words->word[2]);
    row->effective_from = script_instant(words->word[3]);
    row->monthly_minor = number(words->word[4], minor_digits(words->word[2]));
    row->overage_millionths = given(words, 5) ? number(words->word[5], 6) : NO_OVERAGE_PRICE;
}

static void run_allow(struct world *world, const struct words *words)
{
    struct plan_allowance *row = world_allowance(world);

    row->plan = plan_known(world, words->word[1]);
    row->effective_from = script_instant(words->word[2]);
    row->credits = number(words->word[3], 2);
}

static void run_rate(struct world *world, const struct words *words)
{
    struct model_rate *row = world_rate(world);

    row->model = world_model(world, words->word[1]);
    row->effective_from = script_instant(words->word[2]);
    row->multiplier = number(words->word[3], 6);
    row->request_token_limit = given(words, 4) ? number(words->word[4], 0) : 0;
}

static void run_country(struct world *world, const struct words *words)
{
    struct country_rule *row = world_country(world);

    (void)snprintf(row->country, sizeof row->country, "%s", words->word[1]);
    row->effective_from = script_instant(words->word[2]);
    row->eligible = strcmp(words->word[3], "1") == 0;
}

static void run_tax(struct world *world, const struct words *words)
{
    struct tax_rate *row = world_tax(world);
    const char *customer = words->word[3];

    (void)snprintf(row->country, sizeof row->country, "%s", words->word[1]);
    (void)snprintf(row->region, sizeof row->region, "%s", given(words, 2) ? words->word[2] : "");
    row->customer = strcmp(customer, "business") == 0   ? CUSTOMER_BUSINESS
                    : strcmp(customer, "consumer") == 0 ? CUSTOMER_CONSUMER
                                                        : CUSTOMER_ANY;
    row->effective_from = script_instant(words->word[4]);
    (void)snprintf(row->name, sizeof row->name, "%s", words->word[5]);
    row->percent = number(words->word[6], 4);
    row->rounding = given(words, 7) ? ROUND_DOCUMENT : ROUND_LINE;
}

static void run_clear(struct world *world, const struct words *words)
{
    struct catalogue *catalogue = &world->catalogue;
    const char *table = words->word[1];

    if (strcmp(table, "prices") == 0) {
        catalogue->price_count = 0;
    } else if (strcmp(table, "allowances") == 0) {
        catalogue->allowance_count = 0;
    } else if (strcmp(table, "rates") == 0) {
        catalogue->rate_count = 0;
    } else if (strcmp(table, "countries") == 0) {
        catalogue->country_count = 0;
    } else if (strcmp(table, "taxes") == 0) {
        catalogue->tax_count = 0;
    } else {
        unreadable("table", table);
    }
}

static void run_address(struct world *world, const struct words *words)
{
    struct address_fact *row = world_address(world);

    row->address_id = id_or_next(world, words, WORDS_MAX, 'a', world->facts.address_count);
    row->effective_at = script_instant(words->word[1]);
    row->country = world_text(world, words->word[2]);
    row->region = text_or(world, words, 3, "");
    row->tax_number = text_or(world, words, 4, "");
}

static void run_change(struct world *world, const struct words *words)
{
    struct plan_change_fact *row = world_change(world);

    row->change_id = id_or_next(world, words, 3, 'c', world->facts.change_count);
    row->effective_at = script_instant(words->word[1]);
    row->plan_code = world_text(world, words->word[2]);
    row->plan = plan_known(world, row->plan_code);
}

static void run_overage(struct world *world, const struct words *words)
{
    struct overage_setting_fact *row = world_setting(world);

    row->setting_id = id_or_next(world, words, 4, 's', world->facts.setting_count);
    row->effective_at = script_instant(words->word[1]);
    row->enabled = strcmp(words->word[2], "on") == 0;
    row->cap_credits = given(words, 3) ? number(words->word[3], 2) : CAP_NONE;
}

static void run_grant(struct world *world, const struct words *words)
{
    struct credit_grant_fact *row = world_grant(world);

    row->grant_id = world_text(world, words->word[1]);
    row->credits = number(words->word[2], 2);
    row->starts_at = script_instant(words->word[3]);
    row->expires_at = script_instant(words->word[4]);
    row->reason = "trial";
}

static void run_use(struct world *world, const struct words *words)
{
    struct usage_event *event = world_event(world);

    event->at = script_instant(words->word[1]);
    event->model = world_model(world, words->word[2]);
    event->quantity = number(words->word[3], 6);
    event->tokens = given(words, 4) ? number(words->word[4], 0) : TOKENS_NONE;
}

static void run_adjust(struct world *world, const struct words *words)
{
    struct adjustment_fact *row = world_adjustment(world);

    row->adjustment_id = id_or_next(world, words, 2, 'j', world->facts.adjustment_count);
    row->amount_minor = number(words->word[1], minor_digits(world->facts.currency));
    row->currency = world->facts.currency;
    row->reason = "goodwill";
    row->approved_by = "controller";
}

static void run_pay(struct world *world, const struct words *words)
{
    struct payment_fact *row = world_payment(world);

    row->payment_id = id_or_next(world, words, WORDS_MAX, 'p', world->facts.payment_count);
    row->amount_minor = number(words->word[1], minor_digits(world->facts.currency));
    row->currency = world->facts.currency;
    row->reference = "";
}

static const struct {
    const char *name;
    int words_min;
    void (*run)(struct world *world, const struct words *words);
} statements[] = {
    {"month", 2, run_month},     {"currency", 2, run_currency}, {"first_paid", 2, run_first_paid},
    {"policy", 3, run_policy},   {"plan", 4, run_plan},         {"price", 6, run_price},
    {"allow", 4, run_allow},     {"rate", 4, run_rate},         {"country", 4, run_country},
    {"tax", 7, run_tax},         {"clear", 2, run_clear},       {"address", 3, run_address},
    {"change", 3, run_change},   {"overage", 3, run_overage},   {"grant", 5, run_grant},
    {"use", 4, run_use},         {"adjust", 2, run_adjust},     {"pay", 2, run_pay},
};

static void run_statement(struct world *world, char *statement)
{
    struct words words = {0};
    char *rest = NULL;

    for (char *word = strtok_r(statement, " \n", &rest); word != NULL; word = strtok_r(NULL, " \n", &rest)) {
        assert(words.count < WORDS_MAX);
        words.word[words.count++] = word;
    }
    if (words.count == 0) {
        return;
    }
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        if (strcmp(words.word[0], statements[i].name) == 0 && words.count >= statements[i].words_min) {
            statements[i].run(world, &words);
            return;
        }
    }
    unreadable("statement", words.word[0]);
}

void script_run(struct world *world, const char *script)
{
    char *copy = malloc(strlen(script) + 1);
    char *rest = NULL;

    assert(copy != NULL);
    memcpy(copy, script, strlen(script) + 1);
    for (char *statement = strtok_r(copy, ";", &rest); statement != NULL; statement = strtok_r(NULL, ";", &rest)) {
        run_statement(world, statement);
    }
    free(copy);
}

void script_bill(struct world *world, const char *script)
{
    world_reset(world);
    script_run(world, SCRIPT_CATALOGUE);
    script_run(world, script);
    world_bill(world);
}

__attribute__((format(printf, 3, 4))) static void append(char *out, size_t size, const char *format, ...)
{
    size_t used = strlen(out);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(out + used, size - used, format, arguments);
    va_end(arguments);
}

void script_lines(const struct world *world, char *out, size_t size)
{
    const struct bill *bill = &world->bill;
    int digits = minor_digits(world->facts.currency);
    char amount[DECIMAL_TEXT_MAX];

    out[0] = '\0';
    if (bill->status == BILL_HELD) {
        append(out, size, "held: %s", hold_reason_name(bill->hold.reason));
        return;
    }
    if (bill->status == BILL_NO_CHARGE) {
        append(out, size, "no_charge");
        return;
    }
    for (size_t i = 0; i < bill->line_count; i++) {
        (void)decimal_format(bill->lines[i].amount_minor, digits, amount);
        append(out, size, "%s%s %s", i == 0 ? "" : ", ", line_kind_name(bill->lines[i].kind), amount);
    }
    (void)decimal_format(bill->total_minor, digits, amount);
    append(out, size, " = %s", amount);
}

static void append_credits(char *out, size_t size, const char *name, int64_t credits)
{
    char text[DECIMAL_TEXT_MAX];

    if (credits != 0) {
        (void)decimal_format(credits, 2, text);
        append(out, size, "%s%s %s", out[0] == '\0' ? "" : ", ", name, text);
    }
}

void script_used(const struct world *world, char *out, size_t size)
{
    const struct bill *bill = &world->bill;
    char stake[DECIMAL_TEXT_MAX];

    out[0] = '\0';
    append_credits(out, size, "bonus", bill->used.bonus);
    append_credits(out, size, "included", bill->used.included);
    append_credits(out, size, "overage", bill->used.overage);
    append_credits(out, size, "unbilled", bill->used.unbilled);
    if (bill->used.unbilled != 0) {
        (void)decimal_format(bill->at_stake_minor, minor_digits(world->facts.currency), stake);
        append(out, size, " (%s)", stake);
    }
}
