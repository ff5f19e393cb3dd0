/*
 * Rows on their way in (data.md, "Versions, corrections and voids"): what
 * row_write() says of each, and what is in the database then.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_import.h"
#include "tests/schema/fresh.h"

#define STAMP 9000 /* the import's instant; all instants of these tests are small */
#define HORIZON 5000
#define ROW_BYTES 512

/* The first column of a query's one row. */
static int64_t integer(struct fresh *fresh, const char *sql)
{
    return strtoll(fresh_query(fresh, sql), NULL, 10);
}

static void horizon_set(struct fresh *fresh, int64_t as_of)
{
    char sql[ROW_BYTES];

    snprintf(sql, sizeof sql,
             "INSERT INTO runs (month, kind, as_of, noted_at, run_by, approved_by, program_version, rules_version,"
             " workbook) VALUES (202511, 'close', %lld, %lld, 'me', '', '1', '1', 'full')",
             (long long)as_of, (long long)as_of);
    fresh_sql(fresh, sql);
}

static void must(enum err_code code, const struct err *err)
{
    if (code != ERR_NONE) {
        fail_msg("%s", err->text);
    }
}

/* Fields as "pro|Pro|#1|-": a text, a number after #, nothing as -. Cuts `text` up. */
static void values_of(char *text, int count, struct value *values)
{
    char *rest = text;

    for (int i = 0; i < count; i++) {
        char *field = strsep(&rest, "|");
        assert_non_null(field);
        if (strcmp(field, "-") == 0) {
            values[i] = (struct value){.kind = VALUE_NULL};
        } else if (field[0] == '#') {
            values[i] = (struct value){.kind = VALUE_INTEGER, .integer = strtoll(field + 1, NULL, 10)};
        } else {
            values[i] = (struct value){.kind = VALUE_TEXT, .text = field, .length = strlen(field)};
        }
    }
    assert_null(rest);
}

static struct row_result write_with(struct row_writer *writer, const struct table *table, const char *fields)
{
    struct value values[COLUMNS_MAX];
    struct row_result result = {0};
    struct err err = {0};
    char text[ROW_BYTES];

    snprintf(text, sizeof text, "%s", fields);
    values_of(text, table->column_count, values);
    must(row_write(writer, values, &result, &err), &err);
    return result;
}

/* One row in a transaction of its own. */
static struct row_result write_row(struct fresh *fresh, const char *name, const char *fields, int64_t stamp)
{
    const struct table *table = table_find(name);
    struct row_writer *writer = NULL;
    struct err err = {0};

    assert_non_null(table);
    must(store_begin(fresh->store, &err), &err);
    must(row_writer_open(fresh->store, table, stamp, &writer, &err), &err);
    struct row_result result = write_with(writer, table, fields);
    row_writer_close(writer);
    must(store_commit(fresh->store, &err), &err);
    return result;
}

struct step {
    const char *table;
    const char *fields;
    enum row_outcome outcome;
    bool stamped;
    const char *reason;
};

