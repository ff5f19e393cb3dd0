/*
 * The journal of a run in double entry: journal.csv, the postings of each
 * document while the accounts pass by, and journal.hledger, their sums as
 * transactions that hledger and ledger read.
 *
 * Memory grows with the distinct accounts of the ledger, not with documents.
 */
#ifndef MONTHEND_REPORTS_JOURNAL_H
#define MONTHEND_REPORTS_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/ledger.h"
#include "reports/csv_write.h"

#define JOURNAL_CURRENCIES_MAX 256 /* ISO 4217 has fewer */
#define JOURNAL_LEDGER_FILE "journal.hledger"

struct journal_currency {
    char code[4];
    int digits;
    struct ledger_sums sums; /* of the postings as written */
};

/* What was posted to one account of the ledger on one day, as billed or as collected. */
struct journal_account {
    const struct journal_currency *currency;
    int32_t day; /* yyyymmdd */
    enum ledger_part part;
    char *name;
    int64_t amount_minor; /* debits less credits */
};

struct journal { /* starts as {.names = ..., .catalogue = ...} */
    const struct ledger_names *names;
    const struct catalogue *catalogue;
    struct journal_currency currencies[JOURNAL_CURRENCIES_MAX]; /* as they come */
    size_t currency_count;
    struct journal_account *accounts; /* by currency's code, day, part, name (bytes) */
    size_t account_count;
    size_t accounts_max;
    bool overflow; /* a sum did not fit: the sums are not to be used */
};

struct journal_document {
    const char *number;
    const char *account_id;
    const char *currency;
    int digits;    /* the currency's */
    int32_t month; /* the service month */
    int32_t day;   /* posted on, yyyymmdd */
    struct ledger_document ledger;
};

/*
 * Post posting `index` of the document (lib/ledger.h): a row of journal.csv, and
 * into the sums. Nothing where its amount is 0. `line`: the description of the
 * line it comes from; not looked at where it comes from none.
 *
 *     posting_date,service_month,document,account_id,ledger_account,debit,credit,currency,description
 *     2025-11-30,2025-11,INV-2025-11-00000001,acme,assets:receivable,28.32,,USD,Billed
 *     2025-11-30,2025-11,INV-2025-11-00000001,acme,revenue:subscription:pro,,20.00,USD,"Pro, month"
 *
 * A sum that no longer fits sets `overflow` and is no error here.
 */
ERR_MUST_USE enum err_code journal_post(struct journal *journal, struct csv *csv,
                                        const struct journal_document *document, size_t index, const char *line,
                                        struct err *err);

/* The sums in a currency so far; all 0 where nothing was posted in it. False: some sum did not fit. */
__attribute__((warn_unused_result)) bool journal_sums(const struct journal *journal, const char *currency,
                                                      struct ledger_sums *sums);

struct journal_title { /* what the file says of itself */
    int32_t month;
    const char *run; /* "1-close" */
    int64_t as_of;
};

/*
 * journal.hledger: declarations of commodities and accounts, then for each
 * currency and day a transaction of what was billed and one of what was
 * collected, each account's postings summed; accounts and transactions that
 * come to nothing are left out. `overflow` is not set (asserted).
 */
ERR_MUST_USE enum err_code journal_write(const struct journal *journal, struct journal_title title, struct csv *file,
                                         struct err *err);

void journal_release(struct journal *journal);

#endif
