/* The row sheets' columns, as their files have them, and how large a row is. */
#include "reports/row_layouts.h"

#include <string.h>

#include "lib/arith.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TAB_TO_DO 0xC00000
#define TAB_ROWS 0x2E75B6
#define TAB_ADVICE 0xBF9000
#define LARGEST 1000        /* rows of a sheet where not all are shown */
#define LARGEST_TO_DO 10000
#define KEY_DIGITS 4        /* the most that a currency has */
#define TO_DO_AMOUNT 6
#define DIFFERENCES_DIFFERENCE 5

static const struct row_column TO_DO[] = {
    {"Severity", 11, ROW_WORD, false},
    {"Code", 26, ROW_TEXT, false},
    {"Account", 20, ROW_TEXT, false},
    {"Reference", 22, ROW_TEXT, false},
    {"Occurred at (UTC)", 24, ROW_INSTANT, false},
    {"Credits", 14, ROW_CREDITS, true},
    {"Amount", 14, ROW_MONEY, true},
    {"Currency", 11, ROW_TEXT, false},
    {"What it is, and what to do", 100, ROW_WRAPPED, false},
};

static const struct row_column DIFFERENCES[] = {
    {"Account", 24, ROW_TEXT, false},
    {"Month", 10, ROW_MONTH, false},
    {"Currency", 11, ROW_TEXT, false},
    {"Was", 15, ROW_MONEY, true},
    {"Is", 15, ROW_MONEY, true},
    {"Difference", 15, ROW_MONEY, true},
    {"Document", 24, ROW_TEXT, false},
    {"Reason", 100, ROW_WRAPPED, false},
};

static const struct row_column INVOICES[] = {
    {"Invoice number", 24, ROW_LINES_LINK, false},
    {"Kind", 12, ROW_TEXT, false},
    {"Account", 20, ROW_STATEMENT_LINK, false},
    {"Name", 30, ROW_TEXT, false},
    {"Month", 10, ROW_MONTH, false},
    {"Currency", 11, ROW_TEXT, false},
    {"Lines", 9, ROW_INTEGER, true},
    {"Subtotal", 15, ROW_MONEY, true},
    {"Tax", 13, ROW_MONEY, true},
    {"Total", 15, ROW_MONEY, true},
    {"Collected", 15, ROW_MONEY, true},
    {"Due", 15, ROW_MONEY, true},
    {"Issued at (UTC)", 21, ROW_INSTANT, false},
    {"Corrects", 24, ROW_TEXT, false},
};

static const struct row_column LINES[] = {
    {"Invoice number", 24, ROW_TEXT, false},
    {"Line", 8, ROW_INTEGER, false},
    {"Account", 20, ROW_TEXT, false},
    {"Month", 10, ROW_MONTH, false},
    {"Kind", 15, ROW_TEXT, false},
    {"Description", 44, ROW_TEXT, false},
    {"Plan", 12, ROW_TEXT, false},
    {"Period start (UTC)", 21, ROW_INSTANT, false},
    {"Period end (UTC)", 21, ROW_INSTANT, false},
    {"Quantity", 13, ROW_NUMBER, false},
    {"Unit", 20, ROW_TEXT, false},
    {"Unit price", 14, ROW_NUMBER, false},
    {"Amount", 15, ROW_MONEY, true},
    {"Currency", 11, ROW_TEXT, false},
    {"Charged at (UTC)", 24, ROW_INSTANT, false},
    {"Rule", 8, ROW_TEXT, false},
};

static const struct row_column STATEMENT[] = {
    {"Account", 24, ROW_TEXT, false},
    {"Month", 10, ROW_MONTH, false},
    {"Status", 13, ROW_WORD, false},
    {"Plan at start", 15, ROW_TEXT, false},
    {"Plan at end", 15, ROW_TEXT, false},
    {"First paid month", 19, ROW_FLAG, false},
    {"Events", 12, ROW_INTEGER, true},
    {"Credits", 15, ROW_CREDITS, true},
    {"Bonus", 14, ROW_CREDITS, true},
    {"Included", 15, ROW_CREDITS, true},
    {"Overage", 14, ROW_CREDITS, true},
    {"Unbilled", 14, ROW_CREDITS, true},
    {"Allowance", 15, ROW_CREDITS, true},
    {"Currency", 11, ROW_TEXT, false},
    {"Total", 15, ROW_MONEY, true},
};

