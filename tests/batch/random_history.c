/*
 * Draws histories from seeds.
 */
#include "tests/batch/random_history.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "lib/calendar.h"
#include "tests/lib/random_world.h"

#define VALUES_MAX 240
#define SQL_MAX 65536
#define INITIAL_RECORDED_AT 1

/* One row, to be recorded in a step. */
struct news {
    int step;           /* 0: known from the start */
    int64_t delay;      /* recorded so long after the step before, milliseconds */
    bool early;         /* written a step before it is known */
    const char *into;   /* "INSERT INTO plans VALUES" */
    char values[VALUES_MAX]; /* "('pro', 'Pro', 1, @)", with @ for recorded_at */
};

#define TABLES_MAX 20

struct random_history {
    uint64_t state;
    int late_percent; /* of the rows of the account at hand; so much of the rest is corrected or voided, too */
    const char *tables[TABLES_MAX]; /* every `into` */
    size_t table_count;
    struct news *news;
    size_t count;
    size_t max;
};

static const char CATALOGUE[] =
    "INSERT INTO plans VALUES ('free', 'Free', 0, 1), ('pro', 'Pro', 1, 1), ('plus', 'Plus', 2, 1);"
    "INSERT INTO plan_prices VALUES ('free', 'USD', 0, 0, NULL, 1), ('pro', 'USD', 0, 2000, 40000, 1),"
    " ('plus', 'USD', 0, 4000, 30000, 1), ('pro', 'JPY', 0, 3000, 6000000, 1), ('plus', 'JPY', 0, 6000, 5000000, 1),"
    " ('free', 'JPY', 0, 0, NULL, 1);"
    "INSERT INTO plan_allowances VALUES ('free', 0, 5000, 1), ('pro', 0, 20000, 1), ('plus', 0, 50000, 1);"
    "INSERT INTO model_rates VALUES ('auto', 0, 1000000, NULL, 1), ('sonnet', 0, 1300000, 1000, 1);"
    "INSERT INTO countries VALUES ('US', 0, 1, 1), ('DE', 0, 1, 1), ('JP', 0, 1, 1), ('CA', 0, 1, 1), ('FR', 0, 0, 1);"
    "INSERT INTO tax_rates VALUES ('DE', NULL, 'consumer', 0, 'VAT', 190000, NULL, 1),"
    " ('JP', NULL, 'any', 0, 'Consumption tax', 100000, 'document', 1), ('CA', 'QC', 'any', 0, 'GST', 50000, NULL, 1),"
    " ('CA', 'QC', 'any', 0, 'QST', 99750, NULL, 1);";

int64_t history_as_of(int step)
{
    return month_end_ms(HISTORY_LAST_MONTH) + (2 + 10 * step) * DAY_MS;
}

static int64_t within(struct random_history *history, int64_t least, int64_t most)
{
    return least + random_up_to(&history->state, most - least);
}

static bool percent(struct random_history *history, int chance)
{
    return within(history, 0, 99) < chance;
}

/* An instant of the four months that matter; often at the start or the end of one. */
static int64_t instant(struct random_history *history)
{
    int32_t month = HISTORY_FIRST_MONTH - 1 + (int32_t)within(history, 0, 3);

    if (percent(history, 10)) {
        return month_start_ms(month);
    }
    if (percent(history, 10)) {
        return month_end_ms(month) - 1;
    }
    return within(history, month_start_ms(month), month_end_ms(month) - 1);
}

static void table_note(struct random_history *history, const char *into)
{
    for (size_t i = 0; i < history->table_count; i++) {
        if (strcmp(history->tables[i], into) == 0) {
            return;
        }
    }
    assert_in_range(history->table_count, 0, TABLES_MAX - 1);
    history->tables[history->table_count++] = into;
}

