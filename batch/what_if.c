/* Another catalogue: its directory. */
#include "batch/what_if.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "batch/clock.h"
#include "batch/folder.h"
#include "batch/load.h"
#include "batch/source.h"
#include "lib/calendar.h"
#include "schema/store_catalogue.h"

static const char *const NAMES[WHAT_IF_TABLES] = {
    "plans", "plan_prices", "plan_allowances", "model_rates", "countries", "tax_rates", "policies",
};

static enum what_if_table table_of(const struct table *table)
{
    enum what_if_table found = WHAT_IF_PLANS;

    while (found < WHAT_IF_TABLES && strcmp(NAMES[found], table->name) != 0) {
        found++;
    }
    return found;
}

void what_if_names(const struct what_if *what_if, char out[WHAT_IF_NAMES_MAX])
{
    size_t used = 0;

    out[0] = '\0';
    for (int i = 0; i < WHAT_IF_TABLES; i++) {
        if (what_if->given[i]) {
            used += (size_t)snprintf(out + used, WHAT_IF_NAMES_MAX - used, "%s%s", used == 0 ? "" : ", ", NAMES[i]);
        }
    }
}

/* Customers' files in it: someone took another directory for a catalogue. */
static enum err_code check_folder(const char *directory, const struct folder *folder, struct err *err)
{
    struct what_if all;
    char names[WHAT_IF_NAMES_MAX];

    for (int i = 0; i < folder->count; i++) {
        if (table_of(folder->files[i].table) == WHAT_IF_TABLES) {
            memset(all.given, true, sizeof all.given);
            what_if_names(&all, names);
            return err_set(err, ERR_DATA, "%s: '%s' is no table of a catalogue; its tables are %s", directory,
                           folder->files[i].name, names);
        }
    }
    return ERR_NONE;
}

static enum err_code file_read(const char *directory, const char *name, int64_t stamp, struct kept_rows *rows,
                               struct err *err)
{
    char path[PATH_MAX];
    struct load_counts counts;
    struct load_in in = {.kept = rows, .table = rows->table, .stamp = stamp, .quiet = true, .advice = "mend the file"};

    if (snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path) {
        return err_set(err, ERR_NO_INPUT, "%.200s...: the path is too long", directory);
    }
    if (source_open(path, path, &in.source, err) == ERR_NONE) {
        (void)!load_rows(in, &counts, err); /* the error is in *err */
    }
    source_close(in.source);
    return err->code;
}

/* All files, also after one with bad rows: the first error is the one that is told. */
static enum err_code files_read(const char *directory, const struct folder *folder, struct what_if *what_if,
                                struct err *err)
{
    int64_t stamp = clock_now_ms();

    for (int i = 0; i < folder->count && (err->code == ERR_NONE || err->code == ERR_DATA); i++) {
        enum what_if_table table = table_of(folder->files[i].table);
        struct err own = {0};

        what_if->given[table] = true;
        what_if->rows[table].table = folder->files[i].table;
        if (file_read(directory, folder->files[i].name, stamp, &what_if->rows[table], &own) != ERR_NONE) {
            (void)!err_set(err, own.code, "%s", own.text);
        }
    }
    return err->code;
}

enum err_code what_if_read(const char *directory, struct what_if *what_if, struct err *err)
{
    struct folder folder = {.count = 0};

    *what_if = (struct what_if){.given = {false}};
    if (folder_read(directory, &folder, err) == ERR_NONE && check_folder(directory, &folder, err) == ERR_NONE &&
        files_read(directory, &folder, what_if, err) != ERR_NONE) {
        what_if_release(what_if);
    }
    return err->code;
}

void what_if_release(struct what_if *what_if)
{
    for (int i = 0; i < WHAT_IF_TABLES; i++) {
        kept_rows_release(&what_if->rows[i]);
    }
    *what_if = (struct what_if){.given = {false}};
}

/* R1: of a policy's rows the one in force at the month's first instant. */
static void policies_apply(const struct kept_rows *rows, int64_t at, struct policies *policies)
{
    int name = kept_rows_column(rows, "policy");
    int from = kept_rows_column(rows, "effective_from");
    int value = kept_rows_column(rows, "value");

    for (size_t i = 0; i < rows->count; i++) {
        const struct value *row = kept_rows_newest(rows, i);
        bool in_force = row != NULL && row[from].integer <= at;
        for (size_t j = 0; j < rows->count && in_force; j++) {
            const struct value *other = kept_rows_newest(rows, j);
            in_force = other == NULL || strcmp(other[name].text, row[name].text) != 0 || other[from].integer > at ||
                       other[from].integer <= row[from].integer;
        }
        if (in_force) {
            (void)!policies_set(policies, row[name].text, row[value].text); /* checked when it was read */
        }
    }
}

enum err_code what_if_policies(const struct what_if *what_if, struct store *store, int32_t month, int64_t as_of,
                               struct policies *policies, struct err *err)
{
    if (!what_if->given[WHAT_IF_POLICIES]) {
        return policies_read(store, month, as_of, policies, err);
    }
    *policies = POLICIES_DEFAULT;
    policies_apply(&what_if->rows[WHAT_IF_POLICIES], month_start_ms(month), policies);
    return ERR_NONE;
}
