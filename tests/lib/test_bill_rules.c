/*
 * Rules R2 to R27 as bills: each row fails without the rule that its name
 * begins with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/bill.h"
#include "tests/lib/script.h"

static struct world world;

#define US "address 2025-01-01 US; "
#define DE "address 2025-01-01 DE; "
#define PRO "change 2025-10-10T08:00:00Z pro; "
#define OVERAGE "overage 2025-10-11 on; "

struct row {
    const char *name;
    const char *script;
    const char *lines;
    const char *used; /* NULL: whatever it is */
};

static const struct row prices[] = {
    {"R1 the row in force, its own instant included",
     US PRO "price pro USD 2025-11-01 25 0.04", "plan 25.00 = 25.00", NULL},
    {"R1 not the row of the next millisecond",
     US PRO "price pro USD 2025-11-01T00:00:00.001Z 25 0.04", "plan 20.00 = 20.00", NULL},
    {"R4 a price that changes inside a month touches no one who paid before",
     US PRO "price pro USD 2025-11-02 25 0.04; overage 2025-10-11 on; use 2025-11-10 auto 1100",
     "plan 20.00, overage 4.00 = 24.00", NULL},
    {"R4 the overage price is that of the price date, too",
     US PRO OVERAGE "price pro USD 2025-11-02 20 0.09; use 2025-11-10 auto 1100", "plan 20.00, overage 4.00 = 24.00",
     NULL},
    {"R4 the allowance is that of the price date",
     US PRO "allow pro 2025-11-02 2000; use 2025-11-10 auto 1100", "plan 20.00 = 20.00",
     "included 1000.00, unbilled 100.00 (4.00)"},
    {"R4 the first paid month has F's price", US "price pro USD 2025-11-10 30 0.04; change 2025-11-21 pro",
     "plan_prorated 10.00 = 10.00", NULL},
    {"R4 and F's price for the second upgrade",
     US "price proplus USD 2025-11-23 60 0.04; change 2025-11-21 pro; change 2025-11-25 proplus",
     "plan_prorated 6.67, plan_discount -6.67, plan_prorated 13.33 = 13.33", NULL},
    {"R4 F is first_paid_at: its price",
     US "price pro USD 2025-11-16 30 0.04; first_paid 2025-11-16; change 2025-11-21 pro",
     "plan_prorated 15.00 = 15.00", NULL},
    {"R4 no row yet: the first after the price date and before the month's end",
     US PRO "month 2026-06; price promax USD 2026-06-20 120 0.04; change 2026-06-25 promax; use 2026-06-26 auto 4000",
     "plan 20.00, plan_upgrade 80.00 = 100.00", "included 4000.00"},
    {"R4 a row at the last instant of the month will do",
     US PRO "plan gold Gold 5; price gold USD 2025-11-30T23:59:59.999Z 300 -; allow gold 2025-11-30T23:59:59.999Z 7;"
     "change 2025-11-20 gold; use 2025-11-02 auto 8",
     "plan 20.00, plan_upgrade 280.00 = 300.00", "included 7.00, unbilled 1.00 (0.00)"},
    {"R4 a row at the month's end will not",
     US PRO "plan gold Gold 5; price gold USD 2025-12-01 300 -; allow gold 2025-10-01 7; change 2025-11-20 gold",
     "held: no_price", NULL},
};

