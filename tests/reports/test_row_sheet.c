/* Sheets of rows: what of a file is shown, in which order, on which page, under which totals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/csv_table.h"
#include "reports/movers.h"
#include "reports/revenue.h"
#include "reports/row_sheet.h"
#include "tests/reports/hand_bill.h"

static char directory[256];
static char path[512];

static const struct row_column columns[] = {
    {"Name", 20, ROW_TEXT, false},
    {"Amount", 12, ROW_MONEY, true},
    {"Currency", 10, ROW_TEXT, false},
    {"Credits", 12, ROW_CREDITS, true},
};

static int64_t key_amount(const struct csv_record *record)
{
    struct row_number number = {0};

    return row_number_read(record->fields[1], &number) ? number.value : 0;
}

static struct row_layout layout = {"Rows", TABLE_INVOICES, columns, 4, 2, 0, "No rows", 3, false, key_amount};

static int set_up(void **state)
{
    (void)state;
    hand_directory(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/rows.csv", directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hand_remove(directory);
    return 0;
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

#define HEADER "name,amount,currency,credits\n"

static void test_records_and_their_places(void **state)
{
    static const struct {
        const char *fields[4];
    } want[] = {
        {{"a", "1.00", "USD", ""}},
        {{"two\nlines, \"quoted\"", "-2.50", "USD", "3.00"}},
        {{"  blanks  ", "0.00", "", "1"}},
    };
    struct csv_table *table = NULL;
    const struct csv_record *record = NULL;
    struct err err = {0};
    int64_t offsets[3];

    (void)state;
    write_file(HEADER "a,1.00,USD,\n\"two\nlines, \"\"quoted\"\"\",-2.50,USD,3.00\n  blanks  ,0.00,,1\n");
    assert_int_equal(csv_table_open(path, 4, &table, &err), ERR_NONE);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(csv_table_next(table, &record, &err), ERR_NONE);
        assert_non_null(record);
        offsets[i] = record->offset;
        for (size_t field = 0; field < 4; field++) {
            assert_string_equal(record->fields[field], want[i].fields[field]);
        }
    }
    assert_int_equal(csv_table_next(table, &record, &err), ERR_NONE);
    assert_null(record);
    for (size_t i = 3; i-- > 0;) { /* backwards, by their places */
        assert_int_equal(csv_table_seek(table, offsets[i], &err), ERR_NONE);
        assert_int_equal(csv_table_next(table, &record, &err), ERR_NONE);
        assert_string_equal(record->fields[0], want[i].fields[0]);
    }
    csv_table_close(table);
}

static void test_files_that_are_none(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *words;
    } rows[] = {
        {"empty", "", "it is empty"},
        {"a field missing", HEADER "a,1.00,USD\n", "a record has not as many fields as the header"},
        {"cut short", HEADER "a,1.00,\"US", "it is cut short"},
        {"a quote inside", HEADER "a\"b,1.00,USD,\n", "cannot read back"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct csv_table *table = NULL;
        const struct csv_record *record = NULL;
        struct err err = {0};
        write_file(rows[i].text);
        enum err_code code = csv_table_open(path, 4, &table, &err);
        if (code == ERR_NONE) {
            code = csv_table_next(table, &record, &err);
        }
        if (code != ERR_IO || strstr(err.text, rows[i].words) == NULL) {
            print_error("%s: %d %s\n", rows[i].name, (int)code, err.text);
            fail();
        }
        csv_table_close(code == ERR_NONE || i > 0 ? table : NULL);
    }
}

/* Write the file's sheet; the book is left for a look and released by the caller. */
static void write_sheet(struct book *book, struct row_sheet *rows, size_t limit, int64_t page_rows)
{
    char book_path[600];
    struct err err = {0};

    (void)snprintf(book_path, sizeof book_path, "%s/book.xlsx", directory);
    struct book_in in = {.path = book_path, .temporary = directory, .title = "t", .subject = "s",
                         .created_ms = HAND_AS_OF};
    assert_int_equal(row_sheet_prepare(rows, (struct row_sheet_in){&layout, path, limit, page_rows}, &err), ERR_NONE);
    assert_int_equal(book_begin(book, in, &err), ERR_NONE);
    assert_int_equal(row_sheet_write(rows, book, (struct row_links){0}, &err), ERR_NONE);
    assert_int_equal(book_close(book, &err), ERR_NONE); /* reads it back */
}

