/*
 * What was issued for the account-month, and what the data says now (R28).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/explain.h"
#include "lib/calendar.h"
#include "lib/decimal.h"
#include "lib/line.h"

#define AT_THEN "as of the last run"
#define AT_NOW "as of this explanation"

static const char *plan_code(const struct account_month *account, const struct bill_line *line)
{
    return line->plan == PLAN_UNKNOWN ? "" : account->catalogue.plans[line->plan].code;
}

/* R28: kind, plan or tax, period, quantity, unit price and amount. */
static bool same_line(const struct account_month *account, const struct bill_line *line,
                      const struct account_document_line *issued)
{
    bool tax = line->kind == LINE_TAX;

    return strcmp(line_kind_name(line->kind), issued->kind) == 0 && strcmp(plan_code(account, line), issued->plan) == 0 &&
           strcmp(tax ? line->detail : "", issued->tax_country) == 0 &&
           strcmp(tax ? line->reason : "", issued->tax_name) == 0 && line->period_start == issued->period_start &&
           line->period_end == issued->period_end && line->quantity == issued->quantity &&
           line->unit_price == issued->unit_price && line->amount_minor == issued->amount_minor;
}

/* Which line of the bill each standing issued line is; NONE: it is in only one of them. */
struct matching {
    size_t *issued; /* of each issued line: the bill's line, or NONE */
    bool *billed;   /* of each line of the bill: it was issued */
};
#define NONE SIZE_MAX

static void match(const struct explain *in, const struct account_month *account, struct matching *matching)
{
    const struct account_documents *documents = in->documents;

    for (size_t i = 0; i < documents->line_count; i++) {
        matching->issued[i] = NONE;
        for (size_t j = 0; documents->lines[i].stands && j < account->bill.line_count; j++) {
            if (!matching->billed[j] && same_line(account, &account->bill.lines[j], &documents->lines[i])) {
                matching->issued[i] = j;
                matching->billed[j] = true;
                break;
            }
        }
    }
}

/* False: no memory, which is noted. */
static bool matching_begin(const struct explain *in, const struct account_month *account, struct matching *matching)
{
    *matching = (struct matching){
        .issued = calloc(in->documents->line_count + 1, sizeof *matching->issued),
        .billed = calloc(account->bill.line_count + 1, sizeof *matching->billed),
    };
    if (matching->issued == NULL || matching->billed == NULL) {
        in->out->no_memory = true;
        return false;
    }
    match(in, account, matching);
    return true;
}

static void matching_release(struct matching *matching)
{
    free(matching->issued);
    free(matching->billed);
}

static int64_t issued_total(const struct account_documents *documents)
{
    int64_t total = 0;

    for (size_t i = 0; i < documents->document_count; i++) {
        total += documents->documents[i].total_minor;
    }
    return total;
}

static int64_t issued_collected(const struct account_documents *documents)
{
    int64_t collected = 0;

    for (size_t i = 0; i < documents->document_count; i++) {
        collected += documents->documents[i].collected_minor;
    }
    return collected;
}

bool explain_as_issued(const struct explain *in, const struct account_month *account)
{
    struct matching matching;
    bool same = issued_total(in->documents) == account->bill.total_minor && account->bill.status != BILL_HELD;

    if (matching_begin(in, account, &matching)) {
        for (size_t i = 0; i < in->documents->line_count; i++) {
            same = same && (!in->documents->lines[i].stands || matching.issued[i] != NONE);
        }
        for (size_t i = 0; i < account->bill.line_count; i++) {
            same = same && matching.billed[i];
        }
    }
    matching_release(&matching);
    return same;
}

static void say_runs(struct explain *in)
{
    char label[40];

    for (size_t i = 0; i < in->documents->run_count; i++) {
        const struct account_run *run = &in->documents->runs[i];
        bool held = strcmp(run->status, "held") == 0;
        snprintf(label, sizeof label, "run %d-%.16s", (int)run->sequence, run->kind);
        explanation_fact(in->out, "", label, "as of %s, by %s%s%s: %s%s%s", explain_instant(run->as_of).text, run->run_by,
                         run->approved_by[0] != '\0' ? ", approved by " : "", run->approved_by,
                         run->status[0] == '\0'                   ? "nothing about this account"
                         : strcmp(run->status, "no_charge") == 0 ? "no charge"
                                                                  : run->status,
                         held ? ", " : "", run->held_reason);
    }
}

static void say_issued_documents(struct explain *in)
{
    for (size_t i = 0; i < in->documents->document_count; i++) {
        const struct account_document *document = &in->documents->documents[i];
        bool note = document->corrects[0] != '\0';
        explanation_fact(in->out, "R26", document->name,
                         "%s%s%s of run %d-%s, as of %s: %lld line%s, subtotal %s, tax %s, total %s %s, collected %s, due %s%s%s",
                         document->kind, note ? " to " : "", document->corrects, (int)document->run_sequence,
                         document->run_kind, explain_instant(document->as_of).text, (long long)document->line_count,
                         document->line_count == 1 ? "" : "s", explain_money(in, document->subtotal_minor).text,
                         explain_money(in, document->tax_minor).text, explain_money(in, document->total_minor).text,
                         document->currency, explain_money(in, document->collected_minor).text,
                         explain_money(in, document->due_minor).text, document->reason[0] != '\0' ? "; reason: " : "",
                         document->reason);
    }
}

