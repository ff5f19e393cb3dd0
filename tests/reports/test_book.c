/* The workbook's layer: pages, counts, texts, formulas, and files that are not what was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "reports/book.h"
#include "reports/book_check.h"
#include "tests/reports/hand_bill.h"

static const struct sheet_column columns[] = {{"Name", 20, false}, {"Amount", 12, true}};
static char directory[256];
static char path[512];

static int set_up(void **state)
{
    (void)state;
    hand_directory(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/book.xlsx", directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hand_remove(directory);
    return 0;
}

static void begin(struct book *book, struct sheet *sheet)
{
    struct err err = {0};
    struct book_in in = {.path = path, .temporary = directory, .title = "t", .subject = "s", .created_ms = HAND_AS_OF};

    assert_int_equal(book_begin(book, in, &err), ERR_NONE);
    assert_int_equal(sheet_begin(sheet, book, (struct sheet_in){"Lines", columns, 2, 0x123456, 0}, &err), ERR_NONE);
    assert_int_equal(sheet_header(sheet, &err), ERR_NONE);
}

static void next_page(struct sheet *sheet)
{
    struct err err = {0};

    assert_int_equal(sheet_data_end(sheet, &err), ERR_NONE);
    assert_int_equal(sheet_page_next(sheet, &err), ERR_NONE);
    assert_int_equal(sheet_header(sheet, &err), ERR_NONE);
}

static void row(struct sheet *sheet, const char *text, int64_t minor)
{
    struct err err = {0};

    cell_text(sheet, text, CELL_TEXT);
    cell_money(sheet, minor, 2);
    assert_int_equal(sheet_row_end(sheet, &err), ERR_NONE);
}

/* A part of the file, whole; freed by the caller. */
static char *part(const char *name)
{
    int failed = 0;
    zip_stat_t status;
    zip_t *archive = zip_open(path, ZIP_RDONLY, &failed);

    assert_non_null(archive);
    assert_int_equal(zip_stat(archive, name, 0, &status), 0);
    char *bytes = malloc((size_t)status.size + 1);
    assert_non_null(bytes);
    zip_file_t *file = zip_fopen(archive, name, 0);
    assert_non_null(file);
    assert_true(zip_fread(file, bytes, status.size) == (zip_int64_t)status.size);
    bytes[status.size] = '\0';
    assert_int_equal(zip_fclose(file), 0);
    zip_discard(archive);
    return bytes;
}

static void assert_part_has(const char *name, const char *wanted)
{
    char *bytes = part(name);

    if (strstr(bytes, wanted) == NULL) {
        print_error("%s lacks %s: %s\n", name, wanted, bytes);
        fail();
    }
    free(bytes);
}

static void test_sheet_of_pages(void **state)
{
    struct book book;
    struct sheet sheet;
    struct err err = {0};
    char formula[BOOK_FORMULA_MAX];
    const uint16_t ranges[BOOK_RANGES] = {0, 1};

    (void)state;
    begin(&book, &sheet);
    for (int i = 0; i < 7; i++) {
        if (i > 0 && i % 3 == 0) {
            next_page(&sheet);
        }
        row(&sheet, "USD", i);
    }
    assert_int_equal(sheet_data_end(&sheet, &err), ERR_NONE);
    assert_int_equal(book.page_count, 3);
    assert_string_equal(book.pages[2].name, "Lines (3)");
    assert_int_equal(book.pages[0].rows, 4);
    assert_int_equal(book.pages[2].rows, 2);
    assert_int_equal(book.pages[2].data_count, 1);
    sheet_formula(&sheet, "SUMIF(?0,\"USD\",?1)", ranges, formula);
    assert_string_equal(formula, "=SUMIF('Lines'!$A$2:$A$4,\"USD\",'Lines'!$B$2:$B$4)"
                                 "+SUMIF('Lines (2)'!$A$2:$A$4,\"USD\",'Lines (2)'!$B$2:$B$4)"
                                 "+SUMIF('Lines (3)'!$A$2:$A$2,\"USD\",'Lines (3)'!$B$2:$B$2)");
    assert_int_equal(book_close(&book, &err), ERR_NONE);
    assert_part_has("xl/worksheets/sheet3.xml", "<autoFilter ref=\"A1:B2\"/>");
    assert_part_has("xl/worksheets/sheet2.xml", "state=\"frozen\"");
    book_release(&book);
}