/* A row that becomes known in a step; -1: from the start mostly, otherwise late. Returns the step. */
__attribute__((format(printf, 4, 5)))
static int news_add(struct random_history *history, int step, const char *into, const char *format, ...)
{
    va_list arguments;

    if (history->count == history->max) {
        history->max = 2 * history->max + 1024;
        history->news = realloc(history->news, history->max * sizeof *history->news);
        assert_non_null(history->news);
    }
    struct news *news = &history->news[history->count++];
    table_note(history, into);
    if (step < 0) {
        step = percent(history, history->late_percent) ? (int)within(history, 1, HISTORY_STEPS) : 0;
    }
    *news = (struct news){.step = step, .delay = within(history, 1, 9 * DAY_MS), .early = percent(history, 30), .into = into};
    va_start(arguments, format);
    int length = vsnprintf(news->values, sizeof news->values, format, arguments);
    va_end(arguments);
    assert_in_range(length, 1, sizeof news->values - 1);
    return step;
}

enum fate { STAYS, CORRECTED, VOIDED };

/* What becomes of a row known since `step`, and in which later one; a late row stays: steps may change places. */
static enum fate fate_of(struct random_history *history, int step, int *later)
{
    if (step > 0 || !percent(history, history->late_percent)) {
        return STAYS;
    }
    *later = (int)within(history, 1, HISTORY_STEPS);
    return percent(history, 50) ? CORRECTED : VOIDED;
}

/* A row of a table that is drawn anew where it is corrected. */
typedef int (*draw_row)(struct random_history *history, int step, int account, const char *id);

static void draw(struct random_history *history, int account, const char *table, const char *id, draw_row draw_one)
{
    int later = 0;
    int step = draw_one(history, -1, account, id);
    enum fate fate = fate_of(history, step, &later);

    if (fate == CORRECTED) {
        draw_one(history, later, account, id);
    } else if (fate == VOIDED) {
        news_add(history, later, "INSERT INTO voids VALUES ", "('%s', '%s', 'wrong', @)", table, id);
    }
}

static const char *currency_of(int account)
{
    return account % 7 == 0 ? "JPY" : "USD";
}

static int draw_change(struct random_history *history, int step, int account, const char *id)
{
    static const char *const plans[] = {"free", "pro", "pro", "plus", "plus"};
    const char *plan = percent(history, 1) ? "gold" : plans[within(history, 0, 4)];

    return news_add(history, step, "INSERT INTO plan_changes VALUES ", "('%s', 'a%04d', %" PRId64 ", '%s', @)", id, account,
                    instant(history), plan);
}

static int draw_address(struct random_history *history, int step, int account, const char *id)
{
    static const char *const countries[] = {"US", "US", "US", "DE", "DE", "JP", "CA"};
    const char *country = percent(history, 3) ? "FR" : countries[within(history, 0, 6)];
    int64_t at = percent(history, 70) ? 0 : instant(history);

    return news_add(history, step, "INSERT INTO billing_addresses VALUES ", "('%s', 'a%04d', %" PRId64 ", '%s', %s, %s, @)", id,
                    account, at, country, strcmp(country, "CA") == 0 ? "'QC'" : "NULL", percent(history, 20) ? "'T-1'" : "NULL");
}

static int draw_setting(struct random_history *history, int step, int account, const char *id)
{
    char cap[24] = "NULL";

    if (percent(history, 40)) {
        snprintf(cap, sizeof cap, "%" PRId64, within(history, 0, 20000));
    }
    return news_add(history, step, "INSERT INTO overage_settings VALUES ", "('%s', 'a%04d', %" PRId64 ", %d, %s, @)", id, account,
                    instant(history), percent(history, 75), cap);
}

static int draw_grant(struct random_history *history, int step, int account, const char *id)
{
    int64_t from = instant(history);

    return news_add(history, step, "INSERT INTO credit_grants VALUES ", "('%s', 'a%04d', %" PRId64 ", %" PRId64 ", %" PRId64
                    ", 'trial', @)", id, account, within(history, 0, 15000), from, from + within(history, 1, 70 * DAY_MS));
}

static int draw_adjustment(struct random_history *history, int step, int account, const char *id)
{
    return news_add(history, step, "INSERT INTO adjustments VALUES ", "('%s', 'a%04d', %d, %" PRId64 ", '%s', 'goodwill', 'me', @)",
                    id, account, (int)within(history, HISTORY_FIRST_MONTH, HISTORY_LAST_MONTH), within(history, -900, 900),
                    currency_of(account));
}

