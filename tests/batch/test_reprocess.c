/*
 * Reprocessing over random histories (R28): each account of each database is a
 * history of its own, 2,000 of them. Whatever became known on the way, and in
 * whatever order: all documents of an account-month together are what one close
 * that knows everything would have issued.
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
#include "batch/run.h"
#include "batch/stale.h"
#include "lib/calendar.h"
#include "schema/store_runs.h"
#include "schema/store_seen.h"
#include "tests/batch/command_line.h"
#include "tests/batch/random_history.h"
#include "tests/reports/hand_bill.h"

#ifdef __SANITIZE_ADDRESS__
#define SEEDS 2
#define SEEDS_OF_GRANTS 3 /* events found by account or not, corrected or not */
#else
#define SEEDS 6
#define SEEDS_OF_GRANTS 6
#endif
#define ACCOUNTS 350

static int failures;

static void check(uint64_t seed, const char *what, bool holds)
{
    if (!holds && failures++ < 20) {
        print_error("seed %" PRIu64 ": %s\n", seed, what);
    }
}

static void instant_text(int64_t at, char out[INSTANT_TEXT_MAX])
{
    instant_format(at, out);
}

static void close_months(uint64_t seed, struct fresh *fresh, int64_t as_of)
{
    char text[INSTANT_TEXT_MAX];

    instant_text(as_of, text);
    for (int32_t month = HISTORY_FIRST_MONTH; month <= HISTORY_LAST_MONTH; month++) {
        int status = command(fresh, close_command, "close --month %04d-%02d --as-of %s --accept-held --quiet --workbook none "
                             "--threads 1 --out %s/out", month / 100, month % 100, text, fresh->folder);
        check(seed, "the month closes", status <= STATUS_LOOK);
    }
}

/* All months in one range, or one after the other. */
static void reprocess_months(uint64_t seed, struct fresh *fresh, int64_t as_of, bool range)
{
    char text[INSTANT_TEXT_MAX];

    instant_text(as_of, text);
    for (int32_t month = HISTORY_FIRST_MONTH; month <= HISTORY_LAST_MONTH; month++) {
        int32_t to = range ? HISTORY_LAST_MONTH : month;
        int status = command(fresh, reprocess_command, "reprocess --from %04d-%02d --to %04d-%02d --as-of %s --accept-held "
                             "--quiet --workbook none --threads 1 --out %s/out", month / 100, month % 100, to / 100,
                             to % 100, text, fresh->folder);
        check(seed, "the months are reprocessed", status <= STATUS_LOOK);
        month = to;
    }
}

static int64_t number_of(struct fresh *fresh, const char *sql)
{
    return strtoll(fresh_query(fresh, sql), NULL, 10);
}

/* A reprocessing of everyone, not only of those of whom something was learned, would issue nothing more. */
static void check_everyone(uint64_t seed, struct fresh *fresh, int64_t as_of)
{
    char out[128];

    snprintf(out, sizeof out, "%s/out", fresh->folder);
    for (int32_t month = HISTORY_FIRST_MONTH; month <= HISTORY_LAST_MONTH; month++) {
        struct err err = {0};
        struct run *runs = NULL;
        size_t count = 0;
        struct report *report = NULL;
        struct run_result result;
        assert_int_equal(runs_list(fresh->store, month, &runs, &count, &err), ERR_NONE);
        struct run_in in = {.store = fresh->store, .month = month, .as_of = as_of, .name = "preview", .out = out,
                            .workbook = WORKBOOK_NONE, .threads = 1, .quiet = true, .reprocess = (int32_t)count + 1,
                            .everyone = true, .run_by = "", .approved_by = ""};
        enum err_code code = run_compute(&in, &result, &report, &err);
        if (code != ERR_NONE) {
            print_error("%s\n", err.text);
        }
        check(seed, "everyone is computed again", code == ERR_NONE);
        check(seed, "no one was missed: no note", code != ERR_NONE || result.totals.documents[SERIES_CREDIT] +
                                                      result.totals.documents[SERIES_DEBIT] +
                                                      result.totals.documents[SERIES_INVOICE] == 0);
        check(seed, "those held are the same", code != ERR_NONE || result.totals.issued[BILL_HELD] - result.totals.kept ==
                                                   runs[count - 1].totals.held);
        report_end(report);
        free(runs);
    }
}

