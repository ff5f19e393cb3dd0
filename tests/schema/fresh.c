/*
 * Owns the database that a test may do what it likes with.
 */
#include "tests/schema/fresh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/calendar.h"

int fresh_setup(void **state)
{
    struct fresh *fresh = calloc(1, sizeof *fresh);
    struct err err = {0};

    if (fresh == NULL) {
        return -1;
    }
    snprintf(fresh->folder, sizeof fresh->folder, "/tmp/monthend-test-XXXXXX");
    if (mkdtemp(fresh->folder) == NULL) {
        return -1;
    }
    snprintf(fresh->path, sizeof fresh->path, "%s/m.db", fresh->folder);
    if (store_create(fresh->path, &fresh->store, &err) != ERR_NONE) {
        print_error("%s\n", err.text);
        return -1;
    }
    if (sqlite3_open(fresh->path, &fresh->upstream) != SQLITE_OK) {
        return -1;
    }
    sqlite3_busy_timeout(fresh->upstream, 5000);
    *state = fresh;
    return 0;
}

int fresh_teardown(void **state)
{
    static const char *const ENDINGS[] = {"", "-wal", "-shm"};
    struct fresh *fresh = *state;
    char path[128];

    sqlite3_close(fresh->upstream);
    store_close(fresh->store);
    for (size_t i = 0; i < sizeof ENDINGS / sizeof ENDINGS[0]; i++) {
        snprintf(path, sizeof path, "%s%s", fresh->path, ENDINGS[i]);
        unlink(path);
    }
    rmdir(fresh->folder);
    free(fresh);
    return 0;
}

void fresh_sql(struct fresh *fresh, const char *sql)
{
    char *message = NULL;

    if (sqlite3_exec(fresh->upstream, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
}

void fresh_refused(struct fresh *fresh, const char *sql, const char *words)
{
    char *message = NULL;

    if (sqlite3_exec(fresh->upstream, sql, NULL, NULL, &message) == SQLITE_OK) {
        fail_msg("not refused: %s", sql);
    }
    if (strstr(message, words) == NULL) {
        fail_msg("%s: refused with '%s' and not with '%s'", sql, message, words);
    }
    sqlite3_free(message);
}

static int row_append(void *context, int count, char **values, char **names)
{
    FILE *out = context;
    (void)names;

    for (int i = 0; i < count; i++) {
        fprintf(out, "%s%s", i > 0 ? "|" : "", values[i] != NULL ? values[i] : "NULL");
    }
    fputc('\n', out);
    return 0;
}

const char *fresh_query(struct fresh *fresh, const char *sql)
{
    static char text[16384];
    char *message = NULL;
    FILE *out = fmemopen(text, sizeof text, "w");

    assert_non_null(out);
    if (sqlite3_exec(fresh->upstream, sql, row_append, out, &message) != SQLITE_OK) {
        fclose(out);
        fail_msg("%s: %s", sql, message);
    }
    fputc('\0', out);
    fclose(out);
    return text;
}

int64_t fresh_instant(const char *text)
{
    int64_t instant = 0;

    assert_int_equal(instant_parse(text, strlen(text), &instant), CALENDAR_OK);
    return instant;
}
