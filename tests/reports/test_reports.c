/* Whole report directories: golden CSV, checksums, the same bytes anywhere, and disks that fill up at any byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

#include "reports/workbook.h"
#include "tests/reports/hand_bill.h"

#define GOLDEN "tests/reports/hand" /* from the project's root */

static const char *const files[] = {
    "SHA256SUMS",   "close.xlsx",   "controls.csv",  "exceptions.csv",
    "invoices.csv", "invoice_lines.csv", "journal.csv", "journal.hledger", "statement.csv", "usage_by_model.csv",
    "breakeven.csv", "plan_fit.csv", "receivables.csv", "shown_vs_billed.csv",
};
#define FILES (sizeof files / sizeof files[0])

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

static void out_path(char path[512], const char *name)
{
    (void)snprintf(path, 512, "%s/%s", base, name);
}

/* Write the month by hand to BASE/NAME/2025-11/RUN, whose path is left in `place`. */
static void publish(const char *name, const struct report_run *run, char place[512], char digest[65])
{
    char out[512];
    struct report *report = NULL;
    struct err err = {0};

    out_path(out, name);
    if (hand_report(out, run, &report, digest, &err) != ERR_NONE || report_publish(report, &err) != ERR_NONE) {
        print_error("%s\n", err.text);
        fail();
    }
    report_end(report);
    report_path(out, run->month, run->name, place, 512);
}

static bool same_bytes(const char *place, const char *other, const char *name)
{
    size_t length = 0;
    size_t other_length = 0;
    char *bytes = hand_read(place, name, &length);
    char *other_bytes = hand_read(other, name, &other_length);
    bool same = length == other_length && memcmp(bytes, other_bytes, length) == 0;

    free(bytes);
    free(other_bytes);
    return same;
}

static int entries(const char *place)
{
    DIR *list = opendir(place);
    int count = 0;

    if (list == NULL) {
        return -1;
    }
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    assert_int_equal(closedir(list), 0);
    return count;
}

