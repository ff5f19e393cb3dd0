/*
 * The report directory of an auditor's sample: what was picked and why, an
 * explanation of each document, and a workbook to tick them off. Written under a
 * temporary name and renamed when it is whole. One that is there stays: somebody
 * may have ticked it off.
 */
#ifndef MONTHEND_REPORTS_SAMPLE_H
#define MONTHEND_REPORTS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/sample.h"
#include "reports/explanation.h"

#define SAMPLE_NAME "sample" /* of the directory, in the month's folder */
#define SAMPLE_CSV_FILE "sample.csv"
#define SAMPLE_POPULATION_FILE "sample_population.csv"
#define SAMPLE_BOOK_FILE "sample.xlsx"

enum sample_method { SAMPLE_MONETARY, SAMPLE_SIMPLE };

/* Nothing of the clock and of places: the same documents and seed give the same bytes. */
struct sample_run {
    int32_t month;
    int64_t as_of;            /* documents of runs up to it */
    enum sample_method method;
    size_t wanted;
    const char *seed;
    const char *link;         /* the newest link of the documents */
    const char *runs;         /* "1-close, 2-reprocess" */
    const char *program_version;
};

/* The documents in one currency. */
struct sample_population {
    char currency[4];
    int digits;
    size_t documents;
    int64_t invoiced_minor;     /* of totals above 0 */
    int64_t credited_minor;     /* of totals below 0: 0 or less */
    size_t picked;
    int64_t picked_minor;       /* without signs */
    struct sample_units units;  /* monetary unit: how they were divided */
    int64_t start;              /* of the rest: the random number, 0 .. rest_units - 1 */
};

struct sample_pick {
    const struct sample_population *population;
    const char *document;       /* "INV-2025-11-00000001" */
    const char *kind;           /* "invoice" */
    const char *corrects;       /* of a note; "" */
    const char *account_id;
    const char *account_name;
    int64_t subtotal_minor;
    int64_t tax_minor;
    int64_t total_minor;
    int64_t issued_at;
    const char *run;            /* "1-close" */
    const struct sample_item *item;
    const char *digest;         /* of the document's canonical text */
    bool agrees;                /* the computation gives what was issued */
};

struct sample_report; /* the directory on its way */

/* Begin OUT/YYYY-MM/.sample.tmp-PID. What `run` points to stays the caller's, until sample_report_end().
 * ERR_CREATE, ERR_IO. */
ERR_MUST_USE enum err_code sample_report_begin(const char *out, const struct sample_run *run, struct sample_report **report,
                                               struct err *err);

/* The next document picked, and why it costs what it costs; what `pick` points to stays the caller's, until
 * sample_report_end(). */
ERR_MUST_USE enum err_code sample_report_add(struct sample_report *report, const struct sample_pick *pick,
                                             const struct explanation *explanation, struct err *err);

/* Write what is left, SHA256SUMS last, and rename into place. ERR_CREATE: something is there already. */
ERR_MUST_USE enum err_code sample_report_publish(struct sample_report *report, const struct sample_population *populations,
                                                 size_t count, struct err *err);

/* Free; what was not published is removed from disk. NULL is harmless. */
void sample_report_end(struct sample_report *report);

/* The file that explains a document: "INV-2025-11-00000001.txt". */
#define SAMPLE_FILE_MAX 64
void sample_file(const char *document, char file[SAMPLE_FILE_MAX]);

/* "monetary", "simple" */
const char *sample_method_name(enum sample_method method);

/* Why it was picked: "certain" (at least the interval), "hit" (one of its units was), "drawn" (simple). */
const char *sample_why(enum sample_method method, const struct sample_item *item);

/* The interval of the rest in minor units, half up; 0 where nothing of it was hit. */
int64_t sample_interval(const struct sample_units *units);

#endif