static const struct row plans[] = {
    {"R2 free without a change and without a price row", US "clear prices", "no_charge", NULL},
    {"R2 changes before the account was created count", US PRO, "plan 20.00 = 20.00", NULL},
    {"R9 a downgrade waits for the next month", US "change 2025-10-10 power; change 2025-11-05 pro",
     "plan 200.00 = 200.00", NULL},
    {"R9 and lands then", US "change 2025-10-10 power; change 2025-11-05 pro; month 2025-12", "plan 20.00 = 20.00",
     NULL},
    {"R9 cancelling ends the charges", US PRO "change 2025-10-20 free", "no_charge", NULL},
    {"R9 an upgrade removes a pending downgrade",
     US "change 2025-09-10 pro; change 2025-10-10 free; change 2025-10-12 proplus", "plan 40.00 = 40.00", NULL},
    {"R9 a change to the plan held removes it",
     US "change 2025-09-10 pro; change 2025-10-10 free; change 2025-10-12 pro", "plan 20.00 = 20.00", NULL},
    {"R9 another downgrade replaces it",
     US "change 2025-09-10 power; change 2025-10-10 free; change 2025-10-12 pro", "plan 20.00 = 20.00", NULL},
    {"R9 an upgrade below the pending plan's rank is none: it is a downgrade, too",
     US "change 2025-09-10 power; change 2025-10-10 free; change 2025-10-12 proplus", "plan 40.00 = 40.00", NULL},
    {"R9 changes at one instant by change_id",
     US "change 2025-10-10 free c2; change 2025-10-10 pro c1", "no_charge", NULL},
    {"R9 and the other way round", US "change 2025-10-10 free c1; change 2025-10-10 pro c2", "plan 20.00 = 20.00", NULL},
    {"R9 ids compare as bytes: c10 before c9",
     US "change 2025-10-10 free c9; change 2025-10-10 pro c10", "no_charge", NULL},
    {"R9 at S: landing, base charge, then the change at exactly S",
     US "change 2025-09-10 power; change 2025-10-10 pro; change 2025-11-01 proplus",
     "plan 20.00, plan_upgrade 20.00 = 40.00", NULL},
    {"R9 a downgrade at exactly S waits for the month after", US PRO "change 2025-11-01 free", "plan 20.00 = 20.00",
     NULL},
    {"R9 cancelled and back at exactly S: no base charge", US PRO "change 2025-10-20 free; change 2025-11-01 pro",
     "plan_upgrade 20.00 = 20.00", NULL},
    {"R9 a downgrade at the last instant lands a millisecond later",
     US PRO "change 2025-10-31T23:59:59.999Z free", "no_charge", NULL},
    {"R10 first_paid_at in an earlier month: no proration", US "first_paid 2025-06-01; change 2025-11-21 pro",
     "plan_upgrade 20.00 = 20.00", NULL},
    {"R10 first_paid_at earlier in the month: counted from it",
     US "first_paid 2025-11-16T12:00:00Z; change 2025-11-21 pro", "plan_prorated 10.00 = 10.00", NULL},
    {"R10 a later first_paid_at means nothing", US "first_paid 2025-11-25; change 2025-11-21 pro",
     "plan_prorated 6.67 = 6.67", NULL},
    {"R10 leaving and coming back does not start another first month",
     US "change 2025-08-10 pro; change 2025-08-20 free; change 2025-11-21 pro", "plan_upgrade 20.00 = 20.00", NULL},
    {"R11 nothing on free at S", US "first_paid 2025-06-01", "no_charge", NULL},
    {"R11 bought at exactly S: F is not before S", US "change 2025-11-01 pro", "plan_prorated 20.00 = 20.00", NULL},
    {"R12 the last day counts as one", US "change 2025-11-30T23:59:59.999Z pro", "plan_prorated 0.67 = 0.67", NULL},
    {"R12 the last day not counted: a line of 0 is a line",
     US "policy proration day_exclusive; change 2025-11-30 pro", "plan_prorated 0.00 = 0.00", NULL},
    {"R12 whole seconds, rounded down", US "policy proration second; change 2025-11-30T23:59:59.001Z power",
     "plan_prorated 0.00 = 0.00", NULL},
    {"R12 a leap February has 29 days", US "month 2028-02; change 2028-02-29 power", "plan_prorated 6.90 = 6.90", NULL},
    {"R12 2100 is no leap year", US "month 2100-02; change 2100-02-28 power", "plan_prorated 7.14 = 7.14", NULL},
    {"R13 three upgrades in the first paid month",
     US "change 2025-11-21 pro; change 2025-11-22 proplus; change 2025-11-23 power",
     "plan_prorated 6.67, plan_discount -6.67, plan_prorated 13.33, plan_discount -13.33, plan_prorated 66.67 = 66.67",
     NULL},
    {"R13 two at one instant", US "change 2025-11-21 pro c1; change 2025-11-21 power c2",
     "plan_prorated 6.67, plan_discount -6.67, plan_prorated 66.67 = 66.67", NULL},
    {"R13 no discount for a change that is no upgrade",
     US "change 2025-11-21 proplus; change 2025-11-22 pro; change 2025-11-23 proplus", "plan_prorated 13.33 = 13.33",
     NULL},
    {"R14 from free the full price",
     US "change 2025-08-10 pro; change 2025-08-20 free; change 2025-11-21 pro; change 2025-11-22 proplus",
     "plan_upgrade 20.00, plan_upgrade 20.00 = 40.00", NULL},
    {"R14 a higher rank may cost less",
     US "change 2025-10-10 power; plan gold Gold 9; price gold USD 2025-10-01 150 -; allow gold 2025-10-01 1;"
     "change 2025-11-10 gold",
     "plan 200.00, plan_upgrade -50.00 = 150.00", NULL},
    {"R14 only this month's lines count, adjustments do not", US PRO "adjust 7; change 2025-11-10 proplus",
     "plan 20.00, plan_upgrade 20.00, adjustment 7.00 = 47.00", NULL},
};

