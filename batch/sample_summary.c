/*
 * A sample in a few lines.
 */
#include "batch/sample_summary.h"

#include <limits.h>
#include <stdio.h>

#include "batch/summary.h"
#include "lib/arith.h"
#include "lib/calendar.h"
#include "lib/decimal.h"
#include "lib/text.h"

#define SHARE_SCALE 1000 /* 0.581 is 58.1 % */
#define SHARE_DIGITS 1

static void say_amount(const char *before, int64_t minor, int digits)
{
    char text[DECIMAL_TEXT_MAX];

    decimal_format(minor, digits, text);
    printf("%s%s", before, text);
}

/* What was picked, as a share of all amounts without their signs. */
static void say_share(const struct sample_population *population)
{
    char text[DECIMAL_TEXT_MAX];
    int64_t all = 0, share = 0;

    if (arith_sub(population->invoiced_minor, population->credited_minor, &all) && all > 0 &&
        arith_mul_div_half_up(population->picked_minor, SHARE_SCALE, all, &share)) {
        decimal_format(share, SHARE_DIGITS, text);
        printf(", %s %% of it", text);
    }
}

static void say_population(const struct sample_population *population, enum sample_method method)
{
    const struct sample_units *units = &population->units;
    const int digits = population->digits;

    printf("  %s  %zu document%s", population->currency, population->documents,
           text_plural((int64_t)population->documents));
    say_amount(", invoiced ", population->invoiced_minor, digits);
    say_amount(", credited ", population->credited_minor, digits);
    printf("; picked %zu", population->picked);
    say_amount(", ", population->picked_minor, digits);
    say_share(population);
    printf("\n");
    if (method == SAMPLE_SIMPLE) {
        return;
    }
    printf("       %zu certain, %zu hit", units->certain_count, units->hits);
    if (units->hits > 0) {
        say_amount(" of ", units->rest_units, digits);
        say_amount(": interval ", sample_interval(units), digits);
        say_amount(", first hit at ", sample_hit_unit(units, population->start, 0) + 1, digits);
    }
    if (units->nothing_count > 0) {
        printf("; %zu of 0 cannot be hit", units->nothing_count);
    }
    printf("\n");
}

enum err_code sample_summary_print(const struct sample_summary *summary, struct err *err)
{
    const struct sample_options *options = summary->options;
    const struct sample *sample = summary->sample;
    char month[MONTH_TEXT_MAX];
    char path[PATH_MAX];

    month_format(options->month, month);
    printf("%s sampled: %zu of %zu document%s, %s\n", month, sample->pick_count, summary->population->count,
           text_plural((int64_t)summary->population->count),
           options->method == SAMPLE_SIMPLE ? "each with the same chance" : "by monetary unit");
    printf("  issued by: %s\n", summary->runs);
    printf("  newest link: %s\n", summary->population->link);
    printf("  seed: %s\n", options->seed);
    for (size_t i = 0; i < sample->population_count; i++) {
        say_population(&sample->populations[i], options->method);
    }
    if (sample->pick_count < options->wanted) {
        printf("  wanted were %zu: all that can be picked were\n", options->wanted);
    }
    printf("  computed again: %zu agree, %zu do not\n", sample->pick_count - summary->disagreeing, summary->disagreeing);
    report_path(summary->out, options->month, SAMPLE_NAME, path, sizeof path);
    printf("  reports: %s\n", path);
    return summary_flush(err);
}
