/* A sample's report directory, from the first document to the rename. */
#define _GNU_SOURCE /* open_memstream */
#include "reports/sample.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arith.h"
#include "reports/files.h"
#include "reports/sample_book.h"

static_assert(SAMPLE_FILE_MAX <= FILES_NAME_MAX, "a file of the directory");

struct sample_report {
    struct sample_run run;
    struct files files;
    struct csv table;
    struct sample_pick *picks;
    size_t count;
    size_t capacity;
};

static const char HEADER[] = "pick,document,kind,corrects,account_id,account_name,currency,subtotal,tax,total,issued_at,run,why,"
                             "unit_first,unit_last,unit_hit,draw,digest,explanation,agrees";
static const char POPULATION_HEADER[] =
    "currency,documents,invoiced,credited,net,documents_of_zero,certain_documents,certain_amount,rest_documents,rest_amount,"
    "hits,interval,random,first_hit,picked_documents,picked_amount";

void sample_file(const char *document, char file[SAMPLE_FILE_MAX])
{
    (void)snprintf(file, SAMPLE_FILE_MAX, "%.48s.txt", document);
}

const char *sample_method_name(enum sample_method method)
{
    return method == SAMPLE_SIMPLE ? "simple" : "monetary";
}

const char *sample_why(enum sample_method method, const struct sample_item *item)
{
    return method == SAMPLE_SIMPLE ? "drawn" : item->part == SAMPLE_CERTAIN ? "certain" : "hit";
}

int64_t sample_interval(const struct sample_units *units)
{
    int64_t interval = 0;

    if (units->hits > 0 && !arith_mul_div_half_up(units->rest_units, 1, (int64_t)units->hits, &interval)) {
        return 0; /* a quotient always fits */
    }
    return interval;
}

enum err_code sample_report_begin(const char *out, const struct sample_run *run, struct sample_report **report,
                                  struct err *err)
{
    struct sample_report *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for the reports");
    }
    made->run = *run;
    files_init(&made->files);
    made->table.file = -1;
    if (directory_begin(out, run->month, SAMPLE_NAME, &made->files.directory, err) != ERR_NONE ||
        files_open(&made->files, SAMPLE_CSV_FILE, &made->table, err) != ERR_NONE ||
        csv_header(&made->table, HEADER, err) != ERR_NONE) {
        sample_report_end(made);
        return err->code;
    }
    *report = made;
    return ERR_NONE;
}

/* Units are counted from 1 in the file, as a running total has them: the first document of 15.86 is 0.01 to 15.86. */
static void units_write(struct csv *csv, enum sample_method method, const struct sample_pick *pick)
{
    const struct sample_item *item = pick->item;
    int digits = pick->population->digits;
    char draw[32];

    if (method == SAMPLE_MONETARY && item->part == SAMPLE_REST) {
        csv_decimal(csv, item->first + 1, digits);
        csv_decimal(csv, item->first + item->amount, digits);
        csv_decimal(csv, item->hit + 1, digits);
    } else {
        csv_empty(csv);
        csv_empty(csv);
        csv_empty(csv);
    }
    (void)snprintf(draw, sizeof draw, "%016llx", (unsigned long long)item->draw);
    csv_word(csv, method == SAMPLE_SIMPLE ? draw : "");
}

static enum err_code row_write(struct sample_report *report, const struct sample_pick *pick, const char *file, struct err *err)
{
    struct csv *csv = &report->table;
    int digits = pick->population->digits;

    csv_integer(csv, (int64_t)report->count);
    csv_word(csv, pick->document);
    csv_word(csv, pick->kind);
    csv_word(csv, pick->corrects);
    csv_text(csv, pick->account_id);
    csv_text(csv, pick->account_name);
    csv_word(csv, pick->population->currency);
    csv_decimal(csv, pick->subtotal_minor, digits);
    csv_decimal(csv, pick->tax_minor, digits);
    csv_decimal(csv, pick->total_minor, digits);
    csv_instant(csv, pick->issued_at);
    csv_word(csv, pick->run);
    csv_word(csv, sample_why(report->run.method, pick->item));
    units_write(csv, report->run.method, pick);
    csv_word(csv, pick->digest);
    csv_word(csv, file);
    csv_integer(csv, pick->agrees);
    return csv_row_end(csv, err);
}

/* The explanation's text, to be freed; NULL: no memory. Its last line end is the file's to write. */
static char *explanation_words(const struct explanation *explanation)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL) {
        return NULL;
    }
    explanation_print(explanation, out);
    bool failed = ferror(out) != 0;
    failed = fclose(out) != 0 || failed;
    if (failed) {
        free(text);
        return NULL;
    }
    if (length > 0) {
        text[length - 1] = '\0';
    }
    return text;
}

static enum err_code explanation_file(struct sample_report *report, const char *file, const struct explanation *explanation,
                                      struct err *err)
{
    struct csv out = {.file = -1};
    char *text = explanation_words(explanation);