static void test_formula_of_too_many_pages(void **state)
{
    struct book book;
    struct sheet sheet;
    struct err err = {0};
    char formula[BOOK_FORMULA_MAX];
    const uint16_t ranges[BOOK_RANGES] = {0, 1};

    (void)state;
    begin(&book, &sheet);
    sheet_formula(&sheet, "SUM(?1)", ranges, formula);
    assert_string_equal(formula, ""); /* no rows, no formula */
    for (int i = 0; i < 200; i++) {
        row(&sheet, "USD", i);
        next_page(&sheet);
    }
    sheet_formula(&sheet, "SUM(?1)", ranges, formula);
    assert_string_equal(formula, "");
    assert_int_equal(book_close(&book, &err), ERR_NONE);
    book_release(&book);
}

static const struct {
    const char *name;
    const char *text;
    const char *xml;
} texts[] = {
    /* rule                          text               in the file */
    {"formula is text",              "=1+1",            "t=\"inlineStr\"><is><t>=1+1</t>"},
    {"markup",                       "<a & b>",         "<t>&lt;a &amp; b&gt;</t>"},
    {"control character",            "a\x01\rb",        "<t>a_x0001__x000D_b</t>"},
    {"what looks like an escape",    "_x0041_",         "<t>_x005F_x0041_</t>"},
    {"what does not",                "_x00 41_",        "<t>_x00 41_</t>"},
    {"noncharacter",                 "a\xEF\xBF\xBF.",  "<t>a\xEF\xBF\xBD.</t>"},
    {"not UTF-8",                    "A\xFF\xC3" "B\xE2\x82",
     "<t>A\xEF\xBF\xBD\xEF\xBF\xBD" "B\xEF\xBF\xBD\xEF\xBF\xBD</t>"},
    {"digits stay text",             "0012",            "<t>0012</t>"},
    {"blanks at the ends",           " a ",             "<t xml:space=\"preserve\"> a </t>"},
};

static void test_each_text(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct book book;
        struct sheet sheet;
        struct err err = {0};
        begin(&book, &sheet);
        row(&sheet, texts[i].text, 1);
        assert_int_equal(book_close(&book, &err), ERR_NONE);
        book_release(&book);
        char *xml = part("xl/worksheets/sheet1.xml");
        if (strstr(xml, texts[i].xml) == NULL) {
            print_error("%s: want %s in %s\n", texts[i].name, texts[i].xml, xml);
            failed++;
        }
        free(xml);
    }
    assert_int_equal(failed, 0);
}

static void test_text_too_long_is_cut_between_characters(void **state)
{
    struct book book;
    struct sheet sheet;
    struct err err = {0};
    char *text = malloc(200001);

    (void)state;
    assert_non_null(text);
    for (int shift = 0; shift < 2; shift++) {
        for (int i = 0; i + 1 < 200000; i += 2) {
            memcpy(text + i, "\xC3\xA9", 3);
        }
        text[0] = shift == 0 ? text[0] : 'x';
        begin(&book, &sheet);
        row(&sheet, shift == 0 ? text : text + 2, 1);
        assert_int_equal(book_close(&book, &err), ERR_NONE); /* read back: well-formed UTF-8 */
        book_release(&book);
        assert_part_has("xl/worksheets/sheet1.xml", "\xC3\xA9...</t>");
    }
    free(text);
}

