/*
 * A month closed from its shards is the month closed as a whole: documents,
 * numbers, links, statements and every byte of the reports, over random
 * databases, any number of shards, in any order, computed from the database
 * itself, from a copy, or from databases that each hold one shard. What comes
 * after it - closing held accounts, reprocessing, the second way - comes to the
 * same, too.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "batch/command.h"
#include "lib/calendar.h"
#include "tests/batch/command_line.h"
#include "tests/batch/divided.h"
#include "tests/batch/random_history.h"

#define SEEDS 6
#ifdef __SANITIZE_ADDRESS__
#define FIRST_SEED 3 /* one of each way */
#else
#define FIRST_SEED 0
#endif
#define ACCOUNTS 50
#define SHARDS 7 /* at most */

enum way { ITSELF, A_COPY, DIVIDED, WAYS };

static int failures;
static uint64_t seed;

static void check(const char *what, bool holds)
{
    if (!holds && failures++ < 20) {
        print_error("seed %" PRIu64 ": %s\n", seed, what);
    }
}

static struct fresh *copy_make(struct fresh *fresh)
{
    struct fresh *copy = database_make();
    char sql[256];

    sqlite3_close(copy->upstream);
    copy->upstream = NULL;
    store_close(copy->store);
    copy->store = NULL;
    snprintf(sql, sizeof sql, "rm -f %s*", copy->path);
    assert_int_equal(system(sql), 0);
    snprintf(sql, sizeof sql, "VACUUM INTO '%s'", copy->path);
    fresh_sql(fresh, sql);
    return copy;
}

/* Compute the month's shards from another database each, or all from one. */
static void shards_compute(struct fresh *fresh, enum way way, int32_t month, const char *as_of, int32_t count)
{
    struct fresh *source = way == A_COPY ? copy_make(fresh) : fresh;

    for (int32_t k = 1; k <= count; k++) {
        struct fresh *part = way == DIVIDED ? divided_make(fresh, (struct shard){k, count}) : source;
        int status = command(part, close_command, "close --month %04d-%02d --as-of %s --shard %d/%d --result %s/%d.result "
                             "--threads %d --quiet", month / 100, month % 100, as_of, (int)k, (int)count, fresh->folder,
                             (int)k, (int)(k % 3 + 1));
        check("a shard is computed", status == STATUS_DONE);
        if (way == DIVIDED) {
            database_remove(part);
        }
    }
    if (way == A_COPY) {
        database_remove(source);
    }
}

/* Merge them, beginning with the `first`. Returns the exit status. */
static int shards_merge(struct fresh *fresh, int32_t count, int32_t first)
{
    char files[2048] = "";
    size_t used = 0;
    char remove[128];

    for (int32_t i = 0; i < count; i++) {
        int32_t k = (first + i * (count == 6 ? 5 : 1)) % count + 1;
        used += (size_t)snprintf(files + used, sizeof files - used, " %s/%d.result", fresh->folder, (int)k);
    }
    int status = command(fresh, merge_command, "merge%s --accept-held --quiet --workbook none --out %s/out", files,
                         fresh->folder);
    snprintf(remove, sizeof remove, "rm %s/*.result", fresh->folder);
    assert_int_equal(system(remove), 0);
    return status;
}

static int close_whole(struct fresh *fresh, int32_t month, const char *as_of)
{
    return command(fresh, close_command, "close --month %04d-%02d --as-of %s --accept-held --quiet --workbook none "
                   "--threads 2 --out %s/out", month / 100, month % 100, as_of, fresh->folder);
}

/* Rows of a table that are in one of the databases and not in the other. */
static void check_rows(struct fresh *fresh, const char *table, const char *columns)
{
    char sql[1024];

    for (int i = 0; i < 2; i++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM (SELECT %s FROM %s.%s EXCEPT SELECT %s FROM %s.%s)", columns,
                 i == 0 ? "main" : "twin", table, columns, i == 0 ? "twin" : "main", table);
        check(table, strcmp(fresh_query(fresh, sql), "0\n") == 0);
    }
}

