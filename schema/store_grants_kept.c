/*
 * Owns the question whether what a closed month left of grants still counts.
 */
#include "schema/store_grants_kept.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "lib/calendar.h"
#include "schema/store_account_sound.h"
#include "schema/store_facts.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_seen.h"

static const char DOING[] = "read what earlier months left of grants";

/* ?1 the month, ?2 the as-of. */
static const char MONTH_SQL[] = "SELECT coalesce(max(r.month), 0) FROM runs r JOIN run_ends e ON e.run = r.run "
                                "AND e.outcome = 'issued' WHERE r.month < ?1 AND r.as_of < ?2";
static const char RUNS_SQL[] = "SELECT r.run, r.as_of, r.kind = 'reprocess' FROM runs r JOIN run_ends e ON e.run = r.run "
                               "AND e.outcome = 'issued' WHERE r.month = ?1 AND r.as_of < ?2 ORDER BY e.sequence";
static const char LEFT_SQL[] = "SELECT grant_id, credits FROM grants_left WHERE run = ?1 AND account_id = ?2";
static const char STATEMENT_SQL[] = "SELECT status = 'held' FROM statements WHERE run = ?1 AND account_id = ?2";

/* ?1 since, ?2 until, ?3 the month's end; + 0 as in store_learned.c. */
static const char RATES_SQL[] = "SELECT EXISTS (SELECT 1 FROM model_rates t WHERE t.recorded_at > ?1 AND t.recorded_at <= ?2 "
                                "AND t.effective_from < ?3)";
static const char GRANTS_SQL[] =
    "SELECT i.account FROM credit_grants t CROSS JOIN account_ids i ON i.account_id = t.account_id "
    "WHERE t.recorded_at + 0 > ?1 AND t.recorded_at + 0 <= ?2 "
    "AND EXISTS (SELECT 1 FROM credit_grants o WHERE o.grant_id = t.grant_id AND o.starts_at < ?3) "
    "UNION ALL SELECT i.account FROM voids v CROSS JOIN credit_grants t ON t.grant_id = v.id "
    "CROSS JOIN account_ids i ON i.account_id = t.account_id WHERE v.table_name = 'credit_grants' "
    "AND v.recorded_at + 0 > ?1 AND v.recorded_at + 0 <= ?2 AND t.starts_at < ?3";

/* ?1 since, ?2 until, ?3 a month index; ?3 and ?4 keys. */
static const char VOIDED_SQL[] =
    "SELECT r.account FROM voids v CROSS JOIN usage_ids i ON i.month = ?3 AND i.event_id = v.id "
    "CROSS JOIN usage_rows r ON r.key = i.key "
    "WHERE v.table_name = 'usage_events' AND v.recorded_at + 0 > ?1 AND v.recorded_at + 0 <= ?2";
static const char LATE_SQL[] = "SELECT key, account, recorded_at FROM usage_rows WHERE key >= ?1 AND key < ?2 ORDER BY key";

struct kept_run {
    int32_t run;
    int64_t as_of;
};

struct grants_kept {
    struct store *store;
    int64_t until;         /* the as-of of the run that asks */
    int32_t month;         /* asked; 0: there is none, or nothing of it counts */
    int64_t month_start;
    int64_t month_end;
    struct rows runs;      /* struct kept_run, by sequence */
    size_t base;           /* the last of them that covered everyone */
    struct rows seen;      /* struct usage_seen, of the base */
    bool *learned;         /* by account number: something became known since */
    size_t account_count;
    sqlite3_stmt *left;
    sqlite3_stmt *statement;
};

static enum err_code run_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct grants_kept *kept = context;
    void *item = NULL;

    if (rows_add(&kept->runs, sizeof(struct kept_run), &item, err) == ERR_NONE) {
        *(struct kept_run *)item = (struct kept_run){sqlite3_column_int(row, 0), sqlite3_column_int64(row, 1)};
        if (sqlite3_column_int(row, 2) != 0) {
            kept->base = kept->runs.count - 1;
        }
    }
    return err->code;
}

static enum err_code account_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct grants_kept *kept = context;
    int32_t account = 0;

    if (account_column(kept->store, row, 0, kept->account_count, &account, err) == ERR_NONE) {
        kept->learned[account] = true;
    }
    return err->code;
}

static enum err_code integer_take(void *context, sqlite3_stmt *row, struct err *err)
{
    (void)err;
    *(int64_t *)context = sqlite3_column_int64(row, 0);
    return ERR_NONE;
}

