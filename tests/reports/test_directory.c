/* The report directory: made, cleaned of what a crash left, published, refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/directory.h"
#include "reports/reports.h"
#include "tests/reports/hand_bill.h"

static char base[256];

static int set_up(void **state)
{
    (void)state;
    hand_directory(base, sizeof base);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hand_remove(base);
    return 0;
}

static const char *place(const char *name)
{
    static char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", base, name);
    return path;
}

static bool is_there(const char *name)
{
    return access(place(name), F_OK) == 0;
}

static void file_put(const char *name, const char *text)
{
    FILE *file = fopen(place(name), "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void file_make(const struct directory *directory, const char *name)
{
    struct err err = {0};
    int file = -1;

    assert_int_equal(directory_file_create(directory, name, &file, &err), ERR_NONE);
    assert_int_equal(close(file), 0);
}

static void test_whole_or_absent(void **state)
{
    struct directory directory;
    struct err err = {0};
    struct stat status;

    (void)state;
    assert_int_equal(directory_begin(place("a/b/out"), 202511, "1-close", &directory, &err), ERR_NONE);
    file_make(&directory, "invoices.csv");
    assert_false(is_there("a/b/out/2025-11/1-close"));
    assert_int_equal(directory_flush(&directory, &err), ERR_NONE);
    assert_int_equal(directory_publish(&directory, false, &err), ERR_NONE);
    directory_end(&directory);
    assert_int_equal(stat(place("a/b/out/2025-11/1-close/invoices.csv"), &status), 0);
    assert_int_equal(status.st_mode & 07037, 0); /* nothing for others, no writing by the group */

    assert_int_equal(directory_begin(place("a/b/out"), 202511, "2-close", &directory, &err), ERR_NONE);
    file_make(&directory, "invoices.csv");
    directory_end(&directory);
    assert_false(is_there("a/b/out/2025-11/2-close"));
    assert_int_not_equal(access(directory.path, F_OK), 0);
}

static void test_published_run_is_not_replaced(void **state)
{
    struct directory directory;
    struct err err = {0};

    (void)state;
    assert_int_equal(mkdir(place("2025-10"), 0750), 0);
    assert_int_equal(mkdir(place("2025-10/1-close"), 0750), 0); /* an empty one, too */
    assert_int_equal(directory_begin(base, 202510, "1-close", &directory, &err), ERR_NONE);
    assert_int_equal(directory_publish(&directory, false, &err), ERR_CREATE);
    assert_non_null(strstr(err.text, "2025-10/1-close' exists already"));
    directory_end(&directory);
    assert_int_equal(rmdir(place("2025-10/1-close")), 0);
    assert_int_equal(rmdir(place("2025-10")), 0); /* nothing was left beside it */
}

static void test_preview_is_replaced(void **state)
{
    struct directory directory;
    struct err err = {0};

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(directory_begin(base, 202509, "preview", &directory, &err), ERR_NONE);
        file_make(&directory, i == 0 ? "old" : "new");
        assert_int_equal(directory_publish(&directory, true, &err), ERR_NONE);
        directory_end(&directory);
    }
    assert_false(is_there("2025-09/preview/old"));
    assert_true(is_there("2025-09/preview/new"));
    assert_int_equal(unlink(place("2025-09/preview/new")), 0);
    assert_int_equal(rmdir(place("2025-09/preview")), 0);
    assert_int_equal(rmdir(place("2025-09")), 0); /* the old one is gone, under any name */
}

/* What a crash left of the same run goes; what lives, or belongs to another run, stays. */
static void test_stale_temporaries(void **state)
{
    struct directory alive;
    struct directory directory;
    struct err err = {0};

    (void)state;
    assert_int_equal(mkdir(place("2025-08"), 0750), 0);
    assert_int_equal(mkdir(place("2025-08/.1-close.tmp-999999999"), 0750), 0);
    file_put("2025-08/.1-close.tmp-999999999/invoices.csv", "half");
    assert_int_equal(mkdir(place("2025-08/.2-close.tmp-999999999"), 0750), 0);
    assert_int_equal(directory_begin(base, 202508, "1-close", &alive, &err), ERR_NONE);
    assert_false(is_there("2025-08/.1-close.tmp-999999999"));
    assert_true(is_there("2025-08/.2-close.tmp-999999999"));

    pid_t child = fork(); /* another process begins the same run */
    int status = 0;
    if (child == 0) {
        bool begun = directory_begin(base, 202508, "1-close", &directory, &err) == ERR_NONE;
        directory_end(&directory);
        _exit(begun ? 0 : 1);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
    assert_int_equal(access(alive.path, F_OK), 0);
    directory_end(&alive);
}

/* A killed writer's lock goes with it. */
static void test_killed_writer(void **state)
{
    struct directory directory;
    struct err err = {0};
    char name[128];
    int status = 0;

    (void)state;
    pid_t child = fork();
    if (child == 0) {
        if (directory_begin(base, 202507, "1-close", &directory, &err) == ERR_NONE) {
            (void)raise(SIGKILL);
        }
        _exit(1);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    (void)snprintf(name, sizeof name, "2025-07/.1-close.tmp-%ld", (long)child);
    assert_true(is_there(name));
    assert_int_equal(directory_begin(base, 202507, "1-close", &directory, &err), ERR_NONE);
    assert_false(is_there(name));
    directory_end(&directory);
}

static void test_cannot_create(void **state)
{
    struct directory directory;
    struct err below_a_file = {0};
    struct err denied = {0};
    struct err month_is_a_file = {0};

    (void)state;
    file_put("file", "x");
    assert_int_equal(directory_begin(place("file/out"), 202511, "1-close", &directory, &below_a_file), ERR_CREATE);
    assert_non_null(strstr(below_a_file.text, "file': Not a directory"));
    assert_int_equal(directory_begin("/proc/nowhere", 202511, "1-close", &directory, &denied), ERR_CREATE);
    assert_string_equal(denied.text, "cannot create '/proc/nowhere': No such file or directory");
    file_put("2025-06", "x");
    assert_int_equal(directory_begin(base, 202506, "1-close", &directory, &month_is_a_file), ERR_CREATE);
    assert_non_null(strstr(month_is_a_file.text, "/2025-06': Not a directory"));
    if (geteuid() != 0) { /* root may write anywhere */
        struct err locked = {0};
        assert_int_equal(mkdir(place("locked"), 0550), 0);
        assert_int_equal(directory_begin(place("locked"), 202511, "1-close", &directory, &locked), ERR_CREATE);
        assert_non_null(strstr(locked.text, "Permission denied"));
    }
}

static void test_place(void **state)
{
    char path[128];

    (void)state;
    report_path("out", 202601, "2-close", path, sizeof path);
    assert_string_equal(path, "out/2026-01/2-close");
    assert_false(report_exists(base, 202601, "2-close"));
    assert_int_equal(mkdir(place("2026-01"), 0750), 0);
    assert_int_equal(mkdir(place("2026-01/2-close"), 0750), 0);
    assert_true(report_exists(base, 202601, "2-close"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_or_absent),     cmocka_unit_test(test_published_run_is_not_replaced),
        cmocka_unit_test(test_preview_is_replaced), cmocka_unit_test(test_stale_temporaries),
        cmocka_unit_test(test_killed_writer),       cmocka_unit_test(test_cannot_create),
        cmocka_unit_test(test_place),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
