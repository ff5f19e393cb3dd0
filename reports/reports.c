/* A run's report directory: every file of it, from the first account to the rename. */
#include "reports/reports.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/calendar.h"
#include "lib/line.h"
#include "reports/csv_write.h"
#include "reports/directory.h"
#include "reports/exceptions.h"
#include "reports/tables.h"
#include "reports/totals.h"
#include "reports/workbook.h"

#define SUMS_FILE "SHA256SUMS"
#define NEWEST_LINK "# newest link of the documents: "
#define PREVIEW "preview"
#define FILES_MAX (TABLE_COUNT + 1) /* the tables and the workbook */

struct file_sum {
    const char *name;
    char hex[DIGEST_HEX_MAX];
};

struct report {
    struct report_run run;
    struct directory directory;
    struct csv tables[TABLE_COUNT];
    struct workbook *workbook; /* NULL: none */
    int32_t *models;           /* the catalogue's model numbers, by name */
    struct totals totals;
    struct exceptions exceptions;
    struct line_text text;
    char last_account[ID_BYTES_MAX + 1];
    struct file_sum sums[FILES_MAX];
    size_t sum_count;
    char newest_link[DIGEST_HEX_MAX]; /* "": none */
};

/* qsort has no room for the catalogue: sort pairs. */
struct named_model {
    const char *name;
    int32_t number;
};

static int model_compare(const void *left, const void *right)
{
    const struct named_model *a = left;
    const struct named_model *b = right;

    return strcmp(a->name, b->name);
}

static enum err_code models_order(struct report *report, struct err *err)
{
    size_t count = report->run.catalogue->model_count;
    struct named_model *named = calloc(count + 1, sizeof *named);

    report->models = calloc(count + 1, sizeof *report->models);
    if (named == NULL || report->models == NULL) {
        free(named);
        return err_set(err, ERR_INTERNAL, "no memory for %zu models", count);
    }
    for (size_t i = 0; i < count; i++) {
        named[i] = (struct named_model){report->run.catalogue->models[i], (int32_t)i};
    }
    qsort(named, count, sizeof *named, model_compare);
    for (size_t i = 0; i < count; i++) {
        report->models[i] = named[i].number;
    }
    free(named);
    return ERR_NONE;
}

static enum err_code file_open(struct report *report, const char *name, struct csv *csv, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    int file = -1;
    enum err_code code = directory_file_create(&report->directory, name, &file, err);

    directory_file_path(&report->directory, name, path);
    return code == ERR_NONE ? csv_begin(csv, file, path, err) : code;
}

static enum err_code tables_open(struct report *report, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (int i = 0; i < TABLE_COUNT && code == ERR_NONE; i++) {
        code = file_open(report, table_file((enum table)i), &report->tables[i], err);
        if (code == ERR_NONE) {
            code = csv_header(&report->tables[i], table_header((enum table)i), err);
        }
    }
    return code;
}

static enum err_code workbook_open(struct report *report, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];

    if (report->run.workbook == WORKBOOK_NONE) {
        return ERR_NONE;
    }
    report->workbook = calloc(1, sizeof *report->workbook);
    if (report->workbook == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for a workbook");
    }
    directory_file_path(&report->directory, WORKBOOK_FILE, path);
    struct workbook_in in = {
        .run = &report->run,
        .path = path,
        .temporary = report->directory.path, /* a full disk shows there, and nothing is left elsewhere */
        .rows_max = BOOK_ROWS_MAX,
    };
    return workbook_begin(report->workbook, in, err);
}

/* A run's place is taken: told before anything is issued. A preview replaces the one before. */
static enum err_code place_check(const char *out, const struct report_run *run, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];

    if (strcmp(run->name, PREVIEW) == 0 || !report_exists(out, run->month, run->name)) {
        return ERR_NONE;
    }
    report_path(out, run->month, run->name, path, sizeof path);
    return err_set(err, ERR_CREATE, "the report directory '%s' exists already, perhaps of another database; give another "
                   "--out, or move it away", path);
}

enum err_code report_begin(const char *out, const struct report_run *run, struct report **report, struct err *err)
{
    struct report *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for the reports");
    }
    made->run = *run;
    for (int i = 0; i < TABLE_COUNT; i++) {
        made->tables[i].file = -1;
    }
    made->directory = (struct directory){.month_folder = -1, .folder = -1};
    enum err_code code = place_check(out, run, err);
    if (code == ERR_NONE) {
        code = directory_begin(out, run->month, run->name, &made->directory, err);
    }
    if (code == ERR_NONE) {
        code = models_order(made, err);
    }
    if (code == ERR_NONE) {
        code = tables_open(made, err);
    }
    if (code == ERR_NONE) {
        code = workbook_open(made, err);
    }
    if (code != ERR_NONE) {
        report_end(made);
        return code;
    }
    *report = made;
    return ERR_NONE;
}

