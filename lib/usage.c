/*
 * Rate an event (R5, R6) and add it to its account's cell (R7, R19).
 */
#include "lib/usage.h"

#include <assert.h>

#include "lib/arith.h"
#include "lib/calendar.h"

#define CACHE_LINE_BYTES 64 /* of most processors; of others something is asked for twice, or comes late */

/* quantity and multiplier are in millionths, credits in hundredths. */
#define MILLIONTHS_SQUARED_PER_HUNDREDTH UINT64_C(10000000000)

static_assert((unsigned __int128)QUANTITY_MAX * MULTIPLIER_MAX + MILLIONTHS_SQUARED_PER_HUNDREDTH / 2 <= UINT64_MAX,
              "an event of one request is rated in 64 bits");
static_assert((unsigned __int128)QUANTITY_MAX * MULTIPLIER_MAX <= (~(unsigned __int128)0) / COUNT_MAX / 2,
              "an event of COUNT_MAX requests is rated in 128 bits");
static_assert((__int128)2 * CREDITS_OVER <= INT64_MAX, "a sum fits before it is capped");

int64_t usage_requests(const struct model_rate *rate, int64_t tokens)
{
    if (rate->request_token_limit == 0 || tokens <= rate->request_token_limit) {
        return 1;
    }
    return (tokens + rate->request_token_limit - 1) / rate->request_token_limit;
}

bool usage_tokens_count(const struct catalogue *catalogue, int64_t end)
{
    bool count = false;

    for (size_t i = 0; i < catalogue->rate_count && !count; i++) {
        count = catalogue->rates[i].request_token_limit > 0 && catalogue->rates[i].effective_from < end;
    }
    return count;
}

/* R5: rounded half up to 0.01, at least 0.01 when quantity > 0. */
static int64_t rate_event(const struct model_rate *rate, const struct usage_event *event)
{
    uint64_t product = (uint64_t)event->quantity * (uint64_t)rate->multiplier;
    int64_t count = usage_requests(rate, event->tokens);
    unsigned __int128 credits;

    if (count == 1) {
        credits = (product + MILLIONTHS_SQUARED_PER_HUNDREDTH / 2) / MILLIONTHS_SQUARED_PER_HUNDREDTH;
    } else {
        credits = ((unsigned __int128)product * (uint64_t)count + MILLIONTHS_SQUARED_PER_HUNDREDTH / 2) /
                  MILLIONTHS_SQUARED_PER_HUNDREDTH;
    }
    if (credits == 0 && event->quantity > 0) {
        return 1;
    }
    return credits > CREDITS_MAX ? CREDITS_OVER : (int64_t)credits;
}

int64_t usage_credits(const struct catalogue *catalogue, struct usage_event event)
{
    const struct model_rate *rate = catalogue_rate(catalogue, event.model, event.at);

    return rate == NULL ? CREDITS_UNKNOWN_MODEL : rate_event(rate, &event);
}

struct usage_rated usage_rate(const struct catalogue *catalogue, struct rate_span *spans, const struct usage_event *event)
{
    struct rate_span *span = &spans[event->model];

    if (event->at < span->from || event->at >= span->until) {
        *span = catalogue_rate_span(catalogue, event->model, event->at);
    }
    return (struct usage_rated){
        .account = event->account,
        .model = event->model,
        .at = event->at,
        .credits = span->rate == NULL ? CREDITS_UNKNOWN_MODEL : rate_event(span->rate, event),
    };
}

/* Sums stop at CREDITS_OVER: in any order the same. */
static int64_t sum_capped(int64_t a, int64_t b)
{
    int64_t sum = a + b;

    return sum > CREDITS_MAX ? CREDITS_OVER : sum;
}

/* The first unknown model by (instant, model), whatever the order of arrival. */
static void unknown_note(struct usage_account *account, int32_t model, int64_t at)
{
    if (account->unknown_model < 0 || at < account->unknown_at ||
        (at == account->unknown_at && model < account->unknown_model)) {
        account->unknown_model = model;
        account->unknown_at = at;
    }
}

/* The account's cell that `at` lies in, or NULL: before the first. */
static struct usage_cell *cell_at(const struct usage_table *table, const struct usage_account *account, int64_t at)
{
    struct usage_cell *cells = table->cells + account->first_cell;
    size_t low = 0;
    size_t high = account->cell_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cells[middle].from <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? NULL : &cells[low - 1];
}

