/*
 * An explanation as text, CSV, JSON and workbook: what each of them makes of the
 * same facts and tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/explanation.h"

typedef enum err_code (*writer)(const struct explanation *explanation, struct err *err);

static const enum explanation_column COLUMNS[] = {EXPLAIN_EVENT_ID, EXPLAIN_CREDITS, EXPLAIN_CONSUMED_FROM};

static void fill(struct explanation *explanation)
{
    struct err err = {0};

    explanation_title(explanation, "%s, 2025-11", "\x1B[31macme");
    explanation_facts(explanation, "charges", "Charges");
    explanation_fact(explanation, "R12", "line 1", "%s = %s", "20.00 x 10 / 30 days", "6.67");
    explanation_fact(explanation, "", "a longer label", "=1+1, \"quoted\", \\ and\na second line");
    explanation_fact(explanation, "R9", "wrapped",
                     "%s", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen");
    explanation_table(explanation, (struct explanation_table){"events", "Events", COLUMNS, 3});
    explanation_cell(explanation, "e-1");
    explanation_cell(explanation, "9.50");
    explanation_cell(explanation, "allowance 9.50");
    explanation_cell(explanation, "Zo\xC3\xAB");
    explanation_cell(explanation, "10.00");
    explanation_cell(explanation, "%s", "");
    assert_int_equal(explanation_end(explanation, &err), ERR_NONE);
}

/* What a writer sends to standard output. */
static const char *written(const struct explanation *explanation, writer write_out)
{
    static char out[8192];
    char path[] = "/tmp/explanation-XXXXXX";
    struct err err = {0};
    int file = mkstemp(path);
    int kept = dup(STDOUT_FILENO);
    assert_true(file >= 0 && kept >= 0);

    fflush(stdout);
    assert_true(dup2(file, STDOUT_FILENO) >= 0);
    enum err_code code = write_out(explanation, &err);
    fflush(stdout);
    assert_true(dup2(kept, STDOUT_FILENO) >= 0);
    close(kept);
    assert_int_equal(code, ERR_NONE);
    ssize_t length = pread(file, out, sizeof out - 1, 0);
    assert_true(length >= 0);
    out[length] = '\0';
    close(file);
    unlink(path);
    return out;
}

static void test_text(void **state)
{
    (void)state;
    struct explanation explanation = {0};

    fill(&explanation);
    assert_string_equal(written(&explanation, explanation_write_text),
                        "\\x1B[31macme, 2025-11\n"
                        "\n"
                        "Charges\n"
                        "  line 1          20.00 x 10 / 30 days = 6.67 [R12]\n"
                        "  a longer label  =1+1, \"quoted\", \\ and\\na second line\n"
                        "  wrapped         one two three four five six seven eight nine ten eleven twelve thirteen "
                        "fourteen fifteen\n"
                        "                  [R9]\n"
                        "\n"
                        "Events\n"
                        "  event_id  credits  consumed_from\n"
                        "  e-1          9.50  allowance 9.50\n"
                        "  Zo\xC3\xAB         10.00\n");
    explanation_release(&explanation);
}

static void test_csv(void **state)
{
    (void)state;
    struct explanation explanation = {0};

    fill(&explanation);
    assert_string_equal(written(&explanation, explanation_write_csv),
                        "section,label,value,rule,day,occurred_at,event_id,model,events,quantity,tokens,requests,multiplier,"
                        "credits,credits_shown,bonus,included,overage,unbilled,consumed_from\n"
                        "charges,line 1,20.00 x 10 / 30 days = 6.67,R12,,,,,,,,,,,,,,,,\n"
                        "charges,a longer label,\"'=1+1, \"\"quoted\"\", \\ and\\na second line\",,,,,,,,,,,,,,,,,\n"
                        "charges,wrapped,one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
                        "fifteen,R9,,,,,,,,,,,,,,,,\n"
                        "events,,,,,,e-1,,,,,,,9.50,,,,,,allowance 9.50\n"
                        "events,,,,,,Zo\xC3\xAB,,,,,,,10.00,,,,,,\n");
    explanation_release(&explanation);
}

