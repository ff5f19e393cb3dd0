/*
 * Reads the catalogue and the policies as known at an as-of: of a key's rows
 * the newest recorded until then (R1, R3).
 */
#include "schema/store_catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char PLANS_SQL[] = /* R2: `free` always exists */
    "SELECT plan, name, rank FROM plans t WHERE t.recorded_at = "
    "(SELECT max(n.recorded_at) FROM plans n WHERE n.plan = t.plan AND n.recorded_at <= ?1) UNION ALL "
    "SELECT 'free', 'Free', 0 WHERE NOT EXISTS (SELECT 1 FROM plans n WHERE n.plan = 'free' AND n.recorded_at <= ?1)";
static const char PRICES_SQL[] =
    "SELECT plan, currency, effective_from, monthly_price, coalesce(overage_price, -1) FROM plan_prices t "
    "WHERE t.recorded_at = (SELECT max(n.recorded_at) FROM plan_prices n WHERE n.plan = t.plan "
    "AND n.currency = t.currency AND n.effective_from = t.effective_from AND n.recorded_at <= ?1)";
static const char ALLOWANCES_SQL[] =
    "SELECT plan, effective_from, monthly_credits FROM plan_allowances t "
    "WHERE t.recorded_at = (SELECT max(n.recorded_at) FROM plan_allowances n WHERE n.plan = t.plan "
    "AND n.effective_from = t.effective_from AND n.recorded_at <= ?1)";
static const char MODELS_SQL[] = "SELECT model, name FROM model_ids ORDER BY model";
static const char RATES_SQL[] =
    "SELECT i.model, effective_from, multiplier, coalesce(request_token_limit, 0) "
    "FROM model_rates t JOIN model_ids i ON i.name = t.model "
    "WHERE t.recorded_at = (SELECT max(n.recorded_at) FROM model_rates n WHERE n.model = t.model "
    "AND n.effective_from = t.effective_from AND n.recorded_at <= ?1)";
static const char COUNTRIES_SQL[] =
    "SELECT country, effective_from, eligible FROM countries t "
    "WHERE t.recorded_at = (SELECT max(n.recorded_at) FROM countries n WHERE n.country = t.country "
    "AND n.effective_from = t.effective_from AND n.recorded_at <= ?1)";
static const char TAXES_SQL[] =
    "SELECT country, coalesce(region, ''), customer, effective_from, name, percent, coalesce(rounding, '') "
    "FROM tax_rates t WHERE t.recorded_at = (SELECT max(n.recorded_at) FROM tax_rates n "
    "WHERE n.country = t.country AND coalesce(n.region, '') = coalesce(t.region, '') AND n.customer = t.customer "
    "AND n.effective_from = t.effective_from AND n.name = t.name AND n.recorded_at <= ?1)";
static const char POLICIES_SQL[] =
    "SELECT policy, value FROM policies t "
    "WHERE t.recorded_at = (SELECT max(n.recorded_at) FROM policies n WHERE n.policy = t.policy "
    "AND n.effective_from = t.effective_from AND n.recorded_at <= ?1) AND t.effective_from <= ?2 "
    "ORDER BY policy, effective_from";

/* Visit the rows of a query whose ?1 is the as-of, where it has one. */
static enum err_code each_row(struct store *store, const char *sql, int64_t as_of, sql_visit take, void *context,
                              struct err *err)
{
    static const char DOING[] = "read the catalogue";
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, sql, DOING, &query, err);

    if (code == ERR_NONE && sqlite3_bind_parameter_count(query) > 0) {
        sql_bind_integer(query, 1, as_of);
    }
    if (code == ERR_NONE) {
        code = sql_each(store, query, DOING, take, context, err);
    }
    sqlite3_finalize(query);
    return code;
}

/* What is read, array by array, with the catalogue that the plans are looked up in. */
struct reading {
    const struct store *store;
    struct catalogue catalogue;
    struct rows rows; /* of the table being read */
};

static enum err_code plan_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    void *item = NULL;

    if (reading->rows.count == PLANS_MAX) {
        return err_set(err, ERR_DATA, "%s: more than %d plans", store_path(reading->store), PLANS_MAX);
    }
    enum err_code code = rows_add(&reading->rows, sizeof(struct plan), &item, err);
    if (code == ERR_NONE) {
        struct plan *plan = item;
        sql_copy_text(plan->code, sizeof plan->code, row, 0);
        sql_copy_text(plan->name, sizeof plan->name, row, 1);
        plan->rank = sqlite3_column_int64(row, 2);
    }
    return code;
}

