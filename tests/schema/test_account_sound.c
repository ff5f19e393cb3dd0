/* The number of an account as it is read: one that there is, or damage; never one cut to 32 bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_account_sound.h"
#include "schema/store_internal.h"
#include "tests/schema/fresh.h"

static void test_account_column(void **state)
{
    static const struct {
        const char *number;
        bool sound; /* of five: 0 to 4 */
    } rows[] = {
        {"0", true}, {"1", true}, {"4", true}, {"5", false}, {"-1", false}, {"4294967297", false}, {"9223372036854775807", false},
    };
    struct fresh *fresh = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sqlite3_stmt *query = NULL;
        struct err err = {0};
        int32_t account = -7;

        assert_int_equal(sqlite3_prepare_v2(fresh->store->db, "SELECT CAST(?1 AS INTEGER)", -1, &query, NULL), SQLITE_OK);
        sql_bind_text(query, 1, rows[i].number);
        assert_int_equal(sqlite3_step(query), SQLITE_ROW);
        enum err_code code = account_column(fresh->store, query, 0, 5, &account, &err);
        assert_int_equal(code, rows[i].sound ? ERR_NONE : ERR_DATA);
        assert_int_equal(account, rows[i].sound ? rows[i].number[0] - '0' : -7);
        assert_true(rows[i].sound || strstr(err.text, "a row is of an account that there is not") != NULL);
        sqlite3_finalize(query);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_account_column, fresh_setup, fresh_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