/* Ask with up to three parameters; each row is visited. */
static enum err_code ask(struct grants_kept *kept, const char *sql, const int64_t parameters[3], sql_visit visit, void *context,
                         struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(kept->store, sql, DOING, &query, err);

    if (code == ERR_NONE) {
        for (int i = 0; i < sqlite3_bind_parameter_count(query); i++) {
            sql_bind_integer(query, i + 1, parameters[i]);
        }
        code = sql_each(kept->store, query, DOING, visit, context, err);
    }
    sqlite3_finalize(query);
    return code;
}

static const struct kept_run *run_at(const struct grants_kept *kept, size_t index)
{
    return (const struct kept_run *)kept->runs.items + index;
}

/* The month to ask, its runs, and how far the base saw usage. */
static enum err_code month_find(struct grants_kept *kept, int32_t month, struct err *err)
{
    int64_t found = 0;

    if (ask(kept, MONTH_SQL, (const int64_t[3]){month, kept->until}, integer_take, &found, err) != ERR_NONE || found == 0 ||
        ask(kept, RUNS_SQL, (const int64_t[3]){found, kept->until}, run_take, kept, err) != ERR_NONE) {
        return err->code;
    }
    if (!month_valid((int32_t)found) || kept->runs.count == 0) { /* an index says so */
        return sql_damaged(kept->store, "a run is of no month", err);
    }
    if (usage_seen_read(kept->store, run_at(kept, kept->base)->run, DOING, &kept->seen, err) == ERR_NONE && kept->seen.count > 0) { /* a run that did not note how far it saw: nothing can be said of what came later */
        kept->month = (int32_t)found;
        kept->month_start = month_start_ms(kept->month);
        kept->month_end = month_end_ms(kept->month);
    }
    return err->code;
}

/* A row above what the base saw. *unseen: the first that is not known yet. */
static void late_take(struct grants_kept *kept, sqlite3_stmt *row, int64_t *unseen)
{
    int64_t key = sqlite3_column_int64(row, 0);
    int64_t account = sqlite3_column_int64(row, 1);
    int64_t recorded_at = sqlite3_column_int64(row, 2);

    if (recorded_at > kept->until) {
        *unseen = key < *unseen ? key : *unseen;
    } else if (recorded_at > run_at(kept, kept->base)->as_of && account >= 0 && (size_t)account < kept->account_count) {
        kept->learned[account] = true;
    }
}

/* The month's rows from what was seen on; it moves to the first that is not known. */
static enum err_code late_read(struct grants_kept *kept, sqlite3_stmt *query, struct usage_seen *seen, struct err *err)
{
    int64_t unseen = INT64_MAX;
    int64_t last = seen->key - 1;
    bool row = true;

    sqlite3_reset(query);
    sql_bind_integer(query, 1, seen->key);
    sql_bind_integer(query, 2, ((int64_t)month_index(seen->month) + 1) << USAGE_KEY_BITS);
    while (sql_step(kept->store, query, DOING, &row, err) == ERR_NONE && row) {
        last = sqlite3_column_int64(query, 0);
        late_take(kept, query, &unseen);
    }
    seen->key = unseen < last + 1 ? unseen : last + 1;
    return err->code;
}

/* Whose usage of the months seen came or went. */
static enum err_code usage_learn(struct grants_kept *kept, struct err *err)
{
    struct usage_seen *seen = kept->seen.items;
    int64_t since = run_at(kept, kept->base)->as_of;
    sqlite3_stmt *late = NULL;
    enum err_code code = sql_prepare(kept->store, LATE_SQL, DOING, &late, err);

    for (size_t i = 0; i < kept->seen.count && code == ERR_NONE; i++) {
        code = late_read(kept, late, &seen[i], err);
        if (code == ERR_NONE) {
            const int64_t parameters[3] = {since, kept->until, month_index(seen[i].month)};

            code = ask(kept, VOIDED_SQL, parameters, account_take, kept, err);
        }
    }
    sqlite3_finalize(late);
    return code;
}

static enum err_code learn(struct grants_kept *kept, struct err *err)
{
    const int64_t parameters[3] = {run_at(kept, kept->base)->as_of, kept->until, kept->month_end};
    int64_t rates = 0;

    if (accounts_count(kept->store, &kept->account_count, err) != ERR_NONE ||
        ask(kept, RATES_SQL, parameters, integer_take, &rates, err) != ERR_NONE) {
        return err->code;
    }
    kept->learned = calloc(kept->account_count + 1, sizeof *kept->learned);
    if (kept->learned == NULL) {
        return no_memory(err);
    }
    if (rates != 0) {
        kept->month = 0;
        kept->seen.count = 0;
        return ERR_NONE;
    }
    return ask(kept, GRANTS_SQL, parameters, account_take, kept, err) == ERR_NONE ? usage_learn(kept, err) : err->code;
}