/* Everything that was issued, but for the clock; and the reports, byte for byte. */
static void check_same(struct fresh *fresh, const struct fresh *twin)
{
    char sql[256];

    snprintf(sql, sizeof sql, "ATTACH '%s' AS twin", twin->path);
    fresh_sql(fresh, sql);
    check_rows(fresh, "documents", "*");
    check_rows(fresh, "document_lines", "*");
    check_rows(fresh, "line_corrections", "*");
    check_rows(fresh, "links", "*");
    check_rows(fresh, "statements", "*");
    check_rows(fresh, "held_accounts", "*");
    check_rows(fresh, "run_usage", "*");
    check_rows(fresh, "run_digests", "*");
    check_rows(fresh, "runs", "run, month, kind, as_of, run_by, approved_by, program_version, rules_version, workbook");
    check_rows(fresh, "run_ends", "run, month, outcome, sequence, digest, reports_digest, invoiced, no_charge, held");
    check_rows(fresh, "canonical_runs", "run, part, place, iif(part > 2, text, '')"); /* the first two have the clock */
    fresh_sql(fresh, "DETACH twin");
    snprintf(sql, sizeof sql, "diff -r %s/out %s/out", fresh->folder, twin->folder);
    check("reports, byte for byte", system(sql) == 0);
}

static void check_verified(struct fresh *fresh)
{
    int status = command(fresh, verify_command, "verify --reports %s/out --quiet", fresh->folder);

    check("verify holds", status == STATUS_DONE);
}

/* Close the three months as of a step, whole in one database and in shards in the other. */
static void close_months(struct fresh *whole, struct fresh *parts, int step, enum way way)
{
    char as_of[INSTANT_TEXT_MAX];

    instant_format(history_as_of(step), as_of);
    for (int32_t month = HISTORY_FIRST_MONTH; month <= HISTORY_LAST_MONTH; month++) {
        int32_t count = (int32_t)((seed + (uint64_t)(month + step)) % SHARDS) + 1;
        count += way == DIVIDED && count == 1; /* all of it in another database is not divided */
        shards_compute(parts, way, month, as_of, count);
        int wanted = close_whole(whole, month, as_of);
        int got = shards_merge(parts, count, (int32_t)(seed % 5));
        check("the merge ends as the close does", got == wanted);
    }
}

static void reprocess_both(struct fresh *whole, struct fresh *parts, int step)
{
    char as_of[INSTANT_TEXT_MAX];
    struct fresh *const both[] = {whole, parts};
    int status[2];

    instant_format(history_as_of(step), as_of);
    for (int i = 0; i < 2; i++) {
        status[i] = command(both[i], reprocess_command, "reprocess --from 2025-10 --to 2025-12 --as-of %s --accept-held "
                            "--quiet --workbook none --threads 1 --out %s/out", as_of, both[i]->folder);
    }
    check("reprocessing ends alike", status[0] == status[1] && status[0] <= STATUS_LOOK);
}

static int64_t number_of(struct fresh *fresh, const char *sql)
{
    return strtoll(fresh_query(fresh, sql), NULL, 10);
}

static void test_shards_are_the_whole(void **state)
{
    int64_t later_closes = 0;
    int64_t notes = 0;
    (void)state;
    failures = 0;

    for (seed = FIRST_SEED; seed < SEEDS; seed++) {
        struct random_history *history = history_make(seed + 40, ACCOUNTS);
        struct fresh *whole = database_make();
        struct fresh *parts = database_make();
        enum way way = (enum way)(seed % WAYS);
        for (int step = 0; step < 2; step++) { /* what was held is closed again in the second */
            history_write(history, whole, step, NULL);
            history_write(history, parts, step, NULL);
            close_months(whole, parts, step, way);
        }
        check_same(parts, whole);
        check_verified(parts);
        history_write(history, whole, 2, NULL);
        history_write(history, parts, 2, NULL);
        reprocess_both(whole, parts, 2);
        check_same(parts, whole);
        check_verified(parts);
        later_closes += number_of(parts, "SELECT count(*) FROM run_ends e JOIN runs r USING (run) WHERE r.kind = 'close' "
                                         "AND e.sequence > 1");
        notes += number_of(parts, "SELECT count(*) FROM documents WHERE series <> 'INV'");
        database_remove(whole);
        database_remove(parts);
        history_free(history);
    }
    print_message("%d later closes, %d notes\n", (int)later_closes, (int)notes);
    assert_int_equal(failures, 0);
    assert_true(later_closes > 0 && notes > 0); /* there was something to compare */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shards_are_the_whole)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
