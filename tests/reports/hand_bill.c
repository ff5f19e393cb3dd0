/* The month made by hand, and a place on disk to write it to. */
#include "tests/reports/hand_bill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define S INT64_C(1761955200000)  /* 2025-11-01T00:00:00Z */
#define E INT64_C(1764547200000)  /* 2025-12-01T00:00:00Z */
#define BUY INT64_C(1763683200000) /* 2025-11-21T00:00:00Z */

static struct plan plans[] = {{"free", "Free", 0}, {"pro", "Pro", 10}, {"pro_plus", "Pro+", 20}};
static char models[][ID_BYTES_MAX + 1] = {"sonnet-4", "auto", "=cmd|' /C calc'!A0"};
static struct plan_price prices[] = {
    {1, "JPY", 0, 3000, 6000000}, {1, "USD", 0, 2000, 40000}, {2, "USD", 0, 4000, 40000},
};
static struct plan_allowance allowances[] = {{0, 0, 5000}, {1, 0, 100000}, {2, 0, 220000}};
static struct catalogue catalogue = {.plans = plans, .plan_count = 3, .prices = prices, .price_count = 3,
                                     .allowances = allowances, .allowance_count = 3, .models = models, .model_count = 3};

static struct bill_line first_month[] = {
    {.kind = LINE_PLAN_PRORATED, .plan = 1, .period_start = BUY, .period_end = E, .unit = UNIT_DAYS, .whole = 30,
     .quantity = 10, .unit_price = 2000, .amount_minor = 667, .charged_at = BUY, .reference = "c1", .reason = "",
     .detail = ""},
    {.kind = LINE_PLAN_DISCOUNT, .plan = 1, .period_start = BUY, .period_end = E, .unit = UNIT_DAYS, .whole = 30,
     .quantity = 10, .unit_price = -2000, .amount_minor = -667, .charged_at = BUY + 86400250, .reference = "c1",
     .reason = "", .detail = ""},
    {.kind = LINE_PLAN_PRORATED, .plan = 2, .period_start = BUY, .period_end = E, .unit = UNIT_DAYS, .whole = 30,
     .quantity = 10, .unit_price = 4000, .amount_minor = 1333, .charged_at = BUY + 86400250, .reference = "c2",
     .reason = "", .detail = ""},
    {.kind = LINE_TAX, .plan = PLAN_UNKNOWN, .period_start = S, .period_end = E, .unit = UNIT_PERCENT,
     .quantity = 190000, .unit_price = 1333, .amount_minor = 253, .charged_at = E - 1, .reference = "",
     .reason = "VAT", .detail = "DE"},
};

static struct bill_line overage[] = {
    {.kind = LINE_PLAN, .plan = 1, .period_start = S, .period_end = E, .unit = UNIT_MONTH, .quantity = 1,
     .unit_price = 2000, .amount_minor = 2000, .charged_at = S, .reference = "", .reason = "", .detail = ""},
    {.kind = LINE_OVERAGE, .plan = 1, .period_start = S, .period_end = E, .unit = UNIT_CREDIT, .quantity = 10000,
     .unit_price = 40000, .amount_minor = 400, .charged_at = E - 1, .reference = "", .reason = "", .detail = ""},
    {.kind = LINE_ADJUSTMENT, .plan = PLAN_UNKNOWN, .period_start = S, .period_end = E, .unit = UNIT_MONTH,
     .quantity = 1, .unit_price = -500, .amount_minor = -500, .charged_at = E - 1, .reference = "a1",
     .reason = "=HYPERLINK(\"http://x\",\"goodwill\")", .detail = "Ann"},
};

static struct bill_line yen[] = {
    {.kind = LINE_PLAN, .plan = 1, .period_start = S, .period_end = E, .unit = UNIT_MONTH, .quantity = 1,
     .unit_price = 3000, .amount_minor = 3000, .charged_at = S, .reference = "", .reason = "", .detail = ""},
};

