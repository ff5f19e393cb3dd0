/*
 * Which month may be closed when (commands.md: policy close_grace_hours).
 */
#ifndef MONTHEND_BATCH_DUE_H
#define MONTHEND_BATCH_DUE_H

#include <stdint.h>

#include "lib/err.h"
#include "schema/store.h"

/* The instant from which the month may be closed, by the policies known at the as-of. */
enum err_code due_at(struct store *store, int32_t month, int64_t as_of, int64_t *at, struct err *err);

/* The last month that may be closed at the as-of. ERR_NO_INPUT: none. */
enum err_code due_month(struct store *store, int64_t as_of, int32_t *month, struct err *err);

/* ERR_USAGE: the month is inside its grace period, with the instant at which it is not. */
enum err_code due_check(struct store *store, int32_t month, int64_t as_of, struct err *err);

/* ERR_NO_INPUT: no account was created before the month's end. */
enum err_code due_check_data(struct store *store, int32_t month, int64_t as_of, struct err *err);

#endif
