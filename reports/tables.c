/* The rows of the CSV files. */
#include "reports/tables.h"

#include <stdbool.h>

#include "lib/currency.h"
#include "reports/exceptions.h"

#define CREDIT_DIGITS 2
#define DIGITS_UNKNOWN 2 /* of an amount in a currency that nobody knows */

static const struct {
    const char *file;
    const char *header;
} TABLES[TABLE_COUNT] = {
    [TABLE_INVOICES] = {"invoices.csv", "invoice_number,kind,account_id,account_name,month,currency,lines,subtotal,tax,"
                                        "total,collected,due,issued_at,corrects"},
    [TABLE_INVOICE_LINES] = {"invoice_lines.csv",
                             "invoice_number,line,account_id,month,kind,description,plan,period_start,period_end,"
                             "quantity,unit,unit_price,amount,currency,charged_at,rule"},
    [TABLE_STATEMENT] = {"statement.csv",
                         "account_id,month,status,plan_at_start,plan_at_end,first_paid_month,events,credits,"
                         "bonus_credits,included_credits,overage_credits,unbilled_credits,allowance,currency,total"},
    [TABLE_USAGE_BY_MODEL] = {"usage_by_model.csv", "account_id,month,model,events,credits"},
    [TABLE_EXCEPTIONS] = {"exceptions.csv",
                          "severity,code,account_id,reference,occurred_at,credits,amount,currency,message"},
    [TABLE_BREAKEVEN] = {"breakeven.csv", "account_id,month,currency,plan,credits,overage,next_plan,price_difference,"
                                          "cheapest_plan,cheapest_cost,actual_cost,saving"},
    [TABLE_PLAN_FIT] = {"plan_fit.csv", "account_id,month,currency,plan,months_seen,typical_credits,fitting_plan,"
                                        "monthly_difference"},
    [TABLE_RECEIVABLES] = {"receivables.csv",
                           "account_id,currency,opening,billed,collected,closing,oldest_open_month"},
    [TABLE_SHOWN] = {"shown_vs_billed.csv", "account_id,month,events,shown,billed,difference,largest_event,largest_difference,"
                                            "amount_changed,currency,total,total_as_shown"},
    [TABLE_CONTROLS] = {"controls.csv", "control,expected,actual,difference,ok"},
    [TABLE_JOURNAL] = {"journal.csv",
                       "posting_date,service_month,document,account_id,ledger_account,debit,credit,currency,description"},
    [TABLE_DIFFERENCES] = {"differences.csv", "account_id,month,currency,was,is,difference,document,reason"},
};

const char *table_file(enum table table)
{
    return TABLES[table].file;
}

const char *table_header(enum table table)
{
    return TABLES[table].header;
}

const char *plan_code(const struct catalogue *catalogue, int plan)
{
    return plan == PLAN_UNKNOWN ? "" : catalogue->plans[plan].code;
}

const struct bill *report_document(const struct report_account *account)
{
    if (account->invoice_number[0] == '\0') {
        return NULL;
    }
    return account->note != NULL ? account->note : account->bill;
}

const char *document_kind(const struct report_account *account)
{
    if (account->note == NULL) {
        return "invoice";
    }
    return account->note->total_minor > 0 ? "debit_note" : "credit_note";
}

enum err_code table_invoice(struct csv *csv, const struct report_run *run, const struct report_account *account,
                            struct err *err)
{
    const struct bill *bill = report_document(account);

    csv_word(csv, account->invoice_number);
    csv_word(csv, document_kind(account));
    csv_text(csv, account->account_id);
    csv_text(csv, account->name);
    csv_month(csv, run->month);
    csv_word(csv, account->currency);
    csv_integer(csv, (int64_t)bill->line_count);
    csv_decimal(csv, bill->subtotal_minor, account->digits);
    csv_decimal(csv, bill->tax_minor, account->digits);
    csv_decimal(csv, bill->total_minor, account->digits);
    csv_decimal(csv, bill->collected_minor, account->digits);
    csv_decimal(csv, bill->due_minor, account->digits);
    csv_instant(csv, run->as_of);
    csv_word(csv, account->note == NULL ? "" : account->corrects);
    return csv_row_end(csv, err);
}