static enum err_code price_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    int plan = catalogue_plan(&reading->catalogue, sql_text(row, 0));
    void *item = NULL;

    if (plan == PLAN_UNKNOWN) {
        return ERR_NONE;
    }
    enum err_code code = rows_add(&reading->rows, sizeof(struct plan_price), &item, err);
    if (code == ERR_NONE) {
        struct plan_price *price = item;
        price->plan = plan;
        sql_copy_text(price->currency, sizeof price->currency, row, 1);
        price->effective_from = sqlite3_column_int64(row, 2);
        price->monthly_minor = sqlite3_column_int64(row, 3);
        price->overage_millionths = sqlite3_column_int64(row, 4);
    }
    return code;
}

static enum err_code allowance_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    int plan = catalogue_plan(&reading->catalogue, sql_text(row, 0));
    void *item = NULL;

    if (plan == PLAN_UNKNOWN) {
        return ERR_NONE;
    }
    enum err_code code = rows_add(&reading->rows, sizeof(struct plan_allowance), &item, err);
    if (code == ERR_NONE) {
        *(struct plan_allowance *)item = (struct plan_allowance){
            .plan = plan,
            .effective_from = sqlite3_column_int64(row, 1),
            .credits = sqlite3_column_int64(row, 2),
        };
    }
    return code;
}

/* The dictionary's numbers start at 1; names of numbers without one are "". */
static enum err_code model_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    int64_t model = sqlite3_column_int64(row, 0);
    enum err_code code = ERR_NONE;
    void *item = NULL;

    if (model != (reading->rows.count == 0 ? 1 : (int64_t)reading->rows.count) || model > INT32_MAX) {
        return sql_damaged(reading->store, "the numbers of model_ids are not 1, 2, 3 ...", err);
    }
    while (code == ERR_NONE && (int64_t)reading->rows.count <= model) {
        code = rows_add(&reading->rows, ID_BYTES_MAX + 1, &item, err);
    }
    if (code == ERR_NONE) {
        sql_copy_text(item, ID_BYTES_MAX + 1, row, 1);
    }
    return code;
}

static enum err_code rate_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    void *item = NULL;
    enum err_code code = rows_add(&reading->rows, sizeof(struct model_rate), &item, err);

    if (code == ERR_NONE) {
        *(struct model_rate *)item = (struct model_rate){
            .model = sqlite3_column_int(row, 0),
            .effective_from = sqlite3_column_int64(row, 1),
            .multiplier = sqlite3_column_int64(row, 2),
            .request_token_limit = sqlite3_column_int64(row, 3),
        };
    }
    return code;
}

static enum err_code country_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    void *item = NULL;
    enum err_code code = rows_add(&reading->rows, sizeof(struct country_rule), &item, err);

    if (code == ERR_NONE) {
        struct country_rule *rule = item;
        sql_copy_text(rule->country, sizeof rule->country, row, 0);
        rule->effective_from = sqlite3_column_int64(row, 1);
        rule->eligible = sqlite3_column_int(row, 2) != 0;
    }
    return code;
}

static enum customer_kind customer_of(const char *word)
{
    if (strcmp(word, "consumer") == 0) {
        return CUSTOMER_CONSUMER;
    }
    return strcmp(word, "business") == 0 ? CUSTOMER_BUSINESS : CUSTOMER_ANY;
}

static enum err_code tax_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    void *item = NULL;
    enum err_code code = rows_add(&reading->rows, sizeof(struct tax_rate), &item, err);

    if (code == ERR_NONE) {
        struct tax_rate *tax = item;
        sql_copy_text(tax->country, sizeof tax->country, row, 0);
        sql_copy_text(tax->region, sizeof tax->region, row, 1);
        tax->customer = customer_of(sql_text(row, 2));
        tax->effective_from = sqlite3_column_int64(row, 3);
        sql_copy_text(tax->name, sizeof tax->name, row, 4);
        tax->percent = sqlite3_column_int64(row, 5);
        tax->rounding = strcmp(sql_text(row, 6), "document") == 0 ? ROUND_DOCUMENT : ROUND_LINE;
    }
    return code;
}