static const struct row purchases[] = {
    {"R16 no address yet at the purchase", "address 2025-11-22 US; change 2025-11-21 pro", "held: no_address", NULL},
    {"R16 an address from that instant", "address 2025-11-21 US; change 2025-11-21 pro", "plan_prorated 6.67 = 6.67",
     NULL},
    {"R16 a country without a row", "address 2025-10-01 CU; change 2025-11-21 pro", "held: ineligible_country", NULL},
    {"R16 a country no longer eligible at the instant",
     US "country US 2025-11-21 0; change 2025-11-21 pro", "held: ineligible_country", NULL},
    {"R16 eligible until the millisecond before",
     US "country US 2025-11-21T00:00:00.001Z 0; change 2025-11-21 pro", "plan_prorated 6.67 = 6.67", NULL},
    {"R16 asked of every upgrade in the month",
     US "address 2025-11-24 CU; change 2025-11-21 pro; change 2025-11-25 proplus", "held: ineligible_country", NULL},
    {"R16 not of a downgrade", US PRO "address 2025-11-24 CU; change 2025-11-25 free", "plan 20.00 = 20.00", NULL},
    {"R16 asked of the last upgrade before S",
     "address 2025-10-01 CU; address 2025-10-20 US;" PRO, "held: ineligible_country", NULL},
    {"R16 and of it alone",
     "address 2025-08-01 CU; address 2025-10-01 US; change 2025-08-10 pro; change 2025-10-10 proplus",
     "plan 40.00 = 40.00", NULL},
    {"R16 not where R11 does not apply", "address 2025-10-01 CU;" PRO "change 2025-10-11 free", "no_charge", NULL},
    {"R16 not at S itself: a move abroad later is no purchase", US PRO "address 2025-10-20 CU", "plan 20.00 = 20.00",
     NULL},
};