static void run_steps(struct fresh *fresh, const struct step *steps, size_t count)
{
    static const char *const NAMES[] = {"inserted", "corrected", "duplicate", "conflict"};
    int failed = 0;

    for (size_t i = 0; i < count; i++) {
        struct row_result got = write_row(fresh, steps[i].table, steps[i].fields, STAMP);
        bool good = got.outcome == steps[i].outcome && got.stamped == steps[i].stamped &&
                    (got.outcome != ROW_CONFLICT || strstr(got.reason, steps[i].reason) != NULL);
        if (!good) {
            print_error("%s %s: want %s, got %s%s: %s\n", steps[i].table, steps[i].fields, NAMES[steps[i].outcome],
                        NAMES[got.outcome], got.stamped ? ", stamped" : "", got.reason);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_outcomes(void **state)
{
    static const struct step steps[] = {
        {"plans", "free|Free|#0|#10", ROW_INSERTED, false, NULL},
        {"plans", "free|Free|#0|#10", ROW_DUPLICATE, false, NULL},
        {"plans", "free|Free|#0|-", ROW_DUPLICATE, false, NULL},
        {"plans", "free|Gratis|#0|#10", ROW_CONFLICT, false, "the same key and recorded_at"},
        {"plans", "free|Gratis|#0|#9", ROW_CONFLICT, false, "a newer version"},
        {"plans", "free|Gratis|#0|#11", ROW_CORRECTED, false, NULL},
        {"plans", "free|Free|#0|#10", ROW_DUPLICATE, false, NULL},
        {"plans", "free|Free|#0|-", ROW_CORRECTED, false, NULL},
        {"plans", "pro|Pro|#0|-", ROW_CONFLICT, false, "rank 0"},
        {"plans", "pro|Pro|#1|-", ROW_INSERTED, false, NULL},
        {"plans", "max|Max|#1|-", ROW_CONFLICT, false, "another plan has this rank"},
        {"plan_prices", "pro|USD|#0|#2000|-|-", ROW_INSERTED, false, NULL},
        {"plan_prices", "pro|EUR|#0|#2000|-|-", ROW_INSERTED, false, NULL},
        {"tax_rates", "DE|-|any|#0|VAT|#190000|-|#5", ROW_INSERTED, false, NULL},
        {"tax_rates", "DE||any|#0|VAT|#190000|-|#6", ROW_DUPLICATE, false, NULL},
        {"tax_rates", "DE||any|#0|VAT|#160000|-|#6", ROW_CORRECTED, false, NULL},
        {"policies", "proration|#0|second|#5", ROW_INSERTED, false, NULL},
        {"accounts", "a|Anna|USD|#0|-|-", ROW_INSERTED, false, NULL},
        {"accounts", "a|Anna|EUR|#0|-|#9999", ROW_CONFLICT, false, "cannot change currency"},
        {"payments", "p|a|#202511|#7|#-5|EUR|-|-", ROW_CONFLICT, false, "another currency"},
        {"payments", "p|a|#202511|#7|#-5|USD|-|-", ROW_INSERTED, false, NULL},
        {"payments", "p|b|#202511|#7|#-5|USD|-|#9999", ROW_CONFLICT, false, "cannot change account_id"},
        {"credit_grants", "g|a|#100|#5|#5|why|-", ROW_CONFLICT, false, "starts_at is not before expires_at"},
        {"source_totals", "#20240229|#1|#1000000000000000000|-", ROW_INSERTED, false, NULL},
        {"voids", "payments|p|wrong|-", ROW_INSERTED, false, NULL},
        {"voids", "usage_events|later|wrong|-", ROW_INSERTED, false, NULL},
        {"ledger_accounts", "cash|assets:1800 Bank|#5", ROW_INSERTED, false, NULL},
        {"ledger_accounts", "cash|assets:1800 Bank|#6", ROW_DUPLICATE, false, NULL},
        {"ledger_accounts", "cash|assets:1810 Bank|#6", ROW_CORRECTED, false, NULL},
        {"ledger_accounts", "cash|(cash)|#7", ROW_CONFLICT, false, "parts between ':'"},
    };

    run_steps(*state, steps, sizeof steps / sizeof steps[0]);
    assert_string_equal(fresh_query(*state, "PRAGMA integrity_check"), "ok\n"); /* with rows: see 0001_codes.sql */
}

static void test_events(void **state)
{
    static const struct step steps[] = {
        {"usage_events", "e|a|#1763683200123|auto|#1250000|#7|-|#10", ROW_INSERTED, false, NULL},
        {"usage_events", "e|a|#1763683200123|auto|#1250000|#7|-|#11", ROW_DUPLICATE, false, NULL},
        {"usage_events", "e|a|#1763683200123|auto|#1250000|#7|-|-", ROW_DUPLICATE, false, NULL},
        {"usage_events", "e|a|#1763683200123|auto|#1250000|-|-|#10", ROW_CONFLICT, false, "other content"},
        {"usage_events", "e|a|#1763683200123|auto|#1250000|#7|#0|#10", ROW_CONFLICT, false, "other content"},
        {"usage_events", "e|a|#1763683200124|auto|#1250000|#7|-|#10", ROW_CONFLICT, false, "other content"},
        {"usage_events", "e|a|#1763683200123|opus|#1250000|#7|-|#10", ROW_CONFLICT, false, "other content"},
        {"usage_events", "e|x|#1763683200123|auto|#1250000|#7|-|#10", ROW_CONFLICT, false, "other content"},
        {"usage_events", "e|a|#1763683200123|auto|#1250001|#7|-|#10", ROW_CONFLICT, false, "other content"},
        {"usage_events", "f|a|#1764547199999|auto|#0|-|-|-", ROW_INSERTED, false, NULL},
        {"usage_events", "e|b|#1764547200000|opus|#1|-|#5|-", ROW_INSERTED, false, NULL},
        {"usage_events", "z|b|#0|opus|#1|-|-|-", ROW_INSERTED, false, NULL},
        {"usage_events", "y|b|#1|opus|#1|-|-|-", ROW_INSERTED, false, NULL},
        {"usage_events", "z|b|#253402300799999|opus|#1|-|-|-", ROW_INSERTED, false, NULL},
    };
    struct fresh *fresh = *state;

    run_steps(fresh, steps, sizeof steps / sizeof steps[0]);
    assert_string_equal(fresh_query(fresh, "SELECT * FROM usage_events ORDER BY occurred_at, event_id"),
                        "z|b|0|opus|1|NULL|NULL|9000\n"
                        "y|b|1|opus|1|NULL|NULL|9000\n"
                        "e|a|1763683200123|auto|1250000|7|NULL|10\n"
                        "f|a|1764547199999|auto|0|NULL|NULL|9000\n"
                        "e|b|1764547200000|opus|1|NULL|5|9000\n"
                        "z|b|253402300799999|opus|1|NULL|NULL|9000\n");
    assert_string_equal(fresh_query(fresh, "SELECT account, account_id FROM account_ids"), "1|a\n2|b\n");
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_rows WHERE key = (670 << 36) + 1"), 1);
}

/* No backdating: stamped with the import's instant, duplicates looked at first. */
static void test_stamping(void **state)
{
    static const struct step before[] = {
        {"plans", "pro|Pro|#1|#10", ROW_INSERTED, false, NULL},
        {"usage_events", "e|a|#0|auto|#1|-|-|#10", ROW_INSERTED, false, NULL},
    };
    static const struct step after[] = {
        {"plans", "pro|Pro|#1|#11", ROW_DUPLICATE, false, NULL},
        {"plans", "pro|Professional|#1|#10", ROW_CONFLICT, false, "the same key and recorded_at"},
        {"plans", "pro|Professional|#1|#5000", ROW_CORRECTED, true, NULL},
        {"plans", "pro|Pro|#1|#9001", ROW_CORRECTED, false, NULL},
        {"plans", "max|Max|#2|#5000", ROW_INSERTED, true, NULL},
        {"plans", "top|Top|#3|#5001", ROW_INSERTED, false, NULL},
        {"usage_events", "e|a|#0|auto|#1|-|-|#10", ROW_DUPLICATE, false, NULL},
        {"usage_events", "f|a|#0|auto|#1|-|-|#5000", ROW_INSERTED, true, NULL},
        {"usage_events", "g|a|#0|auto|#1|-|-|#5001", ROW_INSERTED, false, NULL},
    };
    struct fresh *fresh = *state;

    run_steps(fresh, before, sizeof before / sizeof before[0]);
    horizon_set(fresh, HORIZON);
    run_steps(fresh, after, sizeof after / sizeof after[0]);
    assert_string_equal(fresh_query(fresh, "SELECT plan, name, recorded_at FROM plans ORDER BY 1, 3"),
                        "max|Max|9000\npro|Pro|10\npro|Professional|9000\npro|Pro|9001\ntop|Top|5001\n");
    assert_string_equal(fresh_query(fresh, "SELECT event_id, recorded_at FROM usage_events ORDER BY 1"), "e|10\nf|9000\ng|5001\n");
}

/* A clock behind the last run's as-of: the stamp is the instant after it. */
static void test_stamp_behind_the_horizon(void **state)
{
    struct fresh *fresh = *state;
    struct err err = {0};
    int64_t as_of = 0;

    must(store_horizon(fresh->store, &as_of, &err), &err);
    assert_true(as_of == INT64_MIN);
    horizon_set(fresh, HORIZON);
    must(store_horizon(fresh->store, &as_of, &err), &err);
    assert_int_equal(as_of, HORIZON);
    assert_true(write_row(fresh, "plans", "pro|Pro|#1|-", HORIZON).stamped);
    assert_true(write_row(fresh, "usage_events", "e|a|#0|auto|#1|-|-|-", 7).stamped);
    assert_int_equal(integer(fresh, "SELECT recorded_at FROM plans"), HORIZON + 1);
    assert_int_equal(integer(fresh, "SELECT recorded_at FROM usage_events"), HORIZON + 1);
}

static void random_event(unsigned *seed, int id, char fields[ROW_BYTES])
{
    *seed = *seed * 1103515245 + 12345;
    unsigned draw = *seed >> 8;
    int64_t at = (int64_t)(draw % 100000) * 100000000; /* over years */

    snprintf(fields, ROW_BYTES, "id-%d|acc-%u|#%lld|model-%u|#%u|%s|-|#%u", id % 150, draw % 17, (long long)at,
             draw % 3, draw % 1000, draw % 2 == 0 ? "-" : "#9", draw % 50);
}

/* The import and the view's trigger write the same: what one wrote is a duplicate to the other. */
static void test_agrees_with_the_view(void **state)
{
    struct fresh *fresh = *state;
    const struct table *table = table_find("usage_events");
    struct row_writer *writer = NULL;
    struct err err = {0};
    char fields[ROW_BYTES];
    unsigned seed = 7;

    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('first', 'acc-3', 0, 'model-1', 1, NULL, NULL, 1)");
    must(store_begin(fresh->store, &err), &err);
    must(row_writer_open(fresh->store, table, STAMP, &writer, &err), &err);
    int64_t written = 0;
    for (int i = 0; i < 400; i++) {
        random_event(&seed, i, fields);
        written += write_with(writer, table, fields).outcome == ROW_INSERTED ? 1 : 0;
    }
    row_writer_close(writer);
    must(store_commit(fresh->store, &err), &err);
    assert_true(written > 300);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_events"), written + 1);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_rows"), written + 1);
    fresh_sql(fresh, "INSERT OR REPLACE INTO usage_events SELECT * FROM usage_events");
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_rows"), written + 1);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('last', 'new', 1, 'new', 1, NULL, NULL, 1)");
    struct row_result again = write_row(fresh, "usage_events", "last|new|#1|new|#1|-|-|#2", STAMP);
    assert_int_equal(again.outcome, ROW_DUPLICATE);
    assert_int_equal(integer(fresh, "SELECT count(DISTINCT key >> 36) > 100 FROM usage_rows"), 1);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_ids WHERE month <> key >> 36"), 0);
    assert_int_equal(integer(fresh, "SELECT max(account) = count(*) FROM account_ids"), 1);
}

