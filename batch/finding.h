/*
 * One finding on its way into exceptions.csv: what the files of findings_* share,
 * and what each of them finds in an account.
 */
#ifndef MONTHEND_BATCH_FINDING_H
#define MONTHEND_BATCH_FINDING_H

#include "batch/findings.h"
#include "reports/exception_codes.h"

struct finding {
    enum exception_code code;
    const char *account_id;
    const char *reference; /* the row behind it */
    int64_t occurred_at;   /* or INSTANT_NONE */
    int64_t credits;       /* hundredths, or AMOUNT_NONE */
    int64_t amount_minor;  /* or AMOUNT_NONE */
    const char *currency;
    const char *detail;    /* the words of this case: "15 events"; "": the code says it all */
};

/* One without a reference, an instant, credits, an amount and a detail; of the whole run without an account, too. */
struct finding finding_of_run(enum exception_code code);
struct finding finding_of(enum exception_code code, const struct account_facts *facts);

/* Count it and report it. Its message reads "MEANING: DETAIL; REMEDY", by the code's table. */
enum err_code finding_report(struct findings *findings, struct finding finding, struct err *err);

#define DETAIL_MAX 2048
#define CREDIT_DIGITS 2
#define MONEY_TEXT_MAX 40

/* "20.00 USD", "-5 JPY", "100.00 credits", and back the same buffer. */
const char *money_text(int64_t amount_minor, const char *currency, char out[MONEY_TEXT_MAX]);
const char *credits_text(int64_t credits, char out[MONEY_TEXT_MAX]);

/* What concerns one account, by topic. Errors are in *err, and nothing is done when there is one. */
void find_hold(struct findings *findings, const struct month_account *account, struct err *err);
void find_plans(struct findings *findings, const struct month_account *account, struct err *err);
void find_usage(struct findings *findings, const struct month_account *account, struct err *err);
void find_payments(struct findings *findings, const struct month_account *account, struct err *err);

/* R2: on a paid plan in a month before the account was created; also where it is not listed yet. */
void find_early_lines(struct findings *findings, const struct month_account *account, struct err *err);

/* What concerns several accounts. */
void find_shared_references(struct findings *findings, struct err *err);
void find_edges(struct findings *findings, struct usage_edges edges, struct err *err);

/* What concerns the run. */
void find_changes(struct findings *findings, struct err *err);
void find_tax_rates(struct findings *findings, struct err *err);

#endif
