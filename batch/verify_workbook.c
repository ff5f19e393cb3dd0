/*
 * A run's workbook beside the database.
 */
#include "batch/verify_workbook.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/currency.h"
#include "lib/decimal.h"
#include "reports/tie_out_read.h"

#define WORKBOOK "close.xlsx"

struct comparing {
    struct proof *proof;
    const struct run_sum *sums; /* of the run's documents, by currency */
    size_t count;
    bool *seen; /* of each: the workbook has its total */
    int64_t totals;
};

static int64_t stored_minor(const struct run_sum *sum, enum tie_out_what what)
{
    return what == TIE_OUT_IS_TOTAL ? sum->total_minor : what == TIE_OUT_IS_TAX ? sum->tax_minor : sum->subtotal_minor;
}

static void sum_compare(void *context, const struct tie_out_sum *found)
{
    struct comparing *comparing = context;
    char stored[DECIMAL_TEXT_MAX] = "0";
    int64_t minor = 0;

    comparing->totals++;
    for (size_t i = 0; i < comparing->count; i++) {
        if (strcmp(comparing->sums[i].currency, found->currency) == 0) {
            minor = stored_minor(&comparing->sums[i], found->what);
            comparing->seen[i] = true;
        }
    }
    if (!tie_out_is(found, minor)) {
        int digits = currency_digits(found->currency);
        decimal_format(minor, digits < 0 ? 0 : digits, stored);
        proof_wrong(comparing->proof, WORKBOOK ", Tie-out, %s: the workbook says '%.40s', the database '%s' %s",
                    found->words, found->text, stored, found->currency);
    }
}

static void seen_check(const struct comparing *comparing)
{
    for (size_t i = 0; i < comparing->count; i++) {
        if (!comparing->seen[i]) {
            proof_wrong(comparing->proof, WORKBOOK ", Tie-out: nothing of the documents in %s",
                        comparing->sums[i].currency);
        }
    }
}

/* What is no workbook is wrong with the file, and no error of ours. */
static enum err_code workbook_compare(struct comparing *comparing, const char *path, struct err *err)
{
    int64_t differing = 0;
    enum err_code code = tie_out_read(path, sum_compare, comparing, &differing, err);

    if (code == ERR_DATA) {
        proof_wrong(comparing->proof, "%s", err->text);
        *err = (struct err){0};
        return ERR_NONE;
    }
    if (differing > 0) {
        proof_wrong(comparing->proof, WORKBOOK ", Tie-out: %lld of its steps differ", (long long)differing);
    }
    if (code == ERR_NONE) {
        seen_check(comparing);
    }
    return code;
}

enum err_code verify_workbook(struct store *store, const struct run *run, const char *folder, struct proof *proof,
                              int64_t *totals, struct err *err)
{
    struct run_sum *sums = NULL;
    size_t count = 0;
    char path[PATH_MAX + sizeof WORKBOOK];

    snprintf(path, sizeof path, "%s/" WORKBOOK, folder);
    if (access(path, F_OK) != 0) {
        *totals = VERIFY_NO_WORKBOOK;
        return ERR_NONE;
    }
    if (run_sums(store, run->run, &sums, &count, err) != ERR_NONE) {
        return err->code;
    }
    struct comparing comparing = {.proof = proof, .sums = sums, .count = count, .seen = calloc(count + 1, 1)};
    if (comparing.seen == NULL) {
        free(sums);
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    (void)workbook_compare(&comparing, path, err); /* the error is in *err */
    *totals = comparing.totals;
    free(comparing.seen);
    free(sums);
    return err->code;
}