static int draw_payment(struct random_history *history, int step, int account, const char *id)
{
    return news_add(history, step, "INSERT INTO payments VALUES ", "('%s', 'a%04d', %d, 5, %" PRId64 ", '%s', NULL, @)", id,
                    account, (int)within(history, HISTORY_FIRST_MONTH, HISTORY_LAST_MONTH), within(history, -500, 4000),
                    currency_of(account));
}

/* Events have no corrections: a wrong one is voided. */
static void draw_event(struct random_history *history, int account, int number)
{
    static const char *const models[] = {"auto", "auto", "sonnet"};
    const char *model = percent(history, 1) && percent(history, 40) ? "mystery" : models[within(history, 0, 2)];
    int later = 0;
    int64_t quantity = within(history, 0, 250) * 1000000 + within(history, 0, 999999);
    int step = news_add(history, -1,
                        "INSERT INTO usage_events (event_id, account_id, occurred_at, model, quantity, tokens, recorded_at) "
                        "VALUES ", "('e%d-%d', 'a%04d', %" PRId64 ", '%s', %" PRId64 ", %s, @)",
                        account, number, account, instant(history), model, quantity, percent(history, 20) ? "1500" : "NULL");

    if (fate_of(history, step, &later) != STAYS) {
        news_add(history, later, "INSERT INTO voids VALUES ", "('usage_events', 'e%d-%d', 'wrong', @)", account, number);
    }
}

static int draw_account_row(struct random_history *history, int step, int account, const char *id)
{
    int64_t created = percent(history, 80) ? month_start_ms(HISTORY_FIRST_MONTH - 1) : instant(history);
    char first_paid[24] = "NULL";
    (void)account;

    if (percent(history, 10)) {
        snprintf(first_paid, sizeof first_paid, "%" PRId64, instant(history));
    }
    return news_add(history, step, "INSERT INTO accounts VALUES ", "('%s', 'Name %d', '%s', %" PRId64 ", %s, @)", id, account,
                    currency_of(account), created, first_paid);
}

static void draw_account(struct random_history *history, int account)
{
    static const struct {
        const char *table;
        char letter;
        int most;
        draw_row draw;
    } tables[] = {
        {"billing_addresses", 'd', 2, draw_address}, {"plan_changes", 'c', 4, draw_change},
        {"overage_settings", 's', 2, draw_setting},  {"credit_grants", 'g', 2, draw_grant},
        {"adjustments", 'j', 2, draw_adjustment},    {"payments", 'p', 3, draw_payment},
    };
    char id[32];
    int later = 0;

    history->late_percent = percent(history, 30) ? 15 : 2; /* most have one thing late, or nothing */
    snprintf(id, sizeof id, "a%04d", account);
    int step = draw_account_row(history, percent(history, 95) ? 0 : -1, account, id);
    if (fate_of(history, step, &later) == CORRECTED) {
        draw_account_row(history, later, account, id);
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        int rows = (int)within(history, tables[i].letter == 'd' && percent(history, 96), tables[i].most);
        for (int row = 0; row < rows; row++) {
            snprintf(id, sizeof id, "%c%d-%d", tables[i].letter, account, row);
            draw(history, account, tables[i].table, id, tables[i].draw);
        }
    }
    for (int event = (int)within(history, 0, 15); event > 0; event--) {
        draw_event(history, account, event);
    }
}

