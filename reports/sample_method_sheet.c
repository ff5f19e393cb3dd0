/* The sheet Method: how the documents were picked, so that it can be done again, and what a difference stands for. */
#include <stdio.h>
#include <string.h>

#include "lib/arith.h"
#include "lib/calendar.h"
#include "reports/pen.h"
#include "reports/sample_book.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TAB_METHOD 0x548235
#define FORMULA_MAX 64
#define FACTOR_DIGITS 2 /* of the confidence factors below */

static const struct sheet_column COLUMNS[] = {
    {"", 22, false}, {"", 16, true}, {"", 18, true}, {"", 18, true}, {"", 18, true}, {"", 12, true}, {"", 18, true},
    {"", 12, true},  {"", 18, true}, {"", 10, true}, {"", 16, true}, {"", 16, true}, {"", 12, true}, {"", 18, true},
};

static void facts_write(struct pen *pen, const struct sample_book_in *in)
{
    const struct sample_run *run = in->run;
    char month[MONTH_TEXT_MAX], as_of[INSTANT_TEXT_MAX], text[128];

    (void)month_format(run->month, month);
    (void)instant_format(run->as_of, as_of);
    pen_title(pen, "How the documents were picked");
    pen_fact(pen, "Month", month);
    pen_fact(pen, "Method", run->method == SAMPLE_SIMPLE ? "simple: every document has the same chance"
                                                         : "monetary unit: every unit of money has the same chance");
    pen_fact(pen, "Documents of", run->runs);
    pen_fact(pen, "Issued up to", as_of);
    pen_fact(pen, "Newest link", run->link);
    pen_fact(pen, "Seed", run->seed);
    (void)snprintf(text, sizeof text, "%zu wanted, %zu picked", run->wanted, in->pick_count);
    pen_fact(pen, "Picks", text);
    pen_fact(pen, "Program", run->program_version);
}

static void money(struct pen *pen, int64_t minor, const struct sample_population *population)
{
    cell_money(pen->sheet, minor, population->digits);
}

static void population_write(struct pen *pen, const struct sample_population *population, bool units)
{
    cell_text(pen->sheet, population->currency, CELL_LABEL);
    cell_integer(pen->sheet, (int64_t)population->documents);
    money(pen, population->invoiced_minor, population);
    money(pen, population->credited_minor, population);
    money(pen, population->invoiced_minor + population->credited_minor, population);
    cell_integer(pen->sheet, (int64_t)population->units.nothing_count);
    money(pen, population->picked_minor, population);
    cell_integer(pen->sheet, (int64_t)population->picked);
    if (units) {
        money(pen, population->units.certain_units, population);
        cell_integer(pen->sheet, (int64_t)population->units.certain_count);
        money(pen, population->units.rest_units, population);
        cell_integer(pen->sheet, (int64_t)population->units.rest_count);
        cell_integer(pen->sheet, (int64_t)population->units.hits);
        if (population->units.hits > 0) {
            money(pen, population->start, population);
        }
    }
    pen_row_end(pen);
}

static void populations_write(struct pen *pen, const struct sample_book_in *in)
{
    static const char *const TITLES[] = {"Currency", "Documents", "Invoiced", "Credited", "Net", "Of 0.00", "Picked amount",
                                         "Picked", "Certain amount", "Certain", "Rest amount", "Rest", "Hits", "Random number"};
    bool units = in->run->method == SAMPLE_MONETARY;
    size_t columns = units ? COUNT_OF(TITLES) : 8;

    pen_section(pen, "The population, by currency", columns);
    pen_headers(pen, TITLES, columns);
    for (size_t i = 0; i < in->population_count; i++) {
        population_write(pen, &in->populations[i], units);
    }
    pen_note(pen, "Invoiced and credited come to what the runs of the month issued. Amounts are picked without their signs.");
    if (units) {
        pen_note(pen, "Documents of 0.00 have no unit that could be hit: another sample, by --method simple, reaches them.");
    }
}