static enum err_code lines_add(struct report *report, const struct report_account *account, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < account->bill->line_count && code == ERR_NONE; i++) {
        line_text(&account->bill->lines[i], report->run.catalogue, account->digits, &report->text);
        code = table_line(&report->tables[TABLE_INVOICE_LINES], &report->run, account, i, &report->text, err);
        if (code == ERR_NONE && report->workbook != NULL) {
            code = workbook_line(report->workbook, account, i, &report->text, err);
        }
    }
    return code;
}

static enum err_code invoice_add(struct report *report, const struct report_account *account, struct err *err)
{
    enum err_code code = table_invoice(&report->tables[TABLE_INVOICES], &report->run, account, err);

    return code == ERR_NONE ? lines_add(report, account, err) : code;
}

enum err_code report_account_add(struct report *report, const struct report_account *account, struct err *err)
{
    const struct report_run *run = &report->run;

    assert(strlen(account->account_id) < sizeof report->last_account);
    assert(strcmp(report->last_account, account->account_id) < 0); /* in order, each once */
    memcpy(report->last_account, account->account_id, strlen(account->account_id) + 1);

    enum err_code code = totals_add(&report->totals, account->bill, account->currency, account->digits, err);
    if (code == ERR_NONE) {
        code = table_statement(&report->tables[TABLE_STATEMENT], run, account, err);
    }
    if (code == ERR_NONE) {
        code = table_models(&report->tables[TABLE_USAGE_BY_MODEL], run, account, report->models, err);
    }
    if (code == ERR_NONE && account->bill->status == BILL_INVOICED) {
        code = invoice_add(report, account, err);
    }
    if (code == ERR_NONE && report->workbook != NULL) {
        code = workbook_account(report->workbook, account, err);
    }
    return code;
}

enum err_code report_exception_add(struct report *report, const struct exception_row *row, struct err *err)
{
    return exceptions_add(&report->exceptions, row, err);
}

static enum err_code rest_write(struct report *report, const struct control *controls, size_t control_count,
                                struct err *err)
{
    enum err_code code = ERR_NONE;

    exceptions_sort(&report->exceptions);
    for (size_t i = 0; i < report->exceptions.count && code == ERR_NONE; i++) {
        code = table_exception(&report->tables[TABLE_EXCEPTIONS], &report->exceptions.rows[i], err);
    }
    for (size_t i = 0; i < control_count && code == ERR_NONE; i++) {
        code = table_control(&report->tables[TABLE_CONTROLS], &controls[i], err);
    }
    return code;
}

static struct file_sum *sum_next(struct report *report, const char *name)
{
    struct file_sum *sum = &report->sums[report->sum_count++];

    sum->name = name;
    return sum;
}

/* Is on the disk what was written? */
static enum err_code file_verify(const struct report *report, const struct file_sum *sum, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    char hex[DIGEST_HEX_MAX];

    directory_file_path(&report->directory, sum->name, path);
    enum err_code code = digest_file(report->directory.folder, sum->name, path, hex, err);
    if (code == ERR_NONE && strcmp(hex, sum->hex) != 0) {
        return err_set(err, ERR_IO, "'%s' reads back otherwise than it was written; the disk may be failing", path);
    }
    return code;
}

static enum err_code tables_close(struct report *report, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (int i = 0; i < TABLE_COUNT && code == ERR_NONE; i++) {
        struct file_sum *sum = sum_next(report, table_file((enum table)i));
        code = csv_close(&report->tables[i], sum->hex, err);
        if (code == ERR_NONE) {
            code = file_verify(report, sum, err);
        }
    }
    return code;
}

static enum err_code workbook_write(struct report *report, const struct control *controls, size_t control_count,
                                    struct err *err)
{
    struct workbook_end end = {&report->totals, &report->exceptions, controls, control_count};
    char path[DIRECTORY_PATH_MAX];

    if (report->workbook == NULL) {
        return ERR_NONE;
    }
    enum err_code code = workbook_finish(report->workbook, end, err); /* reads it back itself */
    if (code == ERR_NONE) {
        code = directory_file_flush(&report->directory, WORKBOOK_FILE, err);
    }
    directory_file_path(&report->directory, WORKBOOK_FILE, path);
    struct file_sum *sum = sum_next(report, WORKBOOK_FILE);
    return code == ERR_NONE ? digest_file(report->directory.folder, WORKBOOK_FILE, path, sum->hex, err) : code;
}

static int sum_compare(const void *left, const void *right)
{
    const struct file_sum *a = left;
    const struct file_sum *b = right;

    return strcmp(a->name, b->name);
}