static const struct row usage[] = {
    {"R5 10.00 on Sonnet 4 are 13.00", US "use 2025-11-10 sonnet-4 10", "no_charge", "included 13.00"},
    {"R7 the last millisecond of the month belongs to it",
     US "use 2025-10-31T23:59:59.999Z auto 1; use 2025-11-01 auto 2; use 2025-11-30T23:59:59.999Z auto 4", "no_charge",
     "included 6.00"},
    {"R17 the whole month under the last plan",
     US PRO OVERAGE "use 2025-11-02 auto 1500; change 2025-11-30T23:59:59.999Z proplus; use 2025-11-03 auto 600",
     "plan 20.00, plan_upgrade 20.00, overage 4.00 = 44.00", "included 2000.00, overage 100.00"},
    {"R17 the overage price of the last plan",
     US PRO OVERAGE "clear prices; price pro USD 2025-10-01 20 0.04; price proplus USD 2025-10-01 40 0.02;"
     "use 2025-11-02 auto 2100; change 2025-11-20 proplus",
     "plan 20.00, plan_upgrade 20.00, overage 2.00 = 42.00", "included 2000.00, overage 100.00"},
    {"R18 full allowance in the first month", US "change 2025-11-21 pro; use 2025-11-22 auto 1000",
     "plan_prorated 6.67 = 6.67", "included 1000.00"},
    {"R18 prorated by policy", US "policy first_month_allowance prorated; change 2025-11-21 pro; use 2025-11-22 auto 400",
     "plan_prorated 6.67 = 6.67", "included 333.33, unbilled 66.67 (2.67)"},
    {"R18 prorated, rounded half up to 0.01",
     US "policy first_month_allowance prorated; clear allowances; allow free 2025-10-01 50; allow pro 2025-10-01 0.05;"
     "change 2025-11-16 pro; use 2025-11-22 auto 1",
     "plan_prorated 10.00 = 10.00", "included 0.03, unbilled 0.97 (0.04)"},
    {"R18 not prorated on free", US "policy first_month_allowance prorated; first_paid 2025-11-21; use 2025-11-22 auto 60",
     "no_charge", "included 50.00, unbilled 10.00 (0.00)"},
    {"R18 not prorated later", US PRO "policy first_month_allowance prorated; use 2025-11-22 auto 1000",
     "plan 20.00 = 20.00", "included 1000.00"},
    {"R18 nothing rolls over", US PRO "use 2025-10-22 auto 1; use 2025-11-22 auto 1100", "plan 20.00 = 20.00",
     "included 1000.00, unbilled 100.00 (4.00)"},
    {"R19 bonus before allowance", US "grant g1 30 2025-11-01 2025-12-01; use 2025-11-10 auto 60", "no_charge",
     "bonus 30.00, included 30.00"},
    {"R19 a grant starts at its instant and ends before its expiry",
     US "grant g1 30 2025-11-10 2025-11-11; use 2025-11-09T23:59:59.999Z auto 1; use 2025-11-10 auto 2;"
     "use 2025-11-10T23:59:59.999Z auto 4; use 2025-11-11 auto 8",
     "no_charge", "bonus 6.00, included 9.00"},
    {"R19 the earliest expiry first",
     US "grant g1 10 2025-11-01 2025-11-30; grant g2 10 2025-11-01 2025-11-20;"
     "use 2025-11-05 auto 10; use 2025-11-25 auto 10",
     "no_charge", "bonus 20.00"},
    {"R19 of equal expiries the smallest id",
     US "grant g9 10 2025-11-01 2025-11-20; grant g10 10 2025-10-20 2025-11-20; use 2025-10-25 auto 5;"
     "use 2025-11-05 auto 12; month 2025-11",
     "no_charge", "bonus 12.00"},
    {"R19 bonus of an earlier month is gone", US "grant g1 30 2025-09-01 2025-12-01; use 2025-09-10 auto 10;"
     "use 2025-10-10 auto 15; use 2025-11-10 auto 60", "no_charge", "bonus 5.00, included 50.00, unbilled 5.00 (0.00)"},
    {"R19 usage before a grant began does not touch it",
     US "grant g1 30 2025-11-10 2025-12-01; use 2025-10-10 auto 15; use 2025-11-02 auto 15; use 2025-11-12 auto 30",
     "no_charge", "bonus 30.00, included 15.00"},
    {"R19 an event split between all four",
     US PRO "overage 2025-10-11 on 20; grant g1 30 2025-11-01 2025-12-01; use 2025-11-10 auto 1060",
     "plan 20.00, overage 0.80 = 20.80", "bonus 30.00, included 1000.00, overage 20.00, unbilled 10.00 (0.40)"},
    {"R19 grants survive every plan change",
     US PRO "grant g1 30 2025-10-01 2025-12-01; change 2025-10-11 free; use 2025-11-10 auto 60", "no_charge",
     "bonus 30.00, included 30.00"},
    {"R20 off until switched on", US PRO "overage 2025-11-11 on; use 2025-11-10 auto 1100; use 2025-11-11 auto 10",
     "plan 20.00, overage 0.40 = 20.40", "included 1000.00, overage 10.00, unbilled 100.00 (4.00)"},
    {"R20 switched off", US PRO OVERAGE "overage 2025-11-11 off; use 2025-11-10 auto 1100; use 2025-11-11 auto 10",
     "plan 20.00, overage 4.00 = 24.00", "included 1000.00, overage 100.00, unbilled 10.00 (0.40)"},
    {"R20 stays as set over plan changes",
     US PRO OVERAGE "change 2025-11-05 proplus; change 2025-11-06 pro; month 2025-12; use 2025-12-10 auto 1100",
     "plan 20.00, overage 4.00 = 24.00", NULL},
    {"R20 a landing on free switches it off, for good",
     US PRO OVERAGE "change 2025-10-20 free; change 2025-11-02 pro; use 2025-11-10 auto 1100",
     "plan_upgrade 20.00 = 20.00", "included 1000.00, unbilled 100.00 (4.00)"},
    {"R20 asking to leave is not leaving", US PRO OVERAGE "change 2025-11-02 free; use 2025-11-10 auto 1100",
     "plan 20.00, overage 4.00 = 24.00", NULL},
    {"R20 one made on free is ignored for good",
     US "overage 2025-11-02 on; change 2025-11-03 pro; use 2025-11-10 auto 1100", "plan_prorated 18.67 = 18.67",
     "included 1000.00, unbilled 100.00 (4.00)"},
    {"R20 after the plan changes of that same instant",
     US "overage 2025-11-03 on; change 2025-11-03 pro; use 2025-11-10 auto 1100",
     "plan_prorated 18.67, overage 4.00 = 22.67", NULL},
    {"R20 a setting at exactly S after a landing on free", US PRO "change 2025-10-20 free; overage 2025-11-01 on;"
     "change 2025-11-02 pro; use 2025-11-10 auto 1100", "plan_upgrade 20.00 = 20.00",
     "included 1000.00, unbilled 100.00 (4.00)"},
    {"R20 the cap limits all overage of the month",
     US PRO "overage 2025-10-11 on 50; use 2025-11-10 auto 1040; use 2025-11-11 auto 40; use 2025-11-12 auto 1",
     "plan 20.00, overage 2.00 = 22.00", "included 1000.00, overage 50.00, unbilled 31.00 (1.24)"},
    {"R20 a raised cap leaves room again",
     US PRO "overage 2025-10-11 on 50; overage 2025-11-11 on 60; use 2025-11-10 auto 1100; use 2025-11-11 auto 40",
     "plan 20.00, overage 2.40 = 22.40", "included 1000.00, overage 60.00, unbilled 80.00 (3.20)"},
    {"R20 a lowered cap takes nothing back",
     US PRO "overage 2025-10-11 on 50; overage 2025-11-11 on 10; use 2025-11-10 auto 1040; use 2025-11-11 auto 40",
     "plan 20.00, overage 1.60 = 21.60", "included 1000.00, overage 40.00, unbilled 40.00 (1.60)"},
    {"R20 a setting without a cap removes it",
     US PRO "overage 2025-10-11 on 50; overage 2025-11-11 on; use 2025-11-10 auto 1100; use 2025-11-11 auto 40",
     "plan 20.00, overage 3.60 = 23.60", "included 1000.00, overage 90.00, unbilled 50.00 (2.00)"},
    {"R20 the cap counts this month's overage alone",
     US PRO "overage 2025-10-11 on 50; use 2025-10-12 auto 1050; use 2025-11-10 auto 1050",
     "plan 20.00, overage 2.00 = 22.00", NULL},
    {"R20 a cap of 0", US PRO "overage 2025-10-11 on 0; use 2025-11-10 auto 1001", "plan 20.00 = 20.00",
     "included 1000.00, unbilled 1.00 (0.04)"},
    {"R20 settings at one instant by setting_id",
     US PRO "overage 2025-10-11 off - s2; overage 2025-10-11 on - s1; use 2025-11-10 auto 1100", "plan 20.00 = 20.00",
     NULL},
    {"R20 no overage without a price of it",
     US PRO OVERAGE "clear prices; price pro USD 2025-10-01 20 -; use 2025-11-10 auto 1100", "plan 20.00 = 20.00",
     "included 1000.00, unbilled 100.00 (0.00)"},
    {"R21 rounded half up once, over all events",
     US PRO OVERAGE "use 2025-11-10 auto 1000; use 2025-11-11 auto 0.06; use 2025-11-12 auto 0.07",
     "plan 20.00, overage 0.01 = 20.01", "included 1000.00, overage 0.13"},
    {"R21 a line of 0 is a line", US PRO OVERAGE "use 2025-11-10 auto 1000.01", "plan 20.00, overage 0.00 = 20.00", NULL},
    {"R21 no digits: yen", US PRO OVERAGE "currency JPY; price pro JPY 2025-10-01 3000 6.25; use 2025-11-10 auto 1000.4",
     "plan 3000, overage 3 = 3003", NULL},
    {"R21 three digits: dinar", US PRO OVERAGE "currency BHD; price pro BHD 2025-10-01 7.5 0.015; use 2025-11-10 auto 1000.3",
     "plan 7.500, overage 0.005 = 7.505", NULL},
    {"R22 at stake, rounded half up for it alone", US PRO "use 2025-11-10 auto 1000.12; use 2025-11-10 auto 0.01",
     "plan 20.00 = 20.00", "included 1000.00, unbilled 0.13 (0.01)"},
};

