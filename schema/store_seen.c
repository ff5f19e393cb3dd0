/*
 * Owns the parts of what a run saw: the small tables among them, row by row.
 */
#include "schema/store_seen.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_issue_internal.h"
#include "schema/store_links.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char DOING[] = "digest what the run saw";

static const char *const KINDS[] = {[SEEN_FACTS] = "facts", [SEEN_CATALOGUE] = "catalogue"};

/* Every row known at ?1, the as-of, whole; of source_totals those of ?2, the month. */
static const struct {
    const char *name;
    enum seen_kind kind;
    const char *sql;
} TABLES_SEEN[] = {
    {"plans", SEEN_CATALOGUE, "SELECT * FROM plans WHERE recorded_at <= ?1"},
    {"plan_prices", SEEN_CATALOGUE, "SELECT * FROM plan_prices WHERE recorded_at <= ?1"},
    {"plan_allowances", SEEN_CATALOGUE, "SELECT * FROM plan_allowances WHERE recorded_at <= ?1"},
    {"model_rates", SEEN_CATALOGUE,
     "SELECT i.model, r.* FROM model_rates r JOIN model_ids i ON i.name = r.model WHERE r.recorded_at <= ?1"},
    {"countries", SEEN_CATALOGUE, "SELECT * FROM countries WHERE recorded_at <= ?1"},
    {"tax_rates", SEEN_CATALOGUE, "SELECT * FROM tax_rates WHERE recorded_at <= ?1"},
    {"policies", SEEN_CATALOGUE, "SELECT * FROM policies WHERE recorded_at <= ?1"},
    {"ledger_accounts", SEEN_CATALOGUE, "SELECT * FROM ledger_accounts WHERE recorded_at <= ?1"},
    {"voids", SEEN_FACTS, "SELECT * FROM voids WHERE recorded_at <= ?1"},
    {"source_totals", SEEN_FACTS, "SELECT * FROM source_totals WHERE recorded_at <= ?1 AND day / 100 = ?2"},
};

void seen_release(struct seen *seen)
{
    free(seen->parts);
    *seen = (struct seen){0};
}

static enum err_code room_for_one(struct seen *seen, struct err *err)
{
    size_t capacity = 2 * seen->capacity + 16;

    if (seen->count < seen->capacity) {
        return ERR_NONE;
    }
    struct seen_part *parts = realloc(seen->parts, capacity * sizeof *parts);
    if (parts == NULL) {
        return no_memory(err);
    }
    seen->parts = parts;
    seen->capacity = capacity;
    return ERR_NONE;
}

/* They stay in the order of their names, which is that of the canonical text. */
static enum err_code part_add(struct seen *seen, const struct seen_part *part, struct err *err)
{
    size_t place = seen->count;

    if (room_for_one(seen, err) != ERR_NONE) {
        return err->code;
    }
    for (; place > 0 && strcmp(seen->parts[place - 1].name, part->name) > 0; place--) {
        seen->parts[place] = seen->parts[place - 1];
    }
    seen->parts[place] = *part;
    seen->count++;
    return ERR_NONE;
}

static enum err_code digest_add(struct seen *seen, const char *name, enum seen_kind kind,
                                const struct fact_digest *digest, struct err *err)
{
    struct seen_part part = {.kind = kind, .rows = digest->rows};

    snprintf(part.name, sizeof part.name, "%s", name);
    fact_digest_text(digest, part.digest);
    return part_add(seen, &part, err);
}

static void usage_name(int32_t month, char name[SEEN_NAME_MAX])
{
    char text[MONTH_TEXT_MAX];

    month_format(month, text);
    snprintf(name, SEEN_NAME_MAX, "usage_events %s", text);
}

enum err_code seen_add_usage(struct seen *seen, int32_t month, const struct fact_digest *digest, struct err *err)
{
    char name[SEEN_NAME_MAX];

    usage_name(month, name);
    return digest_add(seen, name, SEEN_FACTS, digest, err);
}

bool seen_usage(const struct seen *seen, int32_t month, struct fact_digest *digest)
{
    char name[SEEN_NAME_MAX];

    *digest = (struct fact_digest){0};
    usage_name(month, name);
    for (size_t i = 0; i < seen->count; i++) {
        if (strcmp(seen->parts[i].name, name) == 0) {
            return fact_digest_read(seen->parts[i].digest, seen->parts[i].rows, digest);
        }
    }
    return false;
}

enum err_code seen_add_accounts(struct seen *seen, const struct fact_digest *digest, struct err *err)
{
    return digest_add(seen, "accounts", SEEN_FACTS, digest, err);
}

