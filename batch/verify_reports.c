/*
 * Report files beside the database.
 */
#include "batch/verify_reports.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "batch/csv_read.h"
#include "batch/options.h"
#include "batch/verify_workbook.h"
#include "lib/calendar.h"
#include "lib/text.h"
#include "reports/digest.h"
#include "schema/store_links.h"
#include "schema/store_report_rows.h"

#define SUMS "SHA256SUMS"
#define COLUMNS_MAX 32
#define CELL_MAX 8192
#define NAME_MAX_DIRECTORY 64

static const struct {
    enum report_table table;
    const char *file;
} FILES[] = {
    {REPORT_INVOICES, "invoices.csv"},   {REPORT_INVOICE_LINES, "invoice_lines.csv"},
    {REPORT_STATEMENT, "statement.csv"}, {REPORT_USAGE_BY_MODEL, "usage_by_model.csv"},
    {REPORT_CONTROLS, "controls.csv"},
};

struct checking {
    struct store *store;
    const struct run *run;
    struct proof *proof;
    char folder[PATH_MAX];
    int64_t files;
    int64_t rows;
    int64_t totals; /* of the workbook, or VERIFY_NO_WORKBOOK */
};

static void directory_name(const struct run *run, char out[NAME_MAX_DIRECTORY])
{
    snprintf(out, NAME_MAX_DIRECTORY, "%d-%s", (int)run->sequence, run->kind);
}

/* The text as a cell of a report (reports/csv_write.h): nothing that is no UTF-8, nothing that a spreadsheet would compute. */
static void cell_of(const char *text, bool is_text, char out[CELL_MAX])
{
    size_t used = 0;
    size_t length = strlen(text);

    if (is_text && text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL) {
        out[used++] = '\'';
    }
    while (length > 0 && used + TEXT_REPLACEMENT_BYTES + 1 < CELL_MAX) {
        size_t sound = text_utf8_bytes(text, length);
        size_t taken = sound < CELL_MAX - used - 1 ? sound : CELL_MAX - used - 1;

        memcpy(out + used, text, taken);
        used += taken;
        text += sound;
        length -= sound;
        if (length > 0 && used + TEXT_REPLACEMENT_BYTES < CELL_MAX) {
            memcpy(out + used, TEXT_REPLACEMENT, TEXT_REPLACEMENT_BYTES);
            used += TEXT_REPLACEMENT_BYTES;
            text++;
            length--;
        }
    }
    out[used] = '\0';
}

