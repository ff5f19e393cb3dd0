/* An explanation as JSON on standard output. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "reports/explanation.h"
#include "reports/json.h"

static void put_row(const struct explanation *explanation, const struct explanation_section *section, size_t row)
{
    putchar('{');
    for (size_t column = 0; column < section->column_count; column++) {
        printf("%s\"%s\": ", column == 0 ? "" : ", ", explanation_column(section->columns[column])->name);
        json_string(stdout, explanation_text(explanation, section, row, column));
    }
    putchar('}');
}

static void put_section(const struct explanation *explanation, const struct explanation_section *section)
{
    printf("    {\"section\": \"%s\", \"title\": ", section->key);
    json_string(stdout, section->title);
    fputs(", \"rows\": [", stdout);
    for (size_t row = 0; row < section->rows; row++) {
        fputs(row == 0 ? "\n      " : ",\n      ", stdout);
        put_row(explanation, section, row);
    }
    fputs("]}", stdout);
}

enum err_code explanation_write_json(const struct explanation *explanation, struct err *err)
{
    fputs("{\n  \"title\": ", stdout);
    json_string(stdout, explanation->title);
    fputs(",\n  \"sections\": [\n", stdout);
    for (size_t i = 0; i < explanation->section_count; i++) {
        put_section(explanation, &explanation->sections[i]);
        fputs(i + 1 < explanation->section_count ? ",\n" : "\n", stdout);
    }
    fputs("  ]\n}\n", stdout);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return err_set(err, ERR_IO, "cannot write to standard output: %s", strerror(errno));
    }
    return ERR_NONE;
}