static void check_not_stale(uint64_t seed, struct fresh *fresh, int64_t as_of)
{
    for (int32_t month = HISTORY_FIRST_MONTH; month <= HISTORY_LAST_MONTH; month++) {
        struct stale stale;
        struct err err = {0};
        assert_int_equal(stale_read(fresh->store, month, as_of, &stale, &err), ERR_NONE);
        check(seed, "a month that was reprocessed is not stale", !stale_is(&stale));
    }
}

/* What each run saw is there, also where it did not read the usage through but learned of it: as read row by row. */
static void check_seen(uint64_t seed, struct fresh *fresh)
{
    struct err err = {0};
    struct run *runs = NULL;
    size_t count = 0;

    assert_int_equal(store_snapshot_begin(fresh->store, &err), ERR_NONE);
    assert_int_equal(runs_list(fresh->store, 0, &runs, &count, &err), ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        struct proof proof = {0};

        check(seed, "what a run saw can be read again", proof_seen(fresh->store, &runs[i], &proof, &err) == ERR_NONE);
        if (proof.wrong > 0) {
            print_error("%s\n", proof.shown[0]);
        }
        check(seed, "what a run saw is still there", proof.wrong == 0);
    }
    store_snapshot_end(fresh->store);
    check(seed, "every run noted its month's usage",
          number_of(fresh, "SELECT count(*) FROM run_ends e WHERE e.outcome = 'issued' AND NOT EXISTS (SELECT 1 FROM run_digests d "
                           "WHERE d.run = e.run AND d.part = format('usage_events %d-%02d', e.month / 100, e.month % 100))") == 0);
    free(runs);
}

/* A second reprocessing of the same issues nothing. */
static void check_twice(uint64_t seed, struct fresh *fresh, int64_t as_of)
{
    int64_t runs = number_of(fresh, "SELECT count(*) FROM runs");

    reprocess_months(seed, fresh, as_of, true);
    reprocess_months(seed, fresh, as_of + 1000, true);
    check(seed, "reprocessing twice is once", number_of(fresh, "SELECT count(*) FROM runs") == runs);
}

/* The lines that stand: neither reversals nor taken back; as many as there are of each. */
#define STANDING(schema)                                                                                               \
    "SELECT d.account_id, d.month, d.currency, l.kind, l.plan, l.tax_country, l.tax_name, l.period_start, l.period_end, " \
    "l.unit, l.unit_whole, l.quantity, l.unit_price, l.amount, count(*) FROM " schema ".documents d JOIN " schema         \
    ".document_lines l USING (document) LEFT JOIN " schema ".line_corrections r ON r.document = l.document AND "       \
    "r.line = l.line AND r.reversal = 1 LEFT JOIN " schema ".line_corrections t ON t.corrects_document = l.document "  \
    "AND t.corrects_line = l.line AND t.reversal = 1 WHERE r.document IS NULL AND t.document IS NULL AND NOT EXISTS "  \
    "(SELECT 1 FROM twin.statements s JOIN twin.runs u USING (run) WHERE s.status = 'held' "                           \
    "AND s.account_id = d.account_id AND u.month = d.month) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14"

/* Beside a close that knows everything from the start, whose database is attached as `twin`. */
static void check_twin(uint64_t seed, struct fresh *fresh, const struct fresh *twin)
{
    char sql[256];

    snprintf(sql, sizeof sql, "ATTACH '%s' AS twin", twin->path);
    fresh_sql(fresh, sql);
    check(seed, "every line that stands is the twin's",
          number_of(fresh, "SELECT count(*) FROM (" STANDING("main") " EXCEPT " STANDING("twin") ")") == 0);
    check(seed, "every line of the twin stands",
          number_of(fresh, "SELECT count(*) FROM (" STANDING("twin") " EXCEPT " STANDING("main") ")") == 0);
    check(seed, "all documents sum up to the twin's invoice",
          number_of(fresh, "SELECT count(*) FROM (SELECT account_id, month, sum(total) AS total FROM main.documents "
                           "GROUP BY account_id, month) m LEFT JOIN twin.documents t USING (account_id, month) "
                           "WHERE m.total <> coalesce(t.total, 0) AND NOT EXISTS (SELECT 1 FROM twin.statements s "
                           "JOIN twin.runs u USING (run) WHERE s.status = 'held' AND s.account_id = m.account_id "
                           "AND u.month = m.month)") == 0);
    check(seed, "each document is its lines",
          number_of(fresh, "SELECT count(*) FROM main.documents d WHERE d.total <> (SELECT sum(amount) FROM "
                           "main.document_lines l WHERE l.document = d.document)") == 0);
    fresh_sql(fresh, "DETACH twin");
}

