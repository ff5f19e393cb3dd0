/*
 * The exceptions of a run: collected in any order, given back sorted.
 */
#ifndef MONTHEND_REPORTS_EXCEPTIONS_H
#define MONTHEND_REPORTS_EXCEPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "reports/exception.h"

#define SEVERITIES (SEVERITY_INFO + 1)

struct exceptions { /* starts as {0} */
    struct exception_row *rows; /* their texts belong to the list */
    size_t count;
    size_t room;
    int64_t severities[SEVERITIES]; /* rows of each */
};

/* Keep a copy. ERR_INTERNAL: no memory. */
ERR_MUST_USE enum err_code exceptions_add(struct exceptions *exceptions, const struct exception_row *row,
                                          struct err *err);

/* By account_id, severity, code, reference; then by the other columns, so that
 * the order never depends on the order of arrival. */
void exceptions_sort(struct exceptions *exceptions);

void exceptions_release(struct exceptions *exceptions);

const char *severity_name(enum severity severity); /* "error", "warning", "info" */

#endif
