/* Another catalogue: its rows, with the database's for the tables that it has not. */
#include "batch/what_if.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/store_catalogue.h"

/* A catalogue under way. */
struct making {
    const struct what_if *what_if;
    const struct catalogue *real; /* the database's */
    struct catalogue *made;
};

/* Room for all rows of one table, whichever side they come from. */
static void *room_for(size_t rows, size_t size)
{
    return calloc(rows + 1, size);
}

static const struct kept_rows *rows_of(const struct making *making, enum what_if_table table)
{
    return &making->what_if->rows[table];
}

static void text_into(char *out, size_t size, const struct value *value)
{
    snprintf(out, size, "%s", value->kind == VALUE_TEXT ? value->text : "");
}

static int64_t integer_or(const struct value *value, int64_t otherwise)
{
    return value->kind == VALUE_INTEGER ? value->integer : otherwise;
}

static bool make_plans(struct making *making)
{
    const struct kept_rows *rows = rows_of(making, WHAT_IF_PLANS);
    struct catalogue *made = making->made;
    bool given = making->what_if->given[WHAT_IF_PLANS];

    made->plans = room_for(given ? rows->count + 1 : making->real->plan_count, sizeof *made->plans);
    if (made->plans == NULL) {
        return false;
    }
    if (!given) {
        made->plan_count = making->real->plan_count;
        memcpy(made->plans, making->real->plans, made->plan_count * sizeof *made->plans);
        return true;
    }
    for (size_t i = 0; i < rows->count; i++) {
        const struct value *row = kept_rows_newest(rows, i);
        if (row != NULL) {
            struct plan *plan = &made->plans[made->plan_count++];
            text_into(plan->code, sizeof plan->code, &row[kept_rows_column(rows, "plan")]);
            text_into(plan->name, sizeof plan->name, &row[kept_rows_column(rows, "name")]);
            plan->rank = row[kept_rows_column(rows, "rank")].integer;
        }
    }
    if (catalogue_plan(made, "free") == PLAN_UNKNOWN) { /* R2 */
        made->plans[made->plan_count++] = (struct plan){.code = "free", .name = "Free", .rank = 0};
    }
    plans_sort(made->plans, made->plan_count);
    return true;
}

/* The index of a plan of the database's catalogue, or PLAN_UNKNOWN: its rows are passed over. */
static int plan_here(const struct making *making, int plan)
{
    return catalogue_plan(making->made, making->real->plans[plan].code);
}

static bool make_prices(struct making *making)
{
    const struct kept_rows *rows = rows_of(making, WHAT_IF_PRICES);
    const struct catalogue *real = making->real;
    struct catalogue *made = making->made;
    bool given = making->what_if->given[WHAT_IF_PRICES];
    size_t count = given ? rows->count : real->price_count;

    made->prices = room_for(count, sizeof *made->prices);
    for (size_t i = 0; i < count && made->prices != NULL; i++) {
        struct plan_price price = {.plan = PLAN_UNKNOWN};
        const struct value *row = given ? kept_rows_newest(rows, i) : NULL;
        if (!given) {
            price = real->prices[i];
            price.plan = plan_here(making, price.plan);
        } else if (row != NULL) {
            price.plan = catalogue_plan(made, row[kept_rows_column(rows, "plan")].text);
            text_into(price.currency, sizeof price.currency, &row[kept_rows_column(rows, "currency")]);
            price.effective_from = row[kept_rows_column(rows, "effective_from")].integer;
            price.monthly_minor = row[kept_rows_column(rows, "monthly_price")].integer;
            price.overage_millionths = integer_or(&row[kept_rows_column(rows, "overage_price")], NO_OVERAGE_PRICE);
        }
        if (price.plan != PLAN_UNKNOWN) {
            made->prices[made->price_count++] = price;
        }
    }
    return made->prices != NULL;
}

static bool make_allowances(struct making *making)
{
    const struct kept_rows *rows = rows_of(making, WHAT_IF_ALLOWANCES);
    const struct catalogue *real = making->real;
    struct catalogue *made = making->made;
    bool given = making->what_if->given[WHAT_IF_ALLOWANCES];
    size_t count = given ? rows->count : real->allowance_count;

    made->allowances = room_for(count, sizeof *made->allowances);
    for (size_t i = 0; i < count && made->allowances != NULL; i++) {
        struct plan_allowance allowance = {.plan = PLAN_UNKNOWN};
        const struct value *row = given ? kept_rows_newest(rows, i) : NULL;
        if (!given) {
            allowance = real->allowances[i];
            allowance.plan = plan_here(making, allowance.plan);
        } else if (row != NULL) {
            allowance.plan = catalogue_plan(made, row[kept_rows_column(rows, "plan")].text);
            allowance.effective_from = row[kept_rows_column(rows, "effective_from")].integer;
            allowance.credits = row[kept_rows_column(rows, "monthly_credits")].integer;
        }
        if (allowance.plan != PLAN_UNKNOWN) {
            made->allowances[made->allowance_count++] = allowance;
        }
    }
    return made->allowances != NULL;
}

/* The number of a model that the database knows, or -1: without one there is no usage to rate. */
static int32_t model_number(const struct catalogue *catalogue, const char *name)
{
    for (size_t i = 0; i < catalogue->model_count; i++) {
        if (strcmp(catalogue->models[i], name) == 0) {
            return (int32_t)i;
        }
    }
    return -1;
}

