/*
 * Why a reprocessing (R28) finds an account's month otherwise than the run
 * before: what became known of it in between, in words for people.
 *
 *     12 late events, 48.20 credits; upgrade of 2025-11-20 corrected to 2025-11-18
 *     was held: no_address; late address from 2025-11-01 in DE
 *     price of pro in USD from 2025-01-01 corrected from 20.00 to 22.00
 *
 * Only what can change an amount is told: not a name, nor the words of an
 * adjustment. "late" is what was not known before, or of the month; "taken out"
 * is what was voided, or moved out of the month.
 */
#ifndef MONTHEND_LIB_REASON_H
#define MONTHEND_LIB_REASON_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/catalogue_change.h"
#include "lib/facts.h"
#include "lib/timeline.h"

#define REASON_TEXT_MAX 2000

/* What usage came or went; credits in hundredths. */
struct reason_usage {
    int64_t late_events, late_credits;
    int64_t voided_events, voided_credits;
    int64_t earlier_events, earlier_credits; /* of months before, late or voided */
    int64_t billed_events, billed_credits;   /* more (or fewer) than when the account was billed, where it was kept since */
};

/* One side of the comparison. */
struct reason_side {
    const struct account_facts *facts; /* NULL: the account was not known */
    const struct timeline *timeline;   /* of the month, where there are facts */
};

struct reason_in {
    struct reason_side before;
    struct reason_side now;
    int64_t month_end;
    int digits;                     /* of the account's currency */
    const char *held_before;        /* why it was held (R27); "": it was not, or it cannot be told */
    const struct hold *held_now;    /* NULL: it is not */
    bool kept;                      /* held now, and what was issued stands */
    struct reason_usage usage;
    const struct catalogue_change *changes; /* of the catalogue, those that concern the account */
    size_t change_count;
};

/* Write the words; never empty: where nothing is found, it says so. */
void reason_words(struct reason_in in, char out[REASON_TEXT_MAX]);

#endif