void report_newest_link(struct report *report, const char *link)
{
    (void)snprintf(report->newest_link, sizeof report->newest_link, "%s", link);
}

/* SHA256SUMS, in the form of sha256sum: digest, two blanks, name. A line that begins with # is a comment there. */
static enum err_code sums_write(struct report *report, char *sums_digest, struct err *err)
{
    struct file_sum sums = {.name = SUMS_FILE};
    struct csv file = {.file = -1};
    char line[DIGEST_HEX_MAX + 128];
    enum err_code code = file_open(report, SUMS_FILE, &file, err);

    if (code == ERR_NONE && report->newest_link[0] != '\0') {
        (void)snprintf(line, sizeof line, NEWEST_LINK "%s", report->newest_link);
        code = csv_header(&file, line, err);
    }
    qsort(report->sums, report->sum_count, sizeof report->sums[0], sum_compare);
    for (size_t i = 0; i < report->sum_count && code == ERR_NONE; i++) {
        (void)snprintf(line, sizeof line, "%s  %s", report->sums[i].hex, report->sums[i].name);
        code = csv_header(&file, line, err);
    }
    if (code == ERR_NONE) {
        code = csv_close(&file, sums.hex, err);
    }
    csv_release(&file);
    if (code == ERR_NONE) {
        code = file_verify(report, &sums, err);
    }
    if (code == ERR_NONE) {
        memcpy(sums_digest, sums.hex, sizeof sums.hex);
    }
    return code;
}

enum err_code report_finish(struct report *report, const struct control *controls, size_t control_count,
                            char *sums_digest, struct err *err)
{
    enum err_code code = rest_write(report, controls, control_count, err);

    if (code == ERR_NONE) {
        code = tables_close(report, err);
    }
    if (code == ERR_NONE) {
        code = workbook_write(report, controls, control_count, err);
    }
    if (code == ERR_NONE) {
        code = sums_write(report, sums_digest, err);
    }
    return code == ERR_NONE ? directory_flush(&report->directory, err) : code;
}

enum err_code report_publish(struct report *report, struct err *err)
{
    return directory_publish(&report->directory, strcmp(report->run.name, PREVIEW) == 0, err);
}

void report_end(struct report *report)
{
    if (report == NULL) {
        return;
    }
    for (int i = 0; i < TABLE_COUNT; i++) {
        csv_release(&report->tables[i]);
    }
    if (report->workbook != NULL) {
        workbook_release(report->workbook);
        free(report->workbook);
    }
    directory_end(&report->directory);
    exceptions_release(&report->exceptions);
    free(report->models);
    free(report);
}

void report_path(const char *out, int32_t month, const char *name, char *path, size_t size)
{
    char text[MONTH_TEXT_MAX];

    month_format(month, text);
    (void)snprintf(path, size, "%s/%s/%s", out, text, name);
}

bool report_exists(const char *out, int32_t month, const char *name)
{
    char path[DIRECTORY_PATH_MAX];
    struct stat status;

    report_path(out, month, name, path, sizeof path);
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Is every file there that SHA256SUMS names? */
static bool files_there(const char *path)
{
    char name[DIRECTORY_PATH_MAX + 256];
    char line[DIGEST_HEX_MAX + 256];
    bool there = true;

    (void)snprintf(name, sizeof name, "%s/" SUMS_FILE, path);
    FILE *sums = fopen(name, "re");
    while (sums != NULL && there && fgets(line, sizeof line, sums) != NULL) {
        struct stat status;
        line[strcspn(line, "\n")] = '\0';
        (void)snprintf(name, sizeof name, "%s/%s", path, strlen(line) > DIGEST_HEX_MAX ? line + DIGEST_HEX_MAX + 1 : "");
        there = line[0] == '#' || (stat(name, &status) == 0 && S_ISREG(status.st_mode));
    }
    if (sums == NULL) {
        return false;
    }
    (void)fclose(sums); /* only read from */
    return there;
}

enum err_code report_check(const char *out, int32_t month, const char *name, const char *sums_digest, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    char sums[DIRECTORY_PATH_MAX + 32];
    char hex[DIGEST_HEX_MAX] = "";
    struct err unread = {0};

    report_path(out, month, name, path, sizeof path);
    (void)snprintf(sums, sizeof sums, "%s/" SUMS_FILE, path);
    if (digest_file(AT_FDCWD, sums, sums, hex, &unread) != ERR_NONE || strcmp(hex, sums_digest) != 0 || !files_there(path)) {
        return err_set(err, ERR_CREATE,
                       "'%s' is not what the run wrote, or not all of it; move it away and close again, or give another --out: "
                       "the reports are then written again", path);
    }
    return ERR_NONE;
}