enum err_code table_line(struct csv *csv, const struct report_run *run, const struct report_account *account,
                         size_t index, const struct line_text *text, struct err *err)
{
    const struct bill_line *line = &report_document(account)->lines[index];

    csv_word(csv, account->invoice_number);
    csv_integer(csv, (int64_t)index + 1);
    csv_text(csv, account->account_id);
    csv_month(csv, run->month);
    csv_word(csv, line_kind_name(line->kind));
    csv_text(csv, text->description);
    csv_text(csv, plan_code(run->catalogue, line->plan));
    csv_instant(csv, line->period_start);
    csv_instant(csv, line->period_end);
    csv_word(csv, text->quantity);
    csv_word(csv, text->unit);
    csv_word(csv, text->unit_price);
    csv_word(csv, text->amount);
    csv_word(csv, account->currency);
    csv_instant(csv, line->charged_at);
    csv_word(csv, line_rule(line));
    return csv_row_end(csv, err);
}

static void usage_cells(struct csv *csv, const struct bill *bill)
{
    const int64_t credits[] = {
        bill->credits, bill->used.bonus, bill->used.included, bill->used.overage, bill->used.unbilled, bill->allowance,
    };
    bool held = bill->status == BILL_HELD;

    if (held) {
        csv_empty(csv);
    } else {
        csv_integer(csv, bill->events);
    }
    for (size_t i = 0; i < sizeof credits / sizeof credits[0]; i++) {
        if (held) {
            csv_empty(csv);
        } else {
            csv_decimal(csv, credits[i], CREDIT_DIGITS);
        }
    }
}

enum err_code table_statement(struct csv *csv, const struct report_run *run, const struct report_account *account,
                              struct err *err)
{
    const struct bill *bill = account->bill;

    csv_text(csv, account->account_id);
    csv_month(csv, run->month);
    csv_word(csv, bill_status_name(bill->status));
    csv_text(csv, plan_code(run->catalogue, bill->plan_at_start));
    csv_text(csv, plan_code(run->catalogue, bill->plan_at_end));
    csv_integer(csv, bill->first_paid_month ? 1 : 0);
    usage_cells(csv, bill);
    csv_word(csv, account->currency);
    if (bill->status == BILL_HELD) {
        csv_empty(csv);
    } else {
        csv_decimal(csv, bill->status == BILL_INVOICED ? bill->total_minor : 0, account->digits);
    }
    return csv_row_end(csv, err);
}

enum err_code table_models(struct csv *csv, const struct report_run *run, const struct report_account *account,
                           const int32_t *order, struct err *err)
{
    if (account->bill->status == BILL_HELD || account->models == NULL) {
        return ERR_NONE;
    }
    for (size_t i = 0; i < run->catalogue->model_count; i++) {
        const struct usage_model_cell *cell = &account->models[order[i]];
        if (cell->events == 0) {
            continue;
        }
        csv_text(csv, account->account_id);
        csv_month(csv, run->month);
        csv_text(csv, run->catalogue->models[order[i]]);
        csv_integer(csv, cell->events);
        csv_decimal(csv, cell->credits, CREDIT_DIGITS);
        enum err_code code = csv_row_end(csv, err);
        if (code != ERR_NONE) {
            return code;
        }
    }
    return ERR_NONE;
}

static void amount_cell(struct csv *csv, int64_t value, int digits)
{
    if (value == AMOUNT_NONE) {
        csv_empty(csv);
    } else {
        csv_decimal(csv, value, digits);
    }
}

enum err_code table_exception(struct csv *csv, const struct exception_row *row, struct err *err)
{
    int digits = currency_digits(row->currency);

    csv_word(csv, severity_name(row->severity));
    csv_word(csv, row->code);
    csv_text(csv, row->account_id);
    csv_text(csv, row->reference);
    csv_instant(csv, row->occurred_at);
    amount_cell(csv, row->credits, CREDIT_DIGITS);
    amount_cell(csv, row->amount_minor, digits < 0 ? DIGITS_UNKNOWN : digits);
    csv_word(csv, row->currency);
    csv_text(csv, row->message);
    return csv_row_end(csv, err);
}

enum err_code table_control(struct csv *csv, const struct control *control, struct err *err)
{
    csv_word(csv, control->name);
    csv_word(csv, control->expected);
    csv_word(csv, control->actual);
    csv_word(csv, control->difference);
    csv_integer(csv, control->ok ? 1 : 0);
    return csv_row_end(csv, err);
}

enum err_code table_difference(struct csv *csv, const struct report_run *run, const struct difference_row *row,
                               struct err *err)
{
    csv_text(csv, row->account_id);
    csv_month(csv, run->month);
    csv_word(csv, row->currency);
    csv_decimal(csv, row->was_minor, row->digits);
    if (row->held) {
        csv_empty(csv);
        csv_empty(csv);
    } else {
        csv_decimal(csv, row->is_minor, row->digits);
        csv_decimal(csv, row->is_minor - row->was_minor, row->digits);
    }
    csv_word(csv, row->document);
    csv_text(csv, row->reason);
    return csv_row_end(csv, err);
}
