/*
 * The accounts whose bills changed most since the last closed month before:
 * a bounded list, kept while the accounts pass by.
 */
#ifndef MONTHEND_REPORTS_MOVERS_H
#define MONTHEND_REPORTS_MOVERS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/text.h"
#include "lib/variance.h"

#define MOVERS_MAX 50

struct mover {
    char account_id[ID_BYTES_MAX + 1];
    char currency[4];
    int digits;
    int64_t before_minor; /* all its documents of that month */
    int64_t now_minor;
    int64_t size;         /* of the change, in the same unit for all currencies */
    char plan_before[ID_BYTES_MAX + 1]; /* code; "": unknown */
    char plan_now[ID_BYTES_MAX + 1];
    enum variance_reason reason;
};

struct movers { /* starts as {0} */
    struct mover list[MOVERS_MAX]; /* the largest change first; of equals in the order they came */
    size_t count;
};

/* An account's change; kept when it is among the largest. Changes of 0 are not kept. */
void movers_add(struct movers *movers, struct mover mover);

#endif
