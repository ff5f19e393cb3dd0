/* The rows of shown_vs_billed.csv. */
#include "reports/shown_table.h"

#define CREDIT_DIGITS 2

enum err_code table_shown(struct csv *csv, const struct report_run *run, const struct report_account *account,
                          struct err *err)
{
    const struct report_shown *shown = account->shown;

    if (shown == NULL || account->bill->status == BILL_HELD) {
        return ERR_NONE;
    }
    csv_text(csv, account->account_id);
    csv_month(csv, run->month);
    csv_integer(csv, shown->events);
    csv_decimal(csv, shown->shown, CREDIT_DIGITS);
    csv_decimal(csv, shown->billed, CREDIT_DIGITS);
    csv_decimal(csv, shown->billed - shown->shown, CREDIT_DIGITS);
    csv_text(csv, shown->largest_event);
    if (shown->largest_event[0] != '\0') {
        csv_decimal(csv, shown->largest_difference, CREDIT_DIGITS);
    } else {
        csv_empty(csv);
    }
    csv_word(csv, shown->amount_changed ? "1" : "0");
    csv_word(csv, account->currency);
    csv_decimal(csv, account->bill->total_minor, account->digits);
    if (shown->billable) {
        csv_decimal(csv, shown->total_minor, account->digits);
    } else {
        csv_empty(csv);
    }
    return csv_row_end(csv, err);
}