static const struct row adjustments_and_tax[] = {
    {"R23 an adjustment by hand, taxed like any line", DE "adjust 10", "adjustment 10.00, tax 1.90 = 11.90", NULL},
    {"R23 several, by id", US "adjust 1 j9; adjust 2 j10; adjust -3 j1",
     "adjustment -3.00, adjustment 2.00, adjustment 1.00 = 0.00", NULL},
    {"R24 the address at charged_at", DE PRO "address 2025-11-15 US; adjust 10",
     "plan 20.00, adjustment 10.00, tax 3.80 = 33.80", NULL},
    {"R24 the rate in force at charged_at", DE PRO "tax DE - consumer 2025-11-20 VAT 16; change 2025-11-25 proplus",
     "plan 20.00, plan_upgrade 20.00, tax 3.20, tax 3.80 = 47.00", NULL},
    {"R24 half away from zero below 0", DE "tax DE - consumer 2025-11-01 VAT 5; adjust -0.50",
     "adjustment -0.50, tax -0.03 = -0.53", NULL},
    {"R24 per line, not on the sum", DE "adjust 0.03; adjust 0.03; adjust 0.03",
     "adjustment 0.03, adjustment 0.03, adjustment 0.03, tax 0.03 = 0.12", NULL},
    {"R24 document: once on the sum", "address 2025-01-01 JP; adjust 0.03; adjust 0.03; adjust 0.04; adjust 0.04",
     "adjustment 0.03, adjustment 0.03, adjustment 0.04, adjustment 0.04, tax 0.01 = 0.15", NULL},
    {"R24 document: a discount subtracts", "address 2025-01-01 JP; change 2025-11-21 pro; change 2025-11-22 proplus",
     "plan_prorated 6.67, plan_discount -6.67, plan_prorated 13.33, tax 1.33 = 14.66", NULL},
    {"R24 a discount has the tax of the charge it reverses, at its rate",
     DE "tax DE - consumer 2025-11-24 VAT 16; change 2025-11-21 pro; change 2025-11-25 proplus",
     "plan_prorated 6.67, plan_discount -6.67, plan_prorated 13.33, tax 2.13, tax 0.00 = 15.46", NULL},
    {"R24 two taxes of a province", "address 2025-01-01 CA QC;" PRO, "plan 20.00, tax 1.00, tax 2.00 = 23.00", NULL},
    {"R24 0 % makes no line", DE PRO "tax DE - consumer 2025-11-01 VAT 0", "plan 20.00 = 20.00", NULL},
    {"R25 at one instant: overage, adjustment, tax", DE PRO OVERAGE "use 2025-11-10 auto 1100; adjust 1",
     "plan 20.00, overage 4.00, adjustment 1.00, tax 4.75 = 29.75", NULL},
    {"R25 at S: base, then the upgrade", DE PRO "change 2025-11-01 power",
     "plan 20.00, plan_upgrade 180.00, tax 38.00 = 238.00", NULL},
    {"R25 no line, no invoice", US "use 2025-11-10 auto 1; pay 5", "no_charge", NULL},
    {"R25 a line of amount 0 is a line", US "adjust 0", "adjustment 0.00 = 0.00", NULL},
};

