/*
 * One run of a month.
 */
#include "batch/run_work.h"

#include <stdlib.h>

#include "batch/log.h"
#include "batch/shown.h"
#include "batch/usage_notes.h"
#include "lib/calendar.h"
#include "lib/currency.h"
#include "schema/store_facts.h"
#include "schema/store_runs.h"

static enum err_code report_finding(void *context, const struct exception_row *row, struct err *err)
{
    struct run_work *work = context;

    return report_exception_add(work->report, row, err);
}

/* R26: numbers run without a gap, per month and series, in order of account_id. */
static void number_next(struct run_work *work, enum series series, char out[DOCUMENT_NUMBER_MAX])
{
    document_number(series_code(series), work->in->month, ++work->numbers[series].last, out);
}

/* `country`: of the billing address at the month's last instant. */
static enum err_code collect(struct run_work *work, const struct month_account *account, const struct issuing *issuing,
                             const char *country, struct err *err)
{
    const struct account_facts *facts = account->facts;

    if (work->in->issue_run == 0) {
        return ERR_NONE;
    }
    struct statement statement = {facts->account_id, country, facts->currency, account->bill};
    if (issue_statement(work->in->store, &statement, work->catalogue, err) != ERR_NONE ||
        usage_notes_grants(work->in->store, work->in->month, account, err) != ERR_NONE) {
        return err->code;
    }
    if (account->bill->status == BILL_HELD && !issuing->kept) { /* a later close bills it */
        return issue_held(work->in->store, facts->account, facts->account_id,
                          hold_reason_name(account->bill->hold.reason), err);
    }
    if (issuing->document == NULL) {
        return ERR_NONE;
    }
    struct document document = {
        .series = series_code(issuing->series),
        .number = work->numbers[issuing->series].last,
        .account = facts->account,
        .account_id = facts->account_id,
        .account_name = facts->name,
        .currency = facts->currency,
        .digits = currency_digits(facts->currency),
        .bill = issuing->document,
        .corrects = issuing->corrects,
        .reason = issuing->reason,
    };
    return issue_document(work->in->store, &document, work->catalogue, err);
}

/* R28: an account of which something is issued, or that is held now and was billed. */
static enum err_code tell_difference(struct run_work *work, const struct report_account *row,
                                     const struct issuing *issuing, struct err *err)
{
    if (work->correcting == NULL || (issuing->document == NULL && !issuing->kept)) {
        return ERR_NONE;
    }
    struct difference_row difference = {
        .account_id = row->account_id,
        .currency = row->currency,
        .digits = row->digits,
        .held = issuing->kept,
        .was_minor = issuing->was_minor,
        .is_minor = row->bill->total_minor,
        .document = row->invoice_number,
        .reason = issuing->reason,
    };
    return report_difference_add(work->report, &difference, err);
}

/* An account that this run bills: into the reports and the documents. */
static enum err_code take_account(struct run_work *work, const struct month_account *account,
                                  const struct issuing *issuing, struct err *err)
{
    const struct account_facts *facts = account->facts;
    const struct address_fact *address = facts_address(facts, month_end_ms(work->in->month) - 1);
    char number[DOCUMENT_NUMBER_MAX] = "";

    if (issuing->document != NULL) {
        number_next(work, issuing->series, number);
    }
    fact_digest_account(&work->accounts_seen, facts);
    digest_account(&work->digest, facts, account->bill, work->catalogue);
    if (issuing->corrects != 0) {
        digest_note(&work->digest, issuing->corrects_number, issuing->document, work->catalogue);
    }
    struct report_account row = {
        .account_id = facts->account_id,
        .name = facts->name,
        .currency = facts->currency,
        .digits = currency_digits(facts->currency),
        .country = address == NULL ? "" : address->country,
        .invoice_number = number,
        .bill = account->bill,
        .models = account->models,
        .note = issuing->corrects != 0 ? issuing->document : NULL,
        .corrects = issuing->corrects_number,
    };
    if (history_find(work->history, facts->account_id, &row.history, err) != ERR_NONE ||
        shown_bill(work->shown, account, &row.shown, err) != ERR_NONE ||
        report_account_add(work->report, &row, err) != ERR_NONE ||
        tell_difference(work, &row, issuing, err) != ERR_NONE) {
        return err->code;
    }
    return collect(work, account, issuing, row.country, err);
}

/* R28: an account of a reprocessing. */
static enum err_code correct_account(struct run_work *work, struct month_account account, struct err *err)
{
    struct issuing issuing = {0};
    bool known = false;

    if (correcting_account(work->correcting, &account, &known, &issuing, err) != ERR_NONE || !known) {
        return err->code;
    }
    totals_account(&work->result->totals, &account, &issuing);
    totals_events(&work->result->totals, &account, correcting_issued(work->correcting),
                  learned_usage_of(correcting_learned(work->correcting), account.facts->account));
    if (take_account(work, &account, &issuing, err) != ERR_NONE) {
        return err->code;
    }
    return issuing.kept ? findings_kept(&work->findings, &account, correcting_issued(work->correcting), err)
                        : findings_account(&work->findings, &account, err);
}

