/*
 * What was issued for one account-month: its runs, its documents, and which of
 * their lines stand once notes have taken some back (R28).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_account_documents.h"
#include "tests/schema/past.h"

#define MONTH 202511

static struct account_documents documents_of(struct fresh *fresh, const char *account_id, int64_t as_of)
{
    struct account_documents documents = {0};
    struct err err = {0};

    if (account_documents_read(fresh->store, (struct account_documents_in){account_id, MONTH, as_of}, &documents, &err) !=
        ERR_NONE) {
        fail_msg("%s", err.text);
    }
    return documents;
}

/* "1-close invoiced; INV-2025-11-00000001 700 1 line" */
static const char *said(struct fresh *fresh, const char *account_id, int64_t as_of)
{
    static char out[2048];
    struct account_documents documents = documents_of(fresh, account_id, as_of);
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < documents.run_count; i++) {
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%d-%s %s%s%s", used == 0 ? "" : "; ",
                                 (int)documents.runs[i].sequence, documents.runs[i].kind, documents.runs[i].status,
                                 documents.runs[i].held_reason[0] == '\0' ? "" : " ", documents.runs[i].held_reason);
    }
    for (size_t i = 0; i < documents.document_count; i++) {
        const struct account_document *document = &documents.documents[i];
        used += (size_t)snprintf(out + used, sizeof out - used, "; %s %s%s%s %lld of run %d", document->name,
                                 document->kind, document->corrects[0] == '\0' ? "" : " to ", document->corrects,
                                 (long long)document->total_minor, (int)document->run_sequence);
    }
    account_documents_release(&documents);
    return out;
}

static void statement(struct fresh *fresh, int run, const char *account_id, const char *status, int64_t total_minor)
{
    past_statement(fresh, (struct past_statement){.run = run, .account_id = account_id, .status = status, .plan = "pro",
                                                  .country = "", .total_minor = total_minor});
}

static void test_runs_and_documents(void **state)
{
    struct fresh *fresh = *state;

    past_accounts(fresh);
    assert_string_equal(said(fresh, "a", T(100)), "");
    int first = past_run(fresh, MONTH, T(10));
    statement(fresh, first, "a", "invoiced", 700);
    statement(fresh, first, "b", "held", 0);
    statement(fresh, first, "c", "no_charge", 0);
    (void)past_document(fresh, first, "INV", "a", 700);
    past_sql(fresh, "INSERT INTO held_accounts SELECT %d, account, 'no_address' FROM account_ids WHERE account_id = 'b'",
             first);
    assert_string_equal(said(fresh, "a", T(100)), ""); /* the run is at work: it has issued nothing yet */
    past_issued(fresh, first);
    int dropped = past_run(fresh, MONTH, T(11));
    past_abandoned(fresh, dropped);
    int second = past_run(fresh, MONTH, T(12));
    statement(fresh, second, "b", "invoiced", 300);
    (void)past_document(fresh, second, "INV", "b", 300);
    past_issued(fresh, second);

    assert_string_equal(said(fresh, "a", T(100)),
                        "1-close invoiced; 2-close ; INV-2025-11-00000001 invoice 700 of run 1");
    assert_string_equal(said(fresh, "b", T(100)),
                        "1-close held no_address; 2-close invoiced; INV-2025-11-00000002 invoice 300 of run 2");
    assert_string_equal(said(fresh, "c", T(100)), "1-close no_charge; 2-close ");
    assert_string_equal(said(fresh, "b", T(11)), "1-close held no_address"); /* as of a day before the second run */
    assert_string_equal(said(fresh, "b", T(9)), "");
    assert_string_equal(said(fresh, "nobody", T(100)), "1-close ; 2-close ");
}

/* A line of plan `pro`, as of R28's comparison. */
static void line_add(struct fresh *fresh, int document, int line, int64_t quantity, int64_t unit_price, int64_t amount)
{
    past_sql(fresh,
             "INSERT INTO document_lines (document, line, kind, description, plan, period_start, period_end, quantity, unit, "
             "unit_whole, unit_price, amount, charged_at, rule, reference) VALUES (%d, %d, 'plan_prorated', 'a line', 'pro', "
             "1, 2, %lld, 'days', 30, %lld, %lld, 1, 'R12', '')",
             document, line, (long long)quantity, (long long)unit_price, (long long)amount);
}

/* "1.1 1.2- 2.1-": documents and lines, a dash behind those that do not stand. */
static const char *standing(struct fresh *fresh)
{
    static char out[512];
    struct account_documents documents = documents_of(fresh, "a", T(100));
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < documents.line_count; i++) {
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%zu.%d%s", i == 0 ? "" : " ",
                                 documents.lines[i].document + 1, (int)documents.lines[i].line,
                                 documents.lines[i].stands ? "" : "-");
    }
    account_documents_release(&documents);
    return out;
}

/* A document of `a` without its line, in a run of its own that is left at work. */
static int document_alone(struct fresh *fresh, const char *series, int64_t as_of, int *run)
{
    *run = past_run(fresh, MONTH, as_of);
    statement(fresh, *run, "a", "invoiced", 700);
    int document = past_document(fresh, *run, series, "a", 700);
    fresh_sql(fresh, "DROP TRIGGER IF EXISTS document_lines_delete; DROP TRIGGER IF EXISTS documents_update");
    past_sql(fresh, "DELETE FROM document_lines WHERE document = %d", document);
    past_sql(fresh, "UPDATE documents SET lines = 9 WHERE document = %d", document);
    return document;
}

static void test_lines_that_stand(void **state)
{
    struct fresh *fresh = *state;
    int run = 0;

    past_accounts(fresh);
    int invoice = document_alone(fresh, "INV", T(10), &run);
    line_add(fresh, invoice, 1, 10, 2000, 667);
    line_add(fresh, invoice, 2, 10, -2000, -667); /* R13's discount: an invoice takes nothing back */
    line_add(fresh, invoice, 3, 10, 2000, 667);
    line_add(fresh, invoice, 4, 0, 2000, 0);
    past_issued(fresh, run);
    assert_string_equal(standing(fresh), "1.1 1.2 1.3 1.4");

    int note = document_alone(fresh, "CN", T(20), &run);
    line_add(fresh, note, 1, -10, 2000, -667);
    line_add(fresh, note, 2, 10, 1900, 633); /* in its place */
    line_add(fresh, note, 3, 0, 2000, 0);    /* minus nothing is nothing: it takes 1.4 back */
    past_issued(fresh, run);
    assert_string_equal(standing(fresh), "1.1- 1.2 1.3 1.4- 2.1- 2.2 2.3-");

    note = document_alone(fresh, "DN", T(30), &run);
    line_add(fresh, note, 1, -10, 1900, -633); /* what the note charged is taken back again */
    line_add(fresh, note, 2, -10, 2000, -667);
    line_add(fresh, note, 3, -10, 2000, -667); /* there is none left: it stands as it is */
    past_issued(fresh, run);
    assert_string_equal(standing(fresh), "1.1- 1.2 1.3- 1.4- 2.1- 2.2- 2.3- 3.1- 3.2- 3.3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_runs_and_documents, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_lines_that_stand, fresh_setup, fresh_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