/* The same history known as a whole before the months are closed. */
static struct fresh *twin_make(uint64_t seed, const struct random_history *history)
{
    struct fresh *twin = database_make();

    for (int step = 0; step <= HISTORY_STEPS; step++) {
        history_write(history, twin, step, NULL);
    }
    close_months(seed, twin, history_as_of(HISTORY_STEPS));
    return twin;
}

/* Step by step; `order`: the steps' news in another order. Returns the database. */
static struct fresh *steps_run(uint64_t seed, const struct random_history *history, const int *order)
{
    struct fresh *fresh = database_make();

    history_write(history, fresh, 0, order);
    close_months(seed, fresh, history_as_of(0));
    for (int step = 1; step <= HISTORY_STEPS; step++) {
        int64_t as_of = history_as_of(step);
        history_write(history, fresh, step, order);
        reprocess_months(seed, fresh, as_of, order == NULL);
        if (order == NULL) {
            check_everyone(seed, fresh, as_of);
            check_not_stale(seed, fresh, as_of);
            check_twice(seed, fresh, as_of);
        }
    }
    return fresh;
}

static void test_histories(void **state)
{
    static const int ORDER[HISTORY_STEPS + 1] = {0, 3, 1, 4, 2};
    int64_t notes = 0;
    int64_t first = 0;
    int64_t kept = 0;
    (void)state;
    failures = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct random_history *history = history_make(seed, ACCOUNTS);
        struct fresh *twin = twin_make(seed, history);
        for (int way = 0; way < 2; way++) {
            struct fresh *fresh = steps_run(seed, history, way == 0 ? NULL : ORDER);
            check_twin(seed, fresh, twin);
            check_seen(seed, fresh);
            notes += number_of(fresh, "SELECT count(*) FROM documents WHERE series <> 'INV'");
            first += number_of(fresh, "SELECT count(*) FROM documents d JOIN runs r USING (run) WHERE d.series = 'INV' "
                                      "AND r.kind = 'reprocess'");
            kept += number_of(fresh, "SELECT count(*) FROM statements s JOIN runs r USING (run) WHERE s.status = 'held' "
                                     "AND EXISTS (SELECT 1 FROM documents d WHERE d.account_id = s.account_id "
                                     "AND d.month = r.month AND d.run < s.run)");
            database_remove(fresh);
        }
        database_remove(twin);
        history_free(history);
    }
    print_message("%d notes, %d first invoices, %d times kept as issued\n", (int)notes, (int)first, (int)kept);
    assert_int_equal(failures, 0);
    assert_true(notes > SEEDS * 330 && first > SEEDS * 50 && kept > SEEDS * 20); /* the histories do have something to correct */
}

/* SHA256SUMS of a preview of the month as of the step: every byte of every file. */
static void preview_sums(uint64_t seed, struct fresh *fresh, int32_t month, int step, char out[4096])
{
    char text[INSTANT_TEXT_MAX];
    char place[256];
    size_t length = 0;

    instant_text(history_as_of(step), text);
    int status = command(fresh, preview_command, "preview --month %04d-%02d --as-of %s --quiet --threads 1 --out %s/seen",
                         month / 100, month % 100, text, fresh->folder);
    check(seed, "the month is previewed", status <= STATUS_LOOK);
    snprintf(place, sizeof place, "%s/seen/%04d-%02d/preview", fresh->folder, month / 100, month % 100);
    char *bytes = hand_read(place, "SHA256SUMS", &length);
    assert_in_range(length, 1, 4095);
    snprintf(out, 4096, "%.*s", (int)length, bytes);
    free(bytes);
}

/* R3: whatever became known, was closed and was reprocessed later, every earlier preview comes out again, byte for byte. */
static void test_earlier_previews_stay(void **state)
{
    static char seen[HISTORY_STEPS + 1][3][4096];
    char again[4096];
    (void)state;
    failures = 0;

    for (uint64_t seed = 100; seed < 102; seed++) {
        struct random_history *history = history_make(seed, 60);
        struct fresh *fresh = database_make();
        for (int step = 0; step <= HISTORY_STEPS; step++) {
            history_write(history, fresh, step, NULL);
            for (int month = 0; month < 3; month++) {
                preview_sums(seed, fresh, HISTORY_FIRST_MONTH + month, step, seen[step][month]);
            }
            if (step == 0) {
                close_months(seed, fresh, history_as_of(step));
            } else {
                reprocess_months(seed, fresh, history_as_of(step), true);
            }
        }
        for (int step = 0; step <= HISTORY_STEPS; step++) {
            for (int month = 0; month < 3; month++) {
                preview_sums(seed, fresh, HISTORY_FIRST_MONTH + month, step, again);
                check(seed, "an earlier preview comes out again", strcmp(again, seen[step][month]) == 0);
            }
        }
        database_remove(fresh);
        history_free(history);
    }
    assert_int_equal(failures, 0);
}