static enum err_code visit_account(void *context, const struct month_account *account, struct err *err)
{
    struct run_work *work = context;
    bool billed = account->listed && (work->in->held_since == 0 || held_has(&work->held, account->facts->account_id));
    struct issuing invoice = {.corrects_number = "", .reason = ""};

    if (work->correcting != NULL) {
        return correct_account(work, *account, err);
    }
    if (work->in->merging != NULL &&
        merging_check_bill(work->in->merging, account, work->catalogue, err) != ERR_NONE) {
        return err->code;
    }
    invoice.document = account->listed && account->bill->status == BILL_INVOICED ? account->bill : NULL;
    if (account->listed) {
        totals_account(&work->result->totals, account, billed ? &invoice : NULL);
        if (work->in->later_digest && held_has(&work->later_held, account->facts->account_id)) {
            digest_account(&work->later_digest, account->facts, account->bill, work->catalogue);
        }
    }
    if (billed && take_account(work, account, &invoice, err) != ERR_NONE) {
        return err->code;
    }
    if (billed || work->in->held_since == 0) {
        return findings_account(&work->findings, account, err);
    }
    return ERR_NONE;
}

static enum err_code visit_orphan(void *context, const struct month_orphan *orphan, struct err *err)
{
    struct run_work *work = context;

    totals_orphan(&work->result->totals, orphan);
    return work->in->held_since == 0 ? findings_orphan(&work->findings, orphan, err) : ERR_NONE;
}

static enum err_code visit_orphan_row(void *context, const struct orphan_row *row, struct err *err)
{
    struct run_work *work = context;

    return work->in->held_since == 0 ? findings_orphan_row(&work->findings, row, err) : ERR_NONE;
}

static enum err_code visit_early_adjustment(void *context, const struct orphan_row *row, struct err *err)
{
    struct run_work *work = context;

    return work->in->held_since == 0 ? findings_early_adjustment(&work->findings, row, err) : ERR_NONE;
}

/* What no single account can tell; a run that bills only accounts that had been held leaves the others out. */
static enum err_code tell_all(struct run_work *work, const struct month *month, struct err *err)
{
    if (work->in->held_since == 0 && findings_across(&work->findings, month_usage_edges(month), err) != ERR_NONE) {
        return err->code;
    }
    return findings_end(&work->findings, err);
}

static enum err_code bill_all(struct run_work *work, struct month *month, struct err *err)
{
    const struct run_in *in = work->in;

    digest_begin(&work->digest, in->month);
    digest_begin(&work->later_digest, in->month);
    if (findings_begin(&work->findings, work->catalogue, err) != ERR_NONE ||
        month_bill(month, visit_account, work, err) != ERR_NONE ||
        (in->merging != NULL && merging_check_all(in->merging, err) != ERR_NONE)) {
        return err->code;
    }
    if (work->correcting == NULL && /* otherwise told when the month was closed */
        (month_orphans(month, visit_orphan, work, err) != ERR_NONE ||
         (!month_knows_all(month) &&
          orphan_rows(in->store, in->month, in->as_of, visit_orphan_row, work, err) != ERR_NONE) ||
         early_adjustments(in->store, in->month, in->as_of, visit_early_adjustment, work, err) != ERR_NONE ||
         tell_all(work, month, err) != ERR_NONE)) {
        return err->code;
    }
    digest_end(&work->digest, work->result->digest);
    digest_end(&work->later_digest, work->result->later_digest);
    work->result->errors = work->findings.errors;
    work->result->warnings = work->findings.warnings;
    return ERR_NONE;
}

/* Does it bill only a part of the month's accounts? */
static bool bills_only_a_part(const struct run_in *in)
{
    return in->held_since != 0 || in->reprocess != 0;
}

static enum err_code begin_report(struct run_work *work, const struct month *month, struct err *err)
{
    const struct run_in *in = work->in;
    struct report_run run = {
        .month = in->month,
        .as_of = in->as_of,
        .name = in->name,
        .program_version = MONTHEND_VERSION,
        .rules_version = RULES_VERSION,
        .catalogue = work->catalogue,
        .ledger_names = &work->ledger_names,
        .policies = month_policies(month),
        .workbook = in->workbook,
        .threads = in->threads,
        .run_by = in->run_by,
        .approved_by = in->approved_by,
        .partial = bills_only_a_part(in),
        .compared = in->compared,
        .reprocess = in->reprocess != 0,
        .month_before = history_month(work->history),
        .revenue_before = work->revenue_before,
        .revenue_before_count = work->revenue_before_count,
    };

    work->result->policies = run.policies;
    return report_begin(in->out, &run, &work->report, err);
}

/* Only at what earlier as-ofs issued: the same as-of gives the same bytes (R3). */
static enum err_code look_back(struct run_work *work, struct err *err)
{
    const struct run_in *in = work->in;
    size_t count = 0;
    bool few = in->held_since != 0 || (work->correcting != NULL && correcting_accounts(work->correcting, &count) != NULL);
    struct history_in history = {in->month, in->as_of, few};

