/*
 * Owns the temporary databases of the schema's tests.
 */
#include "tests/schema/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

int trial_setup(void **state)
{
    struct trial *trial = calloc(1, sizeof *trial);
    struct err err = {0};

    assert_non_null(trial);
    strcpy(trial->folder, "/tmp/monthend-trial-XXXXXX");
    assert_non_null(mkdtemp(trial->folder));
    snprintf(trial->path, sizeof trial->path, "%s/m.db", trial->folder);
    if (store_create(trial->path, &trial->store, &err) != ERR_NONE) {
        print_error("%s\n", err.text);
        return -1;
    }
    assert_int_equal(sqlite3_open(trial->path, &trial->upstream), SQLITE_OK);
    *state = trial;
    return 0;
}

int trial_teardown(void **state)
{
    static const char *const SUFFIXES[] = {"", "-wal", "-shm", "-journal"};
    struct trial *trial = *state;
    char name[128];

    sqlite3_close(trial->upstream);
    store_close(trial->store);
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        snprintf(name, sizeof name, "%s%s", trial->path, SUFFIXES[i]);
        unlink(name);
    }
    rmdir(trial->folder);
    free(trial);
    return 0;
}

int64_t trial_integer(struct trial *trial, const char *sql)
{
    sqlite3_stmt *query = NULL;

    if (sqlite3_prepare_v2(trial->upstream, sql, -1, &query, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(trial->upstream));
    }
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return value;
}

const char *trial_run(struct trial *trial, const char *sql, int *changes)
{
    if (sqlite3_exec(trial->upstream, sql, NULL, NULL, NULL) != SQLITE_OK) {
        return sqlite3_errmsg(trial->upstream);
    }
    *changes = sqlite3_changes(trial->upstream);
    return NULL;
}

void trial_must(struct trial *trial, const char *sql)
{
    int changes = 0;
    const char *words = trial_run(trial, sql, &changes);

    if (words != NULL) {
        fail_msg("%s: %s", sql, words);
    }
}

void trial_horizon(struct trial *trial, int64_t as_of)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "INSERT INTO runs (month, kind, as_of, noted_at, run_by, approved_by, program_version, rules_version)"
             " VALUES (202511, 'close', %lld, %lld, 'me', '', '1', '1')",
             (long long)as_of, (long long)as_of);
    trial_must(trial, sql);
}
