/*
 * Which documents of a population are picked (lib/sample.h), with random numbers
 * that anyone can take again:
 *
 *     SHA-256 of "monthend sample|2025-11|LINK|SEED|WHAT"
 *
 * LINK is the newest link of the documents, which stands for all of them; WHAT is
 * the currency (monetary unit: the number, modulo the units of the rest, is the
 * start) or the document (simple: the smallest numbers are picked, by their first
 * 16 hexadecimal digits). Who issues the documents does not know the seed, and who
 * gives the seed does not make the documents: neither chooses what is picked.
 */
#ifndef MONTHEND_BATCH_SAMPLE_PICK_H
#define MONTHEND_BATCH_SAMPLE_PICK_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "reports/sample.h"
#include "schema/store_population.h"

struct sample_in {
    int32_t month;
    const char *seed;
    size_t wanted; /* 1 .. SAMPLE_WANTED_MAX */
    enum sample_method method;
};

struct sample_picked {
    const struct population_document *document;
    const struct sample_item *item;
    size_t population; /* index in `populations` */
};

struct sample { /* starts as {0} */
    struct sample_item *items; /* of population->documents, one by one */
    struct sample_population *populations; /* by currency */
    size_t population_count;
    struct sample_picked *picks; /* by currency, then in the order of the chain */
    size_t pick_count;
};

/*
 * The population is not empty, and outlives the sample; sample_release() frees what *sample then holds, also after an error.
 * ERR_USAGE: more currencies than picks. ERR_NO_INPUT: all documents are of 0.00. ERR_DATA: a sum does not fit.
 */
ERR_MUST_USE enum err_code sample_pick(struct sample_in in, const struct population *population, struct sample *sample,
                                       struct err *err);
void sample_release(struct sample *sample);

#endif
