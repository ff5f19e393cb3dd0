/*
 * random_world.c - draws a world from a seed.
 */
#include "tests/lib/random_world.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"

#define INSTANTS_MAX 256
#define ROWS_MAX 3        /* catalogue rows of one key */
#define MONTHS_BACK 4 /* how far history reaches */

uint64_t random_next(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);

    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static struct {
    const uint8_t *bytes;
    size_t count;
} given;

void random_from_bytes(const uint8_t *bytes, size_t count)
{
    given.bytes = bytes;
    given.count = count;
}

/* As many bytes as the choice needs, fewer at the end. */
static uint64_t given_next(int64_t most)
{
    size_t needed = most < 1 << 8 ? 1 : most < 1 << 16 ? 2 : sizeof(uint64_t);
    uint64_t number = 0;

    for (size_t i = 0; i < needed && given.count > 0; i++, given.count--) {
        number = number << 8 | *given.bytes++;
    }
    return number;
}

int64_t random_up_to(uint64_t *state, int64_t most)
{
    if (given.count > 0) {
        return (int64_t)(given_next(most) % ((uint64_t)most + 1));
    }
    return (int64_t)(random_next(state) % ((uint64_t)most + 1));
}

struct drawing {
    struct world *world;
    uint64_t state;
    int64_t first, end;             /* history's first instant; E */
    int64_t instants[INSTANTS_MAX]; /* where rules turn */
    size_t instant_count;
};

static bool percent(struct drawing *drawing, int64_t chance)
{
    return random_up_to(&drawing->state, 99) < chance;
}

static int64_t within(struct drawing *drawing, int64_t least, int64_t most)
{
    return least + random_up_to(&drawing->state, most - least);
}

static void remember(struct drawing *drawing, int64_t at)
{
    if (drawing->instant_count < INSTANTS_MAX) {
        drawing->instants[drawing->instant_count++] = at;
    }
}

/* An instant before E: often one where a rule turns, or a millisecond beside it. */
static int64_t instant(struct drawing *drawing)
{
    int64_t at = within(drawing, drawing->first, drawing->end - 1);

    if (percent(drawing, 50)) {
        at = drawing->instants[random_up_to(&drawing->state, (int64_t)drawing->instant_count - 1)];
        if (percent(drawing, 30)) {
            at += percent(drawing, 50) ? 1 : -1;
        }
    } else if (percent(drawing, 50)) { /* in the month itself */
        at = within(drawing, month_start_ms(drawing->world->month), drawing->end - 1);
    }
    return at < drawing->first ? drawing->first : at >= drawing->end ? drawing->end - 1 : at;
}

/* The same, remembered for others. */
static int64_t turning(struct drawing *drawing)
{
    int64_t at = instant(drawing);

    remember(drawing, at);
    return at;
}

/* When the rows of one key begin: distinct instants, the first mostly long ago. Returns how many. */
static int64_t draw_begins(struct drawing *drawing, int64_t rows, int64_t begins[ROWS_MAX])
{
    for (int64_t i = 0; i < rows; i++) {
        begins[i] = i == 0 && percent(drawing, 98) ? 0 : turning(drawing);
        for (int64_t j = 0; j < i; j++) {
            if (begins[j] == begins[i]) {
                return i;
            }
        }
    }
    return rows;
}

/* History's edges: the last instant and the starts of the months, that of the month itself twice as often. */
static void remember_months(struct drawing *drawing)
{
    int32_t month = drawing->world->month;

    drawing->end = month_end_ms(month);
    remember(drawing, drawing->end - 1);
    for (int i = 0; i <= MONTHS_BACK; i++) {
        drawing->first = month_start_ms(month);
        remember(drawing, drawing->first);
        month = month_previous(month);
    }
    remember(drawing, month_start_ms(drawing->world->month));
}

static void draw_policies(struct drawing *drawing)
{
    struct policies *policies = &drawing->world->policies;

    policies->proration = (enum proration)random_up_to(&drawing->state, PRORATE_SECOND);
    policies->first_allowance = percent(drawing, 30) ? FIRST_ALLOWANCE_PRORATED : FIRST_ALLOWANCE_FULL;
}

static void draw_month(struct drawing *drawing)
{
    static const int32_t months[] = {202402, 202403, 202401, 202312, 202511, 202512, 202601, 202602, 202802, 210002};

    drawing->world->month = months[random_up_to(&drawing->state, sizeof months / sizeof months[0] - 1)];
    remember_months(drawing);
    draw_policies(drawing);
}

static void draw_prices(struct drawing *drawing, int plan)
{
    int64_t begins[ROWS_MAX];
    int64_t rows = draw_begins(drawing, percent(drawing, 99) ? within(drawing, 1, ROWS_MAX) : 0, begins);

    for (int64_t i = 0; i < rows; i++) {
        struct plan_price *row = world_price(drawing->world);
        row->plan = plan;
        memcpy(row->currency, "USD", sizeof "USD");
        row->effective_from = begins[i];
        row->monthly_minor = plan == PLAN_FREE ? 0 : within(drawing, 0, 500) + 1000 * plan;
        row->overage_millionths =
            plan == PLAN_FREE || percent(drawing, 10) ? NO_OVERAGE_PRICE : within(drawing, 0, 90000);
    }
}

