/*
 * Owns the way of a random world into a database.
 */
#include "tests/schema/random_database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/calendar.h"
#include "tests/lib/random_world.h"

#define KNOWN_EARLY 1000 /* recorded_at of what every run knows */
#define CURRENCY_COUNT 4
#define EVENT_SQL "INSERT INTO usage_events VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, -1), NULL, ?7)"

static const char *const CURRENCIES[CURRENCY_COUNT] = {"USD", "JPY", "BHD", "UYW"}; /* 2, 0, 3 and 4 digits */

struct filling {
    struct fresh *fresh;
    struct world *world;
    struct random_database in;
    uint64_t state;
    int account;       /* at hand */
    int row;           /* of the account, over all tables */
    char account_id[32];
    sqlite3_stmt *event;
};

static bool percent(struct filling *filling, int64_t chance)
{
    return random_up_to(&filling->state, 99) < chance;
}

/* One statement in sqlite3_mprintf's form. */
static void run(struct filling *filling, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    fresh_sql(filling->fresh, sql);
    sqlite3_free(sql);
}

static int64_t known_between(const struct filling *filling)
{
    return filling->in.first_as_of + 1;
}

static int64_t known_late(const struct filling *filling)
{
    return filling->in.last_as_of + 1;
}

/* A row of `key` that is known early in most cases; `other` is content that another version had or will have. Frees both. */
static void versions_add(struct filling *filling, const char *table, const char *key, char *content, char *other)
{
    static const char ROW[] = "INSERT INTO %s VALUES (%s, %s, %lld)";

    if (percent(filling, 10)) {
        run(filling, ROW, table, key, other, INT64_C(500));
        run(filling, ROW, table, key, content, (long long)KNOWN_EARLY);
    } else if (percent(filling, 5)) {
        run(filling, ROW, table, key, other, INT64_C(500));
        run(filling, ROW, table, key, content, known_between(filling));
    } else if (percent(filling, 5)) {
        run(filling, ROW, table, key, content, (long long)KNOWN_EARLY);
        run(filling, ROW, table, key, other, known_late(filling));
    } else {
        run(filling, ROW, table, key, content, percent(filling, 3) ? known_between(filling) : INT64_C(1000));
    }
    sqlite3_free(content);
    sqlite3_free(other);
}

/* The same of a table of facts, whose rows can be voided: the row itself, or one more with other content. */
static void fact_add(struct filling *filling, const char *table, const char *id, char *content, char *other)
{
    char *key = sqlite3_mprintf("'%s-%d-%d'", id, filling->account, filling->row++);

    if (percent(filling, 10)) {
        run(filling, "INSERT INTO %s VALUES ('%s-%d-%dx', %s, 1000)", table, id, filling->account, filling->row, other);
        run(filling, "INSERT INTO voids VALUES ('%s', '%s-%d-%dx', 'wrong', 1500)", table, id, filling->account, filling->row);
    }
    if (percent(filling, 3)) {
        run(filling, "INSERT INTO voids VALUES ('%s', %s, 'wrong', %lld)", table, key,
            percent(filling, 50) ? known_between(filling) : known_late(filling));
    }
    versions_add(filling, table, key, content, other);
    sqlite3_free(key);
}

/* Amounts near the bounds, too: a third of them, where the database is to be extreme. */
static int64_t stretch(struct filling *filling, int64_t value, int64_t most)
{
    if (!filling->in.extreme || !percent(filling, 35)) {
        return value;
    }
    return random_up_to(&filling->state, percent(filling, 50) ? most : most / 1000000);
}

static void prices_fill(struct filling *filling)
{
    const struct catalogue *catalogue = &filling->world->catalogue;

    for (size_t i = 0; i < catalogue->price_count; i++) {
        const struct plan_price *row = &catalogue->prices[i];
        const char *plan = catalogue->plans[row->plan].code;

        for (size_t j = 0; j < CURRENCY_COUNT; j++) {
            char *key = sqlite3_mprintf("%Q, %Q, %lld", plan, CURRENCIES[j], row->effective_from);
            int64_t price = row->plan == PLAN_FREE ? 0 : stretch(filling, row->monthly_minor, PRICE_MINOR_MAX);
            char *overage = row->overage_millionths == NO_OVERAGE_PRICE
                                ? sqlite3_mprintf("NULL")
                                : sqlite3_mprintf("%lld", stretch(filling, row->overage_millionths, UNIT_PRICE_MAX));

            versions_add(filling, "plan_prices", key, sqlite3_mprintf("%lld, %s", price, overage),
                         sqlite3_mprintf("%d, 77000", row->plan == PLAN_FREE ? 0 : 1234));
            sqlite3_free(overage);
            sqlite3_free(key);
        }
    }
}