    if (history_open(work->past, history, &work->history, err) != ERR_NONE ||
        history_month(work->history) == 0 || bills_only_a_part(in)) {
        return err->code;
    }
    return history_sums(work->past, history_month(work->history), in->as_of, &work->revenue_before,
                        &work->revenue_before_count, err);
}

static enum err_code compute(struct run_work *work, struct month *month, struct err *err)
{
    work->catalogue = month_catalogue(month);
    if (ledger_names_read(work->in->store, work->in->as_of, &work->ledger_names, err) != ERR_NONE ||
        month_read_usage(month, err) != ERR_NONE || look_back(work, err) != ERR_NONE ||
        shown_bills_open(work->past, work->in->month, month, &work->shown, err) != ERR_NONE ||
        begin_report(work, month, err) != ERR_NONE || bill_all(work, month, err) != ERR_NONE) {
        return err->code;
    }
    return run_control(work, month, err);
}

/* Of the same instant, as far as the as-of does not decide what is seen anyway (R3). */
static enum err_code snapshots_begin(struct run_work *work, struct err *err)
{
    if (store_open_again(work->in->store, &work->past, err) != ERR_NONE ||
        store_snapshot_begin(work->in->store, err) != ERR_NONE) {
        return err->code;
    }
    return store_snapshot_begin(work->past, err);
}

static enum err_code load_held(struct run_work *work, struct err *err)
{
    const struct run_in *in = work->in;

    if ((in->held_since == 0 || held_load(in->store, in->held_since, &work->held, err) == ERR_NONE) && in->later_digest) {
        (void)held_load(in->store, in->later_held_since, &work->later_held, err); /* the error is in *err */
    }
    return err->code;
}

/* R28: what was learned, and so whom to compute again. */
static enum err_code load_learned(struct run_work *work, struct month *month, struct err *err)
{
    const struct run_in *in = work->in;
    struct run_result *result = work->result;
    struct correcting_in correcting = {
        .store = in->store,
        .month = in->month,
        .as_of = in->as_of,
        .before = in->reprocess,
        .catalogue = month_catalogue(month),
        .policies = month_policies(month),
        .everyone = in->everyone,
    };
    size_t count = 0;

    if (in->reprocess == 0) {
        return ERR_NONE;
    }
    if (correcting_open(correcting, &work->correcting, err) != ERR_NONE) {
        return err->code;
    }
    const struct learned *learned = correcting_learned(work->correcting);
    result->nothing_learned = !learned_anything(learned) && !in->everyone;
    result->learned_since = learned_since(learned);
    result->learned_count = learned_count(learned);
    result->learned_catalogue = learned_catalogue(learned);
    result->invoices_before = correcting_numbers(work->correcting, SERIES_INVOICE);
    for (int series = 0; series < SERIES_COUNT; series++) {
        int64_t before = correcting_numbers(work->correcting, (enum series)series);
        work->numbers[series] = (struct numbers){before, before};
    }
    struct usage_few few = {.accounts = correcting_accounts(work->correcting, &count)};
    few.count = count;
    return month_restrict(month, few, learned_sums(learned), err);
}

enum err_code run_compute(const struct run_in *in, struct run_result *result, struct report **report, struct err *err)
{
    struct run_work work = {.in = in, .result = result};
    struct month_in month_in = {
        .store = in->store, .month = in->month, .as_of = in->as_of, .threads = in->threads, .quiet = in->quiet,
        .rescan = in->rescan, .ahead = in->reprocess == 0 && in->merging == NULL}; /* these look more up of their accounts */
    struct month *month = NULL;

    if (in->merging != NULL) {
        merging_use(in->merging, in->store);
        month_in.source = merging_fill;
        month_in.source_context = in->merging;
    }
    *result = (struct run_result){0};
    work.numbers[SERIES_INVOICE] = (struct numbers){in->numbers_before, in->numbers_before};
    work.findings = (struct findings){
        .report = report_finding, .context = &work, .store = in->store, .month = in->month, .as_of = in->as_of};
    if (snapshots_begin(&work, err) == ERR_NONE && load_held(&work, err) == ERR_NONE && month_open(month_in, &month, err) == ERR_NONE &&
        load_learned(&work, month, err) == ERR_NONE && !result->nothing_learned) {
        (void)compute(&work, month, err); /* the error is in *err */
    }
    correcting_close(work.correcting);
    shown_bills_close(work.shown);
    history_close(work.history);
    store_close(work.past);
    store_snapshot_end(in->store);
    if (err->code == ERR_NONE && work.report != NULL) {
        (void)!run_finish(&work, month, err); /* the error is in *err */
    }
    month_free(month);
    free(work.controls);
    free(work.revenue_before);
    held_free(&work.held);
    held_free(&work.later_held);
    findings_release(&work.findings);
    if (err->code == ERR_NONE) {
        *report = work.report;
    } else {
        report_end(work.report);
    }
    return err->code;
}