static void draw_allowances(struct drawing *drawing, int plan)
{
    int64_t begins[ROWS_MAX];
    int64_t rows = draw_begins(drawing, percent(drawing, 99) ? within(drawing, 1, ROWS_MAX) : 0, begins);

    for (int64_t i = 0; i < rows; i++) {
        struct plan_allowance *row = world_allowance(drawing->world);
        row->plan = plan;
        row->effective_from = begins[i];
        row->credits = within(drawing, 0, 3000 * (plan + 1));
    }
}

static void draw_plans(struct drawing *drawing)
{
    static const char *const codes[] = {"free", "pro", "proplus", "promax", "power"};
    int64_t count = within(drawing, 2, 5);

    for (int plan = 0; plan < count; plan++) {
        struct plan *row = world_plan(drawing->world);
        (void)snprintf(row->code, sizeof row->code, "%s", codes[plan]);
        (void)snprintf(row->name, sizeof row->name, "%s", codes[plan]);
        row->rank = plan * 3;
        draw_prices(drawing, plan);
        draw_allowances(drawing, plan);
    }
}

static void draw_models(struct drawing *drawing)
{
    static const char *const names[] = {"auto", "sonnet-4", "opus-4.5"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int32_t model = world_model(drawing->world, names[i]);
        int64_t begins[ROWS_MAX];
        int64_t rows = draw_begins(drawing, within(drawing, 1, ROWS_MAX), begins);
        for (int64_t j = 0; j < rows; j++) {
            struct model_rate *row = world_rate(drawing->world);
            row->model = model;
            row->effective_from = begins[j];
            row->multiplier = percent(drawing, 50) ? 1000000 : within(drawing, 1, 3000000);
            row->request_token_limit = percent(drawing, 20) ? within(drawing, 1, 1000) : 0;
        }
    }
}

static void draw_tax(struct drawing *drawing, const char *country, const char *region, const char *name,
                     enum tax_rounding rounding)
{
    int64_t begins[ROWS_MAX];
    int64_t rows = draw_begins(drawing, within(drawing, 1, ROWS_MAX), begins);

    for (int64_t i = 0; i < rows; i++) {
        struct tax_rate *row = world_tax(drawing->world);
        (void)snprintf(row->country, sizeof row->country, "%s", country);
        (void)snprintf(row->region, sizeof row->region, "%s", region);
        (void)snprintf(row->name, sizeof row->name, "%s", name);
        row->customer = (enum customer_kind)random_up_to(&drawing->state, CUSTOMER_BUSINESS);
        row->effective_from = begins[i];
        row->percent = percent(drawing, 10) ? 0 : within(drawing, 1, 300000);
        row->rounding = rounding;
    }
}

static void draw_countries(struct drawing *drawing)
{
    static const char *const codes[] = {"US", "DE", "JP", "CA"};

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct country_rule *row = world_country(drawing->world);
        (void)snprintf(row->country, sizeof row->country, "%s", codes[i]);
        row->effective_from = percent(drawing, 98) ? 0 : turning(drawing);
        row->eligible = percent(drawing, 99);
    }
    draw_tax(drawing, "DE", "", "VAT", ROUND_LINE);
    draw_tax(drawing, "JP", "", "Consumption tax", ROUND_DOCUMENT);
    draw_tax(drawing, "CA", "", "GST", ROUND_LINE);
    draw_tax(drawing, "CA", "QC", "GST", ROUND_LINE);
    draw_tax(drawing, "CA", "QC", "QST", ROUND_DOCUMENT);
}

static const char *id(struct drawing *drawing, char letter)
{
    char text[16];

    (void)snprintf(text, sizeof text, "%c%d", letter, (int)within(drawing, 0, 999999));
    return world_text(drawing->world, text);
}

static void draw_addresses(struct drawing *drawing)
{
    static const char *const codes[] = {"US", "US", "DE", "DE", "JP", "CA", "CA"};
    int64_t rows = within(drawing, 1, 3);

    for (int64_t i = 0; i < rows; i++) {
        struct address_fact *row = world_address(drawing->world);
        row->address_id = id(drawing, 'a');
        row->effective_at = i == 0 && percent(drawing, 98) ? 0 : turning(drawing);
        row->country = percent(drawing, 1) ? "CU" : codes[within(drawing, 0, 6)];
        row->region = strcmp(row->country, "CA") == 0 && percent(drawing, 60) ? "QC" : "";
        row->tax_number = percent(drawing, 30) ? "T-1" : "";
    }
}

