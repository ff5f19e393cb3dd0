/*
 * The import of every table, into a database with a closed month behind it.
 *
 * Input: a letter for the table (TABLES), then the CSV file.
 * Claims: the rows refused, stored and there already are all the rows of the file; the table has grown by those stored; the
 * file of the refused ones has them all; the same file again stores nothing (R8), neither at once nor later; with one bad row and no
 * --rejects nothing is stored; the database stays whole.
 *
 * make test: 1000 inputs
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/store_internal.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/rows.h"
#include "tests/fuzz/target.h"

#define REJECTS "rejects.csv"
#define LATER_MS 3600000
#define WHOLE_EVERY 32 /* inputs between two looks at the whole database */

static struct store *store;
static struct rejects *rejects;

static void prepare(void)
{
    struct err err = {0};

    if (store != NULL) {
        return;
    }
    place_make();
    place_database(true);
    claim(store_open(PLACE_DATABASE, STORE_WRITE, 0, &store, &err) == ERR_NONE, "%s", err.text);
    claim(rejects_open(REJECTS, &rejects, &err) == ERR_NONE, "%s", err.text);
}

static int64_t ask(const char *sql)
{
    sqlite3_stmt *query = NULL;

    claim(sqlite3_prepare_v2(store->db, sql, -1, &query, NULL) == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW, "%s: %s", sql,
          sqlite3_errmsg(store->db));
    int64_t answer = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return answer;
}

static int64_t count_of(const struct table *table)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table->name);
    return ask(sql);
}

static void claim_whole(void)
{
    sqlite3_stmt *query = NULL;

    claim(sqlite3_prepare_v2(store->db, "PRAGMA integrity_check", -1, &query, NULL) == SQLITE_OK &&
              sqlite3_step(query) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(query, 0), "ok") == 0,
          "the database is not whole: %s", sqlite3_errmsg(store->db));
    sqlite3_finalize(query);
    claim_same("broken references", 0, ask("SELECT count(*) FROM pragma_foreign_key_check"));
}

static void begin(void)
{
    struct err err = {0};

    claim(store_begin(store, &err) == ERR_NONE && rejects_clear(rejects, &err) == ERR_NONE, "%s", err.text);
}

/* The refused rows, as their file has them. */
static void claim_rejects(int64_t rejected)
{
    struct err err = {0};

    claim(rejects_end(rejects, &err) == ERR_NONE, "%s", err.text);
    struct bytes file = place_read(REJECTS);
    claim_same("rows in the file of the refused", rejected == 0 ? -1 : rejected, rows_between_line_ends(file.start, file.size));
    free(file.start);
}

static void again(struct load_in in, const uint8_t *bytes, size_t size, const char *when)
{
    struct load_counts counts;
    int64_t before = count_of(in.table);

    claim(rows_load(in, bytes, size, &counts) == ERR_NONE, "what was imported is refused %s", when);
    claim(counts.inserted + counts.corrected == 0, "the same file stores %" PRId64 " rows %s", counts.inserted + counts.corrected,
          when);
    claim_same("rows of the table, once more", before, count_of(in.table));
}

/* Bad rows and no --rejects: nothing is stored. */
static void refuse(struct load_in in, const uint8_t *bytes, size_t size, int64_t before, int64_t rejected)
{
    struct load_counts counts;

    in.rejects = NULL;
    begin();
    enum err_code code = rows_load(in, bytes, size, &counts);
    claim((code != ERR_NONE) == (rejected > 0), "%" PRId64 " bad rows, and status %d", rejected, (int)code);
    store_rollback(store);
    claim_same("rows of the table, once refused", before, count_of(in.table));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned inputs;
    struct load_in in = {.stamp = PLACE_STAMP + 3 * 24 * LATER_MS, .quiet = true, .advice = "mend it"};
    struct load_counts counts;

    if (size < 1 || (in.table = rows_table(data[0])) == NULL) {
        return INPUT_PASSED_OVER;
    }
    in.allow_unterminated = size % 2 == 0;
    prepare();
    in.store = store;
    in.rejects = rejects;
    target_quiet_start();
    begin();
    int64_t before = count_of(in.table);
    if (rows_load(in, data + 1, size - 1, &counts) == ERR_NONE) {
        rows_claim_all_there(&counts, data + 1, size - 1);
        claim_same("rows of the table", before + counts.inserted + counts.corrected, count_of(in.table));
        claim_rejects(counts.rejected);
        again(in, data + 1, size - 1, "at once");
        in.stamp += LATER_MS;
        if (counts.rejected == 0) { /* of two rows of one key the refused one is a correction, later */
            again(in, data + 1, size - 1, "later");
        }
        if (++inputs % WHOLE_EVERY == 0) {
            claim_whole();
        }
        store_rollback(store);
        refuse(in, data + 1, size - 1, before, counts.rejected);
    }
    store_rollback(store);
    claim_same("rows of the table, taken back", before, count_of(in.table));
    return INPUT_TAKEN;
}