static const struct row_column MODELS[] = {
    {"Account", 24, ROW_TEXT, false},
    {"Month", 10, ROW_MONTH, false},
    {"Model", 34, ROW_TEXT, false},
    {"Events", 14, ROW_INTEGER, true},
    {"Credits", 16, ROW_CREDITS, true},
};

static const struct row_column BREAKEVEN[] = {
    {"Account", 24, ROW_TEXT, false},
    {"Month", 10, ROW_MONTH, false},
    {"Currency", 11, ROW_TEXT, false},
    {"Plan", 12, ROW_TEXT, false},
    {"Credits less bonus", 20, ROW_CREDITS, true},
    {"Overage", 14, ROW_MONEY, true},
    {"Next plan", 12, ROW_TEXT, false},
    {"Price difference", 18, ROW_MONEY, false},
    {"Cheapest plan", 15, ROW_TEXT, false},
    {"Cheapest cost", 16, ROW_MONEY, true},
    {"Actual cost", 15, ROW_MONEY, true},
    {"Saving", 14, ROW_MONEY, true},
};

static const struct row_column PLAN_FIT[] = {
    {"Account", 24, ROW_TEXT, false},
    {"Month", 10, ROW_MONTH, false},
    {"Currency", 11, ROW_TEXT, false},
    {"Plan", 12, ROW_TEXT, false},
    {"Months seen", 14, ROW_INTEGER, false},
    {"Typical credits", 17, ROW_CREDITS, false},
    {"Fitting plan", 14, ROW_TEXT, false},
    {"Monthly difference", 20, ROW_MONEY, true},
};

static const struct row_column RECEIVABLES[] = {
    {"Account", 24, ROW_TEXT, false},
    {"Currency", 11, ROW_TEXT, false},
    {"Open before", 16, ROW_MONEY, true},
    {"Billed", 16, ROW_MONEY, true},
    {"Collected", 16, ROW_MONEY, true},
    {"Open now", 16, ROW_MONEY, true},
    {"Oldest open month", 20, ROW_MONTH, false},
};

static const struct row_column SHOWN[] = {
    {"Account", 24, ROW_TEXT, false},
    {"Month", 10, ROW_MONTH, false},
    {"Events", 12, ROW_INTEGER, true},
    {"Credits shown", 16, ROW_CREDITS, true},
    {"Credits billed", 16, ROW_CREDITS, true},
    {"Billed less shown", 18, ROW_CREDITS, true},
    {"Largest event", 24, ROW_TEXT, false},
    {"Its difference", 16, ROW_CREDITS, false},
    {"Changes an amount", 19, ROW_FLAG, false},
    {"Currency", 11, ROW_TEXT, false},
    {"Total", 15, ROW_MONEY, true},
    {"Total as shown", 16, ROW_MONEY, true},
};

/* An amount in any currency, in the same unit: 6.67 is 66700. None is 0, what is too large the largest. */
static int64_t size_of(const char *field)
{
    struct row_number number = {0};
    int64_t size = 0;

    if (!row_number_read(field, &number)) {
        return 0;
    }
    size = number.value;
    for (int digits = number.digits; digits < KEY_DIGITS; digits++) {
        if (!arith_mul(size, 10, &size)) {
            return size < 0 ? -INT64_MAX : INT64_MAX;
        }
    }
    return size;
}

static int64_t magnitude(int64_t size)
{
    return size < 0 ? -size : size;
}

/* Errors, then warnings, then the rest; of equal severity the largest amount. */
static int64_t to_do_key(const struct csv_record *record)
{
    const int64_t step = INT64_MAX / 4;
    const char *severity = record->fields[TO_DO_SEVERITY];
    int64_t rank = strcmp(severity, "error") == 0 ? 2 : strcmp(severity, "warning") == 0 ? 1 : 0;
    int64_t amount = magnitude(size_of(record->fields[TO_DO_AMOUNT]));

    return rank * step + (amount < step ? amount : step - 1);
}