static void test_pages_and_totals(void **state)
{
    struct book book;
    struct row_sheet rows;
    char target[ROW_TARGET_MAX];

    (void)state;
    write_file(HEADER "a,1.00,USD,1.00\nb,2.00,USD,2.00\nc,300,JPY,3.00\nd,4.00,USD,4.00\ne,5,JPY,\n");
    write_sheet(&book, &rows, SIZE_MAX, 2);
    assert_int_equal(book.page_count, 3);
    assert_string_equal(book.pages[2].name, "Rows (3)");
    assert_int_equal(book.pages[0].data_first, 4); /* all, JPY, USD, the header */
    assert_int_equal(book.pages[0].data_count, 2);
    assert_int_equal(book.pages[2].data_count, 1);
    assert_int_equal(row_survey_sums(&rows.survey, 0, "USD")->sums[1], 300);
    assert_null(row_survey_sums(&rows.survey, 0, "JPY"));
    assert_int_equal(row_survey_sums(&rows.survey, 1, "JPY")->sums[1], 300);
    assert_int_equal(row_survey_sums(&rows.survey, 1, "JPY")->digits, 0);
    assert_int_equal(row_survey_sums(&rows.survey, 1, "USD")->sums[1], 400);
    assert_int_equal(row_survey_sums(&rows.survey, 1, "")->sums[3], 700); /* credits: whatever the currency */
    assert_int_equal(row_survey_sums(&rows.survey, 1, "")->sums[1], 0);   /* money: never mixed */
    assert_int_equal(rows.file_rows, 5);
    assert_true(rows.all);
    row_sheet_target(&rows, 0, target);
    assert_string_equal(target, "#'Rows'!A5");
    row_sheet_target(&rows, 4, target);
    assert_string_equal(target, "#'Rows (3)'!A5");
    book_release(&book);
    row_sheet_release(&rows);
}

/* A sheet has 1,048,576 rows and not one more: totals, header and data together. */
static void test_a_page_holds_its_totals_too(void **state)
{
    struct row_sheet_in in = {.layout = &layout, .path = path, .limit = SIZE_MAX, .page_rows = BOOK_ROWS_MAX};
    struct row_sheet rows;
    struct err err = {0};
    char target[ROW_TARGET_MAX];
    FILE *file = fopen(path, "wb");

    (void)state;
    assert_non_null(file);
    assert_true(fputs(HEADER, file) >= 0);
    for (int i = 0; i < BOOK_ROWS_MAX; i++) {
        assert_true(fputs("a,1.00,USD,\n", file) >= 0);
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(row_sheet_prepare(&rows, in, &err), ERR_NONE);
    row_sheet_target(&rows, BOOK_ROWS_MAX - 2, target);
    assert_string_equal(target, "#'Rows'!A1048576"); /* below one line of totals and the header */
    row_sheet_target(&rows, BOOK_ROWS_MAX - 1, target);
    assert_string_equal(target, "#'Rows (2)'!A3");
    row_sheet_release(&rows);
}

static void test_one_currency_has_one_line_of_totals(void **state)
{
    struct book book;
    struct row_sheet rows;

    (void)state;
    write_file(HEADER "a,1.00,USD,1.00\nb,2.00,USD,2.00\n");
    write_sheet(&book, &rows, SIZE_MAX, BOOK_ROWS_MAX);
    assert_int_equal(row_survey_lines(&rows.survey), 1);
    assert_int_equal(book.pages[0].data_first, 2);
    book_release(&book);
    row_sheet_release(&rows);
}

static void test_no_rows(void **state)
{
    struct book book;
    struct row_sheet rows;

    (void)state;
    write_file(HEADER);
    write_sheet(&book, &rows, SIZE_MAX, BOOK_ROWS_MAX);
    assert_int_equal(book.pages[0].data_count, 0);
    assert_int_equal(book.pages[0].rows, 2); /* totals of nothing, and the header */
    book_release(&book);
    row_sheet_release(&rows);
}

/* More currencies than lines of totals: no line of money, nothing added up across them. */
static void test_many_currencies(void **state)
{
    static const char *const codes[] = {"AUD", "BRL", "CAD", "EUR", "GBP", "INR", "USD", "EUR"};
    struct book book;
    struct row_sheet rows;
    char text[1024] = HEADER;

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "a,1.00,%s,1.00\n", codes[i]);
    }
    write_file(text);
    write_sheet(&book, &rows, SIZE_MAX, BOOK_ROWS_MAX);
    assert_int_equal(row_survey_lines(&rows.survey), 1);
    assert_false(row_survey_by_currency(&rows.survey));
    assert_int_equal(row_survey_sums(&rows.survey, 0, "EUR")->sums[1], 200);
    book_release(&book);
    row_sheet_release(&rows);
}

