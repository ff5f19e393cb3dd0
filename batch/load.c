/* Rows of one input file on their way into one table. */
#include "batch/load.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/field.h"
#include "batch/pending.h"
#include "batch/progress.h"
#include "batch/stop.h"
#include "lib/currency.h"
#include "lib/text.h"

#define REASON_MAX 2400         /* why a row is bad: five keys' values and the reason, at most */
#define LOOK_EVERY_ROWS 4096    /* signals and progress */
#define PHASE_MAX 300
#define NAMES_MAX 600           /* a list of all columns of a table */
#define ABSENT (-1)

struct load {
    struct load_in in;
    struct csv_reader *reader;
    struct row_writer *writer;
    struct pending *pending; /* rows for rows_write(); NULL: they are written one by one */
    struct row_fate *fates;  /* ROWS_AT_ONCE_MAX, with `pending` */
    const char *header[COLUMNS_MAX]; /* the file's columns */
    size_t field_count;              /* how many a row must have */
    int field_of[COLUMNS_MAX];       /* by the table's columns: the field, or ABSENT */
    int account_column;              /* in the table, or ABSENT */
    int currency_column;             /* in the table, or ABSENT */
    int policy_column;
    int starts_column; /* credit_grants: starts_at, which is before expires_at */
    int expires_column;
    struct load_counts counts;
    struct progress progress;
    char phase[PHASE_MAX];
};

static int column_find(const struct table *table, const char *name)
{
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return i;
        }
    }
    return ABSENT;
}

/* recorded_at is the last column and may always be missing. */
static bool may_be_missing(const struct table *table, int column)
{
    return table->columns[column].optional || column == table->column_count - 1;
}

static void columns_list(const struct table *table, char out[NAMES_MAX])
{
    size_t used = 0;

    for (int i = 0; i < table->column_count && used < NAMES_MAX; i++) {
        used += (size_t)snprintf(out + used, NAMES_MAX - used, "%s%s", i == 0 ? "" : ", ", table->columns[i].name);
    }
}

static enum err_code header_field(struct load *load, const struct csv_row *row, size_t field, struct err *err)
{
    const struct table *table = load->in.table;
    const char *file = source_name(load->in.source);
    int column = column_find(table, row->fields[field].text);
    char shown[FIELD_SHOWN_MAX];
    char names[NAMES_MAX];

    field_show(row->fields[field].text, row->fields[field].length, shown);
    if (column == ABSENT) {
        columns_list(table, names);
        return err_set(err, ERR_DATA, "%s:%" PRId64 ": unknown column '%s'; the columns of %s are %s", file,
                       row->line, shown, table->name, names);
    }
    if (load->field_of[column] != ABSENT) {
        return err_set(err, ERR_DATA, "%s:%" PRId64 ": column '%s' is there twice", file, row->line, shown);
    }
    load->field_of[column] = (int)field;
    load->header[field] = table->columns[column].name;
    return ERR_NONE;
}

static enum err_code header_take(struct load *load, const struct csv_row *row, struct err *err)
{
    const struct table *table = load->in.table;
    const char *file = source_name(load->in.source);

    if (row->fault != CSV_FAULT_NONE) {
        return err_set(err, ERR_DATA, "%s:%" PRId64 ": the header has %s: not a CSV file in UTF-8", file, row->line,
                       row->fault == CSV_FAULT_NUL ? "a NUL byte" : "bytes that are not UTF-8");
    }
    for (int i = 0; i < table->column_count; i++) {
        load->field_of[i] = ABSENT;
    }
    for (size_t i = 0; i < row->field_count && i < CSV_FIELDS_MAX; i++) {
        if (header_field(load, row, i, err) != ERR_NONE) {
            return err->code; /* at the latest at the field after the table's last column */
        }
    }
    for (int i = 0; i < table->column_count; i++) {
        if (load->field_of[i] == ABSENT && !may_be_missing(table, i)) {
            return err_set(err, ERR_DATA, "%s:%" PRId64 ": column '%s' of %s is missing", file, row->line,
                           table->columns[i].name, table->name);
        }
    }
    load->field_count = row->field_count;
    return ERR_NONE;
}