static void plans_fill(struct filling *filling)
{
    const struct catalogue *catalogue = &filling->world->catalogue;

    for (size_t i = 0; i < catalogue->plan_count; i++) {
        const struct plan *row = &catalogue->plans[i];
        char *key = sqlite3_mprintf("%Q", row->code);

        versions_add(filling, "plans", key, sqlite3_mprintf("'Plan %s', %lld", row->name, row->rank),
                     sqlite3_mprintf("'Former %s', %lld", row->name, row->rank));
        sqlite3_free(key);
    }
    for (size_t i = 0; i < catalogue->allowance_count; i++) {
        const struct plan_allowance *row = &catalogue->allowances[i];
        char *key = sqlite3_mprintf("%Q, %lld", catalogue->plans[row->plan].code, row->effective_from);

        versions_add(filling, "plan_allowances", key,
                     sqlite3_mprintf("%lld", stretch(filling, row->credits, CREDITS_MAX)), sqlite3_mprintf("4321"));
        sqlite3_free(key);
    }
}

static void models_fill(struct filling *filling)
{
    const struct catalogue *catalogue = &filling->world->catalogue;

    for (size_t i = 0; i < catalogue->rate_count; i++) {
        const struct model_rate *row = &catalogue->rates[i];
        char *key = sqlite3_mprintf("%Q, %lld", catalogue->models[row->model], row->effective_from);
        char *limit = row->request_token_limit == 0 ? sqlite3_mprintf("NULL")
                                                    : sqlite3_mprintf("%lld", row->request_token_limit);

        versions_add(filling, "model_rates", key,
                     sqlite3_mprintf("%lld, %s", 1 + stretch(filling, row->multiplier, MULTIPLIER_MAX - 1), limit),
                     sqlite3_mprintf("3000000, NULL"));
        sqlite3_free(limit);
        sqlite3_free(key);
    }
}

static void taxes_fill(struct filling *filling)
{
    static const char *const CUSTOMERS[] = {"any", "consumer", "business"};
    const struct catalogue *catalogue = &filling->world->catalogue;

    for (size_t i = 0; i < catalogue->country_count; i++) {
        const struct country_rule *row = &catalogue->countries[i];
        char *key = sqlite3_mprintf("%Q, %lld", row->country, row->effective_from);

        versions_add(filling, "countries", key, sqlite3_mprintf("%d", row->eligible), sqlite3_mprintf("0"));
        sqlite3_free(key);
    }
    for (size_t i = 0; i < catalogue->tax_count; i++) {
        const struct tax_rate *row = &catalogue->taxes[i];
        char *key = sqlite3_mprintf("%Q, %s%Q%s, %Q, %lld, %Q", row->country, row->region[0] == '\0' ? "nullif(" : "",
                                    row->region, row->region[0] == '\0' ? ", '')" : "", CUSTOMERS[row->customer],
                                    row->effective_from, row->name);

        versions_add(filling, "tax_rates", key,
                     sqlite3_mprintf("%lld, %s", row->percent,
                                     row->rounding == ROUND_DOCUMENT   ? "'document'"
                                     : random_up_to(&filling->state, 1) ? "'line'"
                                                                        : "NULL"),
                     sqlite3_mprintf("123456, 'document'"));
        sqlite3_free(key);
    }
}

static void policies_fill(struct filling *filling)
{
    static const char *const PRORATIONS[] = {"day_inclusive", "day_exclusive", "second"};
    static const char *const ALLOWANCES[] = {"full", "prorated"};
    const struct policies *policies = &filling->world->policies;

    run(filling, "INSERT INTO policies VALUES ('proration', 0, %Q, 1000), ('first_month_allowance', 0, %Q, 1000)",
        PRORATIONS[policies->proration], ALLOWANCES[policies->first_allowance]);
    run(filling, "INSERT INTO policies VALUES ('proration', 1, %Q, 900), ('proration', 1, %Q, 1000)", PRORATIONS[0],
        PRORATIONS[policies->proration]);
}