/* Columns of texts that people outside wrote: the others are the program's own words and numbers. */
static bool is_text(const char *column)
{
    static const char *const TEXTS[] = {"account_id", "account_name", "description", "plan", "model"};

    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        if (strcmp(column, TEXTS[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A file beside its rows of the database. */
struct comparing {
    struct checking *checking;
    const char *file;
    struct csv_reader *reader;
    struct report_rows *rows;
    size_t column_count;
    int columns[COLUMNS_MAX];        /* in the database's rows, or -1 */
    char names[COLUMNS_MAX][64];
};

static enum err_code header_read(struct comparing *comparing, struct err *err)
{
    const struct csv_row *row = NULL;

    if (csv_reader_next(comparing->reader, &row, err) != ERR_NONE) {
        return err->code;
    }
    if (row == NULL || row->field_count > COLUMNS_MAX) {
        return err_set(err, ERR_DATA, "%s has no header", comparing->file);
    }
    comparing->column_count = row->field_count;
    for (size_t i = 0; i < row->field_count; i++) {
        snprintf(comparing->names[i], sizeof comparing->names[i], "%s", row->fields[i].text);
        comparing->columns[i] = report_rows_column(comparing->rows, comparing->names[i]);
    }
    return ERR_NONE;
}

static void cells_compare(struct comparing *comparing, const struct csv_row *row)
{
    struct proof *proof = comparing->checking->proof;
    char cell[CELL_MAX];

    if (row->field_count != comparing->column_count) {
        proof_wrong(proof, "%s line %lld has %zu cells and its header %zu", comparing->file, (long long)row->line,
                    row->field_count, comparing->column_count);
        return;
    }
    for (size_t i = 0; i < comparing->column_count; i++) {
        if (comparing->columns[i] < 0) {
            continue;
        }
        cell_of(report_rows_cell(comparing->rows, comparing->columns[i]), is_text(comparing->names[i]), cell);
        if (strcmp(cell, row->fields[i].text) != 0) {
            proof_wrong(proof, "%s line %lld, %s: the file says '%.200s', the database '%.200s'", comparing->file,
                        (long long)row->line, comparing->names[i], row->fields[i].text, cell);
        }
    }
}

/* Both sides row by row, as far as both have rows. */
static enum err_code rows_compare(struct comparing *comparing, struct err *err)
{
    const struct csv_row *row = NULL;
    bool stored = true;

    while (csv_reader_next(comparing->reader, &row, err) == ERR_NONE && row != NULL &&
           report_rows_next(comparing->rows, &stored, err) == ERR_NONE && stored) {
        comparing->checking->rows++;
        cells_compare(comparing, row);
    }
    return err->code;
}

/* A row more or less comes before what it does to all that follow. */
static enum err_code rows_count(struct comparing *comparing, struct err *err)
{
    const struct csv_row *row = NULL;
    bool stored = true;
    int64_t more = 0; /* than the database */

    while (csv_reader_next(comparing->reader, &row, err) == ERR_NONE && row != NULL) {
        more++;
    }
    while (err->code == ERR_NONE && report_rows_next(comparing->rows, &stored, err) == ERR_NONE && stored) {
        more--;
    }
    if (err->code == ERR_NONE && more != 0) {
        int64_t rows = more < 0 ? -more : more;

        proof_wrong(comparing->checking->proof, "%s has %lld row%s %s than the database", comparing->file, (long long)rows,
                    text_plural(rows), more > 0 ? "more" : "fewer");
    }
    return err->code;
}

/* Controls are looked up by name: of a later close the whole month's are not computed again. */
static enum err_code control_compare(struct comparing *comparing, const struct csv_row *row, struct err *err)
{
    struct report_rows *rows = NULL;
    bool stored = true;
    int name = report_rows_column(comparing->rows, "control");
    enum err_code code =
        report_rows_open(comparing->checking->store, REPORT_CONTROLS, comparing->checking->run->run, &rows, err);

    while (code == ERR_NONE && (code = report_rows_next(rows, &stored, err)) == ERR_NONE && stored) {
        if (strcmp(report_rows_cell(rows, name), row->fields[0].text) == 0) {
            struct comparing one = *comparing;

            one.rows = rows;
            comparing->checking->rows++;
            cells_compare(&one, row);
            break;
        }
    }
    report_rows_close(rows);
    return code;
}

static enum err_code controls_compare(struct comparing *comparing, struct err *err)
{
    const struct csv_row *row = NULL;

    while (csv_reader_next(comparing->reader, &row, err) == ERR_NONE && row != NULL) {
        const char *ok = row->field_count > 0 && row->field_count <= CSV_FIELDS_MAX ? row->fields[row->field_count - 1].text : "";

        if (strcmp(ok, "1") != 0) {
            proof_wrong(comparing->checking->proof, "controls.csv line %lld: the control did not hold", (long long)row->line);
        } else if (control_compare(comparing, row, err) != ERR_NONE) {
            break;
        }
    }
    return err->code;
}

/* Open the file beside its rows of the database, and let `compare` read both. */
static enum err_code file_read(struct checking *checking, enum report_table table, const char *file,
                               enum err_code (*compare)(struct comparing *comparing, struct err *err), struct err *err)
{
    struct comparing comparing = {.checking = checking, .file = file};
    struct source *source = NULL;
    char path[PATH_MAX + NAME_MAX_DIRECTORY];

    snprintf(path, sizeof path, "%s/%s", checking->folder, file);
    if (source_open(path, file, &source, err) == ERR_NONE &&
        csv_reader_open(source, false, &comparing.reader, err) == ERR_NONE &&
        report_rows_open(checking->store, table, checking->run->run, &comparing.rows, err) == ERR_NONE &&
        header_read(&comparing, err) == ERR_NONE) {
        (void)compare(&comparing, err); /* the error is in *err */
    }
    report_rows_close(comparing.rows);
    csv_reader_close(comparing.reader);
    source_close(source);
    return err->code;
}

static enum err_code file_compare(struct checking *checking, enum report_table table, const char *file, struct err *err)
{
    if (table == REPORT_CONTROLS) {
        (void)file_read(checking, table, file, controls_compare, err); /* the error is in *err */
    } else if (file_read(checking, table, file, rows_count, err) == ERR_NONE) {
        (void)file_read(checking, table, file, rows_compare, err);
    }
    if (err->code == ERR_DATA || err->code == ERR_NO_INPUT) { /* of the file: told, and no error */
        proof_wrong(checking->proof, "%s", err->text);
        *err = (struct err){0};
    }
    return err->code;
}

/* One line of SHA256SUMS: a digest, two blanks, a name; or the newest link as a comment. */
static enum err_code sum_check(struct checking *checking, char *line, struct err *err)
{
    static const char LINK[] = "# newest link of the documents: ";
    char hex[DIGEST_HEX_MAX];
    char newest[DIGEST_TEXT_MAX];
    char path[PATH_MAX + 512];
    struct err unread = {0};

    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, LINK, strlen(LINK)) == 0) {
        if (newest_link(checking->store, checking->run->run, newest, err) != ERR_NONE) {
            return err->code;
        }
        if (strcmp(line + strlen(LINK), newest) != 0) {
            proof_wrong(checking->proof, SUMS " was written when the newest link was %.64s, and in the database it is %s",
                        line + strlen(LINK), newest);
        }
        return ERR_NONE;
    }
    if (strlen(line) < DIGEST_HEX_MAX + 2) {
        proof_wrong(checking->proof, SUMS ": '%.80s' is no checksum of a file", line);
        return ERR_NONE;
    }
    const char *name = line + DIGEST_HEX_MAX + 1;
    snprintf(path, sizeof path, "%s/%.400s", checking->folder, name);
    checking->files++;
    if (digest_file(AT_FDCWD, path, path, hex, &unread) != ERR_NONE) {
        proof_wrong(checking->proof, "%s is named in " SUMS " and cannot be read", name);
    } else if (strncmp(hex, line, DIGEST_HEX_MAX - 1) != 0) {
        proof_wrong(checking->proof, "%s is not as the run wrote it: its checksum is another", name);
    }
    return ERR_NONE;
}

/* Is the file named in SHA256SUMS? */
static bool is_summed(const struct checking *checking, const char *name)
{
    char path[PATH_MAX + 32];
    char line[1024];
    bool found = strcmp(name, SUMS) == 0;

    snprintf(path, sizeof path, "%s/" SUMS, checking->folder);
    FILE *sums = fopen(path, "re");
    while (sums != NULL && !found && fgets(line, sizeof line, sums) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        found = strlen(line) > DIGEST_HEX_MAX && strcmp(line + DIGEST_HEX_MAX + 1, name) == 0;
    }
    if (sums != NULL) {
        (void)fclose(sums); /* only read from */
    }
    return found;
}

static void others_check(struct checking *checking)
{
    DIR *folder = opendir(checking->folder);

    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !is_summed(checking, entry->d_name)) {
            proof_wrong(checking->proof, "%s is not a file that the run wrote", entry->d_name);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

/* The checksums: of the list itself, as the run noted it, and of all files. */
static enum err_code sums_check(struct checking *checking, struct err *err)
{
    char path[PATH_MAX + 32];
    char hex[DIGEST_HEX_MAX];
    char line[1024];
    struct err unread = {0};

    snprintf(path, sizeof path, "%s/" SUMS, checking->folder);
    if (digest_file(AT_FDCWD, path, path, hex, &unread) != ERR_NONE) {
        proof_wrong(checking->proof, "%s", unread.text);
        return ERR_NONE;
    }
    if (strcmp(hex, checking->run->totals.reports_digest) != 0) {
        proof_wrong(checking->proof, SUMS " is not the one that the run noted%s",
                    strcmp(checking->run->program_version, MONTHEND_VERSION) == 0 ? "" : ": written again by another version?");
    }
    FILE *sums = fopen(path, "re");
    while (sums != NULL && err->code == ERR_NONE && fgets(line, sizeof line, sums) != NULL) {
        (void)sum_check(checking, line, err); /* the error is in *err */
    }
    if (sums != NULL) {
        (void)fclose(sums); /* only read from */
    }
    return err->code;
}

static void compared_say(const struct checking *checking)
{
    if (checking->totals != VERIFY_NO_WORKBOOK) {
        proof_compared(checking->proof,
                       "%lld files with their checksums, %lld rows of CSV and %lld totals of the workbook with the database",
                       (long long)checking->files, (long long)checking->rows, (long long)checking->totals);
    } else {
        proof_compared(checking->proof, "%lld files with their checksums, %lld rows of CSV with the database",
                       (long long)checking->files, (long long)checking->rows);
    }
}

enum err_code verify_reports(struct store *store, const struct run *run, const char *reports, struct proof *proof,
                             struct err *err)
{
    struct checking checking = {.store = store, .run = run, .proof = proof};
    char month[MONTH_TEXT_MAX], name[NAME_MAX_DIRECTORY];
    struct stat status;

    month_format(run->month, month);
    directory_name(run, name);
    snprintf(checking.folder, sizeof checking.folder, "%s/%s/%s", reports, month, name);
    if (stat(checking.folder, &status) != 0 || !S_ISDIR(status.st_mode)) {
        proof_compared(proof, "the report directory '%s'", checking.folder);
        proof_wrong(proof, "'%s' is not there: give --reports where the reports are, or let 'monthend close' write them again",
                    checking.folder);
        return ERR_NONE;
    }
    if (sums_check(&checking, err) == ERR_NONE) {
        others_check(&checking);
        for (size_t i = 0; i < sizeof FILES / sizeof FILES[0] && err->code == ERR_NONE; i++) {
            (void)file_compare(&checking, FILES[i].table, FILES[i].file, err); /* the error is in *err */
        }
    }
    if (err->code == ERR_NONE && verify_workbook(store, run, checking.folder, proof, &checking.totals, err) == ERR_NONE) {
        compared_say(&checking);
    }
    return err->code;
}

static bool is_known(const struct run *runs, size_t run_count, int32_t month, const char *name)
{
    char known[NAME_MAX_DIRECTORY];

    for (size_t i = 0; i < run_count; i++) {
        directory_name(&runs[i], known);
        if (runs[i].month == month && strcmp(known, name) == 0) {
            return true;
        }
    }
    return false;
}

/* "3-close" and the like: a run's number within its month. */
static bool is_run_name(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && (strcmp(name + digits, "-close") == 0 || strcmp(name + digits, "-reprocess") == 0);
}

struct strangers {
    const struct run *runs;
    size_t run_count;
    const char *reports;
    struct proof *proof;
    int64_t count; /* directories of runs */
};

static void month_folder_check(struct strangers *strangers, int32_t month, const char *name)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", strangers->reports, name);
    DIR *folder = opendir(path);
    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (!is_run_name(entry->d_name)) {
            continue;
        }
        strangers->count++;
        if (!is_known(strangers->runs, strangers->run_count, month, entry->d_name)) {
            proof_wrong(strangers->proof, "%s/%s is of a run that the database does not have: its runs were removed, or it is "
                                          "an old database or another", name, entry->d_name);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

enum err_code verify_reports_place(const char *reports, struct err *err)
{
    DIR *folder = opendir(reports);

    if (folder == NULL) {
        return err_set(err, ERR_NO_INPUT, "--reports '%s' cannot be read: %s", reports, strerror(errno));
    }
    (void)closedir(folder);
    return ERR_NONE;
}

enum err_code verify_strangers(const struct run *runs, size_t run_count, const char *reports, int32_t month,
                               struct proof *proof, struct err *err)
{
    struct strangers strangers = {runs, run_count, reports, proof, 0};
    DIR *folder = opendir(reports);

    if (folder == NULL) {
        return err_set(err, ERR_IO, "cannot read '%s': %s", reports, strerror(errno));
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        int32_t found = MONTH_NONE;

        if (month_parse(entry->d_name, strlen(entry->d_name), &found) == CALENDAR_OK &&
            (month == MONTH_NONE || found == month)) {
            month_folder_check(&strangers, found, entry->d_name);
        }
    }
    (void)closedir(folder);
    proof_compared(proof, "%lld report director%s with the runs of the database", (long long)strangers.count,
                   strangers.count == 1 ? "y" : "ies");
    return ERR_NONE;
}