/* Each line that is only in what was issued, or only in what the data says. */
static void say_differences(struct explain *in)
{
    const struct account_month *now = in->now;
    struct matching matching;
    char label[32];

    if (matching_begin(in, now, &matching)) {
        for (size_t i = 0; i < in->documents->line_count; i++) {
            const struct account_document_line *line = &in->documents->lines[i];
            if (line->stands && matching.issued[i] == NONE) {
                snprintf(label, sizeof label, "issued, line %d", (int)line->line);
                explanation_fact(in->out, "R28", label, "of %s, which the data does not say any more: %s, %s",
                                 in->documents->documents[line->document].name, line->description,
                                 explain_money(in, line->amount_minor).text);
            }
        }
        for (size_t i = 0; i < now->bill.line_count; i++) {
            struct line_text text;
            if (!matching.billed[i]) {
                line_text(&now->bill.lines[i], &now->catalogue, in->digits, &text);
                snprintf(label, sizeof label, "data, line %zu", i + 1);
                explanation_fact(in->out, "R28", label, "not issued: %s, %s", text.description, text.amount);
            }
        }
    }
    matching_release(&matching);
}

/* Was it right when it was issued? The account-month as of the last run that had a word of it must be what was issued. */
static bool was_right(const struct explain *in)
{
    return in->then == NULL || in->then->bill.status == BILL_HELD || explain_as_issued(in, in->then);
}

static void say_proof(struct explain *in)
{
    bool held = in->then->bill.status == BILL_HELD;

    if (held && in->documents->document_count == 0) {
        explanation_fact(in->out, "R27", AT_THEN, "%s: held, %s, and nothing was issued",
                         explain_instant(in->then->in.as_of).text, hold_reason_name(in->then->bill.hold.reason));
    } else if (held) {
        explanation_fact(in->out, "R28", AT_THEN, "%s: held, %s; what was issued before stands",
                         explain_instant(in->then->in.as_of).text, hold_reason_name(in->then->bill.hold.reason));
    } else if (was_right(in)) {
        explanation_fact(in->out, "R28", AT_THEN, "%s: the same computation gives exactly what was issued, %s %s",
                         explain_instant(in->then->in.as_of).text, explain_money(in, in->then->bill.total_minor).text,
                         in->then->facts->currency);
    } else {
        explanation_fact(in->out, "R28", AT_THEN, "%s: the computation gives %s %s, THIS IS NOT WHAT WAS ISSUED: let "
                         "'monthend verify' look at the database", explain_instant(in->then->in.as_of).text,
                         explain_money(in, in->then->bill.total_minor).text, in->then->facts->currency);
        in->look = true;
    }
}

/* Who would issue what is missing: a close bills whom the last run held, otherwise it is a note or a first invoice. */
static const char *who_issues(const struct account_documents *documents)
{
    bool held = documents->document_count == 0 && documents->run_count > 0 &&
                strcmp(documents->runs[documents->run_count - 1].status, "held") == 0;

    return held ? "closing the month again would bill it" : "reprocessing the month would issue it";
}

static void say_now(struct explain *in)
{
    const struct account_month *now = in->now;
    const struct account_documents *issued = in->documents;
    int64_t total = issued_total(issued);
    struct explain_text at = explain_instant(now->in.as_of);

    if (explain_as_issued(in, now)) {
        explanation_fact(in->out, "R28", AT_NOW, "%s: %s, %s %s", at.text,
                         issued->document_count > 0 ? "the data says exactly what was issued"
                                                    : "the data says that nothing is to be issued",
                         explain_money(in, total).text, now->facts->currency);
        return;
    }
    in->look = true;
    if (now->bill.status == BILL_HELD) {
        explanation_fact(in->out, "R27", AT_NOW, "%s: held, %s; %s", at.text, hold_reason_name(now->bill.hold.reason),
                         issued->document_count > 0 ? "what was issued stands" : "nothing was issued");
        return;
    }
    if (!was_right(in)) {
        explanation_fact(in->out, "R28", AT_NOW, "%s: the data gives %s %s, and this is not what was issued either", at.text,
                         explain_money(in, now->bill.total_minor).text, now->facts->currency);
        say_differences(in);
        return;
    }
    explanation_fact(in->out, "R28", AT_NOW, "%s: the data has moved on. Issued %s, now %s, a difference of %s %s; %s", at.text,
                     explain_money(in, total).text, explain_money(in, now->bill.total_minor).text,
                     explain_money(in, now->bill.total_minor - total).text, now->facts->currency, who_issues(issued));
    say_differences(in);
}

void explain_documents(struct explain *in)
{
    explanation_facts(in->out, "documents", "Documents");
    if (in->documents->run_count == 0) {
        explanation_fact(in->out, "R26", "none", "the month is not closed: no run of it has issued anything up to %s",
                         explain_instant(in->now->in.as_of).text);
        return;
    }
    say_runs(in);
    say_issued_documents(in);
    if (in->then != NULL) {
        say_proof(in);
    }
    say_now(in);
    if (in->documents->document_count > 0 && issued_collected(in->documents) != in->now->bill.collected_minor) {
        explanation_fact(in->out, "R28", "payments", "%s when the documents were issued, %s now",
                         explain_money(in, issued_collected(in->documents)).text,
                         explain_money(in, in->now->bill.collected_minor).text);
    }
}