#define EVENTS 900
#define EVENTS_SQL "SELECT * FROM usage_events ORDER BY event_id, occurred_at"

/* Events of which many have the id of one before, in the same batch or an earlier one, with the same content or other. */
static void events_make(char texts[EVENTS][ROW_BYTES], struct value values[EVENTS][COLUMNS_MAX])
{
    unsigned draw = 3;

    for (int i = 0; i < EVENTS; i++) {
        draw = draw * 1103515245 + 12345;
        unsigned id = (draw >> 8) % 300;
        unsigned other = (draw >> 20) % 4 == 0; /* content that this id does not always have */
        snprintf(texts[i], ROW_BYTES, "%sid-%u|acc-%u|#%u|model-%u|#%u|-|-|#%u", id % 3 == 0 ? "a-long-" : "", id, id % 17 + other,
                 id * 40000000, id % 3, id * 10, 1 + (draw >> 12) % 90);
        char *text = texts[i];
        values_of(text, table_find("usage_events")->column_count, values[i]);
    }
}

/* Write them into a new database in batches of up to `most`; what became of each, and what is there then. */
static char *batches_write(const struct value (*values)[COLUMNS_MAX], size_t most, struct row_fate fates[EVENTS])
{
    struct row_writer *writer = NULL;
    struct err err = {0};
    size_t size = most;
    void *state = NULL;

    assert_int_equal(fresh_setup(&state), 0);
    struct fresh *fresh = state;
    must(store_begin(fresh->store, &err), &err);
    must(row_writer_open(fresh->store, table_find("usage_events"), STAMP, &writer, &err), &err);
    assert_true(rows_at_once(writer));
    for (size_t i = 0; i < EVENTS; i += size) {
        size = i % 7 == 0 || most == 1 ? most : most / 2;
        size = i + size > EVENTS ? EVENTS - i : size;
        must(rows_write(writer, values + i, size, fates + i, &err), &err);
    }
    row_writer_close(writer);
    must(store_commit(fresh->store, &err), &err);
    assert_int_equal(integer(fresh, "SELECT (SELECT count(*) FROM usage_ids) = (SELECT count(*) FROM usage_rows)"), 1);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM account_ids a WHERE NOT EXISTS"
                                    " (SELECT 1 FROM usage_rows u WHERE u.account = a.account)"), 0);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM (SELECT count(*) AS events, min(key) AS least, max(key) AS most, key >> 36"
                                    " AS month FROM usage_rows GROUP BY key >> 36) WHERE least <> month << 36"
                                    " OR most <> least + events - 1"), 0); /* numbered without a hole */
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_ids JOIN usage_rows USING (key)"),
                     integer(fresh, "SELECT count(*) FROM usage_rows"));
    char *events = strdup(fresh_query(fresh, EVENTS_SQL));
    assert_int_equal(fresh_teardown(&state), 0);
    return events;
}

