/*
 * Owns the noting of anchors: a pass over a month's ids in their order, which
 * notes behind which anchor the id of each key of a range lies.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "lib/calendar.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_ids.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_places.h"

#define ANCHOR_NONE 4294967295u
#define ANCHOR_STRIDE 256 /* ids to an anchor */
#define PLACE_KEYS 1024   /* keys to a row of usage_id_places */

static const char DOING[] = "note the ids of events";

/* A function called for each row, so that one step runs through all of them (store_usage.c). */
static const char PASS_SQL[] = "SELECT monthend_anchor(key, event_id) FROM (SELECT key, event_id FROM usage_ids "
                               "WHERE month = ?1 ORDER BY event_id)";
static const char ANCHORS_SQL[] = "SELECT anchor, event_id FROM usage_anchors WHERE month = ?1 ORDER BY anchor";
static const char NEW_ANCHORS_SQL[] =
    "INSERT INTO usage_anchors (month, anchor, event_id) WITH RECURSIVE stepping (anchor, id) AS (SELECT 0, '' UNION ALL "
    "SELECT s.anchor + 1, (SELECT i.event_id FROM usage_ids i WHERE i.month = ?1 AND i.event_id > s.id ORDER BY i.event_id "
    "LIMIT 1 OFFSET ?2 - 1) FROM stepping s WHERE s.id IS NOT NULL) SELECT ?1, anchor, id FROM stepping WHERE id IS NOT NULL";
static const char NOTED_SQL[] = "SELECT first_key + length(anchors) / 4 FROM usage_id_places WHERE first_key >= ?1 "
                                "AND first_key < ?2 ORDER BY first_key DESC LIMIT 1";
static const char PLACE_SQL[] = "INSERT INTO usage_id_places (first_key, anchors) VALUES (?1, ?2)";
static const char PLACES_SQL[] = "SELECT first_key, anchors FROM usage_id_places WHERE first_key >= ?1 AND first_key < ?2 "
                                 "ORDER BY first_key";

struct anchoring {
    struct store *store;
    int64_t month;          /* its index */
    struct key_range range; /* the keys to place */
    uint32_t *places;       /* by key less the first: its anchor */
    sqlite3_stmt *anchors;  /* stands on the anchor after the one at hand */
    bool next;              /* there is one */
    uint32_t anchor;        /* at hand */
    struct err *err;        /* of a step within the pass */
};

/* Ids and anchors are in the same order: on to the last anchor that is not after the id. */
static void id_place(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct anchoring *anchoring = sqlite3_user_data(context);
    int64_t key = sqlite3_value_int64(values[0]);
    const char *id = (const char *)sqlite3_value_text(values[1]);
    (void)count;

    if (id == NULL) { /* it is never NULL, the table sees to that */
        sqlite3_result_error_nomem(context);
        return;
    }
    while (anchoring->next && strcmp(sql_text(anchoring->anchors, 1), id) <= 0) {
        anchoring->anchor = (uint32_t)sqlite3_column_int64(anchoring->anchors, 0);
        if (sql_step(anchoring->store, anchoring->anchors, DOING, &anchoring->next, anchoring->err) != ERR_NONE) {
            sqlite3_result_error_code(context, SQLITE_ERROR);
            return;
        }
    }
    if (key >= anchoring->range.first && key < anchoring->range.end) {
        anchoring->places[key - anchoring->range.first] = anchoring->anchor;
    }
}

