/*
 * Owns the collecting of documents (R25-R28), on tapes of their own (store_tape.h):
 * neither upstream nor the snapshot that the run reads is in the way. Each
 * document is digested and linked as it comes.
 */
#include "schema/store_runs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/correction.h"
#include "lib/line.h"
#include "lib/overage.h"
#include "schema/store_canonical.h"
#include "schema/store_issue_internal.h"
#include "schema/store_links.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

/* The columns of the real tables, in their order. */
const struct issued_columns ISSUED[ISSUED_TABLES] = {
    [ISSUED_DOCUMENTS] = {"documents",
                         "document, run, month, series, number, account, account_id, account_name, currency, digits, "
                         "lines, subtotal, tax, total, collected, due, as_of, corrects", true},
    [ISSUED_LINES] = {"document_lines",
                     "document, line, kind, description, plan, period_start, period_end, quantity, unit, "
                     "unit_whole, unit_price, amount, charged_at, rule, reference, tax_country, tax_name", true},
    [ISSUED_CORRECTIONS] = {"line_corrections", "document, line, reversal, corrects_document, corrects_line", true},
    [ISSUED_REASONS] = {"document_reasons", "document, reason", true},
    [ISSUED_LINKS] = {"links", "document, digest, link", true},
    [ISSUED_HELD] = {"held_accounts", "run, account, reason", false},
    [ISSUED_STATEMENTS] = {"statements",
                          "run, account_id, status, plan_at_start, plan_at_end, first_paid_month, country, currency, "
                          "events, credits, bonus, included, overage, unbilled, allowance, overage_amount, total", false},
    [ISSUED_USAGE] = {"run_usage", "run, month, key", false},
    [ISSUED_DIGESTS] = {"run_digests", "run, part, kind, rows, digest", false},
    [ISSUED_EVENTS] = {"run_events", "run, events, voided", false},
    [ISSUED_DAYS] = {"run_days", "run, day, events, quantity", false},
    [ISSUED_GRANTS] = {"grants_left", "run, account_id, grant_id, credits", false},
};

enum err_code issue_begin(struct store *store, int32_t run, int32_t month, int64_t as_of, struct err *err)
{
    assert(store->issue == NULL);
    struct issue *issue = calloc(1, sizeof *issue);

    if (issue == NULL) {
        return no_memory(err);
    }
    *issue = (struct issue){.run = run, .month = month, .as_of = as_of, .in_order = true};
    if (newest_link(store, INT32_MAX, issue->newest, err) != ERR_NONE) {
        free(issue);
        return err->code;
    }
    store->issue = issue;
    return ERR_NONE;
}

void issue_drop(struct store *store)
{
    struct issue *issue = store->issue;

    if (issue == NULL) {
        return;
    }
    if (issue->moved) {
        store_rollback(store);
    }
    for (int table = 0; table < ISSUED_TABLES; table++) {
        tape_free(issue->tapes[table]);
    }
    free(issue);
    store->issue = NULL;
}

static struct tape_value text_if(bool there, const char *text)
{
    return there ? tape_text(text) : tape_null();
}

static struct tape_value integer_if(bool there, int64_t value)
{
    return there ? tape_integer(value) : tape_null();
}

/* A line; in the text its fields follow on its document, then where it points (R28). */
static enum err_code line_collect(struct issue *issue, const struct document *document, size_t index,
                                  const struct catalogue *catalogue, struct canonical *text, struct err *err)
{
    const struct bill_line *line = &document->bill->lines[index];
    bool is_tax = line->kind == LINE_TAX;
    bool has_plan = line->plan != PLAN_UNKNOWN;
    struct line_text words;

    line_text(line, catalogue, document->digits, &words);
    const struct tape_value row[] = {
        tape_integer(issue->documents),
        tape_integer((int64_t)index + 1),
        tape_text(line_kind_name(line->kind)),
        tape_text(words.description),
        text_if(has_plan, has_plan ? catalogue->plans[line->plan].code : ""),
        tape_integer(line->period_start),
        tape_integer(line->period_end),
        tape_integer(line->quantity),
        tape_text(line_unit_name(line->unit)),
        integer_if(line->unit == UNIT_DAYS || line->unit == UNIT_SECONDS, line->whole),
        tape_integer(line->unit_price),
        tape_integer(line->amount_minor),
        tape_integer(line->charged_at),
        tape_text(line_rule(line)),
        tape_text(line->reference != NULL ? line->reference : ""),
        text_if(is_tax, line->detail),
        text_if(is_tax, line->reason),
    };
    bool points = line->issued != NULL;
    const struct tape_value correction[] = {
        row[0],
        row[1],
        integer_if(points, line->reversal),
        integer_if(points, points ? line->issued->document : 0),
        integer_if(points, points ? line->issued->number : 0),
    };

    canonical_word(text, "line");
    canonical_fields(text, row + 1, sizeof row / sizeof row[0] - 1);
    canonical_fields(text, correction + 2, sizeof correction / sizeof correction[0] - 2);
    canonical_line_end(text);
    if (ISSUE_COLLECT(issue, ISSUED_LINES, row, err) == ERR_NONE && points) {
        (void)!ISSUE_COLLECT(issue, ISSUED_CORRECTIONS, correction, err); /* the error is in *err */
    }
    return err->code;
}

