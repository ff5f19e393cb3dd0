/*
 * Owns the finding of event_ids by keys.
 */
#include "schema/store_usage_ids.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "lib/calendar.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_places.h"

#define STRETCH_IDS 256 /* behind an anchor: so many are read for one */
#define ANCHOR_NONE 4294967295u /* no such key */

static const char DOING[] = "read the ids of events";

static const char PLACE_SQL[] = "SELECT first_key, anchors FROM usage_id_places WHERE first_key <= ?1 AND first_key >= ?2 "
                                "ORDER BY first_key DESC LIMIT 1";
static const char STRETCH_SQL[] =
    "SELECT key, event_id FROM usage_ids WHERE month = ?1 "
    "AND event_id >= (SELECT event_id FROM usage_anchors WHERE month = ?1 AND anchor = ?2) "
    "AND event_id < coalesce((SELECT event_id FROM usage_anchors WHERE month = ?1 AND anchor = ?2 + 1), x'')"; /* a blob is after all texts */
static const char MONTH_SQL[] = "SELECT key, event_id FROM usage_ids WHERE month = ?1";

struct finding_ids {
    struct store *store;
    const int64_t *keys;
    size_t count;
    usage_id_visit visit;
    void *context;
    sqlite3_stmt *place;
    sqlite3_stmt *stretch;
    bool *done;        /* by key */
};

static int by_key(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* The id belongs to one of the keys, or to somebody else's. */
static enum err_code id_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct finding_ids *finding = context;
    int64_t key = sqlite3_column_int64(row, 0);
    const int64_t *found = bsearch(&key, finding->keys, finding->count, sizeof key, by_key);

    if (found == NULL || finding->done[found - finding->keys]) {
        return ERR_NONE;
    }
    finding->done[found - finding->keys] = true;
    return finding->visit(finding->context, (size_t)(found - finding->keys), sql_text(row, 1), err);
}

/* Behind which anchor the key's id lies; ANCHOR_NONE: it is not noted. */
static enum err_code anchor_find(struct finding_ids *finding, int64_t key, uint32_t *anchor, struct err *err)
{
    bool row = false;

    *anchor = ANCHOR_NONE;
    sqlite3_reset(finding->place);
    sql_bind_integer(finding->place, 1, key);
    sql_bind_integer(finding->place, 2, key >> USAGE_KEY_BITS << USAGE_KEY_BITS);
    if (sql_step(finding->store, finding->place, DOING, &row, err) == ERR_NONE && row) {
        int64_t index = key - sqlite3_column_int64(finding->place, 0);

        if (index < sqlite3_column_bytes(finding->place, 1) / NUMBER_BYTES) {
            *anchor = number_get(sqlite3_column_blob(finding->place, 1), (size_t)index);
        }
    }
    return err->code;
}

/* All ids of the month, or those of one stretch. */
static enum err_code ids_read(struct finding_ids *finding, const char *sql, uint32_t anchor, struct err *err)
{
    bool whole = sql == MONTH_SQL;
    sqlite3_stmt *query = whole ? NULL : finding->stretch;
    enum err_code code = whole ? sql_prepare(finding->store, sql, DOING, &query, err) : ERR_NONE;

    if (code == ERR_NONE) {
        sqlite3_reset(query);
        sql_bind_integer(query, 1, finding->keys[0] >> USAGE_KEY_BITS);
        if (!whole) {
            sql_bind_integer(query, 2, anchor);
        }
        code = sql_each(finding->store, query, DOING, id_take, finding, err);
    }
    if (whole) {
        sqlite3_finalize(query);
    }
    return code;
}

static enum err_code stretches_read(struct finding_ids *finding, struct err *err)
{
    bool somewhere = true; /* every key's place is noted */

    for (size_t i = 0; i < finding->count && err->code == ERR_NONE; i++) {
        uint32_t anchor = ANCHOR_NONE;

        if (finding->done[i] || anchor_find(finding, finding->keys[i], &anchor, err) != ERR_NONE) {
            continue;
        }
        somewhere = somewhere && anchor != ANCHOR_NONE;
        if (anchor != ANCHOR_NONE) {
            (void)ids_read(finding, STRETCH_SQL, anchor, err); /* the error is in *err */
        }
    }
    return err->code == ERR_NONE && !somewhere ? ids_read(finding, MONTH_SQL, 0, err) : err->code;
}

enum err_code usage_ids_of(struct store *store, const int64_t *keys, size_t count, usage_id_visit visit, void *context,
                           struct err *err)
{
    struct finding_ids finding = {.store = store, .keys = keys, .count = count, .visit = visit, .context = context};

    if (count == 0) {
        return ERR_NONE;
    }
    finding.done = calloc(count, sizeof *finding.done);
    if (finding.done == NULL) {
        return no_memory(err);
    }
    int32_t month = month_from_index((int32_t)(keys[0] >> USAGE_KEY_BITS));
    int64_t ids = 0;
    if (usage_rows_estimate(store, month, month, &ids, err) == ERR_NONE &&
        sql_prepare(store, PLACE_SQL, DOING, &finding.place, err) == ERR_NONE &&
        sql_prepare(store, STRETCH_SQL, DOING, &finding.stretch, err) == ERR_NONE) {
        (void)((int64_t)count > ids / STRETCH_IDS ? ids_read(&finding, MONTH_SQL, 0, err)
                                                  : stretches_read(&finding, err)); /* the error is in *err */
    }
    sqlite3_finalize(finding.place);
    sqlite3_finalize(finding.stretch);
    free(finding.done);
    return err->code;
}

enum err_code usage_id_is_noted(struct store *store, int64_t key, bool *noted, struct err *err)
{
    struct finding_ids finding = {.store = store};
    uint32_t anchor = ANCHOR_NONE;

    if (sql_prepare(store, PLACE_SQL, DOING, &finding.place, err) == ERR_NONE &&
        anchor_find(&finding, key, &anchor, err) == ERR_NONE) {
        *noted = anchor != ANCHOR_NONE;
    }
    sqlite3_finalize(finding.place);
    return err->code;
}
