/*
 * What a document means in double entry: the postings of an invoice, a credit
 * note or a debit note, and the names of the ledger accounts they go to.
 *
 * Amounts are minor units of the document's currency; a debit is above 0, a
 * credit below. Names are hierarchical ("revenue:subscription:pro") and are
 * taken as they stand by hledger and by ledger --strict --pedantic.
 */
#ifndef MONTHEND_LIB_LEDGER_H
#define MONTHEND_LIB_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/catalogue.h"
#include "lib/text.h"

#define LEDGER_NAME_BYTES_MAX 200 /* a role's name, without its closing NUL */

/* Bytes of an account, its closing NUL included: a role's name, a country and a tax's name, each byte written as three at most. */
#define LEDGER_ACCOUNT_MAX (LEDGER_NAME_BYTES_MAX + 3 * (1 + ID_BYTES_MAX + 1 + TEXT_BYTES_MAX) + 1)

enum ledger_role {
    LEDGER_RECEIVABLE,           /* what customers owe: billed less collected */
    LEDGER_REVENUE_SUBSCRIPTION, /* R11, R12, R14; below it one account a plan */
    LEDGER_REVENUE_DISCOUNT,     /* R13: a reduction of revenue; below it one account a plan */
    LEDGER_REVENUE_OVERAGE,      /* R21; below it one account a plan */
    LEDGER_ADJUSTMENT,           /* R23 */
    LEDGER_TAX_PAYABLE,          /* R24; below it one account a country, below that one a tax */
    LEDGER_CASH,                 /* payments collected, refunds taken off */
    LEDGER_ROLES
};

/* The account of each role; what stands below it is appended with ':'. */
struct ledger_names {
    char names[LEDGER_ROLES][LEDGER_NAME_BYTES_MAX + 1];
};

/* "assets:receivable", "revenue:subscription", "revenue:discounts", "revenue:overage",
 * "revenue:adjustments", "liabilities:tax", "assets:cash" */
extern const struct ledger_names LEDGER_NAMES_DEFAULT;

/* The role as the database's table of names has it: "receivable",
 * "revenue_subscription", "revenue_discount", "revenue_overage", "adjustment",
 * "tax_payable", "cash". */
const char *ledger_role_name(enum ledger_role role);

/* The role of such a word, or LEDGER_ROLES. */
enum ledger_role ledger_role_of(const char *word);

/*
 * May a role be called so? Parts between ':', each beginning with a letter or
 * a digit, of letters, digits, any of - _ . & / + and single blanks between
 * them; other characters than ASCII's count as letters unless they are spaces
 * or invisible. At most LEDGER_NAME_BYTES_MAX bytes of UTF-8. Three words of
 * ledger's own cannot be the first one.
 *
 *     name                     ->  valid
 *     "assets:1200 Debtors"        true
 *     "Erl\xC3\xB6se:Abo"          true
 *     ""  "assets:"  ":cash"       false  a part is empty
 *     "a  b"  "a "  " a"           false  two blanks end a name
 *     "(cash)"  "a;b"  "a=b"       false  means something else to a ledger
 *     "check"  "check in"          false  "assert" and "expr" likewise; "checks" and "check:in" are names
 */
bool ledger_name_valid(const char *name);

/* An invoice or a note (R28), as far as the ledger is concerned. */
struct ledger_document {
    const struct bill_line *lines; /* amounts within PRICE_MINOR_MAX either way */
    size_t line_count;
    int64_t total_minor;
    int64_t collected_minor; /* of a note: the change in the payments; below 0: refunded */
};

enum ledger_part { LEDGER_BILLED, LEDGER_COLLECTED };

#define LEDGER_NO_LINE SIZE_MAX

/* One posting. Texts point into the document's line. */
struct ledger_posting {
    enum ledger_part part;
    enum ledger_role role;
    int plan;             /* revenue; otherwise PLAN_UNKNOWN */
    const char *country;  /* LEDGER_TAX_PAYABLE; otherwise "" */
    const char *tax;      /* its name; otherwise "" */
    int64_t amount_minor; /* above 0: debit, below: credit, 0: nothing to post */
    size_t line;          /* of the document, or LEDGER_NO_LINE */
};

/*
 * The postings of a document, by index: what was billed, then what was collected.
 *
 *     index        account                       amount
 *     0            receivable                    total
 *     1 .. lines   revenue, adjustment or tax    minus the line's amount
 *     then         cash                          collected
 *     last         receivable                    minus collected
 *
 * Each part adds up to 0 where the document's total is the sum of its lines.
 */
size_t ledger_posting_count(const struct ledger_document *document);
struct ledger_posting ledger_posting(const struct ledger_document *document, size_t index);

/*
 * The posting's account. What people chose freely (plan codes, names of taxes)
 * may hold any character: those that a name may not have become %XX, byte by byte.
 *
 *     posting                              ->  account
 *     subscription, plan "pro"                 revenue:subscription:pro
 *     overage, plan "pro:max;v2"               revenue:overage:pro%3Amax%3Bv2
 *     tax, country "US", name "Sales tax"      liabilities:tax:US:Sales tax
 */
void ledger_account(const struct ledger_names *names, const struct catalogue *catalogue,
                    const struct ledger_posting *posting, char out[LEDGER_ACCOUNT_MAX]);

/* When it is posted, as yyyymmdd: an invoice on the last day of its month, a note on the day of its as-of. */
int32_t ledger_posting_day(bool note, int32_t month, int64_t as_of);

/* Sums of postings in one currency. */
struct ledger_sums { /* starts as {0} */
    int64_t debit_minor;
    int64_t credit_minor;                /* at least 0, like the debits */
    int64_t balance_minor[LEDGER_ROLES]; /* debits less credits */
};

/* Add a posting. False: a sum does not fit, and of this posting not all is in. */
__attribute__((warn_unused_result)) bool ledger_sums_post(struct ledger_sums *sums,
                                                          const struct ledger_posting *posting);

/* What was billed, as the ledger has it: owed or paid by now. False: it does not fit. */
__attribute__((warn_unused_result)) bool ledger_sums_billed(const struct ledger_sums *sums, int64_t *billed_minor);

#endif