static void test_the_largest(void **state)
{
    struct book book;
    struct row_sheet rows;
    char text[4096] = HEADER;

    (void)state;
    for (int i = 0; i < 100; i++) { /* 0, 37, 74, 11 ...: each of 0 .. 99 once */
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "n%d,%d.00,USD,\n", i, i * 37 % 100);
    }
    write_file(text);
    write_sheet(&book, &rows, 3, BOOK_ROWS_MAX);
    assert_string_equal(rows.name, "Rows (largest)");
    assert_false(rows.all);
    assert_int_equal(rows.file_rows, 100);
    assert_int_equal(book.pages[0].data_count, 3);
    assert_int_equal(row_survey_sums(&rows.survey, 0, "USD")->sums[1], 9900 + 9800 + 9700); /* of what is shown */
    assert_int_equal(rows.order.places[0].key, 9900);
    assert_int_equal(rows.order.places[2].key, 9700);
    book_release(&book);
    row_sheet_release(&rows);
    write_sheet(&book, &rows, 100, BOOK_ROWS_MAX); /* as many as there are: all, as in the file */
    assert_string_equal(rows.name, "Rows");
    assert_true(rows.all);
    assert_false(rows.ordered);
    book_release(&book);
    row_sheet_release(&rows);
}

static void test_equal_keys_keep_the_order_of_the_file(void **state)
{
    struct row_order order = {.limit = 5};
    struct err err = {0};

    (void)state;
    for (int64_t i = 0; i < 1000; i++) {
        assert_int_equal(row_order_add(&order, (struct row_place){i % 10, i}, &err), ERR_NONE);
    }
    row_order_end(&order);
    assert_int_equal(order.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(order.places[i].key, 9);
        assert_int_equal(order.places[i].offset, 9 + 10 * (int64_t)i);
    }
    row_order_release(&order);
}

/* Many keys in any order, against a sum by hand. */
static void test_revenue_of_many_keys(void **state)
{
    struct revenue revenue = {0};
    int64_t sum = 0;
    int64_t want = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char plan[16];
        char country[3] = {(char)('A' + i % 26), (char)('A' + i / 26 % 26), '\0'};
        (void)snprintf(plan, sizeof plan, "p%d", i % 7);
        assert_int_equal(revenue_add(&revenue, (struct revenue_key){(enum line_kind)(i % 6), plan, country, "USD"}, i), ERR_NONE);
        want += i;
    }
    for (size_t i = 0; i < revenue.count; i++) {
        sum += revenue.sums[i].amount_minor;
        for (size_t other = 0; other < i; other += 97) {
            assert_false(revenue.sums[i].kind == revenue.sums[other].kind &&
                         strcmp(revenue.sums[i].plan, revenue.sums[other].plan) == 0 &&
                         strcmp(revenue.sums[i].country, revenue.sums[other].country) == 0);
        }
    }
    assert_int_equal(sum, want);
    assert_int_equal(revenue_add(&revenue, (struct revenue_key){LINE_PLAN, "p0", "AA", "USD"}, INT64_MAX), ERR_DATA);
    revenue_release(&revenue);
}

static void test_the_largest_changes(void **state)
{
    static struct movers movers;

    (void)state;
    memset(&movers, 0, sizeof movers);
    for (int i = 0; i < 200; i++) {
        struct mover mover = {.digits = 2, .before_minor = 1000, .now_minor = 1000 + (i * 77 % 200) - 100};
        (void)snprintf(mover.account_id, sizeof mover.account_id, "a%d", i);
        movers_add(&movers, mover);
    }
    assert_int_equal(movers.count, MOVERS_MAX);
    assert_int_equal(movers.list[0].now_minor, 900); /* -100 is the largest of -100 .. 99 */
    for (size_t i = 1; i < movers.count; i++) {
        assert_true(movers.list[i].size <= movers.list[i - 1].size);
    }
    movers_add(&movers, (struct mover){.digits = 0, .now_minor = 2}); /* 2 yen count like 2.00 */
    assert_int_equal(movers.list[0].digits, 0);
    movers_add(&movers, (struct mover){.digits = 2, .before_minor = -INT64_MAX, .now_minor = INT64_MAX});
    assert_true(movers.list[0].size == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_and_their_places),
        cmocka_unit_test(test_files_that_are_none),
        cmocka_unit_test(test_pages_and_totals),
        cmocka_unit_test(test_a_page_holds_its_totals_too),
        cmocka_unit_test(test_one_currency_has_one_line_of_totals),
        cmocka_unit_test(test_no_rows),
        cmocka_unit_test(test_many_currencies),
        cmocka_unit_test(test_the_largest),
        cmocka_unit_test(test_equal_keys_keep_the_order_of_the_file),
        cmocka_unit_test(test_revenue_of_many_keys),
        cmocka_unit_test(test_the_largest_changes),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