/* What a run finds, in the reports' bytes but for what the run says of itself. */
static struct run_result computed(uint64_t seed, struct fresh *fresh, int32_t month, int64_t as_of, bool rescan)
{
    char out[128];
    struct run_result result = {0};
    struct report *report = NULL;
    struct err err = {0};

    snprintf(out, sizeof out, "%s/out", fresh->folder);
    struct run_in in = {.store = fresh->store, .month = month, .as_of = as_of, .name = "preview", .out = out,
                        .workbook = WORKBOOK_NONE, .threads = 2, .quiet = true, .rescan = rescan, .run_by = "",
                        .approved_by = ""};
    if (run_compute(&in, &result, &report, &err) != ERR_NONE) {
        print_error("%s\n", err.text);
        check(seed, "the month is computed", false);
    }
    report_end(report);
    return result;
}

/* R19: with what closed months left of grants and without, each month is the same, at every as-of until now. */
static void check_rescan(uint64_t seed, struct fresh *fresh, int step)
{
    for (int32_t month = HISTORY_FIRST_MONTH; month <= HISTORY_LAST_MONTH; month++) {
        for (int at = 0; at <= step; at++) {
            struct run_result kept = computed(seed, fresh, month, history_as_of(at), false);
            struct run_result again = computed(seed, fresh, month, history_as_of(at), true);

            check(seed, "the bills are those of reading everything again", strcmp(kept.digest, again.digest) == 0);
            check(seed, "the files are, too", strcmp(kept.sums_digest, again.sums_digest) == 0);
            check(seed, "and what was seen", strcmp(kept.saw.facts, again.saw.facts) == 0);
            check(seed, "and the sums of grants", memcmp(&kept.totals.grants, &again.totals.grants, sizeof kept.totals.grants) == 0);
        }
    }
}

/* The months closed one after the other, with news between them, some corrected; with the events found by account, or not. */
static void test_grants_kept(void **state)
{
    (void)state;
    failures = 0;

    for (uint64_t seed = 200; seed < 200 + SEEDS_OF_GRANTS; seed++) {
        struct random_history *history = history_make(seed, 60);
        struct fresh *fresh = database_make();
        int64_t without = 0;
        for (int step = 0; step <= HISTORY_STEPS; step++) {
            char text[INSTANT_TEXT_MAX];
            int32_t month = HISTORY_FIRST_MONTH + step;

            history_write(history, fresh, step, NULL);
            instant_text(history_as_of(step), text);
            if (month <= HISTORY_LAST_MONTH) {
                (void)command(fresh, close_command, "close --month %04d-%02d --as-of %s --accept-held --quiet --workbook none "
                              "--threads 1 --out %s/out", month / 100, month % 100, text, fresh->folder);
            } else if (seed % 2 == 0) {
                reprocess_months(seed, fresh, history_as_of(step), true);
            }
            if (seed % 3 == 0) {
                check(seed, "events are noted by account", command(fresh, index_command, "index --quiet") == STATUS_DONE);
            }
            check_rescan(seed, fresh, step);
        }
        without = number_of(fresh, "SELECT count(*) FROM runs r WHERE r.month > 202510 AND NOT EXISTS (SELECT 1 FROM run_digests d "
                                   "WHERE d.run = r.run AND d.part LIKE 'usage_events%' AND d.part < format('usage_events %d-%02d', "
                                   "r.month / 100, r.month % 100))");
        check(seed, "runs did without the months before", without > 0);
        check(seed, "something was left of grants", number_of(fresh, "SELECT count(*) FROM grants_left WHERE credits > 0") > 10);
        check_seen(seed, fresh);
        database_remove(fresh);
        history_free(history);
    }
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_histories), cmocka_unit_test(test_earlier_previews_stay),
        cmocka_unit_test(test_grants_kept)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