static void test_json(void **state)
{
    (void)state;
    struct explanation explanation = {0};

    fill(&explanation);
    assert_string_equal(written(&explanation, explanation_write_json),
                        "{\n"
                        "  \"title\": \"\\u001b[31macme, 2025-11\",\n"
                        "  \"sections\": [\n"
                        "    {\"section\": \"charges\", \"title\": \"Charges\", \"rows\": [\n"
                        "      {\"label\": \"line 1\", \"value\": \"20.00 x 10 / 30 days = 6.67\", \"rule\": \"R12\"},\n"
                        "      {\"label\": \"a longer label\", \"value\": \"=1+1, \\\"quoted\\\", \\\\ and\\u000aa second line\", "
                        "\"rule\": \"\"},\n"
                        "      {\"label\": \"wrapped\", \"value\": \"one two three four five six seven eight nine ten eleven "
                        "twelve thirteen fourteen fifteen\", \"rule\": \"R9\"}]},\n"
                        "    {\"section\": \"events\", \"title\": \"Events\", \"rows\": [\n"
                        "      {\"event_id\": \"e-1\", \"credits\": \"9.50\", \"consumed_from\": \"allowance 9.50\"},\n"
                        "      {\"event_id\": \"Zo\xC3\xAB\", \"credits\": \"10.00\", \"consumed_from\": \"\"}]}\n"
                        "  ]\n"
                        "}\n");
    explanation_release(&explanation);
}

static void test_no_sections_and_no_rows(void **state)
{
    (void)state;
    struct explanation explanation = {0};
    struct err err = {0};

    explanation_title(&explanation, "nothing");
    explanation_facts(&explanation, "charges", "Charges");
    assert_int_equal(explanation_end(&explanation, &err), ERR_NONE);
    assert_string_equal(written(&explanation, explanation_write_text), "nothing\n\nCharges\n");
    assert_string_equal(written(&explanation, explanation_write_json),
                        "{\n  \"title\": \"nothing\",\n  \"sections\": [\n"
                        "    {\"section\": \"charges\", \"title\": \"Charges\", \"rows\": []}\n  ]\n}\n");
    explanation_release(&explanation);
}

static void test_beyond_the_plane_as_json(void **state)
{
    (void)state;
    struct explanation explanation = {0};
    struct err err = {0};

    explanation_title(&explanation, "\xF0\x9F\x98\x80 \xF3\xA0\x81\x81 \xFF"); /* a face, a tag, no UTF-8 */
    assert_int_equal(explanation_end(&explanation, &err), ERR_NONE);
    assert_string_equal(written(&explanation, explanation_write_json),
                        "{\n  \"title\": \"\xF0\x9F\x98\x80 \\udb40\\udc41 \xEF\xBF\xBD\",\n  \"sections\": [\n  ]\n}\n");
    explanation_release(&explanation);
}

static void test_workbook(void **state)
{
    (void)state;
    struct explanation explanation = {0};
    struct err err = {0};
    struct stat status;
    char folder[] = "/tmp/explanation-XXXXXX";
    char path[64];

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x.xlsx", folder);
    fill(&explanation);
    /* book_close() reads every cell back */
    if (explanation_write_book(&explanation, path, 1764547200000, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
    assert_true(stat(path, &status) == 0 && status.st_size > 1000);
    assert_int_equal(explanation_write_book(&explanation, path, 1764547200000, &err), ERR_CREATE);
    assert_non_null(strstr(err.text, "is there already"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left in it */
    explanation_release(&explanation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_no_sections_and_no_rows),
        cmocka_unit_test(test_beyond_the_plane_as_json),
        cmocka_unit_test(test_workbook),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