static const struct row holds[] = {
    {"R27 unknown_plan: a change before E", US "change 2025-10-10 gold", "held: unknown_plan", NULL},
    {"R27 unknown_plan comes before no_address", "change 2025-10-10 gold; change 2025-11-02 pro", "held: unknown_plan",
     NULL},
    {"R27 no_address comes before ineligible_country",
     "address 2025-11-20 CU; change 2025-11-02 pro; change 2025-11-21 power", "held: no_address", NULL},
    {"R27 no_address at a line", "adjust 5", "held: no_address", NULL},
    {"R27 no_address at S, where the base charge is", "address 2025-11-02 US;" PRO, "held: no_address", NULL},
    {"R27 no address needed without a line", "use 2025-11-10 auto 60", "no_charge", "included 50.00, unbilled 10.00 (0.00)"},
    {"R27 ineligible_country comes before no_price", "address 2025-01-01 CU; clear prices; change 2025-11-02 pro",
     "held: ineligible_country", NULL},
    {"R27 no_price in the account's currency", US PRO "currency EUR", "held: no_price", NULL},
    {"R27 no_price of a plan that was charged and left within the month",
     US "clear prices; price power USD 2025-10-01 200 -; change 2025-11-02 pro; change 2025-11-03 power",
     "held: no_price", NULL},
    {"R27 no price needed of a plan that is not charged",
     US "clear prices; price power USD 2025-10-01 200 -; change 2025-10-02 power; change 2025-11-03 pro",
     "plan 200.00 = 200.00", NULL},
    {"R27 no_price comes before no_allowance", US PRO "clear prices; clear allowances", "held: no_price", NULL},
    {"R27 no_allowance of R17's plan", US PRO "clear allowances; allow free 2025-10-01 50", "held: no_allowance", NULL},
    {"R27 no_allowance of free", US "clear allowances; allow pro 2025-10-01 50", "held: no_allowance", NULL},
    {"R27 no_allowance comes before unknown_model", US "clear allowances; use 2025-11-02 opus 1", "held: no_allowance",
     NULL},
    {"R27 unknown_model", US "use 2025-11-02 opus 1", "held: unknown_model", NULL},
    {"R27 unknown_model: no rate in force yet", US "rate opus 2025-11-02T00:00:00.001Z 2.2; use 2025-11-02 opus 1",
     "held: unknown_model", NULL},
    {"R27 unknown_model of an earlier event since the earliest grant",
     US "grant g1 5 2025-08-10 2025-08-20; use 2025-09-02 opus 1", "held: unknown_model", NULL},
    {"R27 not of one before it", US "grant g1 5 2025-10-10 2025-10-20; use 2025-10-09 opus 1", "no_charge", NULL},
    {"R27 not of an earlier month without a grant", US "use 2025-10-09 opus 1", "no_charge", NULL},
    {"R27 unknown_model comes before out_of_bounds",
     US "use 2025-11-02 opus 1; rate huge 2025-10-01 100 1; use 2025-11-02 huge 100000 1000000000",
     "held: unknown_model", NULL},
    {"R27 out_of_bounds: credits", US "rate huge 2025-10-01 100 1; use 2025-11-02 huge 100000 1001",
     "held: out_of_bounds", NULL},
    {"R27 the bound itself is within",
     US PRO "rate huge 2025-10-01 100 1; use 2025-11-02 huge 100000 1000", "plan 20.00 = 20.00",
     "included 1000.00, unbilled 9999999000.00 (399999960.00)"},
    {"R27 out_of_bounds: a sum of two", US "rate huge 2025-10-01 100 1; use 2025-11-02 huge 100000 1000;"
     "use 2025-11-03 auto 0.01", "held: out_of_bounds", NULL},
    {"R27 out_of_bounds: a sum over breakpoints", US "rate huge 2025-10-01 100 1; use 2025-11-02 huge 100000 1000;"
     "grant g1 1 2025-11-03 2025-11-04; use 2025-11-05 auto 0.01", "held: out_of_bounds", NULL},
    {"R27 out_of_bounds: money", US "adjust 100000000000; adjust 0.01", "held: out_of_bounds", NULL},
    {"R27 money's bound itself is within", US "adjust 99999999999.99; adjust 0.01",
     "adjustment 99999999999.99, adjustment 0.01 = 100000000000.00", NULL},
    {"R27 out_of_bounds: with its tax", DE "adjust 100000000000", "held: out_of_bounds", NULL},
    {"R27 out_of_bounds: the total, whatever was collected", DE "adjust 100000000000; pay 100000000000",
     "held: out_of_bounds", NULL},
    {"R27 out_of_bounds: the overage's amount",
     US PRO OVERAGE "clear prices; price pro USD 2025-10-01 20 1000000; rate huge 2025-10-01 100 1;"
     "use 2025-11-02 huge 100000 10", "held: out_of_bounds", NULL},
};