static void test_cells(void **state)
{
    struct book book;
    struct sheet sheet;
    struct err err = {0};

    (void)state;
    begin(&book, &sheet);
    cell_money(&sheet, -5, 3);
    cell_credits(&sheet, 1000000000000);
    cell_instant(&sheet, INT64_C(1764547199999)); /* the month's last instant: not the next day */
    cell_instant(&sheet, INT64_MIN);
    cell_month(&sheet, 202511);
    cell_formula(&sheet, "=SUM(A1:A2)", 667, 2, CELL_CREDITS);
    cell_formula(&sheet, "", 667, 2, CELL_CREDITS);
    cell_formula(&sheet, "=1-1", 0, 2, CELL_CREDITS);
    cell_link(&sheet, "#'Lines'!A1", "a \"b\"");
    cell_formula_text(&sheet, "=IF(A1=0,\"agrees\",\"DIFFERS\")", "agrees", CELL_PASS);
    cell_formula(&sheet, "=ROUND(A1/B1,4)", 1250, 4, CELL_SHARE);
    cell_day(&sheet, 20251103);
    assert_int_equal(sheet_row_end(&sheet, &err), ERR_NONE);
    assert_int_equal(book_close(&book, &err), ERR_NONE);
    book_release(&book);
    char *xml = part("xl/worksheets/sheet1.xml");
    assert_non_null(strstr(xml, "<v>-0.005</v>"));
    assert_non_null(strstr(xml, "<v>10000000000</v>"));
    assert_non_null(strstr(xml, "<v>45991.99999998843</v>"));
    assert_null(strstr(xml, "r=\"D2\""));
    assert_non_null(strstr(xml, "<v>45962</v>"));
    assert_non_null(strstr(xml, "<f>SUM(A1:A2)</f><v>6.67</v>"));
    assert_non_null(strstr(xml, "<v>6.67</v></c><c r=\"H2\""));
    assert_non_null(strstr(xml, "<f>1-1</f><v>0</v>"));
    assert_non_null(strstr(xml, "<f>HYPERLINK(\"#'Lines'!A1\",\"a \"\"b\"\"\")</f><v>a \"b\"</v>"));
    assert_non_null(strstr(xml, "<f>IF(A1=0,\"agrees\",\"DIFFERS\")</f><v>agrees</v>"));
    assert_non_null(strstr(xml, "<f>ROUND(A1/B1,4)</f><v>0.125</v>"));
    assert_non_null(strstr(xml, "<v>45964</v>"));
    free(xml);
    assert_part_has("docProps/core.xml", ">2025-12-03T00:00:00Z</dcterms:created>");
}

/* A book of two sheets, written and whole; its counts are still there. */
static void write_book(struct book *book, struct sheet *sheet)
{
    struct err err = {0};

    begin(book, sheet);
    for (int i = 0; i < 5; i++) {
        if (i == 3) {
            next_page(sheet);
        }
        row(sheet, "a name", i);
    }
    assert_int_equal(book_close(book, &err), ERR_NONE);
}

static void assert_refused(const struct book *book, const char *reason)
{
    struct err err = {0};

    assert_int_equal(book_check(book, &err), ERR_IO);
    assert_non_null(strstr(err.text, "book.xlsx' was not written whole (is the disk full, or memory short?): "));
    if (strstr(err.text, reason) == NULL) {
        print_error("want %s in: %s\n", reason, err.text);
        fail();
    }
}

static void test_check_counts(void **state)
{
    struct book book;
    struct sheet sheet;
    struct err err = {0};

    (void)state;
    write_book(&book, &sheet);
    book.pages[0].rows++;
    assert_refused(&book, "sheet Lines has 4 rows and 8 cells, not 5 and 8");
    book.pages[0].rows--;
    book.pages[1].cells--;
    assert_refused(&book, "sheet Lines (2) has 3 rows and 6 cells, not 3 and 5");
    book.pages[1].cells++;
    book.pages[1].content ^= 1;
    assert_refused(&book, "the cells of sheet Lines (2) do not say what was written");
    book.pages[1].content ^= 1;
    book.pages[0].data_first = 0;
    assert_refused(&book, "the head of sheet Lines does not stay in view");
    book.pages[0].data_first = 1;
    book.page_count--;
    assert_refused(&book, "not ");
    book.page_count++;
    book.pages[1].name[0] = 'X';
    assert_refused(&book, "it lists 2 sheets, not 2");
    book.pages[1].name[0] = 'L';
    assert_int_equal(book_check(&book, &err), ERR_NONE);
    book_release(&book);
}

