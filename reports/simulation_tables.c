/* The rows of a simulation's CSV files. */
#include "reports/simulation_tables.h"

#include "lib/arith.h"
#include "reports/tables.h"

static const struct {
    const char *file;
    const char *header;
} TABLES[SIMULATION_TABLES] = {
    [SIMULATION_SUMMARY] = {"simulate_summary.csv",
                            "month,currency,accounts,more,less,same,newly_held,no_longer_held,held,more_amount,less_amount,"
                            "real_subtotal,simulated_subtotal,real_tax,simulated_tax,real_total,simulated_total,difference,"
                            "real_would_change_plan,simulated_would_change_plan"},
    [SIMULATION_REVENUE] = {"simulate_revenue.csv", "month,currency,kind,plan,real_lines,simulated_lines,real_amount,"
                                                    "simulated_amount,difference"},
    [SIMULATION_ACCOUNTS] = {"simulate_accounts.csv",
                             "month,account_id,currency,change,real_plan,simulated_plan,real_subtotal,simulated_subtotal,"
                             "real_total,simulated_total,difference"},
    [SIMULATION_LARGEST] = {"simulate_largest.csv", "currency,rank,month,account_id,account_name,real_plan,simulated_plan,"
                                                    "real_total,simulated_total,difference"},
    [SIMULATION_CHOICE] = {"simulate_plan_choice.csv",
                           "month,currency,catalogue,plan,cheapest_plan,accounts,actual_cost,cheapest_cost,saving"},
};

const char *simulation_file(enum simulation_table table)
{
    return TABLES[table].file;
}

const char *simulation_header(enum simulation_table table)
{
    return TABLES[table].header;
}

static void money_cell(struct csv *csv, bool there, int64_t amount_minor, int digits)
{
    if (there) {
        csv_decimal(csv, amount_minor, digits);
    } else {
        csv_empty(csv);
    }
}

/* A cell of second less first. */
static bool difference_cell(struct csv *csv, int64_t first_minor, int64_t second_minor, int digits)
{
    int64_t difference_minor = 0;
    bool fits = arith_sub(second_minor, first_minor, &difference_minor);

    csv_decimal(csv, difference_minor, digits);
    return fits;
}

static enum err_code row_end(struct csv *csv, bool fits, const char *currency, struct err *err)
{
    if (!fits) {
        return err_set(err, ERR_DATA, "the sums in %s are too far apart to be compared", currency);
    }
    return csv_row_end(csv, err);
}

enum err_code simulation_table_account(struct csv *csv, const struct simulation_account *account, enum simulated outcome,
                                       int64_t difference_minor, struct err *err)
{
    bool billed[SIDES];

    for (int i = 0; i < SIDES; i++) {
        billed[i] = account->sides[i].bill->status != BILL_HELD;
    }
    csv_month(csv, account->month);
    csv_text(csv, account->account_id);
    csv_word(csv, account->currency);
    csv_word(csv, simulation_outcome_name(outcome));
    for (int i = 0; i < SIDES; i++) {
        csv_text(csv, plan_code(account->sides[i].catalogue, account->sides[i].bill->plan_at_end));
    }
    for (int i = 0; i < SIDES; i++) {
        money_cell(csv, billed[i], account->sides[i].bill->subtotal_minor, account->digits);
    }
    for (int i = 0; i < SIDES; i++) {
        money_cell(csv, billed[i], account->sides[i].bill->total_minor, account->digits);
    }
    money_cell(csv, billed[SIDE_REAL] && billed[SIDE_SIMULATED], difference_minor, account->digits);
    return csv_row_end(csv, err);
}

static int64_t all_accounts(const struct simulation_month *month)
{
    int64_t sum = 0;

    for (int i = 0; i < SIMULATED_OUTCOMES; i++) {
        sum += month->accounts[i];
    }
    return sum;
}

enum err_code simulation_table_summary(struct csv *csv, const struct simulation_sums *sums, struct err *err)
{
    static const enum simulated OUTCOMES[] = {SIMULATED_MORE, SIMULATED_LESS, SIMULATED_SAME,
                                              SIMULATED_HELD, SIMULATED_RELEASED, SIMULATED_BOTH_HELD};
    const struct simulation_month *months = sums->months.items;

