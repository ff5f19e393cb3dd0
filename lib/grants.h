/*
 * Credit grants from a month's start to its end: what was left, what came,
 * what expired, what is left then (R19). The control "opening + granted - used
 * - expired = closing" is made of these sums; used is what the bills say.
 */
#ifndef MONTHEND_LIB_GRANTS_H
#define MONTHEND_LIB_GRANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/timeline.h"
#include "lib/usage.h"

/*
 * A grant [starts_at, expires_at) in the month [S, E), by its instants:
 *
 *     starts_at     expires_at      it is part of
 *     before S      up to S         nothing: it was over
 *     before S      up to E         opening, expired
 *     before S      after E         opening, closing
 *     from S on     up to E         granted, expired
 *     from S on     after E         granted, closing
 *     from E on     any             nothing: it has not begun
 *
 * So what one month closes with is what the next one opens with, as long as
 * nothing more becomes known.
 */
struct grant_sums { /* hundredths; starts as {0} */
    int64_t opening; /* left at S, after all usage before it that is known now */
    int64_t granted; /* whole grants */
    int64_t expired; /* left when they expired */
    int64_t closing; /* left at E */
};

struct grants_in {
    struct timeline_in month;
    const struct usage_cell *cells; /* as consume() had them */
    size_t cell_count;
    const int64_t *balances; /* of facts->grants, as consume() left them */
    int64_t *cells_left;     /* room for cell_count; written */
};

/*
 * Add an account's grants. The closing sum comes from the balances, and nothing
 * else does: opening and expired are worked out anew from the grants and the
 * usage, grant by grant where consume() goes from cell to cell. Two ways that
 * must meet.
 *
 * The cells' credits are within CREDITS_MAX: the account is not held. False: a
 * sum does not fit, and of this account not all is in.
 */
__attribute__((warn_unused_result)) bool grant_sums_add(struct grant_sums *sums, struct grants_in in);

#endif