static enum err_code header_read(struct load *load, struct err *err)
{
    const struct csv_row *row;

    if (csv_reader_next(load->reader, &row, err) != ERR_NONE) {
        return err->code;
    }
    if (row == NULL) {
        return err_set(err, ERR_DATA, "%s: is empty: not even a header with the columns' names",
                       source_name(load->in.source));
    }
    return header_take(load, row, err);
}

/* The field of a table's column in a row; an empty one where the file has no such column. */
static struct csv_field field_at(const struct load *load, const struct csv_row *row, int column)
{
    if (column == ABSENT || load->field_of[column] == ABSENT) {
        return (struct csv_field){"", 0};
    }
    return row->fields[load->field_of[column]];
}

static void reason_field(char reason[REASON_MAX], const char *column, struct csv_field field, const char *why)
{
    char shown[FIELD_SHOWN_MAX];

    field_show(field.text, field.length, shown);
    snprintf(reason, REASON_MAX, "%s '%s' %s", column, shown, why);
}

/* Is the row whole: as many fields as the header, and text throughout? */
static bool row_whole(const struct load *load, const struct csv_row *row, char reason[REASON_MAX])
{
    if (row->field_count != load->field_count) {
        snprintf(reason, REASON_MAX, "the row has %zu field%s, the header %zu", row->field_count,
                 text_plural((int64_t)row->field_count), load->field_count);
        return false;
    }
    if (row->fault != CSV_FAULT_NONE) {
        reason_field(reason, load->header[row->fault_field], row->fields[row->fault_field],
                     row->fault == CSV_FAULT_NUL ? "has a NUL byte" : "is not UTF-8");
        return false;
    }
    return true;
}

static bool column_read(const struct load *load, const struct csv_row *row, int column, struct value *value,
                        char reason[REASON_MAX])
{
    const struct table *table = load->in.table;
    struct csv_field field = field_at(load, row, column);
    struct field_in in = {.column = &table->columns[column], .text = field.text, .length = field.length};
    char why[FIELD_REASON_MAX];

    if (field.length == 0 && may_be_missing(table, column)) {
        *value = (struct value){.kind = VALUE_NULL};
        return true;
    }
    if (in.column->type == COLUMN_MONEY) {
        in.currency_digits = currency_digits(field_at(load, row, load->currency_column).text);
    } else if (in.column->type == COLUMN_VALUE) {
        in.policy = field_at(load, row, load->policy_column).text;
    }
    if (!field_read(in, value, why)) {
        reason_field(reason, in.column->name, field, why);
        return false;
    }
    return true;
}

/* What no field can tell by itself. */
static bool row_agrees(const struct load *load, const struct csv_row *row, const struct value *values,
                       char reason[REASON_MAX])
{
    if (load->starts_column == ABSENT || load->expires_column == ABSENT ||
        values[load->starts_column].integer < values[load->expires_column].integer) {
        return true;
    }
    reason_field(reason, "expires_at", field_at(load, row, load->expires_column), "is not after starts_at");
    return false;
}

static bool row_read(const struct load *load, const struct csv_row *row, struct value *values,
                     char reason[REASON_MAX])
{
    if (!row_whole(load, row, reason)) {
        return false;
    }
    for (int i = 0; i < load->in.table->column_count; i++) {
        if (!column_read(load, row, i, &values[i], reason)) {
            return false;
        }
    }
    return row_agrees(load, row, values, reason);
}

/* The row's key and why it is in conflict: "plan 'pro', effective_from '...': ..." */
static void reason_conflict(const struct load *load, const struct csv_row *row, const char *why,
                            char reason[REASON_MAX])
{
    const struct table *table = load->in.table;
    size_t used = 0;

    for (int i = 0; i < table->column_count && used < REASON_MAX; i++) {
        struct csv_field field = field_at(load, row, i);
        char shown[FIELD_SHOWN_MAX];
        if (table->columns[i].key) {
            field_show(field.text, field.length, shown);
            used += (size_t)snprintf(reason + used, REASON_MAX - used, "%s%s '%s'", used == 0 ? "" : ", ",
                                     table->columns[i].name, shown);
        }
    }
    if (used < REASON_MAX) {
        snprintf(reason + used, REASON_MAX - used, ": %s", why);
    }
}

