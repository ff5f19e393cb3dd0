/*
 * Owns the claim that events and their ids are each other's: one pass through the
 * rows marks the keys that there are, one through the ids takes the marks away.
 */
#include "schema/store_proof.h"

#include <inttypes.h>
#include <stdlib.h>

#include "lib/calendar.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"

static const char DOING[] = "check the events and their ids";

/* As the scan of a month (store_usage.c): a function called for each row, so that one step runs through all of them. */
static const char ROWS_SQL[] = "SELECT monthend_row(key, account, model) FROM usage_rows";
static const char IDS_SQL[] = "SELECT monthend_id(month, key) FROM usage_ids";
enum { ROW_VALUES = 3, ID_VALUES = 2 };

/* In words, where something is wrong. */
static const char LOST_SQL[] =
    "SELECT format('event %s of usage_ids has no row in usage_rows', i.event_id) FROM usage_ids i "
    "WHERE NOT EXISTS (SELECT 1 FROM usage_rows u WHERE u.key = i.key AND u.key >> 36 = i.month)";
static const char DIFFER_SQL[] =
    "SELECT format('%d rows of usage_rows and %d ids in usage_ids, or not the same ones', (SELECT count(*) FROM usage_rows), "
    "(SELECT count(*) FROM usage_ids))";
static const char UNKNOWN_SQL[] =
    "SELECT format('row %d of usage_rows is of account or model number %d, %d: unknown', key, account, model) FROM usage_rows "
    "WHERE account > (SELECT count(*) FROM account_ids) OR model > (SELECT count(*) FROM model_ids)";
static const char NUMBERS_SQL[] =
    "SELECT 'the numbers of account_ids are not 1, 2, 3 ...' "
    "WHERE (SELECT max(account) FROM account_ids) <> (SELECT count(*) FROM account_ids) "
    "UNION ALL SELECT 'the numbers of model_ids are not 1, 2, 3 ...' "
    "WHERE (SELECT max(model) FROM model_ids) <> (SELECT count(*) FROM model_ids)";

/* Keys of a month are given one by one from its first: so many in all months are no event's that was ever recorded. */
#define KEYS_MAX (INT64_C(1) << 36)

struct marking {
    struct store *store;
    struct rows ranges;   /* struct key_range, of all months */
    size_t at;            /* the range of the key before */
    int64_t at_bit;       /* of its first key */
    unsigned char *marks; /* a bit a key, range after range */
    int64_t accounts, models;
    int64_t row_count, id_count;
    bool lost;    /* an id without a row, or a second one of its row */
    bool unknown; /* an account or a model without a number */
};

/* Go to the range of the key, mostly that of the one before. */
static bool range_find(struct marking *marking, int64_t key)
{
    const struct key_range *ranges = marking->ranges.items;

    if (marking->at < marking->ranges.count && key >= ranges[marking->at].first && key < ranges[marking->at].end) {
        return true;
    }
    marking->at_bit = 0;
    for (marking->at = 0; marking->at < marking->ranges.count; marking->at++) {
        if (key >= ranges[marking->at].first && key < ranges[marking->at].end) {
            return true;
        }
        marking->at_bit += ranges[marking->at].end - ranges[marking->at].first;
    }
    return false;
}

/* The key's bit, or -1. */
static int64_t bit_of(struct marking *marking, int64_t key)
{
    return range_find(marking, key)
               ? marking->at_bit + key - ((const struct key_range *)marking->ranges.items)[marking->at].first
               : -1;
}

static void row_mark(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct marking *marking = sqlite3_user_data(context);
    int64_t bit = bit_of(marking, sqlite3_value_int64(values[0]));
    (void)count;

    marking->row_count++;
    marking->unknown = marking->unknown || sqlite3_value_int64(values[1]) > marking->accounts ||
                       sqlite3_value_int64(values[2]) > marking->models;
    if (bit >= 0) {
        marking->marks[bit >> 3] |= (unsigned char)(1u << (bit & 7));
    }
}

