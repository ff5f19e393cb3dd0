/*
 * What the files of the command quote share: the quote, and the sections that
 * tell it.
 */
#ifndef MONTHEND_BATCH_QUOTE_H
#define MONTHEND_BATCH_QUOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "batch/explain.h"
#include "lib/quote.h"

struct quote_story {
    struct explain *in;        /* its `now` is the month with the change in it */
    const struct quote *quote;
    const char *currency;
    int plan;                  /* asked about */
    int64_t at;
    bool closed;               /* the month is, so that the change would come as a note */
};

/* All sections, in their order. in->look is set where the change cannot be billed. */
void quote_tell(const struct quote_story *story);

#endif
