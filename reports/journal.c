/* The journal: postings as rows and as sums. */
#include "reports/journal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arith.h"
#include "lib/calendar.h"

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "no memory for the journal");
}

static struct journal_currency *currency_of(struct journal *journal, const struct journal_document *document)
{
    for (size_t i = 0; i < journal->currency_count; i++) {
        if (strcmp(journal->currencies[i].code, document->currency) == 0) {
            return &journal->currencies[i];
        }
    }
    assert(journal->currency_count < JOURNAL_CURRENCIES_MAX); /* the database knows ISO 4217's codes only */
    struct journal_currency *added = &journal->currencies[journal->currency_count++];
    *added = (struct journal_currency){.digits = document->digits};
    (void)snprintf(added->code, sizeof added->code, "%s", document->currency);
    return added;
}

static int account_compare(const struct journal_account *a, const struct journal_account *b)
{
    int order = strcmp(a->currency->code, b->currency->code);

    if (order != 0) {
        return order;
    }
    if (a->day != b->day) {
        return a->day < b->day ? -1 : 1;
    }
    return a->part != b->part ? (int)a->part - (int)b->part : strcmp(a->name, b->name);
}

/* The place of the account, or where it belongs. */
static size_t account_place(const struct journal *journal, const struct journal_account *wanted, bool *there)
{
    size_t low = 0;
    size_t high = journal->account_count;

    *there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = account_compare(&journal->accounts[middle], wanted);
        if (order == 0) {
            *there = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static enum err_code account_insert(struct journal *journal, const struct journal_account *account, size_t place,
                                    struct err *err)
{
    if (journal->account_count == journal->accounts_max) {
        size_t max = 2 * journal->accounts_max + 64;
        struct journal_account *grown = realloc(journal->accounts, max * sizeof *grown);
        if (grown == NULL) {
            return out_of_memory(err);
        }
        journal->accounts = grown;
        journal->accounts_max = max;
    }
    char *name = strdup(account->name);
    if (name == NULL) {
        return out_of_memory(err);
    }
    struct journal_account *at = &journal->accounts[place];
    memmove(at + 1, at, (journal->account_count - place) * sizeof *at);
    *at = *account;
    at->name = name;
    journal->account_count++;
    return ERR_NONE;
}

/* Into the account's sum; `posted` borrows its name. */
static enum err_code account_add(struct journal *journal, const struct journal_account *posted, struct err *err)
{
    bool there = false;
    size_t place = account_place(journal, posted, &there);

    if (!there) {
        return account_insert(journal, posted, place, err);
    }
    int64_t *sum = &journal->accounts[place].amount_minor;
    if (!arith_add(*sum, posted->amount_minor, sum)) {
        journal->overflow = true;
    }
    return ERR_NONE;
}

static const char *description_of(const struct journal_document *document, const struct ledger_posting *posting,
                                  const char *line)
{
    if (posting->line != LEDGER_NO_LINE) {
        return line;
    }
    if (posting->part == LEDGER_BILLED) {
        return "Billed";
    }
    return document->ledger.collected_minor < 0 ? "Refunded" : "Collected";
}

struct posting_row {
    const struct journal_document *document;
    const char *ledger_account;
    int64_t amount_minor;
    const char *description;
};

static enum err_code row_write(struct csv *csv, struct posting_row row, struct err *err)
{
    const struct journal_document *document = row.document;
    char day[DAY_TEXT_MAX];

    (void)day_format(document->day, day);
    csv_word(csv, day);
    csv_month(csv, document->month);
    csv_word(csv, document->number);
    csv_text(csv, document->account_id);
    csv_text(csv, row.ledger_account);
    if (row.amount_minor > 0) {
        csv_decimal(csv, row.amount_minor, document->digits);
        csv_empty(csv);
    } else {
        csv_empty(csv);
        csv_decimal(csv, -row.amount_minor, document->digits);
    }
    csv_word(csv, document->currency);
    csv_text(csv, row.description);
    return csv_row_end(csv, err);
}

enum err_code journal_post(struct journal *journal, struct csv *csv, const struct journal_document *document,
                           size_t index, const char *line, struct err *err)
{
    struct ledger_posting posting = ledger_posting(&document->ledger, index);
    char name[LEDGER_ACCOUNT_MAX];

    if (posting.amount_minor == 0) {
        return ERR_NONE;
    }
    ledger_account(journal->names, journal->catalogue, &posting, name);
    struct posting_row row = {document, name, posting.amount_minor, description_of(document, &posting, line)};
    if (row_write(csv, row, err) != ERR_NONE) {
        return err->code;
    }
    struct journal_currency *currency = currency_of(journal, document);
    if (!ledger_sums_post(&currency->sums, &posting)) {
        journal->overflow = true;
    }
    struct journal_account posted = {currency, document->day, posting.part, name, posting.amount_minor};
    return account_add(journal, &posted, err);
}

bool journal_sums(const struct journal *journal, const char *currency, struct ledger_sums *sums)
{
    *sums = (struct ledger_sums){0};
    for (size_t i = 0; i < journal->currency_count; i++) {
        if (strcmp(journal->currencies[i].code, currency) == 0) {
            *sums = journal->currencies[i].sums;
        }
    }
    return !journal->overflow;
}

void journal_release(struct journal *journal)
{
    for (size_t i = 0; i < journal->account_count; i++) {
        free(journal->accounts[i].name);
    }
    free(journal->accounts);
    journal->accounts = NULL;
    journal->account_count = journal->accounts_max = 0;
}
