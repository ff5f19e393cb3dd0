/*
 * Which documents of a population are picked.
 */
#include "batch/sample_pick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "lib/arith.h"
#include "lib/calendar.h"

#define DRAW_TEXT_MAX 256
#define DRAW_BYTES 8 /* of a random number that counts for --method simple */

struct picking {
    struct sample_in in;
    const struct population *population;
    struct sample *sample;
    size_t *sizes;  /* of each currency: documents that can be picked */
    size_t *shares; /* of each currency: its picks */
};

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

static void random_number(const struct picking *picking, const char *what, uint8_t number[SHA256_DIGEST_SIZE])
{
    struct sha256_ctx context;
    char month[MONTH_TEXT_MAX];
    char text[DRAW_TEXT_MAX];

    month_format(picking->in.month, month);
    int length = snprintf(text, sizeof text, "monthend sample|%s|%s|%s|%s", month, picking->population->link,
                          picking->in.seed, what);
    sha256_init(&context);
    sha256_update(&context, (size_t)length, (const uint8_t *)text);
    sha256_digest(&context, SHA256_DIGEST_SIZE, number);
}

/* The number modulo the units: of 2^256 numbers against 2^63 units, none is noticeably likelier. */
static int64_t random_start(const struct picking *picking, const struct sample_population *population)
{
    uint8_t number[SHA256_DIGEST_SIZE];
    uint64_t units = (uint64_t)population->units.rest_units;
    unsigned __int128 rest = 0;

    if (units == 0) {
        return 0;
    }
    random_number(picking, population->currency, number);
    for (size_t i = 0; i < sizeof number; i++) {
        rest = (rest * 256 + number[i]) % units;
    }
    return (int64_t)rest;
}

static uint64_t random_draw(const struct picking *picking, const struct population_document *document)
{
    uint8_t number[SHA256_DIGEST_SIZE];
    char name[DOCUMENT_NUMBER_MAX];
    uint64_t draw = 0;

    document_number(document->series, picking->in.month, document->number, name);
    random_number(picking, name, number);
    for (size_t i = 0; i < DRAW_BYTES; i++) {
        draw = draw << 8 | number[i];
    }
    return draw;
}

static size_t currencies_count(const struct population *population)
{
    size_t count = 0;

    for (size_t i = 0; i < population->count; i++) {
        count += i == 0 || strcmp(population->documents[i].currency, population->documents[i - 1].currency) != 0;
    }
    return count;
}

static enum err_code room_open(struct picking *picking, struct err *err)
{
    const struct population *population = picking->population;
    struct sample *sample = picking->sample;

    sample->population_count = currencies_count(population);
    sample->items = calloc(population->count, sizeof *sample->items);
    sample->populations = calloc(sample->population_count, sizeof *sample->populations);
    sample->picks = calloc(picking->in.wanted, sizeof *sample->picks);
    picking->sizes = calloc(sample->population_count, sizeof *picking->sizes);
    picking->shares = calloc(sample->population_count, sizeof *picking->shares);
    return sample->items == NULL || sample->populations == NULL || sample->picks == NULL || picking->sizes == NULL ||
                   picking->shares == NULL
               ? out_of_memory(err)
               : ERR_NONE;
}

static bool document_add(struct sample_population *population, const struct population_document *document)
{
    int64_t *sum = document->total_minor < 0 ? &population->credited_minor : &population->invoiced_minor;

    population->documents++;
    population->units.nothing_count += document->total_minor == 0;
    return arith_add(*sum, document->total_minor, sum);
}

/* An item for each document, and the populations' sums. */
static enum err_code items_lay_out(struct picking *picking, struct err *err)
{
    const struct population_document *documents = picking->population->documents;
    struct sample_population *next = picking->sample->populations, *population = next;
    bool simple = picking->in.method == SAMPLE_SIMPLE;

