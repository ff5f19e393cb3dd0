/*
 * Catalogue rows in memory against the database itself: the same random rows
 * are offered to both, which must take, correct, pass over and refuse the same
 * ones in the same words, and end with the same newest rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "batch/kept_rows.h"
#include "tests/schema/fresh.h"

#define ROUNDS 40 /* histories of each table */
#define ROWS 60   /* of each history */
#define STAMP 9
#define TEXT_BYTES 64

static uint64_t seed = 3;

static uint64_t random_below(uint64_t limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (seed >> 33) % limit;
}

static struct value text_value(const char *text)
{
    return (struct value){.kind = VALUE_TEXT, .text = text, .length = strlen(text)};
}

static struct value integer_value(int64_t integer)
{
    return (struct value){.kind = VALUE_INTEGER, .integer = integer};
}

/* Few different values, so that keys and contents meet. */
static struct value random_value(const struct column *column)
{
    static const char *const PLANS[] = {"free", "pro", "plus"};
    static const char *const CURRENCIES[] = {"USD", "JPY"};
    static const char *const COUNTRIES[] = {"DE", "US"};
    static const char *const REGIONS[] = {"CA", "NY"};
    static const char *const CUSTOMERS[] = {"any", "business"};
    static const char *const ROUNDINGS[] = {"line", "document"};
    static const char *const TEXTS[] = {"A", "B"};

    if (column->optional && random_below(3) == 0) {
        return (struct value){.kind = VALUE_NULL};
    }
    switch (column->type) {
    case COLUMN_ID:
        return text_value(PLANS[random_below(3)]);
    case COLUMN_CURRENCY:
        return text_value(CURRENCIES[random_below(2)]);
    case COLUMN_COUNTRY:
        return text_value(COUNTRIES[random_below(2)]);
    case COLUMN_REGION:
        return text_value(REGIONS[random_below(2)]);
    case COLUMN_CUSTOMER:
        return text_value(CUSTOMERS[random_below(2)]);
    case COLUMN_ROUNDING:
        return text_value(ROUNDINGS[random_below(2)]);
    case COLUMN_TEXT:
        return text_value(TEXTS[random_below(2)]);
    case COLUMN_POLICY:
        return text_value("proration");
    case COLUMN_VALUE:
        return text_value(random_below(2) == 0 ? "second" : "day_inclusive");
    case COLUMN_FLAG:
        return integer_value((int64_t)random_below(2));
    default:
        return integer_value((int64_t)random_below(3) + (column->type == COLUMN_MULTIPLIER || column->type == COLUMN_LIMIT));
    }
}

static void random_row(const struct table *table, struct value values[COLUMNS_MAX])
{
    for (int i = 0; i < table->column_count; i++) {
        values[i] = random_value(&table->columns[i]);
    }
    if (random_below(2) == 0) { /* mostly later: history goes on */
        values[table->column_count - 1] = integer_value((int64_t)random_below(20));
    }
}

static void row_words(const struct table *table, const struct value *values, char *out, size_t size)
{
    size_t used = 0;

    for (int i = 0; i < table->column_count; i++) {
        if (values[i].kind == VALUE_TEXT) {
            used += (size_t)snprintf(out + used, size - used, "%s|", values[i].text);
        } else if (values[i].kind == VALUE_INTEGER) {
            used += (size_t)snprintf(out + used, size - used, "%lld|", (long long)values[i].integer);
        } else {
            used += (size_t)snprintf(out + used, size - used, "-|");
        }
    }
}

/* Both say the same of a row; returns whether it was taken. */
static bool offer(struct kept_rows *rows, struct row_writer *writer, const struct value *values)
{
    struct row_result here = {0};
    struct row_result there = {0};
    struct err err = {0};
    char words[512];

    row_words(rows->table, values, words, sizeof words);
    assert_int_equal(kept_rows_write(rows, values, STAMP, &here, &err), ERR_NONE);
    assert_int_equal(row_write(writer, values, &there, &err), ERR_NONE);
    if (here.outcome != there.outcome || strcmp(here.reason, there.reason) != 0) {
        fail_msg("%s %s: in memory %d '%s', in the database %d '%s'", rows->table->name, words, here.outcome, here.reason,
                 there.outcome, there.reason);
    }
    return here.outcome == ROW_INSERTED || here.outcome == ROW_CORRECTED;
}