static int64_t differences_key(const struct csv_record *record)
{
    return magnitude(size_of(record->fields[DIFFERENCES_DIFFERENCE]));
}

static int64_t invoices_key(const struct csv_record *record)
{
    return magnitude(size_of(record->fields[INVOICES_TOTAL]));
}

static int64_t lines_key(const struct csv_record *record)
{
    return magnitude(size_of(record->fields[LINES_AMOUNT]));
}

static int64_t statement_key(const struct csv_record *record)
{
    return magnitude(size_of(record->fields[STATEMENT_TOTAL]));
}

static int64_t models_key(const struct csv_record *record)
{
    return size_of(record->fields[MODELS_CREDITS]);
}

static int64_t breakeven_key(const struct csv_record *record)
{
    return size_of(record->fields[BREAKEVEN_SAVING]);
}

/* The largest saving first: a lower price is below 0. */
static int64_t plan_fit_key(const struct csv_record *record)
{
    return -size_of(record->fields[PLAN_FIT_DIFFERENCE]);
}

static int64_t receivables_key(const struct csv_record *record)
{
    return size_of(record->fields[RECEIVABLES_CLOSING]);
}

/* Those first that change an amount; of these the largest difference. */
static int64_t shown_key(const struct csv_record *record)
{
    const int64_t step = INT64_MAX / 2;
    int64_t size = magnitude(size_of(record->fields[SHOWN_DIFFERENCE]));

    return (strcmp(record->fields[SHOWN_CHANGED], "1") == 0 ? step : 0) + (size < step ? size : step);
}

const struct row_layout ROW_LAYOUTS[ROW_SHEETS] = {
    [ROWS_TO_DO] = {"To do", TABLE_EXCEPTIONS, TO_DO, COUNT_OF(TO_DO), 7, TAB_TO_DO, "Nothing to do", LARGEST_TO_DO, true, to_do_key},
    [ROWS_DIFFERENCES] = {"Differences", TABLE_DIFFERENCES, DIFFERENCES, COUNT_OF(DIFFERENCES), 2, TAB_TO_DO,
                          "Nothing differs from what was issued", LARGEST, true, differences_key},
    [ROWS_INVOICES] = {"Invoices", TABLE_INVOICES, INVOICES, COUNT_OF(INVOICES), INVOICES_CURRENCY, TAB_ROWS, "No invoices", LARGEST,
                       false, invoices_key},
    [ROWS_LINES] = {"Lines", TABLE_INVOICE_LINES, LINES, COUNT_OF(LINES), LINES_CURRENCY, TAB_ROWS, "No lines", LARGEST, false,
                    lines_key},
    [ROWS_STATEMENT] = {"Statement", TABLE_STATEMENT, STATEMENT, COUNT_OF(STATEMENT), STATEMENT_CURRENCY, TAB_ROWS, "No accounts",
                        LARGEST, false, statement_key},
    [ROWS_MODELS] = {"Models", TABLE_USAGE_BY_MODEL, MODELS, COUNT_OF(MODELS), ROW_NO_COLUMN, TAB_ROWS, "No usage", LARGEST, false,
                     models_key},
    [ROWS_BREAKEVEN] = {"Breakeven", TABLE_BREAKEVEN, BREAKEVEN, COUNT_OF(BREAKEVEN), 2, TAB_ADVICE, "No account with overage", LARGEST, true,
                        breakeven_key},
    [ROWS_PLAN_FIT] = {"Plan fit", TABLE_PLAN_FIT, PLAN_FIT, COUNT_OF(PLAN_FIT), 2, TAB_ADVICE, "No account has three closed months yet", LARGEST, true,
                       plan_fit_key},
    [ROWS_RECEIVABLES] = {"Receivables", TABLE_RECEIVABLES, RECEIVABLES, COUNT_OF(RECEIVABLES), RECEIVABLES_CURRENCY,
                          TAB_ROWS, "Nobody owes anything", LARGEST, true, receivables_key},
    [ROWS_SHOWN] = {"Shown", TABLE_SHOWN, SHOWN, COUNT_OF(SHOWN), 9, TAB_ADVICE, "Nobody was shown anything", LARGEST, true, shown_key},
};