static void ids_end(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

/* The range's places, from the anchors that there are. */
static enum err_code places_compute(struct anchoring *anchoring, struct err *err)
{
    sqlite3_stmt *pass = NULL;
    bool row = false;
    struct err within = {0};

    memset(anchoring->places, 0xff, (size_t)(anchoring->range.end - anchoring->range.first) * sizeof *anchoring->places);
    anchoring->err = &within;
    if (sql_prepare(anchoring->store, ANCHORS_SQL, DOING, &anchoring->anchors, err) == ERR_NONE &&
        sql_prepare(anchoring->store, PASS_SQL, DOING, &pass, err) == ERR_NONE) {
        sql_bind_integer(anchoring->anchors, 1, anchoring->month);
        sql_bind_integer(pass, 1, anchoring->month);
        anchoring->anchor = 0;
        if (sql_step(anchoring->store, anchoring->anchors, DOING, &anchoring->next, err) == ERR_NONE &&
            sql_step(anchoring->store, pass, DOING, &row, err) != ERR_NONE && within.code != ERR_NONE) {
            *err = within; /* what failed within says more */
        }
    }
    sqlite3_finalize(pass);
    sqlite3_finalize(anchoring->anchors);
    anchoring->anchors = NULL;
    return err->code;
}

static enum err_code anchoring_begin(struct anchoring *anchoring, struct store *store, struct err *err)
{
    *anchoring = (struct anchoring){.store = store, .places = calloc(ID_KEYS_MAX, sizeof *anchoring->places)};
    if (anchoring->places == NULL) {
        return no_memory(err);
    }
    if (sqlite3_create_function_v2(store->db, "monthend_anchor", 2, SQLITE_UTF8, anchoring, NULL, id_place, ids_end,
                                   NULL) != SQLITE_OK) {
        return sql_error(store, DOING, err);
    }
    return ERR_NONE;
}

static void anchoring_release(struct anchoring *anchoring)
{
    sqlite3_create_function_v2(anchoring->store->db, "monthend_anchor", 2, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
    free(anchoring->places);
}

/* One integer of the month; *value is left where there is no row. */
static enum err_code month_ask(const struct anchoring *anchoring, const char *sql, int64_t first, int64_t second,
                               int64_t *value, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(anchoring->store, sql, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, first);
        sql_bind_integer(query, 2, second);
        code = sql_step(anchoring->store, query, DOING, &row, err);
    }
    if (code == ERR_NONE && row) {
        *value = sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return code;
}

/* The month's keys from the first whose place is not noted on. */
static enum err_code unnoted(const struct anchoring *anchoring, struct key_range *range, struct err *err)
{
    int64_t first = anchoring->month << USAGE_KEY_BITS;
    int32_t month = month_from_index((int32_t)anchoring->month);
    struct rows ranges = {0};

    range->first = first;
    if (month_ask(anchoring, NOTED_SQL, first, first + (INT64_C(1) << USAGE_KEY_BITS), &range->first, err) == ERR_NONE &&
        usage_ranges(anchoring->store, month, month, &ranges, err) == ERR_NONE) {
        range->end = ranges.count == 0 ? range->first : ((const struct key_range *)ranges.items)[0].end;
    }
    rows_release(&ranges);
    return err->code;
}

/* The month's anchors, where it has none yet. */
static enum err_code anchors_make(const struct anchoring *anchoring, struct err *err)
{
    int64_t there = 0;
    int64_t ignored = 0;

    if (month_ask(anchoring, "SELECT 1 FROM usage_anchors WHERE month = ?1 AND ?2 IS NOT NULL LIMIT 1", anchoring->month, 0,
                  &there, err) != ERR_NONE || there != 0) {
        return err->code;
    }
    return month_ask(anchoring, NEW_ANCHORS_SQL, anchoring->month, ANCHOR_STRIDE, &ignored, err);
}

/* The bytes of the row that begins at `first`; returns how many keys it has. */
static size_t place_write(const struct anchoring *anchoring, int64_t first, unsigned char *bytes)
{
    size_t count = 0;

    for (int64_t key = first; key < anchoring->range.end && count < PLACE_KEYS; key++) {
        number_put(bytes, count++, anchoring->places[key - anchoring->range.first]);
    }
    return count;
}

static enum err_code places_store(const struct anchoring *anchoring, struct err *err)
{
    unsigned char bytes[PLACE_KEYS * NUMBER_BYTES];
    sqlite3_stmt *insert = NULL;
    enum err_code code = sql_prepare(anchoring->store, PLACE_SQL, DOING, &insert, err);

    for (int64_t first = anchoring->range.first; first < anchoring->range.end && code == ERR_NONE; first += PLACE_KEYS) {
        size_t count = place_write(anchoring, first, bytes);

        sql_bind_integer(insert, 1, first);
        if (sqlite3_bind_blob64(insert, 2, bytes, count * NUMBER_BYTES, SQLITE_STATIC) != SQLITE_OK) {
            code = sql_error(anchoring->store, DOING, err);
        } else {
            code = sql_run(anchoring->store, insert, DOING, err);
        }
    }
    sqlite3_finalize(insert);
    return code;
}

enum err_code usage_ids_make(struct store *store, struct usage_ids_in in, struct err *err)
{
    struct anchoring anchoring;
    struct key_range left = {0};
    assert(in.pass_keys_max >= 1 && in.pass_keys_max <= ID_KEYS_MAX);

    if (anchoring_begin(&anchoring, store, err) == ERR_NONE) {
        anchoring.month = month_index(in.month);
        (void)unnoted(&anchoring, &left, err); /* the error is in *err */
    }
    while (left.first < left.end && err->code == ERR_NONE) {
        int64_t end = left.end - left.first > in.pass_keys_max ? left.first + in.pass_keys_max : left.end;

        anchoring.range = (struct key_range){left.first, end};
        if (store_begin(store, err) == ERR_NONE && anchors_make(&anchoring, err) == ERR_NONE &&
            places_compute(&anchoring, err) == ERR_NONE && places_store(&anchoring, err) == ERR_NONE &&
            store_commit(store, err) == ERR_NONE) {
            left.first = end;
        }
        store_rollback(store); /* harmless after the commit */
    }
    anchoring_release(&anchoring);
    return err->code;
}

/* The rows that begin in the range at hand against what the ids say. */
static enum err_code places_compare(const struct anchoring *anchoring, int64_t *wrong_key, struct err *err)
{
    unsigned char bytes[PLACE_KEYS * NUMBER_BYTES];
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(anchoring->store, PLACES_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, anchoring->range.first);
        sql_bind_integer(query, 2, anchoring->range.end);
    }
    while (code == ERR_NONE && row && *wrong_key < 0) {
        code = sql_step(anchoring->store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            int64_t first = sqlite3_column_int64(query, 0);
            size_t length = (size_t)sqlite3_column_bytes(query, 1);
            size_t there = place_write(anchoring, first, bytes) * NUMBER_BYTES;
            bool same = length <= there && memcmp(bytes, sqlite3_column_blob(query, 1), length) == 0;

            *wrong_key = same ? -1 : first;
        }
    }
    sqlite3_finalize(query);
    return code;
}

/* Month by month that has any, range by range. */
enum err_code usage_ids_verify(struct store *store, int64_t *wrong_key, struct err *err)
{
    struct anchoring anchoring;
    int64_t key = -1;

    *wrong_key = -1;
    if (anchoring_begin(&anchoring, store, err) == ERR_NONE) {
        (void)month_ask(&anchoring, "SELECT first_key FROM usage_id_places WHERE first_key >= ?1 AND ?2 = 0 LIMIT 1", 0, 0, &key,
                        err); /* the error is in *err */
    }
    while (err->code == ERR_NONE && key >= 0 && *wrong_key < 0) {
        struct key_range left = {0};
        int64_t next = -1;

        anchoring.month = key >> USAGE_KEY_BITS;
        if (unnoted(&anchoring, &left, err) != ERR_NONE) {
            break;
        }
        for (int64_t first = anchoring.month << USAGE_KEY_BITS; first < left.first && *wrong_key < 0; first += ID_KEYS_MAX) {
            anchoring.range = (struct key_range){first, left.first - first > ID_KEYS_MAX ? first + ID_KEYS_MAX : left.first};
            if (places_compute(&anchoring, err) != ERR_NONE || places_compare(&anchoring, wrong_key, err) != ERR_NONE) {
                break;
            }
        }
        if (err->code == ERR_NONE) {
            (void)month_ask(&anchoring, "SELECT first_key FROM usage_id_places WHERE first_key >= ?1 AND ?2 = 0 LIMIT 1",
                            (anchoring.month + 1) << USAGE_KEY_BITS, 0, &next, err); /* the error is in *err */
        }
        key = next;
    }
    anchoring_release(&anchoring);
    return err->code;
}
