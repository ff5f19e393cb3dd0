/*
 * What bill_month() works in, for one account after the other.
 */
#ifndef MONTHEND_BATCH_BILL_SPACE_H
#define MONTHEND_BATCH_BILL_SPACE_H

#include "lib/bill.h"
#include "lib/err.h"

struct bill_space { /* starts as {0} */
    struct bill_room room;
    size_t steps_max, balances_max, used_max, lines_max;
};

/* Enough for any account with these facts. ERR_INTERNAL: no memory. */
ERR_MUST_USE enum err_code bill_space_for(struct bill_space *space, const struct account_facts *facts, struct err *err);
void bill_space_release(struct bill_space *space);

#endif