/* Every other step also learns of a row of the catalogue; six seeds on end learn of each. */
static void draw_catalogue(struct random_history *history, uint64_t seed)
{
    static const struct {
        const char *into;
        const char *values;
    } rows[] = {
        {"INSERT INTO plan_prices VALUES ", "('pro', 'USD', 0, 2200, 40000, @)"},
        {"INSERT INTO plan_prices VALUES ", "('plus', 'USD', 1763000000000, 4500, 35000, @)"},
        {"INSERT INTO plan_allowances VALUES ", "('pro', 0, 15000, @)"},
        {"INSERT INTO model_rates VALUES ", "('sonnet', 1763000000000, 1500000, NULL, @)"},
        {"INSERT INTO model_rates VALUES ", "('mystery', 0, 900000, NULL, @)"},
        {"INSERT INTO countries VALUES ", "('FR', 0, 1, @)"},
        {"INSERT INTO tax_rates VALUES ", "('DE', NULL, 'consumer', 1763000000000, 'VAT', 160000, NULL, @)"},
        {"INSERT INTO policies VALUES ", "('proration', 0, 'second', @)"},
        {"INSERT INTO policies VALUES ", "('first_month_allowance', 0, 'prorated', @)"},
        {"INSERT INTO plans VALUES ", "('gold', 'Gold', 9, @)"},
        {"INSERT INTO plan_prices VALUES ", "('gold', 'USD', 0, 9000, NULL, @)"},
        {"INSERT INTO plan_allowances VALUES ", "('gold', 0, 90000, @)"},
    };

    for (int step = 2; step <= HISTORY_STEPS; step += 2) { /* then everyone is computed again: not in every step */
        size_t row = (size_t)(seed * HISTORY_STEPS + (uint64_t)step) / 2 % (sizeof rows / sizeof rows[0]);
        news_add(history, step, rows[row].into, "%s", rows[row].values);
    }
}

struct random_history *history_make(uint64_t seed, int accounts)
{
    struct random_history *history = calloc(1, sizeof *history);

    assert_non_null(history);
    history->state = seed;
    for (int account = 1; account <= accounts; account++) {
        draw_account(history, account);
    }
    draw_catalogue(history, seed);
    return history;
}

void history_free(struct random_history *history)
{
    free(history->news);
    free(history);
}

/* Rows of one table on their way to upstream: many in one statement. */
struct batch {
    struct fresh *fresh;
    const char *into;
    char sql[SQL_MAX];
    size_t used;
};

static void batch_end(struct batch *batch)
{
    if (batch->used > 0) {
        fresh_sql(batch->fresh, batch->sql);
    }
    batch->used = 0;
}

/* The row with its recorded_at instead of @. */
static void batch_add(struct batch *batch, const struct news *news, int64_t recorded_at)
{
    const char *place = strchr(news->values, '@');

    assert_non_null(place);
    if (batch->used > SQL_MAX - VALUES_MAX - 256) {
        batch_end(batch);
    }
    batch->used += (size_t)snprintf(batch->sql + batch->used, sizeof batch->sql - batch->used, "%s%.*s%" PRId64 "%s",
                                    batch->used == 0 ? batch->into : ", ", (int)(place - news->values), news->values,
                                    recorded_at, place + 1);
}

/* In which step the news are known, and in which they are written. */
static int step_known(const struct news *news, const int *order)
{
    int known = news->step;

    for (int at = 1; order != NULL && news->step > 0 && at <= HISTORY_STEPS; at++) {
        known = order[at] == news->step ? at : known;
    }
    return known;
}

static int step_written(const struct news *news, const int *order)
{
    int known = step_known(news, order);

    return known > 0 && news->early ? known - 1 : known;
}

/* All rows of the step that go into the batch's table. */
static void table_write(const struct random_history *history, struct batch *batch, int step, const int *order)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct news *news = &history->news[i];
        if (strcmp(news->into, batch->into) == 0 && step_written(news, order) == step) {
            int known = step_known(news, order);
            batch_add(batch, news, known == 0 ? INITIAL_RECORDED_AT : history_as_of(known - 1) + news->delay);
        }
    }
    batch_end(batch);
}

void history_write(const struct random_history *history, struct fresh *fresh, int step, const int *order)
{
    static struct batch batch;

    batch.fresh = fresh;
    fresh_sql(fresh, "BEGIN");
    if (step == 0) {
        fresh_sql(fresh, CATALOGUE);
    }
    for (size_t i = 0; i < history->table_count; i++) {
        batch.into = history->tables[i];
        table_write(history, &batch, step, order);
    }
    fresh_sql(fresh, "COMMIT");
}