/* interval x factor, in hundredths; false: it does not fit, and is left empty. */
static void limit_write(struct pen *pen, const struct sample_population *population, int64_t factor, const char *words)
{
    char formula[FORMULA_MAX];
    int64_t limit = 0;

    if (!arith_mul(sample_interval(&population->units), factor, &limit)) {
        cell_skip(pen->sheet);
        return;
    }
    (void)snprintf(formula, sizeof formula, "=B%u*%s", pen_line(pen), words);
    cell_formula(pen->sheet, formula, limit, population->digits + FACTOR_DIGITS,
                 (enum cell_format)(CELL_MONEY + population->digits));
}

/* The Poisson factors of a sample without any difference: -ln(1 - 0.95) and -ln(1 - 0.90), as the sampling guides round them. */
static void limits_write(struct pen *pen, const struct sample_book_in *in)
{
    static const char *const TITLES[] = {"Currency", "Interval", "At 95 %", "At 90 %"};

    pen_section(pen, "What the sample says when nothing differs", COUNT_OF(TITLES));
    pen_headers(pen, TITLES, COUNT_OF(TITLES));
    for (size_t i = 0; i < in->population_count; i++) {
        const struct sample_population *population = &in->populations[i];
        if (population->units.hits > 0) {
            cell_text(pen->sheet, population->currency, CELL_LABEL);
            money(pen, sample_interval(&population->units), population);
            limit_write(pen, population, 300, "3");
            limit_write(pen, population, 231, "2.31");
            pen_row_end(pen);
        }
    }
    pen_note(pen, "With this confidence the overstatement of the rest is below 3.00 (2.31) intervals. Certain documents are all "
                  "examined: they add nothing.");
}

static void again_write(struct pen *pen, const struct sample_book_in *in)
{
    const struct sample_run *run = in->run;
    char month[MONTH_TEXT_MAX], text[512];

    (void)month_format(run->month, month);
    pen_section(pen, "To pick them again", 4);
    (void)snprintf(text, sizeof text, "SHA-256 of 'monthend sample|%s|%s|%s|%s'", month, run->link, run->seed,
                   run->method == SAMPLE_SIMPLE ? "DOCUMENT" : "CURRENCY");
    pen_fact(pen, "Random number", text);
    if (run->method == SAMPLE_SIMPLE) {
        pen_fact(pen, "Picked", "the documents whose random number, as hexadecimal digits, is among the smallest; its first 16 are shown");
        return;
    }
    pen_fact(pen, "Certain", "while a document is at least rest amount / hits, it is picked and leaves the rest with one hit");
    pen_fact(pen, "Start", "the random number modulo the rest amount in minor units");
    pen_fact(pen, "Hits", "floor((start + i x rest amount) / hits), i = 0, 1, ..., on the running total of the rest in the order of "
                          "issue, counted from 0");
}

static void difference_write(struct pen *pen, const struct sample_book_in *in)
{
    pen_section(pen, "What a difference stands for", 4);
    if (in->run->method == SAMPLE_SIMPLE) {
        pen_fact(pen, "Drawn", "the difference times the documents in the currency / those picked");
        return;
    }
    pen_fact(pen, "Certain", "itself");
    pen_fact(pen, "Hit", "its share of the document's total, times the interval (rest amount / hits)");
}

enum err_code sample_method_sheet_write(struct book *book, const struct sample_book_in *in, struct sheet *sheet,
                                        struct err *err)
{
    struct sheet_in sheet_in = {"Method", COLUMNS, COUNT_OF(COLUMNS), TAB_METHOD, 0};
    struct pen pen = {.sheet = sheet, .code = sheet_begin(sheet, book, sheet_in, err), .err = err};

    if (pen.code != ERR_NONE) {
        return pen.code;
    }
    facts_write(&pen, in);
    populations_write(&pen, in);
    difference_write(&pen, in);
    if (in->run->method == SAMPLE_MONETARY) {
        limits_write(&pen, in);
    }
    again_write(&pen, in);
    return pen.code;
}