static void account_fill(struct filling *filling)
{
    const struct account_facts *facts = &filling->world->facts;
    const char *currency = percent(filling, 70) ? "USD" : CURRENCIES[random_up_to(&filling->state, CURRENCY_COUNT - 1)];
    char *key = sqlite3_mprintf("%Q", filling->account_id);
    int64_t created_at = percent(filling, 3) ? known_late(filling) : 0;
    char *first_paid_at = facts->first_paid_at == INSTANT_NONE ? sqlite3_mprintf("NULL")
                                                               : sqlite3_mprintf("%lld", facts->first_paid_at);

    facts = &filling->world->facts;
    filling->world->facts.currency = currency;
    versions_add(filling, "accounts", key,
                 sqlite3_mprintf("'Acme %d', %Q, %lld, %s", filling->account, currency, created_at, first_paid_at),
                 sqlite3_mprintf("'Acme', %Q, 0, NULL", currency));
    sqlite3_free(first_paid_at);
    sqlite3_free(key);
    for (size_t i = 0; i < facts->address_count; i++) {
        const struct address_fact *row = &facts->addresses[i];

        fact_add(filling, "billing_addresses", row->address_id,
                 sqlite3_mprintf("%Q, %lld, %Q, %Q, %Q", filling->account_id, row->effective_at, row->country, row->region,
                                 row->tax_number),
                 sqlite3_mprintf("%Q, %lld, 'DE', NULL, NULL", filling->account_id, row->effective_at));
    }
}

/* A third of the accounts are newcomers: all they do with their plan, they do in the month. */
static void crowd_changes(struct filling *filling)
{
    int64_t start = month_start_ms(filling->in.month);
    int64_t length = month_end_ms(filling->in.month) - start;

    for (size_t i = 0; i < filling->world->facts.change_count; i++) {
        filling->world->changes[i].effective_at = start + filling->world->changes[i].effective_at % length;
    }
}

static void subscription_fill(struct filling *filling)
{
    const struct account_facts *facts = &filling->world->facts;
    const struct plan *plans = filling->world->catalogue.plans;
    size_t plan_count = filling->world->catalogue.plan_count;

    for (size_t i = 0; i < facts->change_count; i++) {
        const struct plan_change_fact *row = &facts->changes[i];
        const struct plan *other = &plans[random_up_to(&filling->state, (int64_t)plan_count - 1)];

        fact_add(filling, "plan_changes", row->change_id,
                 sqlite3_mprintf("%Q, %lld, %Q", filling->account_id, row->effective_at, row->plan_code),
                 sqlite3_mprintf("%Q, %lld, %Q", filling->account_id, row->effective_at, other->code));
    }
    for (size_t i = 0; i < facts->setting_count; i++) {
        const struct overage_setting_fact *row = &facts->settings[i];
        char *cap = row->cap_credits == CAP_NONE ? sqlite3_mprintf("NULL")
                                                 : sqlite3_mprintf("%lld", stretch(filling, row->cap_credits, CREDITS_MAX));

        fact_add(filling, "overage_settings", row->setting_id,
                 sqlite3_mprintf("%Q, %lld, %d, %s", filling->account_id, row->effective_at, row->enabled, cap),
                 sqlite3_mprintf("%Q, %lld, %d, 99", filling->account_id, row->effective_at, !row->enabled));
        sqlite3_free(cap);
    }
    for (size_t i = 0; i < facts->grant_count; i++) {
        const struct credit_grant_fact *row = &facts->grants[i];

        fact_add(filling, "credit_grants", row->grant_id,
                 sqlite3_mprintf("%Q, %lld, %lld, %lld, %Q", filling->account_id,
                                 stretch(filling, row->credits, CREDITS_MAX), row->starts_at, row->expires_at, row->reason),
                 sqlite3_mprintf("%Q, 555, %lld, %lld, %Q", filling->account_id, row->starts_at, row->expires_at + 1,
                                 row->reason));
    }
}