static void draw_changes(struct drawing *drawing)
{
    struct world *world = drawing->world;
    int64_t rows = percent(drawing, 10) ? 0 : within(drawing, 1, 8);

    for (int64_t i = 0; i < rows; i++) {
        struct plan_change_fact *row = world_change(world);
        row->change_id = id(drawing, 'c');
        row->effective_at = turning(drawing);
        row->plan = (int)within(drawing, 0, (int64_t)world->catalogue.plan_count - 1);
        row->plan_code = world->plans[row->plan].code;
        if (percent(drawing, 1) && percent(drawing, 30)) {
            row->plan = PLAN_UNKNOWN;
            row->plan_code = "gold";
        }
    }
    if (percent(drawing, 15)) {
        world->facts.first_paid_at = turning(drawing);
    }
}

static void draw_settings(struct drawing *drawing)
{
    int64_t rows = within(drawing, 0, 6);

    for (int64_t i = 0; i < rows; i++) {
        struct overage_setting_fact *row = world_setting(drawing->world);
        row->setting_id = id(drawing, 's');
        row->effective_at = turning(drawing);
        row->enabled = percent(drawing, 70);
        row->cap_credits = percent(drawing, 50) ? CAP_NONE : within(drawing, 0, 6000);
    }
}

static void draw_grants(struct drawing *drawing)
{
    int64_t rows = percent(drawing, 30) ? 0 : within(drawing, 1, 5);
    int64_t shared_expiry = turning(drawing) + 1;

    for (int64_t i = 0; i < rows; i++) {
        struct credit_grant_fact *row = world_grant(drawing->world);
        row->grant_id = id(drawing, 'g');
        row->reason = "trial";
        row->credits = within(drawing, 0, 4000);
        row->starts_at = turning(drawing);
        row->expires_at = percent(drawing, 40) ? shared_expiry : row->starts_at + within(drawing, 1, 60 * DAY_MS);
        if (row->expires_at <= row->starts_at) {
            row->expires_at = row->starts_at + 1;
        }
        remember(drawing, row->expires_at);
    }
}

static void draw_events(struct drawing *drawing)
{
    static const int64_t most[] = {10000, 2000000, 2000000, 20000000}; /* millionths */
    int64_t rows = within(drawing, 0, 60);

    for (int64_t i = 0; i < rows; i++) {
        struct usage_event *event = world_event(drawing->world);
        event->at = instant(drawing);
        event->model = (int32_t)within(drawing, 0, 2);
        event->quantity = percent(drawing, 3) ? 0 : within(drawing, 1, most[within(drawing, 0, 3)]);
        event->tokens = percent(drawing, 60) ? TOKENS_NONE : within(drawing, 0, 3000);
    }
}

static void draw_amounts(struct drawing *drawing)
{
    for (int64_t i = percent(drawing, 80) ? 0 : within(drawing, 1, 3); i > 0; i--) {
        struct adjustment_fact *row = world_adjustment(drawing->world);
        *row = (struct adjustment_fact){id(drawing, 'j'), within(drawing, -3000, 3000), "USD", "goodwill", "controller"};
    }
    for (int64_t i = percent(drawing, 60) ? 0 : within(drawing, 1, 3); i > 0; i--) {
        struct payment_fact *row = world_payment(drawing->world);
        *row = (struct payment_fact){id(drawing, 'p'), 0, within(drawing, -3000, 6000), "USD", ""};
    }
}

static void draw_catalogue(struct drawing *drawing)
{
    draw_plans(drawing);
    draw_models(drawing);
    draw_countries(drawing);
}

static void draw_account(struct drawing *drawing)
{
    draw_addresses(drawing);
    draw_changes(drawing);
    draw_settings(drawing);
    draw_grants(drawing);
    draw_events(drawing);
    draw_amounts(drawing);
}

void random_world(struct world *world, uint64_t seed)
{
    struct drawing drawing = {.world = world, .state = seed};

    world_reset(world);
    draw_month(&drawing);
    draw_catalogue(&drawing);
    draw_account(&drawing);
}

void random_catalogue(struct world *world, uint64_t seed, int32_t month)
{
    struct drawing drawing = {.world = world, .state = seed};

    world_reset(world);
    world->month = month;
    remember_months(&drawing);
    draw_policies(&drawing);
    draw_catalogue(&drawing);
}

/* Where the catalogue turns. */
static void remember_catalogue(struct drawing *drawing)
{
    const struct catalogue *catalogue = &drawing->world->catalogue;

    for (size_t i = 0; i < catalogue->price_count; i++) {
        remember(drawing, catalogue->prices[i].effective_from);
    }
    for (size_t i = 0; i < catalogue->rate_count; i++) {
        remember(drawing, catalogue->rates[i].effective_from);
    }
    for (size_t i = 0; i < catalogue->tax_count; i++) {
        remember(drawing, catalogue->taxes[i].effective_from);
    }
}

void random_account(struct world *world, uint64_t seed)
{
    struct drawing drawing = {.world = world, .state = seed};

    world_clear_account(world);
    remember_months(&drawing);
    remember_catalogue(&drawing);
    draw_account(&drawing);
}
