/*
 * A small month made by hand: six accounts whose bills are plain constants, so
 * that the reports' tests need no billing. Among them: a first paid month with
 * tax, overage, a currency without digits and one with three, a held account,
 * one without a charge, months before, what is owed, and texts that a
 * spreadsheet must not run.
 */
#ifndef MONTHEND_TESTS_REPORTS_HAND_BILL_H
#define MONTHEND_TESTS_REPORTS_HAND_BILL_H

#include "reports/reports.h"

#define HAND_ACCOUNTS 6
#define HAND_CONTROLS 3
#define HAND_AS_OF INT64_C(1764720000000) /* 2025-12-03T00:00:00Z */

struct hand_month {
    struct report_run run;
    struct report_account accounts[HAND_ACCOUNTS];
    struct exception_row exceptions[3];
    struct control controls[HAND_CONTROLS];
};

const struct hand_month *hand_month(void);

/* Begin, add everything and finish; on error the report is ended and *report NULL. */
enum err_code hand_report(const char *out, const struct report_run *run, struct report **report, char *digest,
                          struct err *err);

/* A fresh directory under TMPDIR; and its removal with all in it. */
void hand_directory(char *path, size_t size);
void hand_remove(const char *path);

/* The whole of a file, with a NUL; freed by the caller. Fails the test when it cannot be read. */
char *hand_read(const char *directory, const char *name, size_t *length);

#endif
