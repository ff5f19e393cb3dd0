/*
 * The table of the codes of exceptions.csv.
 */
#include "reports/exception_codes.h"

static const struct exception_kind KINDS[EXCEPTION_CODES] = {
    [EXCEPTION_UNKNOWN_PLAN] = {SEVERITY_ERROR, "unknown_plan", "A change names a plan that is not in plans",
                                "add the plan or void the change, then close again"},
    [EXCEPTION_NO_ADDRESS] = {SEVERITY_ERROR, "no_address", "No billing address when something was charged",
                              "add one that takes effect by then, then close again"},
    [EXCEPTION_INELIGIBLE_COUNTRY] = {SEVERITY_ERROR, "ineligible_country",
                                      "Purchase with a billing address in a country where no plan could be bought",
                                      "correct the address or the country, then close again"},
    [EXCEPTION_NO_PRICE] = {SEVERITY_ERROR, "no_price", "A plan to be charged has no price in the account's currency",
                            "add one to plan_prices, then close again"},
    [EXCEPTION_NO_ALLOWANCE] = {SEVERITY_ERROR, "no_allowance", "The plan held at the month's end has no allowance",
                                "add one to plan_allowances, then close again"},
    [EXCEPTION_UNKNOWN_MODEL] = {SEVERITY_ERROR, "unknown_model", "Usage by a model without a rate",
                                 "add one to model_rates, then close again"},
    [EXCEPTION_OUT_OF_BOUNDS] = {SEVERITY_ERROR, "out_of_bounds", "A sum is beyond what can be billed",
                                 "find the row that is wrong and correct or void it, then close again"},

    [EXCEPTION_UNBILLED_USAGE] = {SEVERITY_WARNING, "unbilled_usage", "Usage past the limit that should have paused",
                                  "it costs nothing: find out why it did not pause, or bill it by an adjustment"},
    [EXCEPTION_SETTING_IGNORED] = {SEVERITY_WARNING, "setting_ignored", "Overage setting made on Free",
                                   "it does not count, also not after an upgrade: the customer has to set it again on "
                                   "a paid plan"},
    [EXCEPTION_LINES_BEFORE_CREATED] = {SEVERITY_WARNING, "lines_before_created",
                                        "Something to bill in a month before the account was created",
                                        "it was not billed: correct created_at or the row"},
    [EXCEPTION_USAGE_BEFORE_CREATED] = {SEVERITY_WARNING, "usage_before_created",
                                        "Usage in a month before the account was created",
                                        "it was not billed: correct created_at or void what is wrong"},
    [EXCEPTION_ORPHAN_USAGE] = {SEVERITY_WARNING, "orphan_usage", "Usage of an account that is not in accounts",
                                "add the account or void what is wrong"},
    [EXCEPTION_ORPHAN_ROW] = {SEVERITY_WARNING, "orphan_row", "A row of an account that is not in accounts",
                              "add the account or void the row"},
    [EXCEPTION_PAYMENTS_DIFFER] = {SEVERITY_WARNING, "payments_differ",
                                   "Payments differ from what was charged before the month's last instant, tax included",
                                   "find the payment that is missing, too much or of another month"},
    [EXCEPTION_PAYMENT_WITHOUT_INVOICE] = {SEVERITY_WARNING, "payment_without_invoice",
                                           "Payment for a month without an invoice",
                                           "pay it back, or correct what it was for"},
    [EXCEPTION_EQUAL_PAYMENTS] = {SEVERITY_WARNING, "equal_payments", "Two equal payments on one day",
                                  "find out why: pay back what was collected twice, void what was recorded twice"},
    [EXCEPTION_SHARED_PAYMENT_REFERENCE] = {SEVERITY_WARNING, "shared_payment_reference",
                                            "Payments of several accounts with one reference",
                                            "find out whose payment it is: correct the reference, or void what is someone else's"},
    [EXCEPTION_NEGATIVE_DUE] = {SEVERITY_WARNING, "negative_due", "The invoice's due is below 0",
                                "pay it back, or leave it to be set off against what comes"},

    [EXCEPTION_RENEWAL_WITHOUT_USAGE] = {SEVERITY_INFO, "renewal_without_usage", "A full month charged and nothing used",
                                         "the charge is right: a customer who may be about to leave"},
    [EXCEPTION_LATE_UPGRADE] = {SEVERITY_INFO, "late_upgrade", "Upgrade in the month's last two days",
                                "the charge is right: make sure that the upgrade belongs to this month"},
    [EXCEPTION_GRANT_EXPIRED_UNUSED] = {SEVERITY_INFO, "grant_expired_unused", "A grant expired with credits left",
                                        "nothing to bill: the customer did not use what was given"},
    [EXCEPTION_EDGE_OF_MONTH] = {SEVERITY_INFO, "edge_of_month", "Events within a minute of the month's edge",
                                 "for a cut-off test: make sure that they belong to this month"},
    [EXCEPTION_CORRECTIONS] = {SEVERITY_INFO, "corrections", "Rows were corrected since the last run of the month",
                               "'monthend reprocess --preview' shows whose bill they change"},
    [EXCEPTION_VOIDS] = {SEVERITY_INFO, "voids", "Rows were voided since the last run of the month",
                         "'monthend reprocess --preview' shows whose bill they change"},
    [EXCEPTION_RESTAMPED_ROWS] = {SEVERITY_INFO, "restamped_rows", "Rows came in since the last run of the month that were recorded before a run",
                                  "they are known from their import on; 'monthend reprocess --preview' shows whose bill "
                                  "they change"},
    [EXCEPTION_TAX_RATES_NOT_REVIEWED] = {SEVERITY_INFO, "tax_rates_not_reviewed",
                                          "The shipped tax rates are in use and nobody has reviewed them",
                                          "check them and import tax_rates, as they are or corrected: that is remembered "
                                          "as the review"},
};

const struct exception_kind *exception_kind(enum exception_code code)
{
    return &KINDS[code];
}
