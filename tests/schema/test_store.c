/*
 * Opening and creating databases, and what can be wrong with a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "schema/embedded.h"
#include "schema/store_import.h"
#include "tests/schema/fresh.h"

#define SHA256_OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* The folder's file `name`, with these bytes; NULL: there is none. */
static const char *file_with(struct fresh *fresh, const char *name, const char *bytes)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", fresh->folder, name);
    unlink(path);
    if (bytes != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(bytes, file);
        fclose(file);
    }
    return path;
}

static void refuse_open(const char *path, enum store_mode mode, enum err_code code, const char *words)
{
    struct store *store = NULL;
    struct err err = {0};

    assert_int_equal(store_open(path, mode, 0, &store, &err), code);
    assert_null(store);
    assert_ptr_equal(strstr(err.text, path), err.text); /* the message begins with the path */
    if (strstr(err.text, words) == NULL) {
        fail_msg("'%s' is not in: %s", words, err.text);
    }
}

static void test_not_a_database(void **state)
{
    struct fresh *fresh = *state;
    const char *path = file_with(fresh, "x", NULL);

    refuse_open(path, STORE_READ, ERR_NO_INPUT, "no such database");
    refuse_open(path, STORE_WRITE, ERR_NO_INPUT, "no such database");
    refuse_open(fresh->folder, STORE_READ, ERR_DATA, "not a database of monthend");
    file_with(fresh, "x", "");
    refuse_open(path, STORE_READ, ERR_DATA, "not a database of monthend");
    refuse_open(path, STORE_WRITE, ERR_DATA, "not a database of monthend");
    file_with(fresh, "x", "account_id,name\na,Anna\n");
    refuse_open(path, STORE_READ, ERR_DATA, "not a database of monthend; give the one that 'monthend init' created");
    refuse_open(path, STORE_WRITE, ERR_DATA, "not a database of monthend; give the one that 'monthend init' created");
    file_with(fresh, "x", NULL);
}

static void test_another_database(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, "PRAGMA user_version = 99");
    refuse_open(fresh->path, STORE_READ, ERR_DATA, "schema version 99");
    fresh_sql(fresh, "PRAGMA user_version = 1");
    refuse_open(fresh->path, STORE_WRITE, ERR_DATA, "schema version 1,");
    fresh_sql(fresh, "PRAGMA application_id = 7");
    refuse_open(fresh->path, STORE_WRITE, ERR_DATA, "not a database of monthend");
}

static void test_damaged(void **state)
{
    struct fresh *fresh = *state;
    struct store *store = NULL;
    struct err err = {0};

    fresh_sql(fresh, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_int_equal(truncate(fresh->path, 4096), 0);
    assert_int_equal(store_open(fresh->path, STORE_READ, 0, &store, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "restore the database from a backup"));
}

/* What nobody can have written through the tables' own checks. */
static void test_rows_that_break_checks(void **state)
{
    static const struct {
        const char *sql;
        const char *words;
    } rows[] = {
        {"INSERT INTO runs (month, kind, as_of, noted_at, run_by, approved_by, program_version, rules_version, workbook) "
         "VALUES (202513, 'close', 5, 5, 'me', '', '1', '1', 'none')", "a row of runs cannot be"},
        {"INSERT INTO runs VALUES (1, 202511, '../close', 5, 5, 'me', '', '1', '1', 'none')", "a row of runs cannot be"},
        {"INSERT INTO runs VALUES (1, 202511, 'close', 6, 5, 'me', '', '1', '1', 'none')", "a row of runs cannot be"},
        {"INSERT INTO runs VALUES (1, 202511, 'close', 5, 5, 'me', '', '1', '1', 'half')", "a row of runs cannot be"},
        {"INSERT INTO runs VALUES (1, 202511, 'close', 5, 5, 'me', '', '1', '1', 'none');"
         "INSERT INTO run_ends VALUES (1, 202511, 'issued', 1, '', '', -1, 0, 0, 5)", "a row of run_ends cannot be"},
        {"INSERT INTO plans VALUES ('free', 'Free', 0, 1), ('pro', 'Pro', -1, 1)", "a row of plans cannot be"},
        {"INSERT INTO plan_prices VALUES ('pro', 'USD', 0, 10000000000001, NULL, 1)", "a row of plan_prices cannot be"},
        {"INSERT INTO plan_allowances VALUES ('pro', -1, 5, 1)", "a row of plan_allowances cannot be"},
        {"INSERT INTO model_rates VALUES ('auto', 0, 0, NULL, 1)", "a row of model_rates cannot be"},
        {"INSERT INTO countries VALUES ('DE', 0, 2, 1)", "a row of countries cannot be"},
        {"INSERT INTO tax_rates VALUES ('DE', NULL, 'any', 0, 'VAT', 1000001, NULL, 1)", "a row of tax_rates cannot be"},
    };
    struct fresh *fresh = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fresh_sql(fresh, "PRAGMA ignore_check_constraints = ON");
        fresh_sql(fresh, rows[i].sql);
        refuse_open(fresh->path, STORE_READ, ERR_DATA, "the database is damaged: ");
        refuse_open(fresh->path, STORE_WRITE, ERR_DATA, rows[i].words);
        fresh_teardown(state);
        assert_int_equal(fresh_setup(state), 0);
        fresh = *state;
    }
}