    for (size_t i = 0; i < picking->population->count; i++) {
        int64_t total = documents[i].total_minor;
        if (i == 0 || strcmp(documents[i].currency, documents[i - 1].currency) != 0) {
            population = next++;
            memcpy(population->currency, documents[i].currency, sizeof population->currency);
            population->digits = documents[i].digits;
        }
        if (total < -SAMPLE_AMOUNT_MAX || total > SAMPLE_AMOUNT_MAX || !document_add(population, &documents[i])) {
            return err_set(err, ERR_DATA, "the totals in %s do not fit; let 'monthend verify' look at the database",
                           population->currency);
        }
        picking->sample->items[i] = (struct sample_item){
            .place = documents[i].document,
            .amount = total < 0 ? -total : total,
            .draw = simple ? random_draw(picking, &documents[i]) : 0,
        };
    }
    return ERR_NONE;
}

/* How many picks each currency gets; one whose documents are all of 0.00 gets none. */
static enum err_code picks_allot(struct picking *picking, struct err *err)
{
    struct sample *sample = picking->sample;
    size_t count = 0;

    for (size_t i = 0; i < sample->population_count; i++) {
        size_t size = sample->populations[i].documents - sample->populations[i].units.nothing_count;
        if (size > 0) {
            picking->sizes[count++] = size;
        }
    }
    if (count == 0) {
        return err_set(err, ERR_NO_INPUT, "all documents are of 0.00, and no unit of money can be hit; give --method simple");
    }
    if (count > picking->in.wanted) {
        return err_set(err, ERR_USAGE, "--n %zu: the documents are in %zu currencies, each sampled by itself; give at least %zu, "
                       "or one of them as --currency", picking->in.wanted, count, count);
    }
    sample_allot(picking->sizes, count, picking->in.wanted, picking->shares);
    return ERR_NONE;
}

static enum err_code monetary_pick(struct picking *picking, struct err *err)
{
    struct sample *sample = picking->sample;
    struct sample_item *items = sample->items;
    const size_t *share = picking->shares;

    if (picks_allot(picking, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < sample->population_count; i++) {
        struct sample_population *population = &sample->populations[i];
        if (population->documents > population->units.nothing_count) {
            if (!sample_divide(items, population->documents, *share++, &population->units)) {
                return err_set(err, ERR_DATA, "the totals in %s do not fit without their signs; let 'monthend verify' look at the database",
                               population->currency);
            }
            population->start = random_start(picking, population);
            sample_hit(items, population->documents, &population->units, population->start);
        }
        items += population->documents;
    }
    return ERR_NONE;
}

/* One draw over all currencies. Drawing leaves items in order of place, which is not that of the currencies: so it is
 * done with places of its own, and of equal numbers the first in that order is picked. */
static enum err_code simple_pick(struct picking *picking, struct err *err)
{
    size_t count = picking->population->count;
    struct sample_item *items = picking->sample->items;
    struct sample_item *drawn = calloc(count, sizeof *drawn);

    if (drawn == NULL) {
        return out_of_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        drawn[i] = (struct sample_item){.place = (int64_t)i, .draw = items[i].draw};
    }
    sample_draw(drawn, count, picking->in.wanted);
    for (size_t i = 0; i < count; i++) {
        items[i].picked = drawn[i].picked;
    }
    free(drawn);
    return ERR_NONE;
}

static void picks_collect(struct picking *picking)
{
    struct sample *sample = picking->sample;
    size_t next = 0;

    for (size_t i = 0; i < sample->population_count; i++) {
        struct sample_population *population = &sample->populations[i];
        for (size_t end = next + population->documents; next < end; next++) {
            if (sample->items[next].picked) {
                sample->picks[sample->pick_count++] =
                    (struct sample_picked){&picking->population->documents[next], &sample->items[next], i};
                population->picked++;
                population->picked_minor += sample->items[next].amount; /* at most 10,000 documents: it fits */
            }
        }
    }
}

enum err_code sample_pick(struct sample_in in, const struct population *population, struct sample *sample, struct err *err)
{
    struct picking picking = {.in = in, .population = population, .sample = sample};

    if (room_open(&picking, err) == ERR_NONE && items_lay_out(&picking, err) == ERR_NONE &&
        (in.method == SAMPLE_SIMPLE ? simple_pick(&picking, err) : monetary_pick(&picking, err)) == ERR_NONE) {
        picks_collect(&picking);
    }
    free(picking.sizes);
    free(picking.shares);
    return err->code;
}

void sample_release(struct sample *sample)
{
    free(sample->items);
    free(sample->populations);
    free(sample->picks);
    *sample = (struct sample){0};
}
