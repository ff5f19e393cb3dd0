/* The CSV file of a comparison. */
#include "reports/comparison_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/arith.h"
#include "lib/currency.h"
#include "reports/disk.h"

#define FILE_MODE 0640

static const char HEADER[] = "change,account_id,kind,plan,first_description,second_description,first_quantity,second_quantity,"
                             "first_unit,second_unit,first_unit_price,second_unit_price,first_amount,second_amount,"
                             "difference,currency";

enum err_code comparison_file_begin(struct comparison_file *file, const char *path, struct err *err)
{
    *file = (struct comparison_file){.path = path, .csv = {.file = -1}};
    if (snprintf(file->temporary, sizeof file->temporary, "%s.tmp-%ld", path, (long)getpid()) >=
        (int)sizeof file->temporary) {
        return err_set(err, ERR_CREATE, "cannot create '%.200s...': the path is too long", path);
    }
    int opened = open(file->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (opened < 0) {
        return disk_create_failed(path, errno, err);
    }
    file->begun = true;
    if (csv_begin(&file->csv, opened, path, err) != ERR_NONE) {
        return err->code;
    }
    return csv_header(&file->csv, HEADER, err);
}

static void amount_cell(struct csv *csv, const struct compared_line *line)
{
    if (line == NULL) {
        csv_empty(csv);
    } else {
        csv_decimal(csv, line->amount_minor, currency_digits(line->currency));
    }
}

enum err_code comparison_file_add(struct comparison_file *file, const char *account_id, const struct compared_pair *pair,
                                  struct err *err)
{
    static const struct compared_line NONE = {"", "", "", "", "", "", "", 0};
    const struct compared_line *first = pair->first == NULL ? &NONE : pair->first;
    const struct compared_line *second = pair->second == NULL ? &NONE : pair->second;
    const struct compared_line *either = pair->first == NULL ? second : first;
    struct csv *csv = &file->csv;
    int64_t difference = 0;

    assert(pair->change != CHANGE_NONE);
    if (!arith_sub(second->amount_minor, first->amount_minor, &difference)) {
        return err_set(err, ERR_DATA, "account '%s': the amounts of its %s lines are too far apart", account_id, either->kind);
    }
    csv_word(csv, change_name(pair->change));
    csv_text(csv, account_id);
    csv_word(csv, either->kind);
    csv_text(csv, either->plan);
    csv_text(csv, first->description);
    csv_text(csv, second->description);
    csv_word(csv, first->quantity);
    csv_word(csv, second->quantity);
    csv_word(csv, first->unit);
    csv_word(csv, second->unit);
    csv_word(csv, first->unit_price);
    csv_word(csv, second->unit_price);
    amount_cell(csv, pair->first);
    amount_cell(csv, pair->second);
    csv_decimal(csv, difference, currency_digits(either->currency));
    csv_word(csv, either->currency);
    return csv_row_end(csv, err);
}

enum err_code comparison_file_publish(struct comparison_file *file, struct err *err)
{
    char hex[DIGEST_HEX_MAX];

    if (csv_close(&file->csv, hex, err) != ERR_NONE) {
        return err->code;
    }
    if (rename(file->temporary, file->path) != 0) {
        return disk_create_failed(file->path, errno, err);
    }
    file->begun = false;
    return ERR_NONE;
}

void comparison_file_end(struct comparison_file *file)
{
    if (file->path == NULL) {
        return;
    }
    csv_release(&file->csv);
    if (file->begun) {
        (void)unlink(file->temporary);
        file->begun = false;
    }
}