void usage_day_add(struct usage_day *day, struct usage_day more)
{
    day->events += more.events;
    if (!arith_add(day->quantity, more.quantity, &day->quantity)) {
        day->quantity = INT64_MAX;
    }
}

void usage_note(struct usage_month_sums *sums, int64_t month_start, int64_t month_end, const struct usage_event *event)
{
    if (event->at < month_start) {
        return;
    }
    struct usage_day *day = &sums->days[(event->at - month_start) / DAY_MS];

    usage_day_add(day, (struct usage_day){1, event->quantity});
    sums->edges.first_minute += event->at < month_start + MINUTE_MS;
    sums->edges.last_minute += event->at >= month_end - MINUTE_MS;
    sums->events++;
}

static struct usage_model_cell *model_cell(const struct usage_table *table, const struct usage_rated *rated)
{
    return &table->models[(size_t)rated->account * table->catalogue->model_count + (size_t)rated->model];
}

void usage_take(struct usage_table *table, const struct usage_rated *rated)
{
    struct usage_account *account = &table->accounts[rated->account];
    struct usage_cell *cell = account->cell_count > 0 ? cell_at(table, account, rated->at) : NULL;
    bool in_month = rated->at >= table->month_start;
    assert(rated->at < table->month_end);

    if (!in_month && cell == NULL) {
        return;
    }
    if (rated->credits == CREDITS_UNKNOWN_MODEL) {
        unknown_note(account, rated->model, rated->at);
        account->unknown_events += in_month;
        return;
    }
    if (cell != NULL) {
        cell->credits = sum_capped(cell->credits, rated->credits);
        cell->events++;
    }
    if (in_month) {
        struct usage_model_cell *model = model_cell(table, rated);

        model->credits = sum_capped(model->credits, rated->credits);
        model->events++;
    }
}

void usage_add(struct usage_table *table, struct usage_event event)
{
    struct usage_rated rated = {event.account, event.model, event.at, usage_credits(table->catalogue, event)};

    usage_note(&table->sums, table->month_start, table->month_end, &event);
    usage_take(table, &rated);
}

void usage_expect(const struct usage_table *table, const struct usage_rated *rated)
{
    __builtin_prefetch(&table->accounts[rated->account], 1);
    __builtin_prefetch(model_cell(table, rated), 1);
}

void usage_expect_cells(const struct usage_table *table, const struct usage_rated *rated)
{
    const struct usage_account *account = &table->accounts[rated->account];

    if (account->cell_count > 0) {
        __builtin_prefetch(&table->cells[account->first_cell], 1);
    }
}

void usage_expect_month(const struct usage_table *table, int32_t account)
{
    size_t count = table->catalogue->model_count;
    const struct usage_model_cell *models = &table->models[(size_t)account * count];

    __builtin_prefetch(&table->accounts[account]);
    for (size_t i = 0; i < count; i += CACHE_LINE_BYTES / sizeof *models) {
        __builtin_prefetch(&models[i]);
    }
}

void usage_month_sums_merge(struct usage_month_sums *sums, const struct usage_month_sums *part)
{
    for (size_t i = 0; i < USAGE_DAYS_MAX; i++) {
        usage_day_add(&sums->days[i], part->days[i]);
    }
    sums->edges.first_minute += part->edges.first_minute;
    sums->edges.last_minute += part->edges.last_minute;
    sums->events += part->events;
}

bool usage_cell_of(const struct usage_table *table, int32_t account, int64_t at, size_t *cell)
{
    const struct usage_account *slot = &table->accounts[account];
    const struct usage_cell *found = slot->cell_count > 0 ? cell_at(table, slot, at) : NULL;

    if (found == NULL) {
        return false;
    }
    *cell = (size_t)(found - table->cells);
    return true;
}

struct usage_model_cell usage_month_total(const struct usage_table *table, int32_t account)
{
    size_t count = table->catalogue->model_count;
    const struct usage_model_cell *models = &table->models[(size_t)account * count];
    struct usage_model_cell total = {.events = table->accounts[account].unknown_events};

    for (size_t i = 0; i < count; i++) {
        total.credits = sum_capped(total.credits, models[i].credits);
        total.events += models[i].events;
    }
    return total;
}
