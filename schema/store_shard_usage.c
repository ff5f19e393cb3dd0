/*
 * Owns the marks by which two databases are told to hold the same usage.
 */
#include "schema/store_shard_usage.h"

#include <assert.h>
#include <string.h>

#include <nettle/sha2.h>

#include "lib/calendar.h"
#include "lib/usage.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"

static const char DOING[] = "compare the usage";

int64_t usage_key(int32_t month, int64_t number)
{
    return ((int64_t)month_index(month) << USAGE_KEY_BITS) + number;
}

enum err_code usage_months(struct store *store, int32_t month, usage_month_visit visit, void *context, struct err *err)
{
    struct rows ranges = {0};
    enum err_code code = usage_ranges(store, MONTH_MIN, month, &ranges, err);

    for (size_t i = 0; i < ranges.count && code == ERR_NONE; i++) {
        struct key_range range = ((const struct key_range *)ranges.items)[i];
        int64_t events = range.end - range.first;
        int32_t found = month_from_index((int32_t)(range.first >> USAGE_KEY_BITS));

        code = visit(context, (struct usage_month){found, events}, err);
    }
    rows_release(&ranges);
    return code;
}

enum err_code usage_tail(struct store *store, int32_t month, int64_t from, int64_t as_of, usage_tail_visit visit,
                         void *context, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(store,
                                     "SELECT r.key, i.account_id FROM usage_rows r JOIN account_ids i USING (account) "
                                     "WHERE r.key >= ?1 AND r.key < ?2 AND r.recorded_at <= ?3 ORDER BY r.key",
                                     DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, usage_key(month, from));
        sql_bind_integer(query, 2, usage_key(month_next(month), 0));
        sql_bind_integer(query, 3, as_of);
    }
    while (code == ERR_NONE && row) {
        code = sql_step(store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            code = visit(context, sqlite3_column_int64(query, 0) - usage_key(month, 0), sql_text(query, 1), err);
        }
    }
    sqlite3_finalize(query);
    return code;
}

/* Of month ?2, known and voided at ?1; voids are the few, so they come first. */
static const char VOIDED_SQL[] =
    "SELECT v.id, a.account_id FROM (SELECT DISTINCT id FROM voids WHERE table_name = 'usage_events' AND recorded_at <= ?1) v "
    "CROSS JOIN usage_ids i ON i.month = ?2 AND i.event_id = v.id CROSS JOIN usage_rows r ON r.key = i.key "
    "CROSS JOIN account_ids a ON a.account = r.account WHERE r.recorded_at <= ?1";

struct voided_visit {
    struct voided_sum *sums;
    const int32_t *first;
    int32_t count;
    int32_t month; /* at hand */
};

/* Eight bytes of a SHA-256 over the month and the id. */
static uint64_t event_hash(int32_t month, const char *event_id)
{
    struct sha256_ctx context;
    uint8_t bytes[sizeof(uint64_t)];
    uint64_t hash = 0;

    sha256_init(&context);
    for (int shift = 0; shift < 32; shift += 8) {
        uint8_t byte = (uint8_t)((uint32_t)month >> shift);

        sha256_update(&context, 1, &byte);
    }
    sha256_update(&context, strlen(event_id), (const uint8_t *)event_id);
    sha256_digest(&context, sizeof bytes, bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        hash = hash << 8 | bytes[i];
    }
    return hash;
}

static enum err_code voided_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct voided_visit *voided = context;
    int32_t shard = shard_of(sql_text(row, 1), voided->count) - 1;

    (void)err;
    if (voided->month >= voided->first[shard]) {
        voided->sums[shard].events++;
        voided->sums[shard].sum += event_hash(voided->month, sql_text(row, 0));
    }
    return ERR_NONE;
}

