/*
 * One row of exceptions.csv: something that a person should look at.
 */
#ifndef MONTHEND_REPORTS_EXCEPTION_H
#define MONTHEND_REPORTS_EXCEPTION_H

#include <stdint.h>

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_INFO };

#define AMOUNT_NONE INT64_MIN /* an empty credits or amount cell */

struct exception_row {
    enum severity severity;
    const char *code;
    const char *account_id;
    const char *reference;
    int64_t occurred_at; /* or INT64_MIN: empty */
    int64_t credits;     /* hundredths, or AMOUNT_NONE */
    int64_t amount_minor; /* or AMOUNT_NONE */
    const char *currency; /* "": none */
    const char *message;  /* what it is and what to do about it, in plain words */
};

#endif
