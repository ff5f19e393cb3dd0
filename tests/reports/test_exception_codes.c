/*
 * The codes of exceptions.csv: each is in the README, word for word, and each
 * has a world that raises it and nothing else; no world wants a code that is
 * not one. Runs in the project's folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/bill.h"
#include "reports/exception_codes.h"
#include "reports/exceptions.h"

#define LINE_MAX_BYTES 4096
#define PATH_BYTES 512
#define WORLDS "fixtures/worlds"

static const struct exception_kind *kind_at(int code)
{
    return exception_kind((enum exception_code)code);
}

/* Of a code like "no_price" the world "exception-no-price". */
static void world_of(const char *code, char out[PATH_BYTES])
{
    snprintf(out, PATH_BYTES, WORLDS "/exception-%s/want/exceptions.csv", code);
    for (char *at = out + strlen(WORLDS); *at != '\0'; at++) {
        *at = *at == '_' ? '-' : *at;
    }
}

/* How many lines of the README are these, and how many rows of its table there are. */
static int readme_lines(const char *line, int *rows)
{
    FILE *file = fopen("README.md", "r");
    char got[LINE_MAX_BYTES];
    int found = 0;

    assert_non_null(file);
    *rows = 0;
    while (fgets(got, sizeof got, file) != NULL) {
        found += strcmp(got, line) == 0;
        *rows += strncmp(got, "| `", 3) == 0 &&
                 (strstr(got, "` | error | ") != NULL || strstr(got, "` | warning | ") != NULL ||
                  strstr(got, "` | info | ") != NULL);
    }
    fclose(file);
    return found;
}

static void test_readme_lists_them(void **state)
{
    (void)state;
    int failed = 0;
    int rows = 0;

    for (int i = 0; i < EXCEPTION_CODES; i++) {
        const struct exception_kind *kind = kind_at(i);
        char line[LINE_MAX_BYTES];

        snprintf(line, sizeof line, "| `%s` | %s | %s | %s |\n", kind->code, severity_name(kind->severity),
                 kind->meaning, kind->remedy);
        if (readme_lines(line, &rows) != 1) {
            print_error("README.md should have this line, once:\n%s", line);
            failed++;
        }
    }
    assert_int_equal(rows, EXCEPTION_CODES);
    assert_int_equal(failed, 0);
}

/* The code of a row of exceptions.csv, "severity,code,...". */
static bool row_is(const char *row, const struct exception_kind *kind)
{
    char begin[PATH_BYTES];

    snprintf(begin, sizeof begin, "%s,%s,", severity_name(kind->severity), kind->code);
    return strncmp(row, begin, strlen(begin)) == 0;
}

static void test_each_has_a_world_of_its_own(void **state)
{
    (void)state;
    int failed = 0;

    for (int i = 0; i < EXCEPTION_CODES; i++) {
        char path[PATH_BYTES], row[LINE_MAX_BYTES];
        int own = 0, others = -1; /* the header is neither */

        world_of(kind_at(i)->code, path);
        FILE *file = fopen(path, "r");
        while (file != NULL && fgets(row, sizeof row, file) != NULL) {
            *(row_is(row, kind_at(i)) ? &own : &others) += 1;
        }
        if (file != NULL) {
            fclose(file);
        }
        if (own == 0 || others != 0) {
            print_error("%s: %d rows of its code and %d others\n", path, own, others);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static int unknown_rows(const char *path)
{
    FILE *file = fopen(path, "r");
    char row[LINE_MAX_BYTES];
    int unknown = 0;

    if (file == NULL) {
        print_error("%s is not there\n", path);
        return 1;
    }
    assert_non_null(fgets(row, sizeof row, file)); /* the header */
    while (fgets(row, sizeof row, file) != NULL) {
        bool known = false;
        for (int i = 0; i < EXCEPTION_CODES; i++) {
            known = known || row_is(row, kind_at(i));
        }
        if (!known) {
            print_error("%s: %s", path, row);
            unknown++;
        }
    }
    fclose(file);
    return unknown;
}

static void test_no_world_wants_another(void **state)
{
    (void)state;
    DIR *folder = opendir(WORLDS);
    int worlds = 0, failed = 0;

    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[PATH_BYTES];

        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, WORLDS "/%s/want/exceptions.csv", entry->d_name);
            failed += unknown_rows(path);
            worlds++;
        }
    }
    closedir(folder);
    assert_true(worlds > EXCEPTION_CODES);
    assert_int_equal(failed, 0);
}

static void test_table(void **state)
{
    (void)state;

    for (int i = 0; i < EXCEPTION_CODES; i++) {
        const struct exception_kind *kind = kind_at(i);
        assert_non_null(kind->code);
        assert_true(kind->meaning[0] != '\0' && kind->remedy[0] != '\0');
        assert_null(strchr(kind->meaning, '|'));
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(kind->code, kind_at(j)->code);
        }
    }
    for (int reason = HOLD_UNKNOWN_PLAN; reason <= HOLD_OUT_OF_BOUNDS; reason++) { /* R27: in their order, as errors */
        const struct exception_kind *kind = kind_at(EXCEPTION_UNKNOWN_PLAN + reason - HOLD_UNKNOWN_PLAN);
        assert_string_equal(kind->code, hold_reason_name((enum hold_reason)reason));
        assert_int_equal(kind->severity, SEVERITY_ERROR);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_readme_lists_them),
        cmocka_unit_test(test_each_has_a_world_of_its_own),
        cmocka_unit_test(test_no_world_wants_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
