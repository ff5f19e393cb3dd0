/* An explanation as CSV on standard output: one header for all sections. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/csv_write.h"
#include "reports/explanation.h"

#define PATH "standard output"

/* A cell of the section's row in that column; empty where the section has none. */
static bool put_cell(struct csv *csv, const struct explanation *explanation, const struct explanation_section *section,
                     size_t row, enum explanation_column column)
{
    for (size_t i = 0; i < section->column_count; i++) {
        if (section->columns[i] == column) {
            char *shown = explanation_shown(explanation_text(explanation, section, row, i));
            if (shown == NULL) {
                return false;
            }
            (explanation_column(column)->number ? csv_word : csv_text)(csv, shown);
            free(shown);
            return true;
        }
    }
    csv_empty(csv);
    return true;
}

static enum err_code put_row(struct csv *csv, const struct explanation *explanation,
                             const struct explanation_section *section, size_t row, struct err *err)
{
    csv_word(csv, section->key);
    for (int column = 0; column < EXPLANATION_CSV_COLUMNS; column++) {
        if (!put_cell(csv, explanation, section, row, (enum explanation_column)column)) {
            return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
        }
    }
    return csv_row_end(csv, err);
}

static enum err_code put_all(struct csv *csv, const struct explanation *explanation, struct err *err)
{
    csv_word(csv, "section");
    for (int column = 0; column < EXPLANATION_CSV_COLUMNS; column++) {
        csv_word(csv, explanation_column((enum explanation_column)column)->name);
    }
    enum err_code code = csv_row_end(csv, err);
    for (size_t i = 0; i < explanation->section_count; i++) {
        for (size_t row = 0; row < explanation->sections[i].rows && code == ERR_NONE; row++) {
            code = put_row(csv, explanation, &explanation->sections[i], row, err);
        }
    }
    return code;
}

enum err_code explanation_write_csv(const struct explanation *explanation, struct err *err)
{
    struct csv csv;
    char hex[DIGEST_HEX_MAX];
    int file = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);

    if (file < 0) {
        return err_set(err, ERR_IO, "cannot write to " PATH ": %s", strerror(errno));
    }
    enum err_code code = csv_begin(&csv, file, PATH, err);
    if (code == ERR_NONE) {
        code = put_all(&csv, explanation, err);
    }
    if (code == ERR_NONE) {
        return csv_close(&csv, hex, err);
    }
    csv_release(&csv);
    return code;
}