static void test_create(void **state)
{
    struct fresh *fresh = *state;
    struct store *store = NULL;
    struct err err = {0};
    struct stat status;
    char path[128];

    assert_int_equal(store_create(fresh->path, &store, &err), ERR_CREATE);
    assert_non_null(strstr(err.text, "exists already"));
    assert_int_equal(stat(fresh->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_string_equal(fresh_query(fresh, "PRAGMA journal_mode"), "wal\n");
    assert_string_equal(fresh_query(fresh, "PRAGMA integrity_check"), "ok\n");
    assert_int_equal(strtol(fresh_query(fresh, "PRAGMA user_version"), NULL, 10), MIGRATION_COUNT);

    err = (struct err){0};
    snprintf(path, sizeof path, "%s/none/m.db", fresh->folder);
    assert_int_equal(store_create(path, &store, &err), ERR_CREATE);
    assert_non_null(strstr(err.text, "/none/m.db: cannot create the database: its folder is not there; create the folder first"));
    err = (struct err){0};
    file_with(fresh, "y-wal", "left over");
    snprintf(path, sizeof path, "%s/y", fresh->folder);
    assert_int_equal(store_create(path, &store, &err), ERR_CREATE);
    assert_int_equal(access(path, F_OK), -1);
    file_with(fresh, "y-wal", NULL);
    assert_null(store);
}

/* A path is a path, whatever SQLite would make of it. */
static void test_odd_names(void **state)
{
    static const char *const NAMES[] = {"file:a?mode=memory", "a%20b#c", ":memory:"};
    static const char *const ENDINGS[] = {"", "-wal", "-shm"};
    struct fresh *fresh = *state;
    char path[128];

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        struct store *store = NULL;
        struct err err = {0};
        snprintf(path, sizeof path, "%s/%s", fresh->folder, NAMES[i]);
        assert_int_equal(store_create(path, &store, &err), ERR_NONE);
        store_close(store);
        assert_int_equal(store_open(path, STORE_READ, 0, &store, &err), ERR_NONE);
        assert_string_equal(store_path(store), path);
        store_close(store);
        for (size_t j = 0; j < sizeof ENDINGS / sizeof ENDINGS[0]; j++) {
            snprintf(path, sizeof path, "%s/%s%s", fresh->folder, NAMES[i], ENDINGS[j]);
            unlink(path);
        }
    }
}

static void test_busy(void **state)
{
    struct fresh *fresh = *state;
    struct err err = {0};

    fresh_sql(fresh, "BEGIN IMMEDIATE");
    assert_int_equal(store_begin(fresh->store, &err), ERR_BUSY);
    assert_non_null(strstr(err.text, "busy, another program is writing; try again"));
    fresh_sql(fresh, "COMMIT");
    err = (struct err){0};
    assert_int_equal(store_begin(fresh->store, &err), ERR_NONE);
    store_rollback(fresh->store);
    store_rollback(fresh->store); /* harmless */
}

static void test_read_never_writes(void **state)
{
    struct fresh *fresh = *state;
    const struct import_note note = {.file_name = "-", .sha256 = SHA256_OF_NOTHING, .table = "plans", .imported_by = ""};
    struct store *store = NULL;
    struct err err = {0};

    assert_int_equal(store_open(fresh->path, STORE_READ, 0, &store, &err), ERR_NONE);
    assert_int_equal(import_note(store, &note, &err), ERR_IO);
    err = (struct err){0};
    assert_int_equal(store_snapshot_begin(store, &err), ERR_NONE);
    fresh_sql(fresh, "INSERT INTO plans VALUES ('free', 'Free', 0, 1)"); /* upstream goes on meanwhile */
    store_snapshot_end(store);
    store_close(store);
    store_close(NULL);
}

/* On read-only media there is no room for a lock file beside the database. */
static void test_read_only_place(void **state)
{
    struct fresh *fresh = *state;
    struct store *store = NULL;
    struct err err = {0};

    if (geteuid() == 0) {
        skip(); /* root may write anywhere */
    }
    fresh_sql(fresh, "PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_close(fresh->upstream);
    store_close(fresh->store);
    fresh->upstream = NULL;
    fresh->store = NULL;
    assert_int_equal(chmod(fresh->path, 0400), 0);
    assert_int_equal(chmod(fresh->folder, 0500), 0);
    enum err_code read = store_open(fresh->path, STORE_READ, 0, &store, &err);
    store_close(store);
    store = NULL;
    err = (struct err){0};
    enum err_code write = store_open(fresh->path, STORE_WRITE, 0, &store, &err);
    assert_int_equal(chmod(fresh->folder, 0700), 0);
    assert_int_equal(read, ERR_NONE);
    assert_int_equal(write, ERR_IO);
}

static void test_embedded_files(void **state)
{
    (void)state;
    static const char FIRST[] = "plan,name,rank,recorded_at\n";

    for (size_t i = 0; i < CATALOGUE_FILE_COUNT; i++) {
        assert_int_equal(strlen(CATALOGUE_FILES[i].text), CATALOGUE_FILES[i].length);
        assert_non_null(strstr(CATALOGUE_FILES[i].name, ".csv"));
    }
    for (size_t i = 0; i < MIGRATION_COUNT; i++) {
        assert_int_equal(strlen(MIGRATIONS[i].text), MIGRATIONS[i].length);
        assert_true(i == 0 || strtol(MIGRATIONS[i].name, NULL, 10) > strtol(MIGRATIONS[i - 1].name, NULL, 10));
    }
    assert_string_equal(CATALOGUE_FILES[0].name, "plans.csv");
    assert_memory_equal(CATALOGUE_FILES[0].text, FIRST, sizeof FIRST - 1);
}

#define FRESH_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH_TEST(test_not_a_database),
        FRESH_TEST(test_another_database),
        FRESH_TEST(test_damaged),
        FRESH_TEST(test_rows_that_break_checks),
        FRESH_TEST(test_create),
        FRESH_TEST(test_odd_names),
        FRESH_TEST(test_busy),
        FRESH_TEST(test_read_never_writes),
        FRESH_TEST(test_read_only_place),
        cmocka_unit_test(test_embedded_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
