/*
 * Owns the marks: which accounts something was learned of.
 */
#include "schema/store_learned.h"

#include <assert.h>
#include <stdlib.h>

#include "lib/calendar.h"
#include "schema/store_account_sound.h"
#include "schema/store_facts.h"
#include "schema/store_internal.h"
#include "schema/store_learned_internal.h"
#include "schema/store_sql.h"

static const char DOING[] = "read what was learned";

/* ?1 since, ?2 until, ?3 the month's end, ?4 the month as yyyymm, ?5 its start. */
#define IN_SPAN(row) row ".recorded_at + 0 > ?1 AND " row ".recorded_at + 0 <= ?2 " /* + 0: by the index of that */
#define NUMBER_OF(row) "CROSS JOIN account_ids i ON i.account_id = " row ".account_id "

/* Rows of a table; any version of the key reaches the month. (A reach of "month + 0" asks nothing of the index by month,
 * which has all the month's rows.) */
#define LEARNED(table, key, reach)                                                                                     \
    "SELECT i.account, t.recorded_at FROM " table " t " NUMBER_OF("t") "WHERE " IN_SPAN("t")                           \
    "AND EXISTS (SELECT 1 FROM " table " o WHERE o." key " = t." key " AND o." reach ")"

/* Voids of its rows. */
#define VOIDED(table, key, reach)                                                                                      \
    "SELECT i.account, v.recorded_at FROM voids v CROSS JOIN " table " t ON t." key " = v.id " NUMBER_OF("t")          \
    "WHERE v.table_name = '" table "' AND " IN_SPAN("v") "AND t." reach

/* R27: so much that a payment more or less can be beyond the bounds. */
#define BEYOND_BOUNDS                                                                                                  \
    " AND (SELECT total(abs(p.amount)) FROM payments p WHERE p.account_id = t.account_id AND p.month = ?4) + "         \
    "(SELECT total(abs(d.total)) FROM documents d WHERE d.account_id = t.account_id AND d.month = ?4) > 9000000000000"

static const char *const ACCOUNTS_SQL[] = {
    LEARNED("accounts", "account_id", "created_at < ?3"),
    LEARNED("billing_addresses", "address_id", "effective_at < ?3"),
    VOIDED("billing_addresses", "address_id", "effective_at < ?3"),
    LEARNED("plan_changes", "change_id", "effective_at < ?3"),
    VOIDED("plan_changes", "change_id", "effective_at < ?3"),
    LEARNED("overage_settings", "setting_id", "effective_at < ?3"),
    VOIDED("overage_settings", "setting_id", "effective_at < ?3"),
    LEARNED("credit_grants", "grant_id", "starts_at < ?3"),
    VOIDED("credit_grants", "grant_id", "starts_at < ?3"),
    LEARNED("adjustments", "adjustment_id", "month + 0 = ?4"),
    VOIDED("adjustments", "adjustment_id", "month + 0 = ?4"),
    LEARNED("payments", "payment_id", "month + 0 = ?4") BEYOND_BOUNDS,
    VOIDED("payments", "payment_id", "month + 0 = ?4") BEYOND_BOUNDS,
    /* a plan that was not there: who asked for it */
    "SELECT i.account, n.recorded_at FROM plans n CROSS JOIN plan_changes t ON t.plan = n.plan " NUMBER_OF("t")
    "WHERE " IN_SPAN("n") "AND t.effective_at < ?3 AND NOT EXISTS "
    "(SELECT 1 FROM plans o WHERE o.plan = n.plan AND o.recorded_at < n.recorded_at)",
};

/* R1: rows in force before the month's end; of the policies those that a bill depends on, at its start. */
static const char CATALOGUE_SQL[] =
    "SELECT EXISTS (SELECT 1 FROM plan_prices t WHERE " IN_SPAN("t") "AND t.effective_from < ?3) "
    "OR EXISTS (SELECT 1 FROM plan_allowances t WHERE " IN_SPAN("t") "AND t.effective_from < ?3) "
    "OR EXISTS (SELECT 1 FROM model_rates t WHERE " IN_SPAN("t") "AND t.effective_from < ?3) "
    "OR EXISTS (SELECT 1 FROM countries t WHERE " IN_SPAN("t") "AND t.effective_from < ?3) "
    "OR EXISTS (SELECT 1 FROM tax_rates t WHERE " IN_SPAN("t") "AND t.effective_from < ?3) "
    "OR EXISTS (SELECT 1 FROM policies t WHERE " IN_SPAN("t") "AND t.effective_from <= ?5 "
    "AND t.policy IN ('proration', 'first_month_allowance'))";

