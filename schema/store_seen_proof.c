/*
 * Owns the claim that what a run saw is still there: each part that it noted is
 * read again as of the run, events row by row and whole.
 */
#include "schema/store_seen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/text.h"
#include "schema/store_catalogue.h"
#include "schema/store_facts.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_sound.h"
#include "schema/store_usage_voided.h"

static const char DOING[] = "read what the run saw";
static const char USAGE[] = "usage_events ";

/* One statement runs through the whole month: the function is called for each row. */
static const char EVENTS_SQL[] =
    "SELECT monthend_seen(key, account, model, at, quantity, recorded_at, tokens, credits_shown) FROM usage_rows "
    "WHERE key >= ?1 AND key < ?2 AND recorded_at <= ?3 ORDER BY key";
enum { VALUE_KEY, VALUE_ACCOUNT, VALUE_MODEL, VALUE_AT, VALUE_QUANTITY, VALUE_RECORDED_AT, VALUE_TOKENS, VALUE_SHOWN, VALUES };

/* A month's events on their way into a digest. */
struct reading {
    int64_t month_start;
    bool tokens; /* they matter (R6) */
    const int64_t *voided; /* keys, ascending */
    size_t voided_count;
    struct fact_digest digest;
};

static bool is_voided(struct reading *reading, int64_t key)
{
    while (reading->voided_count > 0 && *reading->voided < key) {
        reading->voided++;
        reading->voided_count--;
    }
    return reading->voided_count > 0 && *reading->voided == key;
}

static void event_step(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct reading *reading = sqlite3_user_data(context);
    (void)count;

    fact_digest_event(&reading->digest,
                      &(struct seen_event){
                          .event = {.account = sqlite3_value_int(values[VALUE_ACCOUNT]),
                                    .model = sqlite3_value_int(values[VALUE_MODEL]),
                                    .at = usage_instant(reading->month_start, sqlite3_value_int64(values[VALUE_AT])),
                                    .quantity = sqlite3_value_int64(values[VALUE_QUANTITY]),
                                    .tokens = reading->tokens ? sql_value_or(values[VALUE_TOKENS], TOKENS_NONE) : TOKENS_NONE},
                          .recorded_at = sqlite3_value_int64(values[VALUE_RECORDED_AT]),
                          .shown = sql_value_or(values[VALUE_SHOWN], SHOWN_NONE),
                          .voided = is_voided(reading, sqlite3_value_int64(values[VALUE_KEY])),
                      });
}

static void events_final(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

static enum err_code events_read(struct store *store, int32_t month, int64_t as_of, struct reading *reading, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = ERR_NONE;

    if (sqlite3_create_function_v2(store->db, "monthend_seen", VALUES, SQLITE_UTF8, reading, NULL, event_step, events_final,
                                   NULL) != SQLITE_OK) {
        return sql_error(store, DOING, err);
    }
    code = sql_prepare(store, EVENTS_SQL, DOING, &query, err);
    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, (int64_t)month_index(month) << USAGE_KEY_BITS);
        sql_bind_integer(query, 2, ((int64_t)month_index(month) + 1) << USAGE_KEY_BITS);
        sql_bind_integer(query, 3, as_of);
        code = sql_step(store, query, DOING, &row, err);
    }
    sqlite3_finalize(query);
    (void)sqlite3_create_function_v2(store->db, "monthend_seen", VALUES, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
    return code;
}

/* `tokens`: they mattered to the run (R6). */
static enum err_code month_add(struct store *store, int32_t month, int64_t as_of, bool tokens, struct seen *seen,
                               struct err *err)
{
    struct rows ranges = {0};
    struct rows voided = {0};
    struct reading reading = {.month_start = month_start_ms(month), .tokens = tokens};
    enum err_code code = usage_ranges(store, month, month, &ranges, err);

    if (code == ERR_NONE) {
        code = usage_voided(store, &ranges, as_of, &voided, err);
    }
    if (code == ERR_NONE) {
        reading.voided = voided.items;
        reading.voided_count = voided.count;
        code = events_read(store, month, as_of, &reading, err);
    }
    if (code == ERR_NONE) {
        code = seen_add_usage(seen, month, &reading.digest, err);
    }
    rows_release(&ranges);
    rows_release(&voided);
    return code;
}

static enum err_code accounts_add(struct store *store, const struct run *run, const struct catalogue *catalogue,
                                  struct seen *seen, struct err *err)
{
    struct facts_query query = {.catalogue = catalogue, .month = run->month, .as_of = run->as_of, .stated_by_run = run->run};
    struct facts_stream *stream = NULL;
    const struct account_facts *facts = NULL;
    struct fact_digest digest = {0};
    enum err_code code = facts_open(store, query, &stream, err);