/* How many rows the table has, and how many of them are the newest of their keys. */
static void check_newest(const struct kept_rows *rows, size_t taken, struct fresh *fresh)
{
    const struct table *table = rows->table;
    char sql[1024];
    char keys[256] = "";
    size_t newest = 0;

    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].key) {
            size_t used = strlen(keys);
            snprintf(keys + used, sizeof keys - used, "%scoalesce(%s, '')", used == 0 ? "" : ", ", table->columns[i].name);
        }
    }
    for (size_t i = 0; i < rows->count; i++) {
        newest += kept_rows_newest(rows, i) != NULL;
    }
    assert_int_equal(rows->count, taken);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table->name);
    assert_int_equal(strtol(fresh_query(fresh, sql), NULL, 10), taken);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM (SELECT DISTINCT %s FROM %s)", keys, table->name);
    assert_int_equal(strtol(fresh_query(fresh, sql), NULL, 10), newest);
}

/* One history in a transaction of its own: the next one begins with an empty table again. */
static void play(struct fresh *fresh, const char *name, bool to_the_end)
{
    struct kept_rows rows = {.table = table_find(name)};
    struct row_writer *writer = NULL;
    struct value values[COLUMNS_MAX];
    struct err err = {0};
    size_t taken = 0;

    assert_int_equal(store_begin(fresh->store, &err), ERR_NONE);
    assert_int_equal(row_writer_open(fresh->store, rows.table, STAMP, &writer, &err), ERR_NONE);
    for (int i = 0; i < ROWS; i++) {
        random_row(rows.table, values);
        taken += offer(&rows, writer, values);
    }
    row_writer_close(writer);
    if (to_the_end) {
        assert_int_equal(store_commit(fresh->store, &err), ERR_NONE);
        check_newest(&rows, taken, fresh);
    } else {
        store_rollback(fresh->store);
    }
    kept_rows_release(&rows);
}

static void test_as_the_database(void **state)
{
    static const char *const NAMES[] = {"plans",     "plan_prices", "plan_allowances", "model_rates",
                                        "countries", "tax_rates",   "policies"};
    struct fresh *fresh = *state;

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        for (int round = 0; round < ROUNDS; round++) {
            play(fresh, NAMES[i], round == ROUNDS - 1);
        }
    }
}

/* More rows than the first room, and texts that are gone when they are asked for. */
static void test_many_rows(void **state)
{
    struct kept_rows rows = {.table = table_find("plan_allowances")};
    struct row_result result;
    struct err err = {0};
    char plan[TEXT_BYTES];

    (void)state;
    for (int i = 0; i < 5000; i++) {
        snprintf(plan, sizeof plan, "plan-%d", i % 1000);
        struct value values[] = {text_value(plan), integer_value(0), integer_value(i), integer_value(i)};
        assert_int_equal(kept_rows_write(&rows, values, STAMP, &result, &err), ERR_NONE);
        assert_int_equal(result.outcome, i < 1000 ? ROW_INSERTED : ROW_CORRECTED);
    }
    assert_int_equal(rows.count, 5000);
    for (size_t i = 0; i < 5000; i++) {
        const struct value *row = kept_rows_newest(&rows, i);
        assert_int_equal(row != NULL, i >= 4000);
        if (row != NULL) {
            snprintf(plan, sizeof plan, "plan-%zu", i % 1000);
            assert_string_equal(row[kept_rows_column(&rows, "plan")].text, plan);
            assert_int_equal(row[kept_rows_column(&rows, "monthly_credits")].integer, i);
        }
    }
    kept_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_as_the_database, fresh_setup, fresh_teardown),
        cmocka_unit_test(test_many_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