    for (size_t i = 0; i < sums->months.count; i++) {
        const struct simulation_month *month = &months[i];
        const struct simulation_money *real = &month->money[SIDE_REAL];
        const struct simulation_money *simulated = &month->money[SIDE_SIMULATED];
        const int64_t amounts[] = {month->more_minor,    month->less_minor,  real->subtotal_minor, simulated->subtotal_minor,
                                   real->tax_minor,      simulated->tax_minor, real->total_minor,  simulated->total_minor};

        csv_month(csv, month->month);
        csv_word(csv, month->currency);
        csv_integer(csv, all_accounts(month));
        for (size_t j = 0; j < sizeof OUTCOMES / sizeof OUTCOMES[0]; j++) {
            csv_integer(csv, month->accounts[OUTCOMES[j]]);
        }
        for (size_t j = 0; j < sizeof amounts / sizeof amounts[0]; j++) {
            csv_decimal(csv, amounts[j], month->digits);
        }
        bool fits = difference_cell(csv, real->total_minor, simulated->total_minor, month->digits);
        csv_integer(csv, month->movers[SIDE_REAL]);
        csv_integer(csv, month->movers[SIDE_SIMULATED]);
        if (row_end(csv, fits, month->currency, err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}

enum err_code simulation_table_revenue(struct csv *csv, const struct simulation_sums *sums, struct err *err)
{
    const struct simulation_revenue *rows = sums->revenue.items;

    for (size_t i = 0; i < sums->revenue.count; i++) {
        const struct simulation_revenue *row = &rows[i];
        csv_month(csv, row->month);
        csv_word(csv, row->currency);
        csv_word(csv, line_kind_name(row->kind));
        csv_text(csv, row->plan);
        csv_integer(csv, row->lines[SIDE_REAL]);
        csv_integer(csv, row->lines[SIDE_SIMULATED]);
        csv_decimal(csv, row->amount_minor[SIDE_REAL], row->digits);
        csv_decimal(csv, row->amount_minor[SIDE_SIMULATED], row->digits);
        bool fits = difference_cell(csv, row->amount_minor[SIDE_REAL], row->amount_minor[SIDE_SIMULATED], row->digits);
        if (row_end(csv, fits, row->currency, err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}

static enum err_code change_row(struct csv *csv, const struct simulation_largest *largest, size_t index, struct err *err)
{
    const struct simulation_change *change = &largest->changes[index];

    csv_word(csv, largest->currency);
    csv_integer(csv, (int64_t)index + 1);
    csv_month(csv, change->month);
    csv_text(csv, change->account_id);
    csv_text(csv, change->name);
    csv_text(csv, change->plans[SIDE_REAL]);
    csv_text(csv, change->plans[SIDE_SIMULATED]);
    csv_decimal(csv, change->total_minor[SIDE_REAL], largest->digits);
    csv_decimal(csv, change->total_minor[SIDE_SIMULATED], largest->digits);
    csv_decimal(csv, change->difference_minor, largest->digits);
    return csv_row_end(csv, err);
}

enum err_code simulation_table_largest(struct csv *csv, const struct simulation_sums *sums, struct err *err)
{
    const struct simulation_largest *lists = sums->largest.items;

    for (size_t i = 0; i < sums->largest.count; i++) {
        for (size_t j = 0; j < lists[i].count; j++) {
            if (change_row(csv, &lists[i], j, err) != ERR_NONE) {
                return err->code;
            }
        }
    }
    return ERR_NONE;
}

enum err_code simulation_table_choice(struct csv *csv, const struct simulation_sums *sums, struct err *err)
{
    static const char *const SIDE_NAMES[SIDES] = {"real", "simulated"};
    const struct simulation_choice *rows = sums->choices.items;

    for (size_t i = 0; i < sums->choices.count; i++) {
        const struct simulation_choice *row = &rows[i];
        csv_month(csv, row->month);
        csv_word(csv, row->currency);
        csv_word(csv, SIDE_NAMES[row->side]);
        csv_text(csv, row->plan);
        csv_text(csv, row->cheapest);
        csv_integer(csv, row->accounts);
        csv_decimal(csv, row->actual_minor, row->digits);
        csv_decimal(csv, row->cheapest_minor, row->digits);
        bool fits = difference_cell(csv, row->cheapest_minor, row->actual_minor, row->digits);
        if (row_end(csv, fits, row->currency, err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}