    while (code == ERR_NONE) {
        code = facts_next(stream, &facts, err);
        if (code != ERR_NONE || facts == NULL) {
            break;
        }
        fact_digest_account(&digest, facts);
    }
    facts_close(stream);
    return code == ERR_NONE ? seen_add_accounts(seen, &digest, err) : code;
}

/* Is it a month of usage, and which? */
static bool usage_month(const struct seen_part *part, int32_t *month)
{
    const char *text = part->name + strlen(USAGE);

    return strncmp(part->name, USAGE, strlen(USAGE)) == 0 && month_parse(text, strlen(text), month) == CALENDAR_OK;
}

/* Everything that the run noted, as it is now. */
static enum err_code seen_again(struct store *store, const struct run *run, const struct seen *noted, struct seen *again,
                                struct err *err)
{
    struct catalogue catalogue = {0};
    enum err_code code = catalogue_read(store, run->as_of, &catalogue, err);
    bool tokens = code == ERR_NONE && usage_tokens_count(&catalogue, month_end_ms(run->month));

    if (code == ERR_NONE) {
        code = seen_add_tables(store, run->month, run->as_of, again, err);
    }
    if (code == ERR_NONE) {
        code = accounts_add(store, run, &catalogue, again, err);
    }
    for (size_t i = 0; i < noted->count && code == ERR_NONE; i++) {
        int32_t month = 0;

        code = usage_month(&noted->parts[i], &month) ? month_add(store, month, run->as_of, tokens, again, err) : ERR_NONE;
    }
    catalogue_release(&catalogue);
    return code;
}

static void part_compare(const struct seen_part *noted, const struct seen_part *again, struct proof *proof)
{
    if (noted->rows != again->rows || strcmp(noted->digest, again->digest) != 0) {
        proof_wrong(proof, "%s: the run saw %" PRId64 " row%s with the digest %s; now there %s %" PRId64 " with %s", noted->name,
                    noted->rows, text_plural(noted->rows), noted->digest, again->rows == 1 ? "is" : "are", again->rows,
                    again->digest);
    }
}

/* Both are in the order of their names. */
static void seen_compare(const struct seen *noted, const struct seen *again, struct proof *proof)
{
    size_t i = 0, j = 0;

    while (i < noted->count || j < again->count) {
        int order = i == noted->count ? 1 : j == again->count ? -1 : strcmp(noted->parts[i].name, again->parts[j].name);

        if (order < 0) {
            proof_wrong(proof, "%s: noted, and no part of what a run sees", noted->parts[i++].name);
        } else if (order > 0) {
            proof_wrong(proof, "%s: the run noted no digest of it", again->parts[j++].name);
        } else {
            part_compare(&noted->parts[i++], &again->parts[j++], proof);
        }
    }
}

static enum err_code compared_say(const struct seen *noted, struct proof *proof, struct err *err)
{
    char facts[DIGEST_TEXT_MAX];
    char catalogue[DIGEST_TEXT_MAX];
    int64_t rows[] = {[SEEN_FACTS] = 0, [SEEN_CATALOGUE] = 0};

    for (size_t i = 0; i < noted->count; i++) {
        rows[noted->parts[i].kind] += noted->parts[i].rows;
    }
    if (seen_digest(noted, SEEN_FACTS, facts, err) != ERR_NONE ||
        seen_digest(noted, SEEN_CATALOGUE, catalogue, err) != ERR_NONE) {
        return err->code;
    }
    proof_compared(proof, "%" PRId64 " fact%s with the digest %s, %" PRId64 " row%s of the catalogue with %s", rows[SEEN_FACTS],
                   text_plural(rows[SEEN_FACTS]), facts, rows[SEEN_CATALOGUE], text_plural(rows[SEEN_CATALOGUE]), catalogue);
    return ERR_NONE;
}

enum err_code proof_seen(struct store *store, const struct run *run, struct proof *proof, struct err *err)
{
    struct seen noted = {0};
    struct seen again = {0};
    enum err_code code = seen_read(store, run->run, &noted, err);

    if (code == ERR_NONE) {
        code = compared_say(&noted, proof, err);
    }
    if (code == ERR_NONE) {
        code = seen_again(store, run, &noted, &again, err);
    }
    if (code == ERR_NONE) {
        seen_compare(&noted, &again, proof);
    }
    seen_release(&noted);
    seen_release(&again);
    return code;
}