static const char RUNS_SQL[] = "SELECT r.run, r.as_of, r.kind = 'reprocess' FROM runs r JOIN run_ends e ON e.run = r.run "
                               "AND e.outcome = 'issued' WHERE r.month = ?1 AND e.sequence < ?2 ORDER BY e.sequence";
static const char COVERED_SQL[] = "SELECT i.account FROM statements s CROSS JOIN account_ids i "
                                  "ON i.account_id = s.account_id WHERE s.run = ?1";
/* INDEXED BY: SQLite would rather read all statements of the run than its few held ones. */
static const char HELD_SQL[] = "SELECT i.account FROM statements s INDEXED BY statements_held CROSS JOIN account_ids i "
                               "ON i.account_id = s.account_id WHERE s.run = ?1 AND s.status = 'held'";

void learned_mark(struct learned *learned, int32_t account, int64_t recorded_at)
{
    if (recorded_at > learned_since_of(learned, account) && (learned->marks[account] & LEARNED_SOMETHING) == 0) {
        learned->marks[account] |= LEARNED_SOMETHING;
        learned->learned_count++;
    }
}

static enum err_code mark_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct learned *learned = context;
    int32_t account = 0;

    if (account_column(learned->store, row, 0, learned->account_count, &account, err) == ERR_NONE) {
        learned_mark(learned, account, sqlite3_column_int64(row, 1));
    }
    return err->code;
}

static enum err_code held_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct learned *learned = context;
    int32_t account = 0;

    if (account_column(learned->store, row, 0, learned->account_count, &account, err) == ERR_NONE) {
        learned->marks[account] |= LEARNED_HELD;
    }
    return err->code;
}

/* Accounts that a run of this number has a statement of. */
static enum err_code each_of_run(struct learned *learned, const char *sql, int32_t run, sql_visit visit, void *context,
                                 struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(learned->store, sql, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, run);
        code = sql_each(learned->store, query, DOING, visit, context, err);
    }
    sqlite3_finalize(query);
    return code;
}

struct covering { /* by a later close */
    struct rows *covered;
    int64_t as_of;
};

static enum err_code covered_take(void *context, sqlite3_stmt *row, struct err *err)
{
    const struct covering *covering = context;
    void *item = NULL;
    enum err_code code = rows_add(covering->covered, sizeof(struct covered), &item, err);

    if (code == ERR_NONE) {
        *(struct covered *)item = (struct covered){sqlite3_column_int(row, 0), covering->as_of};
    }
    return code;
}

static int by_account(const void *left, const void *right)
{
    const struct covered *a = left, *b = right;

    return a->account != b->account ? (a->account > b->account) - (a->account < b->account)
                                    : (a->as_of > b->as_of) - (a->as_of < b->as_of);
}

/* Sorted; of each account the last as-of. */
static void covered_settle(struct rows *covered)
{
    struct covered *items = covered->items;
    size_t kept = 0;

    if (covered->count == 0) {
        return;
    }
    qsort(items, covered->count, sizeof *items, by_account);
    for (size_t i = 0; i < covered->count; i++) {
        if (i + 1 == covered->count || items[i + 1].account != items[i].account) {
            items[kept++] = items[i];
        }
    }
    covered->count = kept;
}

/* The base run, and whom the closes after it covered. */
static enum err_code runs_read(struct learned *learned, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(learned->store, RUNS_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, learned->query.month);
        sql_bind_integer(query, 2, learned->query.before);
    }
    while (code == ERR_NONE && row) {
        code = sql_step(learned->store, query, DOING, &row, err);
        if (code != ERR_NONE || !row) {
            break;
        }
        int32_t run = sqlite3_column_int(query, 0);
        int64_t as_of = sqlite3_column_int64(query, 1);
        if (learned->base == 0 || sqlite3_column_int(query, 2) != 0) {
            learned->base = run;
            learned->since = as_of;
            learned->covered.count = 0;
        } else {
            struct covering covering = {&learned->covered, as_of};
            code = each_of_run(learned, COVERED_SQL, run, covered_take, &covering, err);
        }
    }
    sqlite3_finalize(query);
    if (code == ERR_NONE && learned->base == 0) {
        code = err_set(err, ERR_INTERNAL, "%s: month %d is not closed; please report this",
                       store_path(learned->store), (int)learned->query.month);
    }
    covered_settle(&learned->covered);
    return code;
}

static void parameters_bind(const struct learned *learned, sqlite3_stmt *query)
{
    const int64_t values[] = {learned->since, learned->query.until, learned->month_end, learned->query.month,
                              learned->month_start};

    for (int i = 0; i < sqlite3_bind_parameter_count(query); i++) {
        sql_bind_integer(query, i + 1, values[i]);
    }
}