static void row_reject(struct load *load, const struct csv_row *row, const char *reason)
{
    load->counts.rejected++;
    if (load->counts.rejected <= LOAD_REPORTS_MAX) {
        progress_end(&load->progress);
        fprintf(stderr, "%s:%" PRId64 ": %s\n", source_name(load->in.source), row->line, reason);
    }
    if (load->in.rejects != NULL) {
        rejects_row(load->in.rejects, load->header, load->field_count, row, reason);
    }
}

static void row_count(struct load_counts *counts, const struct row_result *result)
{
    if (result->outcome == ROW_INSERTED) {
        counts->inserted++;
    } else if (result->outcome == ROW_CORRECTED) {
        counts->corrected++;
    } else {
        counts->duplicates++;
    }
    counts->stamped += result->stamped ? 1 : 0;
}

static enum err_code row_put(struct load *load, const struct value *values, struct row_result *result, struct err *err)
{
    if (load->in.kept != NULL) {
        return kept_rows_write(load->in.kept, values, load->in.stamp, result, err);
    }
    return row_write(load->writer, values, result, err);
}

/* Is the row of another shard's account? */
static bool is_elsewhere(const struct load *load, const struct value *values)
{
    char account_id[ID_BYTES_MAX + 1];

    if (load->in.shard.count == 0 || load->account_column == ABSENT) {
        return false;
    }
    const struct value *value = &values[load->account_column];
    snprintf(account_id, sizeof account_id, "%.*s", (int)value->length, value->text);
    return !shard_has(load->in.shard, account_id);
}

static void result_take(struct load *load, const struct csv_row *row, const struct row_result *result)
{
    char reason[REASON_MAX];

    if (result->outcome == ROW_CONFLICT) {
        reason_conflict(load, row, result->reason, reason);
        row_reject(load, row, reason);
    } else {
        row_count(&load->counts, result);
    }
}

/* Write the rows that wait. */
static enum err_code pending_write(struct load *load, struct err *err)
{
    size_t count = load->pending == NULL ? 0 : pending_count(load->pending);
    struct csv_row row = {.line = 0};

    if (count > 0 && rows_write(load->writer, pending_values(load->pending), count, load->fates, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < count; i++) {
        const struct row_fate *fate = &load->fates[i];
        struct row_result result = {.outcome = fate->outcome, .stamped = fate->stamped};
        if (fate->outcome == ROW_CONFLICT) {
            pending_row(load->pending, i, &row);
            snprintf(result.reason, sizeof result.reason, "%s", fate->reason);
        }
        result_take(load, &row, &result);
    }
    if (count > 0) {
        pending_clear(load->pending);
    }
    return ERR_NONE;
}

static enum err_code row_wait(struct load *load, const struct csv_row *row, const struct value *values, struct err *err)
{
    int count = load->in.table->column_count;

    if (pending_add(load->pending, row, values, count)) {
        return ERR_NONE;
    }
    if (pending_write(load, err) != ERR_NONE) {
        return err->code;
    }
    bool added = pending_add(load->pending, row, values, count);
    assert(added); /* an empty one has room for any row */
    return ERR_NONE;
}

static enum err_code row_take(struct load *load, const struct csv_row *row, struct err *err)
{
    struct value values[COLUMNS_MAX];
    struct row_result result;
    char reason[REASON_MAX];

    bool good = row_read(load, row, values, reason);
    if (good && is_elsewhere(load, values)) {
        load->counts.elsewhere++;
        return ERR_NONE;
    }
    load->counts.rows++;
    if (!good) {
        if (pending_write(load, err) == ERR_NONE) { /* bad rows are told in the file's order */
            row_reject(load, row, reason);
        }
        return err->code;
    }
    if (load->pending != NULL) {
        return row_wait(load, row, values, err);
    }
    if (row_put(load, values, &result, err) == ERR_NONE) {
        result_take(load, row, &result);
    }
    return err->code;
}

/* Now and then: does someone want us to stop, or to know how far we are? */
static enum err_code look_around(struct load *load, struct err *err)
{
    int64_t rows = load->counts.rows + load->counts.elsewhere;

