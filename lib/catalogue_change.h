/*
 * What changed between two catalogues, row by row and in words: the same rows
 * as known at two as-ofs.
 */
#ifndef MONTHEND_LIB_CATALOGUE_CHANGE_H
#define MONTHEND_LIB_CATALOGUE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/catalogue.h"

#define CATALOGUE_CHANGE_WORDS_MAX 800

enum catalogue_change_kind { CHANGE_PLAN, CHANGE_PRICE, CHANGE_ALLOWANCE, CHANGE_RATE, CHANGE_COUNTRY, CHANGE_TAX, CHANGE_POLICY };

struct catalogue_change {
    enum catalogue_change_kind kind;
    int plan;         /* CHANGE_PLAN, CHANGE_PRICE, CHANGE_ALLOWANCE: its index in the catalogue now */
    char currency[4]; /* CHANGE_PRICE */
    int32_t model;    /* CHANGE_RATE */
    char country[3];  /* CHANGE_COUNTRY, CHANGE_TAX */
    char words[CATALOGUE_CHANGE_WORDS_MAX]; /* "price of pro in USD from 2025-01-01 corrected from 20.00 to 22.00" */
};

struct catalogue_pair {
    const struct catalogue *before;
    const struct catalogue *now; /* every row of `before`, or a later version of it, is in `now` */
    struct policies policies_before; /* of the month */
    struct policies policies_now;
};

/* How many catalogue_changes() may write. */
size_t catalogue_changes_max(struct catalogue_pair pair);

/* Write what changed to rows that take effect before `until`: plans, prices, allowances, rates, countries, taxes in
 * the order of the catalogue now, then the policies that a bill depends on. Returns how many. */
size_t catalogue_changes(struct catalogue_pair pair, int64_t until, struct catalogue_change *changes);

#endif