static void test_golden(void **state)
{
    char place[512];
    char digest[65];
    int failed = 0;

    (void)state;
    publish("golden", &hand_month()->run, place, digest);
    assert_int_equal(entries(place), FILES);
    for (size_t i = 2; i < FILES; i++) {
        if (!same_bytes(place, GOLDEN, files[i])) {
            print_error("%s/%s is not as in %s\n", place, files[i], GOLDEN);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Runs a command in a directory; its exit status. */
static int run_in(const char *place, const char *program, const char *first, const char *second)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (nowhere >= 0 && chdir(place) == 0 && dup2(nowhere, STDOUT_FILENO) >= 0) {
            execlp(program, program, first, second, (char *)NULL);
        }
        _exit(127);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_checksums(void **state)
{
    char place[512];
    char path[1024];
    char digest[65];
    char line[128];

    (void)state;
    publish("sums", &hand_month()->run, place, digest);
    assert_int_equal(run_in(place, "sha256sum", "-c", "SHA256SUMS"), 0);
    size_t length = 0;
    char *sums = hand_read(place, "SHA256SUMS", &length);
    const char *last = "";
    int lines = 0;
    for (char *at = strtok(sums, "\n"); at != NULL; at = strtok(NULL, "\n"), lines++) {
        assert_int_equal(strncmp(at + 64, "  ", 2), 0);
        assert_true(strcmp(last, at + 66) < 0); /* by name */
        last = at + 66;
    }
    free(sums);
    assert_int_equal(lines, FILES - 1);

    (void)snprintf(path, sizeof path, "%s/SUMS", base); /* the digest that the run keeps */
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)snprintf(line, sizeof line, "%s  SHA256SUMS\n", digest);
    assert_true(fputs(line, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(run_in(place, "sha256sum", "-c", path), 0);
}

/* Another time zone, locale and second: the same bytes, the workbook's among them. */
static void test_same_bytes_anywhere(void **state)
{
    char first[512];
    char second[512];
    char first_digest[65];
    char second_digest[65];

    (void)state;
    assert_int_equal(setenv("TZ", "Pacific/Kiritimati", 1), 0);
    tzset();
    publish("kiritimati", &hand_month()->run, first, first_digest);
    assert_int_equal(setenv("TZ", "America/Los_Angeles", 1), 0);
    assert_int_equal(setenv("LC_ALL", "de_DE.UTF-8", 1), 0);
    tzset();
    struct timespec second_and_more = {1, 100000000};
    assert_int_equal(nanosleep(&second_and_more, NULL), 0);
    publish("los_angeles", &hand_month()->run, second, second_digest);
    assert_int_equal(unsetenv("TZ"), 0);
    assert_int_equal(unsetenv("LC_ALL"), 0);
    tzset();
    for (size_t i = 0; i < FILES; i++) {
        assert_true(same_bytes(first, second, files[i]));
    }
    assert_string_equal(first_digest, second_digest);
}

/* The names of the workbook's sheets are in it, or not. */
static bool workbook_lists(const char *place, const char *sheet)
{
    char path[1024];
    char wanted[64];
    static char bytes[65536];
    int failed = 0;

    (void)snprintf(path, sizeof path, "%s/close.xlsx", place);
    zip_t *archive = zip_open(path, ZIP_RDONLY, &failed);
    assert_non_null(archive);
    zip_file_t *file = zip_fopen(archive, "xl/workbook.xml", 0);
    assert_non_null(file);
    zip_int64_t length = zip_fread(file, bytes, sizeof bytes - 1);
    assert_true(length > 0);
    bytes[length] = '\0';
    assert_int_equal(zip_fclose(file), 0);
    zip_discard(archive);
    (void)snprintf(wanted, sizeof wanted, "<sheet name=\"%s\"", sheet);
    return strstr(bytes, wanted) != NULL;
}

static void test_workbook_modes(void **state)
{
    static const char *const sheets[] = {"Summary", "To do", "Invoices", "Lines", "Statement", "Models", "Breakeven", "Plan fit",
                                         "Receivables", "Shown", "Variance",
                                         "Tie-out", "Catalogue"};
    struct report_run run = hand_month()->run;
    char place[512];
    char digest[65];

    (void)state;
    publish("full", &run, place, digest);
    for (size_t i = 0; i < sizeof sheets / sizeof sheets[0]; i++) {
        if (!workbook_lists(place, sheets[i])) {
            print_error("no sheet %s\n", sheets[i]);
            fail();
        }
    }
    run.workbook = WORKBOOK_SUMMARY; /* all rows are among the largest */
    publish("summary", &run, place, digest);
    assert_true(workbook_lists(place, "Lines"));
    run.workbook = WORKBOOK_NONE;
    publish("none", &run, place, digest);
    assert_int_equal(entries(place), FILES - 1);
}

static void test_workbook_by_size(void **state)
{
    static const struct {
        const char *name;
        enum workbook_mode mode;
        int64_t lines;
        bool all;
    } rows[] = {
        {"up to 200,000 lines all of them", WORKBOOK_AUTO, 200000, true},
        {"one more: the largest", WORKBOOK_AUTO, 200001, false},
        {"asked for all", WORKBOOK_FULL, 5000000, true},
        {"asked for a summary", WORKBOOK_SUMMARY, 1, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (workbook_holds_all(rows[i].mode, rows[i].lines) != rows[i].all) {
            print_error("%s\n", rows[i].name);
            fail();
        }
    }
}

static void test_empty_month(void **state)
{
    struct catalogue catalogue = {0};
    struct report_run run = hand_month()->run;
    struct report *report = NULL;
    static const struct usage_day days[USAGE_DAYS_MAX];
    struct report_end end = {.days = days};
    struct err err = {0};
    char out[512];
    char digest[65];

    (void)state;
    out_path(out, "empty");
    run.catalogue = &catalogue;
    assert_int_equal(report_begin(out, &run, &report, &err), ERR_NONE);
    assert_int_equal(report_finish(report, &end, digest, &err), ERR_NONE);
    assert_int_equal(report_publish(report, &err), ERR_NONE);
    report_end(report);
    assert_true(report_exists(out, 202511, "1-close"));
}

static void test_publishing(void **state)
{
    struct report_run run = hand_month()->run;
    struct report *report = NULL;
    struct err err = {0};
    char out[512];
    char place[512];
    char digest[65];
    bool is = false;

    (void)state;
    publish("twice", &run, place, digest);
    out_path(out, "twice");
    assert_int_equal(report_is(out, run.month, run.name, (struct report_wanted){digest, true}, &is, &err), ERR_NONE);
    assert_true(is);
    assert_int_equal(hand_report(out, &run, &report, digest, &err), ERR_CREATE);
    assert_non_null(strstr(err.text, "/2025-11/1-close' exists already"));
    report_end(NULL);
    err = (struct err){0};
    digest[0] = digest[0] == '0' ? '1' : '0';
    assert_int_equal(report_is(out, run.month, run.name, (struct report_wanted){digest, false}, &is, &err), ERR_NONE);
    assert_false(is);
    run.name = "preview";
    publish("twice", &run, place, digest);
    publish("twice", &run, place, digest);
    (void)snprintf(out, sizeof out, "%s/twice/2025-11", base);
    assert_int_equal(entries(out), 2);
}

/* In a child: no file may grow beyond `limit` bytes. 0: written and published; 1: ERR_IO, said once; else wrong. */
static int limited(const char *out, rlim_t limit)
{
    struct rlimit limits = {limit, limit};
    struct report *report = NULL;
    struct err err = {0};
    char digest[65];
    char month[600];
    char log[600];
    struct stat status;

    (void)snprintf(log, sizeof log, "%s.log", out);
    int file = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    (void)signal(SIGXFSZ, SIG_IGN);
    if (file < 0 || dup2(file, STDERR_FILENO) < 0 || setrlimit(RLIMIT_FSIZE, &limits) != 0) {
        return 2;
    }
    enum err_code code = hand_report(out, &hand_month()->run, &report, digest, &err);
    if (code == ERR_NONE) {
        code = report_publish(report, &err);
    }
    report_end(report);
    (void)snprintf(month, sizeof month, "%s/2025-11", out);
    if (fstat(file, &status) != 0 || status.st_size != 0) {
        return 3; /* the library's own words */
    }
    if (code == ERR_NONE) {
        return entries(month) == 1 ? 0 : 4;
    }
    bool said = strncmp(err.text, "cannot ", 7) == 0 || strstr(err.text, "was not written whole") != NULL;
    return code == ERR_IO && said && entries(month) == 0 ? 1 : 5;
}

static void test_disk_full_at_any_byte(void **state)
{
    int refused = 0;
    int written = 0;

    (void)state;
    for (rlim_t limit = 0; limit < 60000; limit += limit < 2000 ? 97 : 997) {
        char out[512];
        char name[32];
        int status = 0;
        (void)snprintf(name, sizeof name, "limit-%ld", (long)limit);
        out_path(out, name);
        pid_t child = fork();
        if (child == 0) {
            _exit(limited(out, limit));
        }
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
            print_error("limit %ld: status %d\n", (long)limit, status);
            fail();
        }
        refused += WEXITSTATUS(status) == 1;
        written += WEXITSTATUS(status) == 0;
    }
    assert_true(refused > 20);
    assert_true(written > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),         cmocka_unit_test(test_checksums),
        cmocka_unit_test(test_same_bytes_anywhere), cmocka_unit_test(test_workbook_modes),
        cmocka_unit_test(test_workbook_by_size), cmocka_unit_test(test_empty_month),    cmocka_unit_test(test_publishing),
        cmocka_unit_test(test_disk_full_at_any_byte),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