static enum err_code tables_read(struct learned *learned, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < sizeof ACCOUNTS_SQL / sizeof ACCOUNTS_SQL[0] && code == ERR_NONE; i++) {
        sqlite3_stmt *query = NULL;

        code = sql_prepare(learned->store, ACCOUNTS_SQL[i], DOING, &query, err);
        if (code == ERR_NONE) {
            parameters_bind(learned, query);
            code = sql_each(learned->store, query, DOING, mark_take, learned, err);
        }
        sqlite3_finalize(query);
    }
    return code;
}

static enum err_code catalogue_changed(struct learned *learned, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(learned->store, CATALOGUE_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        parameters_bind(learned, query);
        code = sql_step(learned->store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        learned->catalogue = sqlite3_column_int(query, 0) != 0;
    }
    sqlite3_finalize(query);
    return code;
}

static enum err_code room_make(struct learned *learned, struct err *err)
{
    if (accounts_count(learned->store, &learned->account_count, err) != ERR_NONE) {
        return err->code;
    }
    learned->marks = calloc(learned->account_count + 1, sizeof *learned->marks);
    learned->slots = calloc(learned->account_count + 1, sizeof *learned->slots);
    return learned->marks == NULL || learned->slots == NULL ? no_memory(err) : ERR_NONE;
}

static enum err_code accounts_list(struct learned *learned, struct err *err)
{
    size_t count = 0;

    for (size_t i = 0; i < learned->account_count; i++) {
        count += learned->marks[i] != 0;
    }
    learned->accounts = calloc(count + 1, sizeof *learned->accounts);
    if (learned->accounts == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < learned->account_count; i++) {
        if (learned->marks[i] != 0) {
            learned->accounts[learned->accounts_count++] = (int32_t)i;
        }
    }
    return ERR_NONE;
}

enum err_code learned_read(struct store *store, struct learned_query query, struct learned **learned, struct err *err)
{
    struct learned *read = calloc(1, sizeof *read);

    if (read == NULL) {
        return no_memory(err);
    }
    *read = (struct learned){
        .store = store,
        .query = query,
        .month_start = month_start_ms(query.month),
        .month_end = month_end_ms(query.month),
    };
    if (room_make(read, err) != ERR_NONE || runs_read(read, err) != ERR_NONE ||
        each_of_run(read, HELD_SQL, read->base, held_take, read, err) != ERR_NONE ||
        tables_read(read, err) != ERR_NONE || catalogue_changed(read, err) != ERR_NONE ||
        learned_usage_read(read, err) != ERR_NONE || accounts_list(read, err) != ERR_NONE) {
        learned_free(read);
        return err->code;
    }
    *learned = read;
    return ERR_NONE;
}

void learned_free(struct learned *learned)
{
    if (learned == NULL) {
        return;
    }
    rows_release(&learned->covered);
    rows_release(&learned->usage);
    rows_release(&learned->seen);
    free(learned->marks);
    free(learned->slots);
    free(learned->accounts);
    free(learned);
}

int32_t learned_base(const struct learned *learned)
{
    return learned->base;
}

int64_t learned_since(const struct learned *learned)
{
    return learned->since;
}

static int find_account(const void *key, const void *item)
{
    int32_t account = *(const int32_t *)key;
    const struct covered *covered = item;

    return (account > covered->account) - (account < covered->account);
}

int64_t learned_since_of(const struct learned *learned, int32_t account)
{
    const struct covered *covered =
        learned->covered.count == 0
            ? NULL
            : bsearch(&account, learned->covered.items, learned->covered.count, sizeof *covered, find_account);

    return covered == NULL ? learned->since : covered->as_of;
}

bool learned_catalogue(const struct learned *learned)
{
    return learned->catalogue;
}

size_t learned_count(const struct learned *learned)
{
    return learned->learned_count;
}

bool learned_anything(const struct learned *learned)
{
    return learned->catalogue || learned->learned_count > 0;
}

const int32_t *learned_accounts(const struct learned *learned, size_t *count)
{
    *count = learned->catalogue ? 0 : learned->accounts_count;
    return learned->catalogue ? NULL : learned->accounts;
}

struct learned_usage learned_usage_of(const struct learned *learned, int32_t account)
{
    uint32_t slot = learned->slots[account];

    return slot == 0 ? (struct learned_usage){.account = account}
                     : ((const struct learned_usage *)learned->usage.items)[slot - 1];
}

const struct usage_totals *learned_sums(const struct learned *learned)
{
    return learned->summed ? &learned->sums : NULL;
}

size_t learned_seen_count(const struct learned *learned)
{
    return learned->seen.count;
}

struct usage_seen learned_seen(const struct learned *learned, size_t index)
{
    return ((const struct usage_seen *)learned->seen.items)[index];
}