/* The document itself; its text leaves out what only this database numbers. */
static enum err_code head_collect(struct issue *issue, const struct document *document, struct canonical *text,
                                  struct err *err)
{
    const struct bill *bill = document->bill;
    const struct tape_value row[] = {
        tape_integer(issue->documents),
        tape_integer(issue->run),
        tape_integer(issue->month),
        tape_text(document->series),
        tape_integer(document->number),
        tape_integer(document->account),
        tape_text(document->account_id),
        tape_text(document->account_name),
        tape_text(document->currency),
        tape_integer(document->digits),
        tape_integer((int64_t)bill->line_count),
        tape_integer(bill->subtotal_minor),
        tape_integer(bill->tax_minor),
        tape_integer(bill->total_minor),
        tape_integer(bill->collected_minor),
        tape_integer(bill->due_minor),
        tape_integer(issue->as_of),
        integer_if(document->corrects != 0, document->corrects),
    };
    const struct tape_value reason[] = {row[0], text_if(document->reason[0] != '\0', document->reason)};

    canonical_word(text, "document");
    canonical_fields(text, row + 2, 3); /* month, series, number; not the account's number */
    canonical_fields(text, row + 6, sizeof row / sizeof row[0] - 6);
    canonical_fields(text, reason + 1, 1);
    canonical_line_end(text);
    if (ISSUE_COLLECT(issue, ISSUED_DOCUMENTS, row, err) == ERR_NONE && reason[1].kind != TAPE_NULL) {
        (void)!ISSUE_COLLECT(issue, ISSUED_REASONS, reason, err); /* the error is in *err */
    }
    return err->code;
}

static enum err_code link_collect(struct issue *issue, struct canonical *text, struct err *err)
{
    char digest[DIGEST_TEXT_MAX];
    char link[DIGEST_TEXT_MAX];

    canonical_digest(text, digest);
    link_next(issue->newest, digest, link);
    memcpy(issue->newest, link, sizeof link);
    const struct tape_value row[] = {tape_integer(issue->documents), tape_text(digest), tape_text(link)};
    return ISSUE_COLLECT(issue, ISSUED_LINKS, row, err);
}

/* R26: do the numbers of the series go on one by one? */
static void number_note(struct issue *issue, const struct document *document)
{
    struct issued_numbers *numbers = NULL;

    for (size_t i = 0; i < issue->series_count && numbers == NULL; i++) {
        if (strcmp(issue->numbers[i].series, document->series) == 0) {
            numbers = &issue->numbers[i];
        }
    }
    if (numbers == NULL) {
        assert(issue->series_count < ISSUED_SERIES_MAX && strlen(document->series) < sizeof numbers->series);
        numbers = &issue->numbers[issue->series_count++];
        strcpy(numbers->series, document->series);
        numbers->first = document->number;
        numbers->last = document->number - 1;
    }
    numbers->gap = numbers->gap || document->number != numbers->last + 1;
    numbers->last = document->number;
}

enum err_code issue_document(struct store *store, const struct document *document, const struct catalogue *catalogue,
                             struct err *err)
{
    struct issue *issue = store->issue;
    struct canonical text;
    assert(issue != NULL && document->bill->line_count > 0);

