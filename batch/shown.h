/*
 * What customers were shown beside what they are billed: the account's bill once
 * more by the same bill function, with the credits shown in place of those billed.
 */
#ifndef MONTHEND_BATCH_SHOWN_H
#define MONTHEND_BATCH_SHOWN_H

#include "batch/month.h"
#include "reports/reports.h"

struct shown_bills;

/* After month_read_usage, of the same store. NULL in *bills where nobody was shown anything. */
enum err_code shown_bills_open(struct store *store, int32_t month_number, const struct month *month, struct shown_bills **bills,
                               struct err *err);
void shown_bills_close(struct shown_bills *bills); /* NULL is harmless */

/* Of an account that is visited; NULL in *shown: it is held, not listed, or was shown nothing. Lives until the next call. */
enum err_code shown_bill(struct shown_bills *bills, const struct month_account *account, const struct report_shown **shown,
                         struct err *err);

#endif