/* Many at once is what one after the other is. */
static void test_at_once_is_one_by_one(void **state)
{
    static char texts[EVENTS][ROW_BYTES];
    static struct value values[EVENTS][COLUMNS_MAX];
    static struct row_fate one_by_one[EVENTS], at_once[EVENTS];
    static const size_t sizes[] = {2, 10, 64, EVENTS};
    int seen[ROW_CONFLICT + 1] = {0};
    (void)state;

    events_make(texts, values);
    char *want = batches_write(values, 1, one_by_one);
    assert_true(strlen(want) > EVENTS);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *got = batches_write(values, sizes[i], at_once);
        for (size_t j = 0; j < EVENTS; j++) {
            assert_int_equal(at_once[j].outcome, one_by_one[j].outcome);
            assert_int_equal(at_once[j].reason == NULL, at_once[j].outcome != ROW_CONFLICT);
            seen[at_once[j].outcome]++;
        }
        assert_string_equal(got, want);
        free(got);
    }
    free(want);
    assert_true(seen[ROW_INSERTED] > 800 && seen[ROW_DUPLICATE] > 800 && seen[ROW_CONFLICT] > 400);
}

/* After a writer of events the tables' triggers and checks hold again, on the same connection. */
static void test_triggers_come_back(void **state)
{
    struct fresh *fresh = *state;

    assert_int_equal(write_row(fresh, "plans", "pro|Pro|#1|#1", STAMP).outcome, ROW_INSERTED);
    assert_int_equal(write_row(fresh, "usage_events", "e|a|#0|auto|#1|-|-|#1", STAMP).outcome, ROW_INSERTED);
    assert_int_equal(write_row(fresh, "plans", "pro|Pro|#1|#2", STAMP).outcome, ROW_DUPLICATE);
    assert_int_equal(write_row(fresh, "accounts", "b|B|USD|#0|-|-", STAMP).outcome, ROW_INSERTED);
    struct row_result checked = write_row(fresh, "accounts", "c|C|USD|#-1|-|-", STAMP);
    assert_int_equal(checked.outcome, ROW_CONFLICT);
    assert_non_null(strstr(checked.reason, "CHECK"));
    assert_int_equal(integer(fresh, "SELECT account FROM account_ids WHERE account_id = 'b'"), 2);
}