    if (rows % LOOK_EVERY_ROWS != 0) {
        return ERR_NONE;
    }
    progress_show(&load->progress, rows);
    if (*stop_flag() != 0) {
        return err_set(err, (enum err_code)*stop_flag(), "%s: stopped by a signal; nothing of it was imported",
                       source_name(load->in.source));
    }
    return ERR_NONE;
}

/* The file cannot be read on; the rows before that may be bad, too, and are told first. */
static enum err_code rows_cut(struct load *load, struct err *err)
{
    struct err before = {0};

    if (pending_write(load, &before) != ERR_NONE) {
        *err = before;
    }
    return err->code;
}

static enum err_code rows_take(struct load *load, struct err *err)
{
    const struct csv_row *row;

    for (;;) {
        if (csv_reader_next(load->reader, &row, err) != ERR_NONE) {
            return rows_cut(load, err);
        }
        if (row == NULL) {
            return pending_write(load, err);
        }
        if (row_take(load, row, err) != ERR_NONE || look_around(load, err) != ERR_NONE) {
            return err->code;
        }
    }
}

/* Say how many bad rows were not shown, and whether they are in the way. */
static enum err_code rows_judge(const struct load *load, struct err *err)
{
    const struct load_counts *counts = &load->counts;
    const char *file = source_name(load->in.source);

    if (counts->rejected > LOAD_REPORTS_MAX) {
        fprintf(stderr, "%s: ... and %" PRId64 " more\n", file, counts->rejected - LOAD_REPORTS_MAX);
    }
    if (err->code == ERR_NONE && counts->rejected > 0 && load->in.rejects == NULL) {
        return err_set(err, ERR_DATA, "%s: %" PRId64 " of %" PRId64 " row%s %s bad, nothing of it was imported; %s",
                       file, counts->rejected, counts->rows, text_plural(counts->rows),
                       counts->rejected == 1 ? "is" : "are", load->in.advice);
    }
    return err->code;
}

/* Many rows at once, where the table takes them so. */
static enum err_code writer_open(struct load *load, struct err *err)
{
    struct load_in in = load->in;

    if (row_writer_open(in.store, in.table, in.stamp, &load->writer, err) != ERR_NONE || !rows_at_once(load->writer)) {
        return err->code;
    }
    load->pending = pending_new();
    load->fates = calloc(ROWS_AT_ONCE_MAX, sizeof *load->fates);
    if (load->pending == NULL || load->fates == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory left to import %s", source_name(in.source));
    }
    return ERR_NONE;
}

static void load_start(struct load *load, struct load_in in)
{
    *load = (struct load){.in = in};
    load->account_column = column_find(in.table, "account_id");
    load->currency_column = column_find(in.table, "currency");
    load->policy_column = column_find(in.table, "policy");
    load->starts_column = column_find(in.table, "starts_at");
    load->expires_column = column_find(in.table, "expires_at");
    snprintf(load->phase, sizeof load->phase, "importing %.256s", source_name(in.source));
    progress_begin(&load->progress, in.quiet, load->phase, "rows", 0);
}

enum err_code load_rows(struct load_in in, struct load_counts *counts, struct err *err)
{
    struct load load;
    enum err_code code;

    load_start(&load, in);
    code = csv_reader_open(in.source, in.allow_unterminated, &load.reader, err);
    if (code == ERR_NONE) {
        code = header_read(&load, err);
    }
    if (code == ERR_NONE && in.kept == NULL) {
        code = writer_open(&load, err);
    }
    if (code == ERR_NONE) {
        (void)!rows_take(&load, err); /* the error is in *err */
        progress_end(&load.progress);
        code = rows_judge(&load, err);
    }
    row_writer_close(load.writer);
    pending_free(load.pending);
    free(load.fates);
    csv_reader_close(load.reader);
    if (code == ERR_NONE) {
        *counts = load.counts;
    }
    return code;
}