    if (text == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for an explanation");
    }
    if (files_open(&report->files, file, &out, err) == ERR_NONE && csv_header(&out, text, err) == ERR_NONE) {
        (void)!files_close(&report->files, file, &out, err); /* the error is in *err */
    }
    csv_release(&out);
    free(text);
    return err->code;
}

static enum err_code pick_keep(struct sample_report *report, const struct sample_pick *pick, struct err *err)
{
    if (report->count == report->capacity) {
        size_t wanted = 2 * report->capacity + 32;
        struct sample_pick *grown = realloc(report->picks, wanted * sizeof *grown);
        if (grown == NULL) {
            return err_set(err, ERR_INTERNAL, "no memory for the picks");
        }
        report->picks = grown;
        report->capacity = wanted;
    }
    report->picks[report->count++] = *pick;
    return ERR_NONE;
}

enum err_code sample_report_add(struct sample_report *report, const struct sample_pick *pick,
                                const struct explanation *explanation, struct err *err)
{
    char file[SAMPLE_FILE_MAX];

    sample_file(pick->document, file);
    if (pick_keep(report, pick, err) != ERR_NONE || explanation_file(report, file, explanation, err) != ERR_NONE) {
        return err->code;
    }
    return row_write(report, pick, file, err);
}

static void population_units_write(struct csv *csv, const struct sample_population *population)
{
    const struct sample_units *units = &population->units;

    csv_integer(csv, (int64_t)units->nothing_count);
    csv_integer(csv, (int64_t)units->certain_count);
    csv_decimal(csv, units->certain_units, population->digits);
    csv_integer(csv, (int64_t)units->rest_count);
    csv_decimal(csv, units->rest_units, population->digits);
    csv_integer(csv, (int64_t)units->hits);
    if (units->hits == 0) {
        csv_empty(csv);
        csv_empty(csv);
        csv_empty(csv);
        return;
    }
    csv_decimal(csv, sample_interval(units), population->digits);
    csv_decimal(csv, population->start, population->digits);
    csv_decimal(csv, sample_hit_unit(units, population->start, 0) + 1, population->digits);
}

static enum err_code population_write(struct csv *csv, enum sample_method method, const struct sample_population *population,
                                      struct err *err)
{
    const int digits = population->digits;

    csv_word(csv, population->currency);
    csv_integer(csv, (int64_t)population->documents);
    csv_decimal(csv, population->invoiced_minor, digits);
    csv_decimal(csv, population->credited_minor, digits);
    csv_decimal(csv, population->invoiced_minor + population->credited_minor, digits);
    if (method == SAMPLE_MONETARY) {
        population_units_write(csv, population);
    } else {
        csv_integer(csv, (int64_t)population->units.nothing_count);
        for (int i = 0; i < 8; i++) {
            csv_empty(csv);
        }
    }
    csv_integer(csv, (int64_t)population->picked);
    csv_decimal(csv, population->picked_minor, digits);
    return csv_row_end(csv, err);
}

static enum err_code populations_write(struct sample_report *report, const struct sample_population *populations,
                                       size_t count, struct err *err)
{
    struct csv csv = {.file = -1};
    enum err_code code = files_open(&report->files, SAMPLE_POPULATION_FILE, &csv, err);

    if (code == ERR_NONE) {
        code = csv_header(&csv, POPULATION_HEADER, err);
    }
    for (size_t i = 0; i < count && code == ERR_NONE; i++) {
        code = population_write(&csv, report->run.method, &populations[i], err);
    }
    if (code == ERR_NONE) {
        code = files_close(&report->files, SAMPLE_POPULATION_FILE, &csv, err);
    }
    csv_release(&csv);
    return code;
}

enum err_code sample_report_publish(struct sample_report *report, const struct sample_population *populations, size_t count,
                                    struct err *err)
{
    char digest[DIGEST_HEX_MAX];
    struct sample_book_in book = {
        .run = &report->run,
        .directory = report->files.directory.path, /* a full disk shows there, and nothing is left elsewhere */
        .picks = report->picks,
        .pick_count = report->count,
        .populations = populations,
        .population_count = count,
    };

    (void)snprintf(report->files.remark, sizeof report->files.remark, "newest link of the documents: %.64s", report->run.link);
    if (files_close(&report->files, SAMPLE_CSV_FILE, &report->table, err) != ERR_NONE ||
        populations_write(report, populations, count, err) != ERR_NONE || sample_book_write(&book, err) != ERR_NONE ||
        files_note(&report->files, SAMPLE_BOOK_FILE, err) != ERR_NONE ||
        files_sums(&report->files, digest, err) != ERR_NONE) {
        return err->code;
    }
    return directory_publish(&report->files.directory, false, err);
}

void sample_report_end(struct sample_report *report)
{
    if (report == NULL) {
        return;
    }
    csv_release(&report->table);
    files_end(&report->files);
    free(report->picks);
    free(report);
}