static struct bill_line dinar[] = {
    {.kind = LINE_PLAN, .plan = 1, .period_start = S, .period_end = E, .unit = UNIT_MONTH, .quantity = 1,
     .unit_price = 7540, .amount_minor = 7540, .charged_at = S, .reference = "", .reason = "", .detail = ""},
};

static const struct bill bills[HAND_ACCOUNTS] = {
    {.status = BILL_INVOICED, .plan_at_start = 0, .plan_at_end = 2, .first_paid_month = true, .lines = first_month,
     .line_count = 4, .subtotal_minor = 1333, .tax_minor = 253, .total_minor = 1586, .collected_minor = 1586,
     .events = 3, .credits = 123456, .allowance = 220000, .used = {.bonus = 23456, .included = 100000}},
    {.status = BILL_INVOICED, .plan_at_start = 1, .plan_at_end = 1, .lines = overage, .line_count = 3,
     .subtotal_minor = 1900, .total_minor = 1900, .due_minor = 1900, .events = 2, .credits = 110000,
     .allowance = 100000, .used = {.included = 100000, .overage = 10000}, .at_stake_minor = 0},
    {.status = BILL_INVOICED, .plan_at_start = 1, .plan_at_end = 1, .lines = yen, .line_count = 1,
     .subtotal_minor = 3000, .total_minor = 3000, .collected_minor = 3500, .due_minor = -500, .allowance = 100000},
    {.status = BILL_INVOICED, .plan_at_start = 1, .plan_at_end = 1, .lines = dinar, .line_count = 1,
     .subtotal_minor = 7540, .total_minor = 7540, .due_minor = 7540, .allowance = 100000},
    {.status = BILL_HELD, .plan_at_start = 1, .plan_at_end = 2, .hold = {.reason = HOLD_INELIGIBLE_COUNTRY},
     .events = 9, .credits = 900},
    {.status = BILL_NO_CHARGE, .plan_at_start = 0, .plan_at_end = 0, .events = 1, .credits = 6000,
     .allowance = 5000, .used = {.included = 5000, .unbilled = 1000}},
};

static const struct usage_model_cell usage[HAND_ACCOUNTS][3] = {
    {{23456, 1}, {100000, 2}, {0, 0}}, {{0, 0}, {10000, 1}, {100000, 1}}, {{0, 0}}, {{0, 0}},
    {{900, 9}, {0, 0}, {0, 0}}, {{0, 0}, {6000, 1}, {0, 0}},
};

static const struct account_history pasts[] = {
    {.account_id = "1001", .credits = {90000, 80000}, .month_count = 2, .opening_minor = -500, .open_minor = -500},
    {.account_id = "1002", .month_count = 2},
    {.account_id = "1003", .opening_minor = 1250, .open_minor = 1250, .oldest_open_month = 202509},
    {.account_id = "1004", .opening_minor = 1000, .open_minor = -500},
    {.account_id = "1005", .credits = {5003, 7000, 4000, 9000, 5001, 99999}, .month_count = 6, .too_much = true},
};

static const struct report_shown shown[] = {
    {.events = 2, .shown = 120000, .billed = 123456, .largest_event = "=e\"1", .largest_difference = 3456, .amount_changed = true,
     .billable = true, .total_minor = 1585},
    {.events = 1, .billable = true, .total_minor = 3000, .largest_event = ""},
    {.events = 9, .shown = 100, .billed = 900, .largest_event = "e9", .largest_difference = 800, .billable = true},
    {.events = 1, .shown = 7000, .billed = 6000, .largest_event = "e2", .largest_difference = -1000, .amount_changed = true},
};

