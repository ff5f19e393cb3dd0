/* Owns the texts of an explanation. */
#define _GNU_SOURCE /* vasprintf */
#include "reports/explanation.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/visible.h"

static const struct explanation_column_kind COLUMNS[EXPLANATION_COLUMNS] = {
    [EXPLAIN_LABEL] = {"label", false},
    [EXPLAIN_VALUE] = {"value", false},
    [EXPLAIN_RULE] = {"rule", false},
    [EXPLAIN_DAY] = {"day", false},
    [EXPLAIN_OCCURRED_AT] = {"occurred_at", false},
    [EXPLAIN_EVENT_ID] = {"event_id", false},
    [EXPLAIN_MODEL] = {"model", false},
    [EXPLAIN_EVENTS] = {"events", true},
    [EXPLAIN_QUANTITY] = {"quantity", true},
    [EXPLAIN_TOKENS] = {"tokens", true},
    [EXPLAIN_REQUESTS] = {"requests", true},
    [EXPLAIN_MULTIPLIER] = {"multiplier", true},
    [EXPLAIN_CREDITS] = {"credits", true},
    [EXPLAIN_CREDITS_SHOWN] = {"credits_shown", true},
    [EXPLAIN_BONUS] = {"bonus", true},
    [EXPLAIN_INCLUDED] = {"included", true},
    [EXPLAIN_OVERAGE] = {"overage", true},
    [EXPLAIN_UNBILLED] = {"unbilled", true},
    [EXPLAIN_CONSUMED_FROM] = {"consumed_from", false},
    [EXPLAIN_CASE] = {"case", false},
    [EXPLAIN_KIND] = {"kind", false},
    [EXPLAIN_PLAN] = {"plan", false},
    [EXPLAIN_ALLOWANCE] = {"allowance", true},
    [EXPLAIN_OVERAGE_AMOUNT] = {"overage_amount", true},
    [EXPLAIN_AT_STAKE] = {"at_stake", true},
    [EXPLAIN_SUBTOTAL] = {"subtotal", true},
    [EXPLAIN_AMOUNT] = {"amount", true},
    [EXPLAIN_TAX] = {"tax", true},
    [EXPLAIN_TOTAL] = {"total", true},
    [EXPLAIN_CURRENCY] = {"currency", false},
};

static const enum explanation_column FACT_COLUMNS[] = {EXPLAIN_LABEL, EXPLAIN_VALUE, EXPLAIN_RULE};
#define FACT_COLUMN_COUNT (sizeof FACT_COLUMNS / sizeof FACT_COLUMNS[0])

const struct explanation_column_kind *explanation_column(enum explanation_column column)
{
    return &COLUMNS[column];
}

/* The text in printf's form, or NULL. */
__attribute__((format(printf, 2, 0))) static char *compose(struct explanation *explanation, const char *format,
                                                           va_list arguments)
{
    char *text = NULL;

    if (vasprintf(&text, format, arguments) < 0) {
        explanation->no_memory = true;
        return NULL;
    }
    return text;
}

/* Takes `text` over; NULL: there was no memory for it. */
static void cell_add(struct explanation *explanation, char *text)
{
    if (text == NULL) {
        explanation->no_memory = true;
        return;
    }
    if (explanation->cell_count == explanation->cell_max) {
        size_t wanted = 2 * explanation->cell_max + 64;
        char **grown = realloc(explanation->cells, wanted * sizeof *grown);
        if (grown == NULL) {
            free(text);
            explanation->no_memory = true;
            return;
        }
        explanation->cells = grown;
        explanation->cell_max = wanted;
    }
    explanation->cells[explanation->cell_count++] = text;
}

void explanation_title(struct explanation *explanation, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    free(explanation->title);
    explanation->title = compose(explanation, format, arguments);
    va_end(arguments);
}

static void section_end(struct explanation *explanation)
{
    if (explanation->section_count > 0) {
        struct explanation_section *section = &explanation->sections[explanation->section_count - 1];
        size_t cells = explanation->cell_count - section->first;
        assert(explanation->no_memory || cells % section->column_count == 0);
        section->rows = cells / section->column_count;
    }
}

void explanation_table(struct explanation *explanation, struct explanation_table table)
{
    assert(explanation->section_count < EXPLANATION_SECTIONS_MAX);
    section_end(explanation);
    explanation->sections[explanation->section_count++] = (struct explanation_section){
        .key = table.key,
        .title = table.title,
        .columns = table.columns,
        .column_count = table.column_count,
        .first = explanation->cell_count,
    };
}

void explanation_facts(struct explanation *explanation, const char *key, const char *title)
{
    explanation_table(explanation, (struct explanation_table){key, title, FACT_COLUMNS, FACT_COLUMN_COUNT});
}

void explanation_fact(struct explanation *explanation, const char *rule, const char *label, const char *format, ...)
{
    va_list arguments;
    assert(explanation->section_count > 0 &&
           explanation->sections[explanation->section_count - 1].columns == FACT_COLUMNS);

    cell_add(explanation, strdup(label));
    va_start(arguments, format);
    cell_add(explanation, compose(explanation, format, arguments));
    va_end(arguments);
    cell_add(explanation, strdup(rule));
}

void explanation_cell(struct explanation *explanation, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    cell_add(explanation, compose(explanation, format, arguments));
    va_end(arguments);
}

enum err_code explanation_end(struct explanation *explanation, struct err *err)
{
    section_end(explanation);
    if (explanation->no_memory || explanation->title == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    return ERR_NONE;
}

void explanation_release(struct explanation *explanation)
{
    for (size_t i = 0; i < explanation->cell_count; i++) {
        free(explanation->cells[i]);
    }
    free(explanation->cells);
    free(explanation->title);
    *explanation = (struct explanation){0};
}

const char *explanation_text(const struct explanation *explanation, const struct explanation_section *section, size_t row,
                             size_t column)
{
    assert(row < section->rows && column < section->column_count);

    return explanation->cells[section->first + row * section->column_count + column];
}

char *explanation_shown(const char *text)
{
    char *shown = malloc(strlen(text) * (VISIBLE_MAX - 1) + 1);
    char *end = shown;

    if (shown == NULL) {
        return NULL;
    }
    *end = '\0';
    while (*text != '\0') {
        text += visible_next(text, end); /* there is room for its most bytes and a NUL */
        end += strlen(end);
    }
    return shown;
}
