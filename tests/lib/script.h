/*
 * A world told in words, so that a test's row reads as the case it is:
 *
 *     "address 2025-10-01 DE; change 2025-11-21 pro; use 2025-11-22 auto 12.5"
 *
 * Statements are parted by ';'; words by blanks; '-' stands for "none". An
 * instant is RFC 3339, or a day alone: its first instant. Numbers are decimals
 * as in the input files.
 *
 *     month 2025-11                  currency JPY              first_paid INSTANT
 *     policy proration second        policy first_month_allowance prorated
 *     plan CODE NAME RANK            price PLAN CURRENCY FROM MONTHLY OVERAGE
 *     allow PLAN FROM CREDITS        rate MODEL FROM MULTIPLIER [LIMIT]
 *     country CODE FROM 0|1          tax COUNTRY REGION any|consumer|business FROM NAME PERCENT [document]
 *     clear prices|allowances|rates|countries|taxes
 *     address AT COUNTRY [REGION [TAX_NUMBER]]
 *     change AT PLAN [ID]            overage AT on|off [CAP [ID]]
 *     grant ID CREDITS FROM TO       use AT MODEL QUANTITY [TOKENS]
 *     adjust AMOUNT [ID]             pay AMOUNT
 *
 * Ids that are left out count up: c00, c01, ...; plans are told in order of rank.
 * A statement that cannot be read ends the test with its text.
 */
#ifndef TESTS_LIB_SCRIPT_H
#define TESTS_LIB_SCRIPT_H

#include "tests/lib/world.h"

/* An extract of the published catalogue: five plans in USD, auto and sonnet-4,
 * seven countries with their taxes. */
extern const char SCRIPT_CATALOGUE[];

/* Run the statements on a world as it is. */
void script_run(struct world *world, const char *script);

/* A fresh world with the catalogue above and the script, billed. */
void script_bill(struct world *world, const char *script);

/* "2025-11-21" or RFC 3339 as an instant. */
int64_t script_instant(const char *word);

/*
 * The bill in words: its lines in order and their total, or why there are none:
 *
 *     "plan 20.00, overage 4.00 = 24.00"
 *     "no_charge"
 *     "held: ineligible_country"
 */
void script_lines(const struct world *world, char *out, size_t size);

/* What the usage was consumed from, in credits, without the parts that are 0:
 * "bonus 200.00, included 200.00", "unbilled 100.00 (4.00)", "". */
void script_used(const struct world *world, char *out, size_t size);

#endif