/* Read one table into an array that the catalogue then owns. */
static enum err_code table_read(struct store *store, const char *sql, int64_t as_of, sql_visit take,
                                struct reading *reading, void **items, size_t *count, struct err *err)
{
    reading->rows = (struct rows){0};
    enum err_code code = each_row(store, sql, as_of, take, reading, err);

    if (code == ERR_NONE) {
        *items = reading->rows.items;
        *count = reading->rows.count;
    } else {
        rows_release(&reading->rows);
    }
    return code;
}

static enum err_code plans_read(struct store *store, int64_t as_of, struct reading *reading, struct err *err)
{
    struct catalogue *catalogue = &reading->catalogue;
    void *items = NULL;
    enum err_code code = table_read(store, PLANS_SQL, as_of, plan_take, reading, &items, &catalogue->plan_count, err);

    if (code != ERR_NONE) {
        return code;
    }
    catalogue->plans = items;
    plans_sort(catalogue->plans, catalogue->plan_count);
    return catalogue_plan(catalogue, "free") == PLAN_FREE ? ERR_NONE : sql_damaged(store, "the plan free is not the lowest", err);
}

static enum err_code rows_read(struct store *store, int64_t as_of, struct reading *reading, struct err *err)
{
    struct catalogue *catalogue = &reading->catalogue;
    void *items[6] = {NULL};
    struct {
        const char *sql;
        sql_visit take;
        size_t *count;
    } tables[] = {
        {PRICES_SQL, price_take, &catalogue->price_count},     {ALLOWANCES_SQL, allowance_take, &catalogue->allowance_count},
        {MODELS_SQL, model_take, &catalogue->model_count},     {RATES_SQL, rate_take, &catalogue->rate_count},
        {COUNTRIES_SQL, country_take, &catalogue->country_count}, {TAXES_SQL, tax_take, &catalogue->tax_count},
    };
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && code == ERR_NONE; i++) {
        code = table_read(store, tables[i].sql, as_of, tables[i].take, reading, &items[i], tables[i].count, err);
    }
    catalogue->prices = items[0];
    catalogue->allowances = items[1];
    catalogue->models = items[2];
    catalogue->rates = items[3];
    catalogue->countries = items[4];
    catalogue->taxes = items[5];
    return code;
}

enum err_code catalogue_read(struct store *store, int64_t as_of, struct catalogue *catalogue, struct err *err)
{
    struct reading reading = {.store = store};
    enum err_code code = plans_read(store, as_of, &reading, err);

    if (code == ERR_NONE) {
        code = rows_read(store, as_of, &reading, err);
    }
    if (code != ERR_NONE) {
        catalogue_release(&reading.catalogue);
        return code;
    }
    catalogue_sort(&reading.catalogue);
    *catalogue = reading.catalogue;
    return ERR_NONE;
}

void catalogue_release(struct catalogue *catalogue)
{
    free(catalogue->plans);
    free(catalogue->prices);
    free(catalogue->allowances);
    free(catalogue->rates);
    free(catalogue->models);
    free(catalogue->countries);
    free(catalogue->taxes);
    *catalogue = (struct catalogue){0};
}

struct policies_reading {
    const struct store *store;
    struct policies policies;
};

static enum err_code policy_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct policies_reading *reading = context;

    if (!policies_set(&reading->policies, sql_text(row, 0), sql_text(row, 1))) {
        return err_set(err, ERR_DATA, "%s: policy '%s' has the unknown value '%s'; correct it",
                       store_path(reading->store), sql_text(row, 0), sql_text(row, 1));
    }
    return ERR_NONE;
}

enum err_code policies_read(struct store *store, int32_t month, int64_t as_of, struct policies *policies,
                            struct err *err)
{
    static const char DOING[] = "read the policies";
    struct policies_reading reading = {store, POLICIES_DEFAULT};
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, POLICIES_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, as_of);
        sql_bind_integer(query, 2, month_start_ms(month));
    }
    if (code == ERR_NONE) {
        code = sql_each(store, query, DOING, policy_take, &reading, err);
    }
    sqlite3_finalize(query);
    if (code == ERR_NONE) {
        *policies = reading.policies;
    }
    return code;
}
