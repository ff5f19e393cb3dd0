/* The rows of the advice and of what is owed. */
#include "reports/advice_tables.h"

#include "lib/breakeven.h"
#include "lib/calendar.h"
#include "lib/overage.h"
#include "lib/plan_fit.h"
#include "lib/receivable.h"
#include "reports/tables.h"

#define CREDIT_DIGITS 2

static struct terms_in terms_of(const struct report_run *run, const struct report_account *account)
{
    return (struct terms_in){
        .catalogue = run->catalogue,
        .currency = account->currency,
        .price_date = account->bill->price_date,
        .month_end = month_end_ms(run->month),
    };
}

/* What both kinds of advice begin with. */
static void head_cells(struct csv *csv, const struct report_run *run, const struct report_account *account)
{
    csv_text(csv, account->account_id);
    csv_month(csv, run->month);
    csv_word(csv, account->currency);
    csv_text(csv, plan_code(run->catalogue, account->bill->plan_at_end));
}

static void money_cell(struct csv *csv, bool there, int64_t amount_minor, int digits)
{
    if (there) {
        csv_decimal(csv, amount_minor, digits);
    } else {
        csv_empty(csv);
    }
}

enum err_code table_breakeven(struct csv *csv, const struct report_run *run, const struct report_account *account,
                              struct err *err)
{
    const struct bill *bill = account->bill;

    if (bill->status == BILL_HELD || bill->used.overage == 0) {
        return ERR_NONE;
    }
    struct breakeven_in in = {
        .month = terms_of(run, account),
        .digits = account->digits,
        .plan = bill->plan_at_end,
        .credits = bill->credits - bill->used.bonus,
        .overage_minor = overage_charged(bill),
    };
    struct breakeven advice = breakeven(in);
    bool next = advice.next_plan != PLAN_UNKNOWN;
    bool cheapest = advice.cheapest_plan != PLAN_UNKNOWN;

    head_cells(csv, run, account);
    csv_decimal(csv, in.credits, CREDIT_DIGITS);
    csv_decimal(csv, in.overage_minor, account->digits);
    csv_text(csv, plan_code(run->catalogue, advice.next_plan));
    money_cell(csv, next, advice.price_difference_minor, account->digits);
    csv_text(csv, plan_code(run->catalogue, advice.cheapest_plan));
    money_cell(csv, cheapest, advice.cheapest_minor, account->digits);
    csv_decimal(csv, advice.actual_minor, account->digits);
    money_cell(csv, cheapest, advice.saving_minor, account->digits);
    return csv_row_end(csv, err);
}

enum err_code table_plan_fit(struct csv *csv, const struct report_run *run, const struct report_account *account,
                             struct err *err)
{
    const struct bill *bill = account->bill;
    struct plan_fit fit;
    struct plan_fit_in in = {
        .month = terms_of(run, account),
        .plan = bill->plan_at_end,
        .credits = bill->credits - bill->used.bonus,
        .history = account->history,
        .headroom_percent = run->policies.headroom_percent,
    };

    if (bill->status == BILL_HELD || !plan_fit(in, &fit)) {
        return ERR_NONE;
    }
    head_cells(csv, run, account);
    csv_integer(csv, (int64_t)fit.months);
    csv_decimal(csv, fit.typical, CREDIT_DIGITS);
    csv_text(csv, plan_code(run->catalogue, fit.fitting_plan));
    money_cell(csv, fit.fitting_plan != PLAN_UNKNOWN, fit.difference_minor, account->digits);
    return csv_row_end(csv, err);
}

enum err_code table_receivable(struct csv *csv, const struct report_run *run, const struct report_account *account,
                               struct err *err)
{
    struct receivable owed;

    if (!receivable((struct receivable_in){run->month, account->bill, account->history}, &owed) ||
        receivable_empty(&owed)) {
        return ERR_NONE;
    }
    csv_text(csv, account->account_id);
    csv_word(csv, account->currency);
    csv_decimal(csv, owed.opening_minor, account->digits);
    csv_decimal(csv, owed.billed_minor, account->digits);
    csv_decimal(csv, owed.collected_minor, account->digits);
    csv_decimal(csv, owed.closing_minor, account->digits);
    if (owed.oldest_open_month != 0) {
        csv_month(csv, owed.oldest_open_month);
    } else {
        csv_empty(csv);
    }
    return csv_row_end(csv, err);
}