    issue->documents++;
    number_note(issue, document);
    canonical_begin(&text);
    enum err_code code = head_collect(issue, document, &text, err);
    for (size_t i = 0; i < document->bill->line_count && code == ERR_NONE; i++) {
        code = line_collect(issue, document, i, catalogue, &text, err);
    }
    return code == ERR_NONE ? link_collect(issue, &text, err) : code;
}

enum err_code issue_held(struct store *store, int32_t account, const char *account_id, const char *reason,
                         struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);
    (void)account_id; /* the number says who */

    const struct tape_value row[] = {tape_integer(issue->run), tape_integer(account), tape_text(reason)};
    return ISSUE_COLLECT(issue, ISSUED_HELD, row, err);
}

/* Ascending as the seal wants them? */
static void order_note(struct issue *issue, const char *account_id)
{
    size_t length = strlen(account_id);

    issue->in_order = issue->in_order && length < sizeof issue->last_account && strcmp(issue->last_account, account_id) < 0;
    if (issue->in_order) {
        memcpy(issue->last_account, account_id, length + 1);
    }
}

enum err_code issue_statement(struct store *store, const struct statement *statement, const struct catalogue *catalogue,
                              struct err *err)
{
    struct issue *issue = store->issue;
    const struct bill *bill = statement->bill;
    static const struct bill NOTHING; /* R27: nothing was found that counts */
    assert(issue != NULL);
    const struct bill *found = bill->status == BILL_HELD ? &NOTHING : bill;

    const struct tape_value row[] = {
        tape_integer(issue->run),
        tape_text(statement->account_id),
        tape_text(bill_status_name(bill->status)),
        tape_text(catalogue->plans[bill->plan_at_start].code),
        tape_text(catalogue->plans[bill->plan_at_end].code),
        tape_integer(bill->first_paid_month),
        tape_text(statement->country),
        tape_text(statement->currency),
        tape_integer(found->events),
        tape_integer(found->credits),
        tape_integer(found->used.bonus),
        tape_integer(found->used.included),
        tape_integer(found->used.overage),
        tape_integer(found->used.unbilled),
        tape_integer(found->allowance),
        tape_integer(overage_charged(found)),
        tape_integer(found->total_minor),
    };

    order_note(issue, statement->account_id);
    issue->statements++;
    return ISSUE_COLLECT(issue, ISSUED_STATEMENTS, row, err);
}

int64_t issue_rows(const struct store *store)
{
    assert(store->issue != NULL);
    return store->issue->rows;
}

void issue_newest_link(const struct store *store, char link[DIGEST_TEXT_MAX])
{
    assert(store->issue != NULL);
    memcpy(link, store->issue->newest, sizeof store->issue->newest);
}

enum err_code issue_usage_seen(struct store *store, struct usage_seen seen, struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);

    const struct tape_value row[] = {tape_integer(issue->run), tape_integer(month_index(seen.month)),
                                     tape_integer(seen.key)};
    return ISSUE_COLLECT(issue, ISSUED_USAGE, row, err);
}

static enum err_code day_collect(struct issue *issue, int day, struct usage_day sums, struct err *err)
{
    const struct tape_value row[] = {tape_integer(issue->run), tape_integer(day), tape_integer(sums.events),
                                     tape_integer(sums.quantity)};
    return ISSUE_COLLECT(issue, ISSUED_DAYS, row, err);
}

enum err_code issue_events(struct store *store, struct usage_counts counts, const struct usage_day *days, struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);

    const struct tape_value row[] = {tape_integer(issue->run), tape_integer(counts.read), tape_integer(counts.voided)};
    enum err_code code = ISSUE_COLLECT(issue, ISSUED_EVENTS, row, err);
    for (int day = 1; day <= USAGE_DAYS_MAX && code == ERR_NONE; day++) {
        if (days[day - 1].events > 0) {
            code = day_collect(issue, day, days[day - 1], err);
        }
    }
    return code;
}

enum err_code issue_grant_left(struct store *store, const char *account_id, const char *grant_id, int64_t credits,
                               struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);

    const struct tape_value row[] = {tape_integer(issue->run), tape_text(account_id), tape_text(grant_id),
                                     tape_integer(credits)};
    return ISSUE_COLLECT(issue, ISSUED_GRANTS, row, err);
}