/* Nothing is left of a transaction rolled back, the dictionaries included. */
static void test_rollback(void **state)
{
    struct fresh *fresh = *state;
    const struct table *table = table_find("usage_events");
    struct row_writer *writer = NULL;
    struct err err = {0};

    must(store_begin(fresh->store, &err), &err);
    must(row_writer_open(fresh->store, table, STAMP, &writer, &err), &err);
    write_with(writer, table, "e|a|#0|auto|#1|-|-|#1");
    row_writer_close(writer);
    store_rollback(fresh->store);
    assert_int_equal(integer(fresh, "SELECT (SELECT count(*) FROM usage_ids) + (SELECT count(*) FROM usage_rows)"
                                    " + (SELECT count(*) FROM account_ids) + (SELECT count(*) FROM model_ids)"),
                     0);
}

/* TABLES describes the tables as they are in the database. */
static void test_tables(void **state)
{
    struct fresh *fresh = *state;
    char sql[ROW_BYTES];

    for (int i = 0; i < TABLE_COUNT; i++) {
        char want[ROW_BYTES] = "";
        size_t used = 0;
        for (int j = 0; j < TABLES[i].column_count; j++) {
            used += (size_t)snprintf(want + used, sizeof want - used, "%s\n", TABLES[i].columns[j].name);
        }
        snprintf(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s') ORDER BY cid", TABLES[i].name);
        assert_string_equal(fresh_query(fresh, sql), want);
        assert_ptr_equal(table_find(TABLES[i].name), &TABLES[i]);
    }
    assert_null(table_find("invoices"));
}

static void test_note(void **state)
{
    static const char SHA256[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    struct fresh *fresh = *state;
    struct err err = {0};
    struct import_note note = {.file_name = "-", .sha256 = SHA256, .table = "plans", .inserted = 1, .corrected = 2,
                               .duplicates = 3, .rejected = 4, .stamped = 5, .imported_at = 6, .imported_by = "me"};

    must(import_note(fresh->store, &note, &err), &err);
    assert_string_equal(fresh_query(fresh, "SELECT import, file_name, table_name, inserted, corrected, duplicates,"
                                           " rejected, stamped, imported_at, imported_by FROM imports"),
                        "1|-|plans|1|2|3|4|5|6|me\n");
}

#define FRESH_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH_TEST(test_outcomes), FRESH_TEST(test_events),
        FRESH_TEST(test_stamping), FRESH_TEST(test_stamp_behind_the_horizon),
        FRESH_TEST(test_agrees_with_the_view), cmocka_unit_test(test_at_once_is_one_by_one), FRESH_TEST(test_triggers_come_back),
        FRESH_TEST(test_rollback), FRESH_TEST(test_tables),
        FRESH_TEST(test_note),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