static bool make_models(struct making *making)
{
    const struct kept_rows *rows = rows_of(making, WHAT_IF_RATES);
    const struct catalogue *real = making->real;
    struct catalogue *made = making->made;
    bool given = making->what_if->given[WHAT_IF_RATES];

    made->models = room_for(real->model_count, sizeof *made->models);
    made->rates = room_for(given ? rows->count : real->rate_count, sizeof *made->rates);
    if (made->models == NULL || made->rates == NULL) {
        return false;
    }
    made->model_count = real->model_count;
    for (size_t i = 0; i < real->model_count; i++) {
        memcpy(made->models[i], real->models[i], sizeof made->models[i]);
    }
    if (!given) {
        made->rate_count = real->rate_count;
        for (size_t i = 0; i < real->rate_count; i++) {
            made->rates[i] = real->rates[i];
        }
        return true;
    }
    for (size_t i = 0; i < rows->count; i++) {
        const struct value *row = kept_rows_newest(rows, i);
        int32_t model = row == NULL ? -1 : model_number(made, row[kept_rows_column(rows, "model")].text);
        if (model >= 0) {
            made->rates[made->rate_count++] = (struct model_rate){
                .model = model,
                .effective_from = row[kept_rows_column(rows, "effective_from")].integer,
                .multiplier = row[kept_rows_column(rows, "multiplier")].integer,
                .request_token_limit = integer_or(&row[kept_rows_column(rows, "request_token_limit")], 0),
            };
        }
    }
    return true;
}

static bool make_countries(struct making *making)
{
    const struct kept_rows *rows = rows_of(making, WHAT_IF_COUNTRIES);
    const struct catalogue *real = making->real;
    struct catalogue *made = making->made;
    bool given = making->what_if->given[WHAT_IF_COUNTRIES];
    size_t count = given ? rows->count : real->country_count;

    made->countries = room_for(count, sizeof *made->countries);
    for (size_t i = 0; i < count && made->countries != NULL; i++) {
        const struct value *row = given ? kept_rows_newest(rows, i) : NULL;
        if (!given) {
            made->countries[made->country_count++] = real->countries[i];
        } else if (row != NULL) {
            struct country_rule *rule = &made->countries[made->country_count++];
            text_into(rule->country, sizeof rule->country, &row[kept_rows_column(rows, "country")]);
            rule->effective_from = row[kept_rows_column(rows, "effective_from")].integer;
            rule->eligible = row[kept_rows_column(rows, "eligible")].integer != 0;
        }
    }
    return made->countries != NULL;
}

static enum customer_kind customer_of(const struct value *value)
{
    if (strcmp(value->text, "consumer") == 0) {
        return CUSTOMER_CONSUMER;
    }
    return strcmp(value->text, "business") == 0 ? CUSTOMER_BUSINESS : CUSTOMER_ANY;
}

static void tax_from(const struct kept_rows *rows, const struct value *row, struct tax_rate *tax)
{
    const struct value *rounding = &row[kept_rows_column(rows, "rounding")];
    bool document = rounding->kind == VALUE_TEXT && strcmp(rounding->text, "document") == 0;

    text_into(tax->country, sizeof tax->country, &row[kept_rows_column(rows, "country")]);
    text_into(tax->region, sizeof tax->region, &row[kept_rows_column(rows, "region")]);
    tax->customer = customer_of(&row[kept_rows_column(rows, "customer")]);
    tax->effective_from = row[kept_rows_column(rows, "effective_from")].integer;
    text_into(tax->name, sizeof tax->name, &row[kept_rows_column(rows, "name")]);
    tax->percent = row[kept_rows_column(rows, "percent")].integer;
    tax->rounding = document ? ROUND_DOCUMENT : ROUND_LINE;
}

static bool make_taxes(struct making *making)
{
    const struct kept_rows *rows = rows_of(making, WHAT_IF_TAXES);
    const struct catalogue *real = making->real;
    struct catalogue *made = making->made;
    bool given = making->what_if->given[WHAT_IF_TAXES];
    size_t count = given ? rows->count : real->tax_count;

    made->taxes = room_for(count, sizeof *made->taxes);
    for (size_t i = 0; i < count && made->taxes != NULL; i++) {
        const struct value *row = given ? kept_rows_newest(rows, i) : NULL;
        if (!given) {
            made->taxes[made->tax_count++] = real->taxes[i];
        } else if (row != NULL) {
            tax_from(rows, row, &made->taxes[made->tax_count++]);
        }
    }
    return made->taxes != NULL;
}

static enum err_code make(struct making *making, struct err *err)
{
    if (!make_plans(making) || !make_prices(making) || !make_allowances(making) || !make_models(making) ||
        !make_countries(making) || !make_taxes(making)) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    if (making->made->plan_count > PLANS_MAX) {
        return err_set(err, ERR_DATA, "plans.csv: more than %d plans", PLANS_MAX);
    }
    catalogue_sort(making->made);
    return ERR_NONE;
}

enum err_code what_if_catalogue(const struct what_if *what_if, struct store *store, int64_t as_of,
                                struct catalogue *catalogue, struct err *err)
{
    struct catalogue real = {.plan_count = 0};
    struct catalogue made = {.plan_count = 0};
    struct making making = {what_if, &real, &made};

    if (catalogue_read(store, as_of, &real, err) != ERR_NONE) {
        return err->code;
    }
    if (make(&making, err) == ERR_NONE) {
        *catalogue = made;
    } else {
        catalogue_release(&made);
    }
    catalogue_release(&real);
    return err->code;
}