static struct hand_month month = {
    .run = {.month = 202511, .as_of = HAND_AS_OF, .name = "1-close", .program_version = "0.1.0",
            .rules_version = "1", .catalogue = &catalogue, .policies = {.headroom_percent = 10},
            .ledger_names = &LEDGER_NAMES_DEFAULT, .workbook = WORKBOOK_FULL,
            .run_by = "ann", .approved_by = ""},
    .accounts = {
        {"-acct", "Smith, \"J\" & Sons", "EUR", 2, "DE", "INV-2025-11-00000001", &bills[0], usage[0], NULL,
         .shown = &shown[0]},
        {"1001", "=1+1", "USD", 2, "US", "INV-2025-11-00000002", &bills[1], usage[1], &pasts[0], .shown = NULL},
        {"1002", "\xE6\x9D\xB1\xE4\xBA\xAC\nKK", "JPY", 0, "JP", "INV-2025-11-00000003", &bills[2], usage[2], &pasts[1],
         .shown = &shown[1]},
        {"1003", "@sum\r_x0041_ \xEF\xBF\xBF", "BHD", 3, "BH", "INV-2025-11-00000004", &bills[3], usage[3], &pasts[2],
         .shown = NULL},
        {"1004", "Held <Ltd>", "USD", 2, "", "", &bills[4], usage[4], &pasts[3], .shown = &shown[2]},
        {"1005", "", "USD", 2, "", "", &bills[5], usage[5], &pasts[4], .shown = &shown[3]},
    },
    .exceptions = {
        {SEVERITY_WARNING, "unbilled_usage", "1005", "", INT64_MIN, 1000, 0, "USD",
         "10.00 credits past the limit were not billed"},
        {SEVERITY_INFO, "restamped", "", "", E - 1, AMOUNT_NONE, AMOUNT_NONE, "", "rows were stamped anew"},
        {SEVERITY_ERROR, "ineligible_country", "1004", "+c9", BUY, AMOUNT_NONE, AMOUNT_NONE, "",
         "country 'XX' is not eligible, mend the address and close again"},
    },
    .controls = {
        {"events read = rated + voided + orphan + held", "15", "15", "0", true, false},
        {"lines = invoices (USD)", "19.00", "19.00", "0.00", true, false},
        {"numbers without gaps", "4", "3", "-1", false, false},
    },
};

static const struct usage_day days[USAGE_DAYS_MAX] = {{6, 2500000}, {9, 100000000}};

const struct hand_month *hand_month(void)
{
    return &month;
}

enum err_code hand_report(const char *out, const struct report_run *run, struct report **report, char *digest,
                          struct err *err)
{
    enum err_code code = report_begin(out, run, report, err);

    if (code != ERR_NONE) {
        return code;
    }
    for (size_t i = 0; i < HAND_ACCOUNTS && code == ERR_NONE; i++) {
        code = report_account_add(*report, &month.accounts[i], err);
    }
    for (size_t i = 0; i < 3 && code == ERR_NONE; i++) {
        code = report_exception_add(*report, &month.exceptions[i], err);
    }
    if (code == ERR_NONE) {
        struct report_end end = {month.controls, HAND_CONTROLS, days, 15, 0, NULL, NULL};
        code = report_finish(*report, &end, digest, err);
    }
    if (code != ERR_NONE) {
        report_end(*report);
        *report = NULL;
    }
    return code;
}

void hand_directory(char *path, size_t size)
{
    const char *parent = getenv("TMPDIR");

    (void)snprintf(path, size, "%s/monthend-reports-XXXXXX", parent == NULL ? "/tmp" : parent);
    assert_non_null(mkdtemp(path));
}

void hand_remove(const char *path)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        execlp("rm", "rm", "-rf", "--", path, (char *)NULL);
        _exit(127);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

char *hand_read(const char *directory, const char *name, size_t *length)
{
    char path[4200];

    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = NULL;
    size_t used = 0;
    for (size_t got = 1; got > 0; used += got) {
        bytes = realloc(bytes, used + 65537);
        assert_non_null(bytes);
        got = fread(bytes + used, 1, 65536, file);
    }
    assert_int_equal(ferror(file), 0);
    assert_int_equal(fclose(file), 0);
    bytes[used] = '\0';
    *length = used;
    return bytes;
}