static void id_unmark(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct marking *marking = sqlite3_user_data(context);
    int64_t key = sqlite3_value_int64(values[1]);
    int64_t bit = key >> USAGE_KEY_BITS == sqlite3_value_int64(values[0]) ? bit_of(marking, key) : -1;
    unsigned char mark = (unsigned char)(1u << (bit & 7));
    (void)count;

    marking->id_count++;
    if (bit < 0 || (marking->marks[bit >> 3] & mark) == 0) {
        marking->lost = true;
    } else {
        marking->marks[bit >> 3] &= (unsigned char)~mark;
    }
}

static void pass_end(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

struct pass {
    const char *function;
    int value_count;
    void (*each)(sqlite3_context *context, int count, sqlite3_value **values);
    const char *sql;
};

static enum err_code pass_run(struct marking *marking, struct pass pass, struct err *err)
{
    sqlite3 *db = marking->store->db;
    sqlite3_stmt *query = NULL;
    bool row = false;

    if (sqlite3_create_function_v2(db, pass.function, pass.value_count, SQLITE_UTF8, marking, NULL, pass.each, pass_end, NULL) !=
        SQLITE_OK) {
        return sql_error(marking->store, DOING, err);
    }
    enum err_code code = sql_prepare(marking->store, pass.sql, DOING, &query, err);
    if (code == ERR_NONE) {
        code = sql_step(marking->store, query, DOING, &row, err);
    }
    sqlite3_finalize(query);
    (void)sqlite3_create_function_v2(db, pass.function, pass.value_count, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
    return code;
}

static enum err_code marks_make(struct marking *marking, int64_t keys, struct err *err)
{
    marking->marks = calloc((size_t)keys / 8 + 1, 1);
    if (marking->marks == NULL) {
        return no_memory(err);
    }
    enum err_code code = sql_integer(marking->store, "SELECT count(*) FROM account_ids", DOING, &marking->accounts, err);
    return code == ERR_NONE ? sql_integer(marking->store, "SELECT count(*) FROM model_ids", DOING, &marking->models, err) : code;
}

static enum err_code events_compare(struct marking *marking, struct proof *proof, struct err *err)
{
    static const struct pass ROWS = {"monthend_row", ROW_VALUES, row_mark, ROWS_SQL};
    static const struct pass IDS = {"monthend_id", ID_VALUES, id_unmark, IDS_SQL};
    const struct key_range *ranges = marking->ranges.items;
    int64_t keys = 0;

    for (size_t i = 0; i < marking->ranges.count; i++) {
        keys += ranges[i].end - ranges[i].first;
    }
    if (keys > KEYS_MAX) {
        proof_wrong(proof, "the keys of usage_rows are not given one by one: they end at key %" PRId64,
                    ranges[marking->ranges.count - 1].end - 1);
        return ERR_NONE;
    }
    if (marks_make(marking, keys, err) == ERR_NONE && pass_run(marking, ROWS, err) == ERR_NONE) {
        (void)pass_run(marking, IDS, err); /* the error is in *err */
    }
    return err->code;
}

/* What the passes saw, in words. */
static enum err_code events_tell(const struct marking *marking, struct proof *proof, struct err *err)
{
    struct store *store = marking->store;

    proof_compared(proof, "%" PRId64 " events with their ids, accounts and models", marking->row_count);
    if ((marking->lost && proof_ask(store, LOST_SQL, proof, err) != ERR_NONE) ||
        ((marking->lost || marking->row_count != marking->id_count) && proof_ask(store, DIFFER_SQL, proof, err) != ERR_NONE) ||
        proof_ask(store, NUMBERS_SQL, proof, err) != ERR_NONE ||
        (marking->unknown && proof_ask(store, UNKNOWN_SQL, proof, err) != ERR_NONE)) {
        return err->code;
    }
    return ERR_NONE;
}

enum err_code proof_dictionaries(struct store *store, struct proof *proof, struct err *err)
{
    struct marking marking = {.store = store};

    if (usage_ranges(store, MONTH_MIN, MONTH_MAX, &marking.ranges, err) == ERR_NONE &&
        events_compare(&marking, proof, err) == ERR_NONE) {
        (void)events_tell(&marking, proof, err); /* the error is in *err */
    }
    rows_release(&marking.ranges);
    free(marking.marks);
    return err->code;
}
