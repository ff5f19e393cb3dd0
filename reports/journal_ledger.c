/* journal.hledger: the journal's sums in the words that hledger and ledger share. */
#include "reports/journal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/decimal.h"

#define LINE_MAX_BYTES (2 * LEDGER_ACCOUNT_MAX + DECIMAL_TEXT_MAX + 64)
#define TITLE_MAX 256

static enum err_code title_write(struct journal_title title, struct csv *file, struct err *err)
{
    char line[TITLE_MAX];
    char month[MONTH_TEXT_MAX];
    char as_of[INSTANT_TEXT_MAX];

    (void)month_format(title.month, month);
    (void)instant_format(title.as_of, as_of);
    (void)snprintf(line, sizeof line, "; Journal of %s, run %s, as of %s", month, title.run, as_of);
    if (csv_header(file, line, err) != ERR_NONE) {
        return err->code;
    }
    return csv_header(file, "; For each currency what was billed and what was collected; journal.csv has every document",
                      err);
}

/*
 * Without digits hledger asks for "1000." and ledger refuses it: such a currency
 * is declared by its name alone.
 */
static enum err_code commodity_write(const struct journal_currency *currency, struct csv *file, struct err *err)
{
    char line[64];

    (void)snprintf(line, sizeof line, "commodity %s", currency->code);
    if (csv_header(file, line, err) != ERR_NONE || currency->digits == 0) {
        return err->code;
    }
    (void)snprintf(line, sizeof line, "  format 1000.%0*d %s", currency->digits, 0, currency->code);
    return csv_header(file, line, err);
}

/* The currencies stand in the order of the accounts' first key. */
static enum err_code commodities_write(const struct journal *journal, struct csv *file, struct err *err)
{
    const struct journal_currency *last = NULL;
    enum err_code code = csv_header(file, "", err);

    for (size_t i = 0; i < journal->account_count && code == ERR_NONE; i++) {
        if (journal->accounts[i].currency != last) {
            last = journal->accounts[i].currency;
            code = commodity_write(last, file, err);
        }
    }
    return code;
}

static int name_compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Each account once, whatever its currencies. */
static enum err_code accounts_write(const struct journal *journal, struct csv *file, struct err *err)
{
    char line[LINE_MAX_BYTES];
    const char **names = calloc(journal->account_count, sizeof *names);

    if (names == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for the journal");
    }
    for (size_t i = 0; i < journal->account_count; i++) {
        names[i] = journal->accounts[i].name;
    }
    qsort(names, journal->account_count, sizeof *names, name_compare);
    enum err_code code = csv_header(file, "", err);
    for (size_t i = 0; i < journal->account_count && code == ERR_NONE; i++) {
        if (i == 0 || strcmp(names[i - 1], names[i]) != 0) {
            (void)snprintf(line, sizeof line, "account %s", names[i]);
            code = csv_header(file, line, err);
        }
    }
    free(names);
    return code;
}

static int characters(const char *text)
{
    int count = 0;

    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xC0) != 0x80; /* not a byte inside of one */
    }
    return count;
}

struct widths { /* characters */
    int name;
    int amount;
};

static struct widths widths_of(const struct journal_account *accounts, size_t count)
{
    struct widths widths = {0, 0};
    char amount[DECIMAL_TEXT_MAX];

    for (size_t i = 0; i < count; i++) {
        if (accounts[i].amount_minor == 0) {
            continue;
        }
        int name = characters(accounts[i].name);
        int length = (int)decimal_format(accounts[i].amount_minor, accounts[i].currency->digits, amount);
        widths.name = name > widths.name ? name : widths.name;
        widths.amount = length > widths.amount ? length : widths.amount;
    }
    return widths;
}

static enum err_code posting_write(const struct journal_account *account, struct widths widths, struct csv *file,
                                   struct err *err)
{
    char line[LINE_MAX_BYTES];
    char amount[DECIMAL_TEXT_MAX];

    (void)decimal_format(account->amount_minor, account->currency->digits, amount);
    (void)snprintf(line, sizeof line, "    %s%*s  %*s %s", account->name, widths.name - characters(account->name), "",
                   widths.amount, amount, account->currency->code);
    return csv_header(file, line, err);
}

/* Accounts of one currency, day and part; nothing where all of them come to nothing. */
static enum err_code transaction_write(const struct journal_account *accounts, size_t count,
                                       struct journal_title title, struct csv *file, struct err *err)
{
    struct widths widths = widths_of(accounts, count);
    char line[TITLE_MAX];
    char day[DAY_TEXT_MAX];
    char month[MONTH_TEXT_MAX];
    bool begun = false;
    enum err_code code = ERR_NONE;

    (void)day_format(accounts->day, day);
    (void)month_format(title.month, month);
    (void)snprintf(line, sizeof line, "\n%s %s for %s in %s", day,
                   accounts->part == LEDGER_BILLED ? "Billed" : "Collected", month, accounts->currency->code);
    for (size_t i = 0; i < count && code == ERR_NONE; i++) {
        if (accounts[i].amount_minor == 0) {
            continue;
        }
        if (!begun) {
            code = csv_header(file, line, err);
            begun = true;
        }
        if (code == ERR_NONE) {
            code = posting_write(&accounts[i], widths, file, err);
        }
    }
    return code;
}

static bool together(const struct journal_account *a, const struct journal_account *b)
{
    return a->currency == b->currency && a->day == b->day && a->part == b->part;
}

enum err_code journal_write(const struct journal *journal, struct journal_title title, struct csv *file,
                            struct err *err)
{
    size_t count = journal->account_count;
    enum err_code code = title_write(title, file, err);

    assert(!journal->overflow);
    if (code == ERR_NONE && count > 0) {
        code = commodities_write(journal, file, err);
    }
    if (code == ERR_NONE && count > 0) {
        code = accounts_write(journal, file, err);
    }
    for (size_t first = 0; first < count && code == ERR_NONE;) {
        size_t end = first + 1;
        while (end < count && together(&journal->accounts[first], &journal->accounts[end])) {
            end++;
        }
        code = transaction_write(&journal->accounts[first], end - first, title, file, err);
        first = end;
    }
    return code;
}