/* A row with all its columns, whatever they are. */
static enum err_code row_take(void *context, sqlite3_stmt *query, struct err *err)
{
    struct fact_row row;
    (void)err;

    fact_row_begin(&row);
    for (int i = 0; i < sqlite3_column_count(query); i++) {
        const char *text = NULL;

        switch (sqlite3_column_type(query, i)) {
        case SQLITE_NULL:
            fact_row_null(&row);
            break;
        case SQLITE_INTEGER:
            fact_row_integer(&row, sqlite3_column_int64(query, i));
            break;
        default:
            text = (const char *)sqlite3_column_text(query, i);
            fact_row_text(&row, text == NULL ? "" : text, (size_t)sqlite3_column_bytes(query, i));
        }
    }
    fact_digest_add(context, &row);
    return ERR_NONE;
}

static enum err_code table_digest(struct store *store, const char *sql, int32_t month, int64_t as_of,
                                  struct fact_digest *digest, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, sql, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, as_of);
        if (sqlite3_bind_parameter_count(query) > 1) {
            sql_bind_integer(query, 2, month);
        }
        code = sql_each(store, query, DOING, row_take, digest, err);
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code seen_add_tables(struct store *store, int32_t month, int64_t as_of, struct seen *seen, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < sizeof TABLES_SEEN / sizeof TABLES_SEEN[0] && code == ERR_NONE; i++) {
        struct fact_digest digest = {0};

        code = table_digest(store, TABLES_SEEN[i].sql, month, as_of, &digest, err);
        if (code == ERR_NONE) {
            code = digest_add(seen, TABLES_SEEN[i].name, TABLES_SEEN[i].kind, &digest, err);
        }
    }
    return code;
}

enum err_code seen_digest(const struct seen *seen, enum seen_kind kind, char digest[DIGEST_TEXT_MAX], struct err *err)
{
    sqlite3_str *text = sqlite3_str_new(NULL);

    for (size_t i = 0; i < seen->count; i++) {
        const struct seen_part *part = &seen->parts[i];

        if (part->kind == kind) {
            sqlite3_str_appendf(text, "%s|%lld|%s\n", part->name, (long long)part->rows, part->digest);
        }
    }
    bool whole = sqlite3_str_errcode(text) == SQLITE_OK;
    size_t length = (size_t)sqlite3_str_length(text);
    char *lines = sqlite3_str_finish(text);
    if (!whole) {
        sqlite3_free(lines);
        return no_memory(err);
    }
    text_digest(lines == NULL ? "" : lines, length, digest);
    sqlite3_free(lines);
    return ERR_NONE;
}

enum err_code issue_seen(struct store *store, const struct seen *seen, struct err *err)
{
    struct issue *issue = store->issue;
    enum err_code code = ERR_NONE;
    assert(issue != NULL);

    for (size_t i = 0; i < seen->count && code == ERR_NONE; i++) {
        const struct tape_value row[] = {
            tape_integer(issue->run),
            tape_text(seen->parts[i].name),
            tape_text(KINDS[seen->parts[i].kind]),
            tape_integer(seen->parts[i].rows),
            tape_text(seen->parts[i].digest),
        };

        code = ISSUE_COLLECT(issue, ISSUED_DIGESTS, row, err);
    }
    return code;
}

static enum err_code part_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct seen_part part = {.rows = sqlite3_column_int64(row, 2)};

    sql_copy_text(part.name, sizeof part.name, row, 0);
    part.kind = strcmp(sql_text(row, 1), KINDS[SEEN_FACTS]) == 0 ? SEEN_FACTS : SEEN_CATALOGUE;
    sql_copy_text(part.digest, sizeof part.digest, row, 3);
    return part_add(context, &part, err);
}

enum err_code seen_read(struct store *store, int32_t run, struct seen *seen, struct err *err)
{
    struct seen read = {0};
    sqlite3_stmt *query = NULL;
    enum err_code code =
        sql_prepare(store, "SELECT part, kind, rows, digest FROM run_digests WHERE run = ?1", DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, run);
        code = sql_each(store, query, DOING, part_take, &read, err);
    }
    sqlite3_finalize(query);
    for (size_t i = 0; i < read.count && code == ERR_NONE; i++) {
        if (read.parts[i].rows < 0 || read.parts[i].rows > SEEN_ROWS_MAX) {
            code = sql_damaged(store, "a row of run_digests cannot be", err);
        }
    }
    if (code != ERR_NONE) {
        seen_release(&read);
        return code;
    }
    *seen = read;
    return ERR_NONE;
}