/* Cut anywhere, or any byte of a part changed: never taken for whole. */
static void test_check_damage(void **state)
{
    struct book book;
    struct sheet sheet;
    struct stat status;
    struct err whole = {0};

    (void)state;
    write_book(&book, &sheet);
    assert_int_equal(stat(path, &status), 0);
    size_t length = 0;
    char *bytes = hand_read(directory, "book.xlsx", &length);
    for (size_t cut = 0; cut < length; cut += 97) {
        struct err err = {0};
        assert_int_equal(truncate(path, (off_t)(length - 1 - cut)), 0);
        assert_int_equal(book_check(&book, &err), ERR_IO);
    }
    int tries = 0;
    int refused = 0;
    for (size_t at = 200; at < length / 2; at += 151) { /* inside the first parts' data */
        FILE *file = fopen(path, "wb");
        struct err err = {0};
        assert_non_null(file);
        bytes[at] = (char)(bytes[at] ^ 0x55);
        assert_int_equal(fwrite(bytes, 1, length, file), length);
        assert_int_equal(fclose(file), 0);
        bytes[at] = (char)(bytes[at] ^ 0x55);
        tries++;
        refused += book_check(&book, &err) == ERR_IO;
    }
    assert_true(refused * 10 >= tries * 9); /* a date in a part's header means nothing, all else does */
    assert_int_equal(truncate(path, 0), 0);
    assert_refused(&book, "Not a zip archive");
    assert_int_equal(unlink(path), 0);
    assert_refused(&book, "No such file");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(book_check(&book, &whole), ERR_NONE);
    free(bytes);
    book_release(&book);
}

static int open_files(void)
{
    DIR *list = opendir("/proc/self/fd");
    int count = 0;

    assert_non_null(list);
    while (readdir(list) != NULL) {
        count++;
    }
    assert_int_equal(closedir(list), 0);
    return count;
}

static void test_given_up(void **state)
{
    struct book book;
    struct sheet sheet;
    int before = open_files();

    (void)state;
    for (int i = 0; i < 5; i++) {
        begin(&book, &sheet);
        for (int j = 0; j < 5; j++) {
            row(&sheet, "x", j);
        }
        book_release(&book);
        book_release(&book); /* harmless */
    }
    assert_int_equal(open_files(), before);
}

static void test_no_place(void **state)
{
    struct book book;
    struct sheet sheet;
    struct err err = {0};
    struct book_in in = {.path = "/proc/nowhere/book.xlsx", .temporary = "/proc/nowhere",
                         .title = "t", .subject = "s", .created_ms = 0};

    (void)state;
    assert_int_equal(book_begin(&book, in, &err), ERR_NONE);
    assert_int_equal(sheet_begin(&sheet, &book, (struct sheet_in){"Lines", columns, 2, 0, 0}, &err), ERR_NONE); /* in another place */
    row(&sheet, "x", 1);
    assert_int_equal(book_close(&book, &err), ERR_IO);
    assert_non_null(strstr(err.text, "cannot write '/proc/nowhere/book.xlsx': "));
    book_release(&book);
}

/* What the file has of an amount, so that it is found again. */
static void test_numbers_as_text(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        int digits;
        const char *text;
    } numbers[] = {
        {174222, 2, "1742.22"}, {805, 2, "8.050000000000001"}, {-7, 2, "-0.07000000000000001"}, {0, 3, "0"},
        {12345, 0, "12345"},    {75250, 3, "75.25"},           {INT64_MAX, 2, "9.223372036854776E+16"},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[BOOK_NUMBER_MAX];
        book_number_text(numbers[i].value, numbers[i].digits, text);
        assert_string_equal(text, numbers[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_as_text),
        cmocka_unit_test(test_sheet_of_pages), cmocka_unit_test(test_formula_of_too_many_pages),
        cmocka_unit_test(test_each_text),            cmocka_unit_test(test_text_too_long_is_cut_between_characters),
        cmocka_unit_test(test_cells),                cmocka_unit_test(test_check_counts),
        cmocka_unit_test(test_check_damage),         cmocka_unit_test(test_given_up),
        cmocka_unit_test(test_no_place),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