static int check(const struct row *rows, size_t count)
{
    int failed = 0;
    char lines[1024];
    char used[256];

    for (size_t i = 0; i < count; i++) {
        script_bill(&world, rows[i].script);
        script_lines(&world, lines, sizeof lines);
        script_used(&world, used, sizeof used);
        if (strcmp(lines, rows[i].lines) != 0) {
            print_error("%s: want \"%s\", got \"%s\"\n", rows[i].name, rows[i].lines, lines);
            failed++;
        }
        if (rows[i].used != NULL && strcmp(used, rows[i].used) != 0) {
            print_error("%s: want \"%s\", got \"%s\"\n", rows[i].name, rows[i].used, used);
            failed++;
        }
    }
    return failed;
}

#define TEST_TABLE(table)                                                       \
    static void test_##table(void **state)                                      \
    {                                                                           \
        (void)state;                                                            \
        assert_int_equal(check(table, sizeof table / sizeof table[0]), 0);      \
    }

TEST_TABLE(prices)
TEST_TABLE(plans)
TEST_TABLE(purchases)
TEST_TABLE(usage)
TEST_TABLE(adjustments_and_tax)
TEST_TABLE(holds)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prices),    cmocka_unit_test(test_plans),
        cmocka_unit_test(test_purchases), cmocka_unit_test(test_usage),
        cmocka_unit_test(test_adjustments_and_tax), cmocka_unit_test(test_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