static void money_fill(struct filling *filling)
{
    const struct account_facts *facts = &filling->world->facts;
    int month_before = filling->in.month % 100 == 1 ? filling->in.month - 89 : filling->in.month - 1;

    for (size_t i = 0; i < facts->adjustment_count; i++) {
        const struct adjustment_fact *row = &facts->adjustments[i];
        int64_t amount = row->amount_minor < 0 ? -stretch(filling, -row->amount_minor, PRICE_MINOR_MAX)
                                               : stretch(filling, row->amount_minor, PRICE_MINOR_MAX);

        fact_add(filling, "adjustments", row->adjustment_id,
                 sqlite3_mprintf("%Q, %d, %lld, %Q, %Q, %Q", filling->account_id, filling->in.month, amount, facts->currency,
                                 row->reason, row->approved_by),
                 sqlite3_mprintf("%Q, %d, 99, %Q, 'another', 'someone'", filling->account_id, month_before, facts->currency));
    }
    for (size_t i = 0; i < facts->payment_count; i++) {
        const struct payment_fact *row = &facts->payments[i];

        fact_add(filling, "payments", row->payment_id,
                 sqlite3_mprintf("%Q, %d, 5, %lld, %Q, NULL", filling->account_id, filling->in.month, row->amount_minor,
                                 facts->currency),
                 sqlite3_mprintf("%Q, %d, 5, 88, %Q, NULL", filling->account_id, month_before, facts->currency));
    }
}

/* The one statement that is run often enough to prepare it. */
static void event_add(struct filling *filling, const char *event_id, const char *account_id, struct usage_event event)
{
    sqlite3_stmt *insert = filling->event;
    int64_t known_at = percent(filling, 4)   ? known_between(filling)
                       : percent(filling, 4) ? known_late(filling)
                                             : KNOWN_EARLY;

    sqlite3_bind_text(insert, 1, event_id, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, account_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, event.at);
    sqlite3_bind_text(insert, 4, filling->world->catalogue.models[event.model], -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 5, stretch(filling, event.quantity, QUANTITY_MAX));
    sqlite3_bind_int64(insert, 6, stretch(filling, event.tokens, COUNT_MAX));
    sqlite3_bind_int64(insert, 7, known_at);
    assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
    sqlite3_reset(insert);
}

static void events_fill(struct filling *filling)
{
    const struct world *world = filling->world;
    const char *account_id = percent(filling, 2) ? "nobody" : filling->account_id;
    char event_id[64];

    for (size_t i = 0; i < world->event_count; i++) {
        snprintf(event_id, sizeof event_id, "e%05d-%d-%zu", (int)random_up_to(&filling->state, 99999), filling->account, i);
        event_add(filling, event_id, account_id, world->events[i].event);
        if (percent(filling, 4)) {
            run(filling, "INSERT INTO voids VALUES ('usage_events', %Q, 'wrong', %lld)", event_id,
                percent(filling, 60) ? INT64_C(1500) : known_between(filling));
        }
    }
}

void random_database_fill(struct fresh *fresh, struct world *world, struct random_database in)
{
    struct filling filling = {.fresh = fresh, .world = world, .in = in, .state = in.seed};

    random_catalogue(world, in.seed, in.month);
    fresh_sql(fresh, "BEGIN");
    assert_int_equal(sqlite3_prepare_v2(fresh->upstream, EVENT_SQL, -1, &filling.event, NULL), SQLITE_OK);
    plans_fill(&filling);
    prices_fill(&filling);
    models_fill(&filling);
    taxes_fill(&filling);
    policies_fill(&filling);
    for (int i = 0; i < in.accounts; i++) {
        filling.account = i;
        filling.row = 0;
        snprintf(filling.account_id, sizeof filling.account_id, "acc-%04d", i);
        random_account(world, in.seed * 10007 + (uint64_t)i);
        if (i % 3 == 0) {
            crowd_changes(&filling);
        }
        account_fill(&filling);
        subscription_fill(&filling);
        money_fill(&filling);
        events_fill(&filling);
    }
    sqlite3_finalize(filling.event);
    fresh_sql(fresh, "COMMIT");
}
