/*
 * Owns what a reprocessing saw of the usage without reading it through: what the
 * run before it saw, and what was learned since.
 */
#include "schema/store_seen.h"

#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_seen.h"
#include "schema/store_usage_sound.h"
#include "schema/store_usage_voided.h"

static const char DOING[] = "digest the usage that was learned";

#define EVENT_COLUMNS "r.key, r.account, r.model, r.at, r.quantity, r.tokens, r.credits_shown, r.recorded_at "

/* ?1 since, ?2 until, ?3 the month's index. What the run before did not know lies at ?4 or above (0014_corrections.sql). */
static const char CAME_SQL[] = "SELECT " EVENT_COLUMNS "FROM usage_rows r WHERE r.key >= ?4 AND r.key < (?3 + 1) << 36 "
                               "AND r.recorded_at > ?1 AND r.recorded_at <= ?2";

/* Known before, and voided since; only an event's first void counts. */
static const char WENT_SQL[] =
    "SELECT " EVENT_COLUMNS "FROM voids v CROSS JOIN usage_ids i ON i.month = ?3 AND i.event_id = v.id "
    "CROSS JOIN usage_rows r ON r.key = i.key WHERE v.table_name = 'usage_events' AND v.recorded_at + 0 > ?1 "
    "AND v.recorded_at + 0 <= ?2 AND r.recorded_at <= ?1 AND NOT EXISTS "
    "(SELECT 1 FROM voids e WHERE e.table_name = v.table_name AND e.id = v.id AND e.recorded_at < v.recorded_at)";

/* One month on its way from what was seen to what is. */
struct learning {
    struct store *store;
    struct seen_learned in;
    struct seen before; /* what the run before noted */
    struct seen *seen;
    int64_t month_start;
    struct rows voided; /* int64_t keys of the month */
    struct fact_digest digest;
};

static struct seen_event event_of(const struct learning *learning, sqlite3_stmt *row)
{
    return (struct seen_event){
        .event = {.account = sqlite3_column_int(row, 1),
                  .model = sqlite3_column_int(row, 2),
                  .at = usage_instant(learning->month_start, sqlite3_column_int64(row, 3)),
                  .quantity = sqlite3_column_int64(row, 4),
                  .tokens = learning->in.tokens ? sql_integer_or(row, 5, TOKENS_NONE) : TOKENS_NONE},
        .shown = sql_integer_or(row, 6, SHOWN_NONE),
        .recorded_at = sqlite3_column_int64(row, 7),
    };
}

static enum err_code came_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct learning *learning = context;
    struct seen_event event = event_of(learning, row);
    int64_t key = sqlite3_column_int64(row, 0);
    (void)err;

    event.voided = usage_is_voided(&learning->voided, key);
    fact_digest_event(&learning->digest, &event);
    return ERR_NONE;
}

static enum err_code went_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct learning *learning = context;
    struct seen_event event = event_of(learning, row);
    (void)err;

    fact_digest_take_back_event(&learning->digest, &event);
    event.voided = true;
    fact_digest_event(&learning->digest, &event);
    return ERR_NONE;
}

static enum err_code events_each(struct learning *learning, const char *sql, int32_t month, int64_t key, sql_visit visit,
                                 struct err *err)
{
    const int64_t values[] = {learning->in.since, learning->in.until, month_index(month), key};
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(learning->store, sql, DOING, &query, err);

    for (int i = 0; code == ERR_NONE && i < sqlite3_bind_parameter_count(query); i++) {
        sql_bind_integer(query, i + 1, values[i]);
    }
    if (code == ERR_NONE) {
        code = sql_each(learning->store, query, DOING, visit, learning, err);
    }
    sqlite3_finalize(query);
    return code;
}

static enum err_code voided_read(struct learning *learning, int32_t month, struct err *err)
{
    struct rows ranges = {0};
    enum err_code code = usage_ranges(learning->store, month, month, &ranges, err);

    rows_release(&learning->voided);
    if (code == ERR_NONE) {
        code = usage_voided(learning->store, &ranges, learning->in.until, &learning->voided, err);
    }
    rows_release(&ranges);
    return code;
}

/* A month that the run before read, and how far. */
static enum err_code month_learn(struct learning *learning, struct usage_seen known, struct err *err)
{
    int32_t month = known.month;

    learning->month_start = month_start_ms(month);
    if (!seen_usage(&learning->before, month, &learning->digest)) { /* what a closed month left of grants stands for it */
        return ERR_NONE;
    }
    if (voided_read(learning, month, err) != ERR_NONE ||
        events_each(learning, CAME_SQL, month, known.key, came_take, err) != ERR_NONE ||
        events_each(learning, WENT_SQL, month, 0, went_take, err) != ERR_NONE) {
        return err->code;
    }
    if (learning->digest.rows == 0 && month != learning->in.month) {
        return ERR_NONE;
    }
    return seen_add_usage(learning->seen, month, &learning->digest, err);
}

enum err_code seen_add_learned(struct store *store, struct seen_learned in, struct seen *seen, struct err *err)
{
    struct learning learning = {.store = store, .in = in, .seen = seen};
    struct rows months = {0};
    enum err_code code = seen_read(store, in.run, &learning.before, err);

    if (code == ERR_NONE && seen_usage(&learning.before, in.month, &learning.digest)) {
        code = usage_seen_read(store, in.run, DOING, &months, err);
    }
    for (size_t i = 0; i < months.count && code == ERR_NONE; i++) {
        code = month_learn(&learning, ((const struct usage_seen *)months.items)[i], err);
    }
    rows_release(&months);
    rows_release(&learning.voided);
    seen_release(&learning.before);
    return code;
}
