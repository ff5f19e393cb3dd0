/*
 * The words of the reports for a bill's kinds, reasons and states.
 */
#include <assert.h>

#include "lib/bill.h"

static const struct {
    const char *name;
    const char *rule;
} KINDS[] = {
    [LINE_PLAN] = {"plan", "R11"},
    [LINE_PLAN_PRORATED] = {"plan_prorated", "R12"},
    [LINE_PLAN_DISCOUNT] = {"plan_discount", "R13"},
    [LINE_PLAN_UPGRADE] = {"plan_upgrade", "R14"},
    [LINE_OVERAGE] = {"overage", "R21"},
    [LINE_ADJUSTMENT] = {"adjustment", "R23"},
    [LINE_TAX] = {"tax", "R24"},
};

static const char *const REASONS[] = {
    [HOLD_NONE] = "",
    [HOLD_UNKNOWN_PLAN] = "unknown_plan",
    [HOLD_NO_ADDRESS] = "no_address",
    [HOLD_INELIGIBLE_COUNTRY] = "ineligible_country",
    [HOLD_NO_PRICE] = "no_price",
    [HOLD_NO_ALLOWANCE] = "no_allowance",
    [HOLD_UNKNOWN_MODEL] = "unknown_model",
    [HOLD_OUT_OF_BOUNDS] = "out_of_bounds",
};

static const char *const STATUSES[] = {
    [BILL_NO_CHARGE] = "no_charge",
    [BILL_INVOICED] = "invoiced",
    [BILL_HELD] = "held",
};

const char *line_kind_name(enum line_kind kind)
{
    return KINDS[kind].name;
}

const char *line_kind_rule(enum line_kind kind)
{
    return KINDS[kind].rule;
}

const char *line_rule(const struct bill_line *line)
{
    return line->reversal ? "R28" : line_kind_rule(line->kind);
}

const char *hold_reason_name(enum hold_reason reason)
{
    return REASONS[reason];
}

const char *bill_status_name(enum bill_status status)
{
    return STATUSES[status];
}