enum err_code grants_kept_open(struct store *store, int32_t month, int64_t as_of, struct grants_kept **kept, struct err *err)
{
    struct grants_kept *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return no_memory(err);
    }
    opened->store = store;
    opened->until = as_of;
    enum err_code code = month_find(opened, month, err);
    if (code == ERR_NONE && opened->month != 0) {
        code = learn(opened, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(store, LEFT_SQL, DOING, &opened->left, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(store, STATEMENT_SQL, DOING, &opened->statement, err);
    }
    if (code != ERR_NONE) {
        grants_kept_close(opened);
        return code;
    }
    *kept = opened;
    return ERR_NONE;
}

void grants_kept_close(struct grants_kept *kept)
{
    if (kept == NULL) {
        return;
    }
    sqlite3_finalize(kept->left);
    sqlite3_finalize(kept->statement);
    rows_release(&kept->runs);
    rows_release(&kept->seen);
    free(kept->learned);
    free(kept);
}

/* Has the grant a part in what the month left? Otherwise it has not begun, or was over before. */
static bool is_part(const struct grants_kept *kept, const struct credit_grant_fact *grant)
{
    return grant->starts_at < kept->month_end && grant->expires_at > kept->month_start;
}

static void query_begin(sqlite3_stmt *query, int32_t run, const char *account_id)
{
    sqlite3_reset(query);
    sql_bind_integer(query, 1, run);
    sql_bind_text(query, 2, account_id);
}

/* What the run noted of the account's grants. *noted: of how many; *found: of how many that are part of the month. */
static enum err_code left_read(struct grants_kept *kept, int32_t run, const struct account_facts *facts,
                               struct credit_grant_fact *grants, size_t *noted, size_t *found, struct err *err)
{
    bool row = true;

    *noted = *found = 0;
    query_begin(kept->left, run, facts->account_id);
    while (sql_step(kept->store, kept->left, DOING, &row, err) == ERR_NONE && row) {
        (*noted)++;
        for (size_t i = 0; i < facts->grant_count; i++) {
            if (is_part(kept, &grants[i]) && strcmp(grants[i].grant_id, sql_text(kept->left, 0)) == 0) {
                grants[i].left = sqlite3_column_int64(kept->left, 1);
                (*found)++;
            }
        }
    }
    return err->code;
}

/* Did the run find the account at all, and bill it? */
static enum err_code statement_read(struct grants_kept *kept, int32_t run, const char *account_id, bool *there, bool *billed,
                                    struct err *err)
{
    query_begin(kept->statement, run, account_id);
    if (sql_step(kept->store, kept->statement, DOING, there, err) == ERR_NONE && *there) {
        *billed = sqlite3_column_int(kept->statement, 0) == 0;
    }
    return err->code;
}

/* The last run of the month that found the account decides. */
static enum err_code runs_ask(struct grants_kept *kept, const struct account_facts *facts, struct credit_grant_fact *grants,
                              size_t needed, bool *counts, struct err *err)
{
    bool there = false;

    for (size_t i = kept->runs.count; i-- > 0 && !there && err->code == ERR_NONE;) {
        size_t noted = 0, found = 0;
        bool billed = true;
        int32_t run = run_at(kept, i)->run;

        if (left_read(kept, run, facts, grants, &noted, &found, err) != ERR_NONE) {
            break;
        }
        there = noted > 0; /* and billed */
        if (!there && statement_read(kept, run, facts->account_id, &there, &billed, err) != ERR_NONE) {
            break;
        }
        *counts = there && billed && found == needed && noted == needed;
    }
    return err->code;
}

enum err_code grants_kept_find(struct grants_kept *kept, const struct account_facts *facts, struct credit_grant_fact *grants,
                               int64_t *left_at, struct err *err)
{
    size_t begun = 0, needed = 0;
    bool counts = false;

    *left_at = 0;
    for (size_t i = 0; i < facts->grant_count && kept->month != 0; i++) {
        begun += grants[i].starts_at < kept->month_end;
        needed += is_part(kept, &grants[i]);
        grants[i].left = 0;
    }
    if (begun == 0 || kept->learned[facts->account]) {
        return ERR_NONE;
    }
    if (runs_ask(kept, facts, grants, needed, &counts, err) == ERR_NONE && counts) {
        *left_at = kept->month_end;
    }
    return err->code;
}

size_t grants_kept_seen_count(const struct grants_kept *kept)
{
    return kept->seen.count;
}

struct usage_seen grants_kept_seen(const struct grants_kept *kept, size_t index)
{
    return ((const struct usage_seen *)kept->seen.items)[index];
}