enum err_code usage_voided_sums(struct store *store, const int32_t *first, int32_t count, int32_t month, int64_t as_of,
                                struct voided_sum *sums, struct err *err)
{
    struct voided_visit voided = {sums, first, count, month};
    sqlite3_stmt *query = NULL;
    int32_t earliest = month;
    enum err_code code = sql_prepare(store, VOIDED_SQL, DOING, &query, err);

    for (int32_t i = 0; i < count; i++) {
        sums[i] = (struct voided_sum){0};
        earliest = first[i] < earliest ? first[i] : earliest;
    }
    for (voided.month = earliest; code == ERR_NONE && voided.month <= month; voided.month = month_next(voided.month)) {
        sqlite3_reset(query);
        sql_bind_integer(query, 1, as_of);
        sql_bind_integer(query, 2, month_index(voided.month));
        code = sql_each(store, query, DOING, voided_take, &voided, err);
    }
    sqlite3_finalize(query);
    return code;
}

#define SAMPLE_COLUMNS "i.event_id, a.account_id, r.at, m.name, r.quantity, coalesce(r.tokens, -1), r.recorded_at, r.key"
#define SAMPLE_JOINS                                                                                                   \
    "JOIN usage_rows r ON r.key = i.key JOIN account_ids a ON a.account = r.account "                                  \
    "JOIN model_ids m ON m.model = r.model "

/* Of month ?1, known at ?2: a hundred from each end. */
static const char SAMPLES_SQL[] =
    "WITH ends AS (SELECT * FROM (SELECT event_id, key FROM usage_ids WHERE month = ?1 ORDER BY event_id LIMIT 100) UNION "
    "SELECT * FROM (SELECT event_id, key FROM usage_ids WHERE month = ?1 ORDER BY event_id DESC LIMIT 100)) "
    "SELECT " SAMPLE_COLUMNS " FROM ends i " SAMPLE_JOINS "WHERE r.recorded_at <= ?2 ORDER BY i.event_id";
static const char SAMPLE_SQL[] =
    "SELECT " SAMPLE_COLUMNS " FROM usage_ids i " SAMPLE_JOINS "WHERE i.month = ?1 AND i.event_id = ?2";

static_assert(TOKENS_NONE == -1, "the queries have it in decimal");

static struct usage_sample sample_of(sqlite3_stmt *row, int32_t month)
{
    return (struct usage_sample){
        .month = month,
        .event_id = sql_text(row, 0),
        .account_id = sql_text(row, 1),
        .at = sqlite3_column_int64(row, 2),
        .model = sql_text(row, 3),
        .quantity = sqlite3_column_int64(row, 4),
        .tokens = sqlite3_column_int64(row, 5),
        .recorded_at = sqlite3_column_int64(row, 6),
        .number = sqlite3_column_int64(row, 7) - usage_key(month, 0),
    };
}

enum err_code usage_samples(struct store *store, int32_t month, int64_t as_of, usage_sample_visit visit, void *context,
                            struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(store, SAMPLES_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, month_index(month));
        sql_bind_integer(query, 2, as_of);
    }
    while (code == ERR_NONE && row) {
        code = sql_step(store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            struct usage_sample sample = sample_of(query, month);

            code = visit(context, &sample, err);
        }
    }
    sqlite3_finalize(query);
    return code;
}

static bool samples_equal(const struct usage_sample *a, const struct usage_sample *b)
{
    return strcmp(a->account_id, b->account_id) == 0 && strcmp(a->model, b->model) == 0 && a->at == b->at &&
           a->quantity == b->quantity && a->tokens == b->tokens && a->recorded_at == b->recorded_at;
}

enum err_code usage_sample_find(struct store *store, const struct usage_sample *sample, int64_t *number, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, SAMPLE_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, month_index(sample->month));
        sql_bind_text(query, 2, sample->event_id);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        struct usage_sample found = row ? sample_of(query, sample->month) : *sample;

        *number = row && samples_equal(&found, sample) ? found.number : -1;
    }
    sqlite3_finalize(query);
    return code;
}
