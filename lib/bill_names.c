/*
 * The words of the reports for a bill's kinds, reasons and states.
 */
#include <string.h>

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

static const char *const UNITS[] = {
    [UNIT_MONTH] = "month", [UNIT_DAYS] = "days", [UNIT_SECONDS] = "seconds", [UNIT_CREDIT] = "credit",
    [UNIT_PERCENT] = "%",
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

const char *line_unit_name(enum line_unit unit)
{
    return UNITS[unit];
}

bool line_kind_find(const char *name, enum line_kind *kind)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(KINDS[i].name, name) == 0) {
            *kind = (enum line_kind)i;
            return true;
        }
    }
    return false;
}

bool line_unit_find(const char *name, enum line_unit *unit)
{
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (strcmp(UNITS[i], name) == 0) {
            *unit = (enum line_unit)i;
            return true;
        }
    }
    return false;
}

const char *hold_reason_name(enum hold_reason reason)
{
    return REASONS[reason];
}

const char *bill_status_name(enum bill_status status)
{
    return STATUSES[status];
}
