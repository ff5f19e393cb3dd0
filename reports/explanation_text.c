/* An explanation for people. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/visible.h"
#include "reports/explanation.h"

#define INDENT 2
#define GAP 2
#define LABEL_WIDTH_MAX 34 /* a longer label pushes its own value to the right */

/* Characters of a text as shown. */
static size_t shown_width(const char *text, size_t length)
{
    char shown[VISIBLE_MAX];
    size_t width = 0;

    for (size_t at = 0; at < length;) {
        at += visible_next(text + at, shown);
        for (const char *byte = shown; *byte != '\0'; byte++) {
            width += ((unsigned char)*byte & 0xC0U) != 0x80U;
        }
    }
    return width;
}

static void put(FILE *out, const char *text, size_t length)
{
    char shown[VISIBLE_MAX];

    for (size_t at = 0; at < length;) {
        at += visible_next(text + at, shown);
        fputs(shown, out);
    }
}

static void blanks(FILE *out, size_t count)
{
    fprintf(out, "%*s", (int)count, "");
}

/* A line being written. */
struct line {
    FILE *out;
    size_t indent; /* where its continuation begins */
    size_t at;     /* characters written */
};

/* The words of a text, on further lines where they do not fit. */
static void put_words(struct line *line, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        size_t width = shown_width(text, length);
        bool first = line->at == line->indent;

        if (!first && line->at + 1 + width > EXPLANATION_WIDTH) {
            putc('\n', line->out);
            blanks(line->out, line->indent);
            line->at = line->indent;
            first = true;
        }
        if (!first) {
            putc(' ', line->out);
        }
        put(line->out, text, length);
        line->at += width + !first;
        text += length + (text[length] == ' ');
    }
}

static size_t column_width(const struct explanation *explanation, const struct explanation_section *section, size_t column)
{
    size_t widest = 0;

    for (size_t row = 0; row < section->rows; row++) {
        const char *text = explanation_text(explanation, section, row, column);
        size_t width = shown_width(text, strlen(text));
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void write_fact(FILE *out, const struct explanation *explanation, const struct explanation_section *section, size_t row,
                       size_t label_width)
{
    const char *label = explanation_text(explanation, section, row, EXPLAIN_LABEL);
    const char *rule = explanation_text(explanation, section, row, EXPLAIN_RULE);
    size_t width = shown_width(label, strlen(label));
    char mark[32];

    blanks(out, INDENT);
    put(out, label, strlen(label));
    blanks(out, (width < label_width ? label_width - width : 0) + GAP);
    struct line line = {.out = out, .indent = INDENT + (width < label_width ? label_width : width) + GAP};
    line.at = line.indent;
    put_words(&line, explanation_text(explanation, section, row, EXPLAIN_VALUE));
    if (rule[0] != '\0') {
        (void)snprintf(mark, sizeof mark, "[%s]", rule);
        put_words(&line, mark);
    }
    putc('\n', out);
}

static void write_facts(FILE *out, const struct explanation *explanation, const struct explanation_section *section)
{
    size_t label_width = column_width(explanation, section, EXPLAIN_LABEL);

    if (label_width > LABEL_WIDTH_MAX) {
        label_width = LABEL_WIDTH_MAX;
    }
    for (size_t row = 0; row < section->rows; row++) {
        write_fact(out, explanation, section, row, label_width);
    }
}

/* A cell of a table: numbers stand on the right; nothing follows the last one. */
static void write_cell(FILE *out, const char *text, size_t width, bool number, bool last)
{
    size_t shown = shown_width(text, strlen(text));
    size_t pad = shown < width ? width - shown : 0;

    blanks(out, number ? pad : 0);
    put(out, text, strlen(text));
    if (!last) {
        blanks(out, (number ? 0 : pad) + GAP);
    }
}

/* Nothing follows the last cell that says something. */
static void write_row(FILE *out, const struct explanation *explanation, const struct explanation_section *section, size_t row,
                      const size_t *widths)
{
    size_t count = section->column_count;

    while (count > 1 && explanation_text(explanation, section, row, count - 1)[0] == '\0') {
        count--;
    }
    blanks(out, INDENT);
    for (size_t column = 0; column < count; column++) {
        write_cell(out, explanation_text(explanation, section, row, column), widths[column],
                   explanation_column(section->columns[column])->number, column + 1 == count);
    }
    putc('\n', out);
}

static void write_table(FILE *out, const struct explanation *explanation, const struct explanation_section *section)
{
    size_t widths[EXPLANATION_COLUMNS];
    assert(section->column_count <= EXPLANATION_COLUMNS);

    blanks(out, INDENT);
    for (size_t column = 0; column < section->column_count; column++) {
        const struct explanation_column_kind *kind = explanation_column(section->columns[column]);
        size_t width = column_width(explanation, section, column);
        widths[column] = width > strlen(kind->name) ? width : strlen(kind->name);
        write_cell(out, kind->name, widths[column], kind->number, column + 1 == section->column_count);
    }
    putc('\n', out);
    for (size_t row = 0; row < section->rows; row++) {
        write_row(out, explanation, section, row, widths);
    }
}

void explanation_print(const struct explanation *explanation, FILE *out)
{
    put(out, explanation->title, strlen(explanation->title));
    putc('\n', out);
    for (size_t i = 0; i < explanation->section_count; i++) {
        const struct explanation_section *section = &explanation->sections[i];
        fprintf(out, "\n%s\n", section->title);
        if (section->columns[0] == EXPLAIN_LABEL) {
            write_facts(out, explanation, section);
        } else {
            write_table(out, explanation, section);
        }
    }
}

enum err_code explanation_write_text(const struct explanation *explanation, struct err *err)
{
    explanation_print(explanation, stdout);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return err_set(err, ERR_IO, "cannot write to standard output: %s", strerror(errno));
    }
    return ERR_NONE;
}
