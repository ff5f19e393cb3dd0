/*
 * Correction (R28): what was issued for an account-month against what its data
 * now says, and the note that makes up the difference.
 *
 * Two lines are the same when kind, plan or tax (country and name), period,
 * unit, quantity, unit price and amount are; when they were charged, and the
 * words of their description, do not count. The lines issued and the lines of
 * the new bill are compared as multisets, so their order does not matter.
 */
#ifndef MONTHEND_LIB_CORRECTION_H
#define MONTHEND_LIB_CORRECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"

#define CORRECTION_LINES_MAX (2 * BILL_LINES_MAX) /* of a note: all of one bill taken back, all of another charged */

/* A line of a document, as it was issued. */
struct issued_line {
    struct bill_line line;       /* a reversal's `issued` is not set: what it takes back is named below */
    int64_t document;            /* the document's number in the database, from 1 */
    const char *document_number; /* "INV-2025-11-00000001" */
    int32_t number;              /* of the line within its document, from 1 */
    const char *description;     /* as the customer read it */
    int64_t reverses_document;   /* a reversal: the line that it takes back; 0: it is none */
    int32_t reverses_number;
    bool taken_back;             /* written by correction_standing */
};

/*
 * Of all lines issued for an account-month those that stand: neither a reversal
 * nor taken back by one. `lines` are in order of document and number; those that
 * stand are moved to the front, their order kept: *standing of them. False: they
 * are not in order, or a reversal takes back a line that is not there, is a
 * reversal itself or is taken back already.
 */
bool correction_standing(struct issued_line *lines, size_t count, size_t *standing);

struct correction_in {
    const struct issued_line *issued; /* the lines that stand, in order of document and number */
    size_t issued_count;
    const struct bill_line *lines;    /* what the data now says: a bill's lines, in their order */
    size_t line_count;
    int64_t issued_collected_minor;   /* sum of `collected` of all documents issued */
    int64_t collected_minor;          /* the payments as known now */
};

/* Room to work in, each for issued_count + line_count. */
struct correction_room {
    const struct bill_line **sorted;
    bool *done;
    struct bill_line *lines;
};

/*
 * The note: first a reversal of each issued line that is not in the new bill
 * (minus its quantity and amount, the same unit price), then each new line that
 * was not issued. Of equal lines the earliest stay. A new line points at the
 * reversed line that it replaces: one of its kind and plan or tax, otherwise one
 * of its kind, each for one; NULL where there is none.
 *
 *     issued             new                   ->  note                      total
 *     plan 20.00         plan 20.00                -                             0   no lines: no note
 *     overage 4.00       overage 6.00              overage -4.00, overage 6.00  2.00
 *     plan 20.00         -                         plan -20.00                -20.00
 *     adjust 5, adjust 5 adjust 5                  adjust -5                  -5.00   the second one
 *
 * A document like a bill's: only its lines, line_count, subtotal, tax, total,
 * collected (the change in payments) and due hold, and status is BILL_INVOICED.
 * Its lines lie in `room` and point into the input. Cannot fail.
 */
struct bill correction(struct correction_in in, struct correction_room room);

/* The series of a note: "DN" where its total is above 0, otherwise "CN". */
const char *correction_series(int64_t total_minor);

#endif
