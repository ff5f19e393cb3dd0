/* A simulation's report directory, from the first account to the rename. */
#include "reports/book_guard.h"
#include "reports/simulation.h"

#include <stdlib.h>

#include "reports/files.h"
#include "reports/simulation_book.h"
#include "reports/simulation_tables.h"

struct simulation {
    struct simulation_run run;
    struct files files;
    struct csv tables[SIMULATION_TABLES];
    struct simulation_sums sums;
    int64_t account_rows;
};

static enum err_code tables_open(struct simulation *simulation, struct err *err)
{
    for (int i = 0; i < SIMULATION_TABLES; i++) {
        struct csv *csv = &simulation->tables[i];
        if (files_open(&simulation->files, simulation_file((enum simulation_table)i), csv, err) != ERR_NONE ||
            csv_header(csv, simulation_header((enum simulation_table)i), err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}

enum err_code simulation_begin(const char *out, const struct simulation_run *run, struct simulation **simulation,
                               struct err *err)
{
    struct simulation *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for the reports");
    }
    made->run = *run;
    files_init(&made->files);
    made->files.alone = run->threads <= 1;
    for (int i = 0; i < SIMULATION_TABLES; i++) {
        made->tables[i].file = -1;
    }
    if (directory_begin(out, run->month_last, run->name, &made->files.directory, err) != ERR_NONE ||
        tables_open(made, err) != ERR_NONE) {
        simulation_end(made);
        return err->code;
    }
    *simulation = made;
    return ERR_NONE;
}

enum err_code simulation_account_add(struct simulation *simulation, const struct simulation_account *account,
                                     struct err *err)
{
    int64_t difference_minor = 0;
    enum simulated outcome =
        simulation_outcome(account->sides[SIDE_REAL].bill, account->sides[SIDE_SIMULATED].bill, &difference_minor);

    if (simulation_sums_add(&simulation->sums, account, outcome, difference_minor, err) != ERR_NONE ||
        outcome == SIMULATED_SAME || outcome == SIMULATED_BOTH_HELD) {
        return err->code;
    }
    simulation->account_rows++;
    return simulation_table_account(&simulation->tables[SIMULATION_ACCOUNTS], account, outcome, difference_minor, err);
}

enum err_code simulation_month_end(struct simulation *simulation, int32_t month, struct err *err)
{
    return simulation_sums_month_end(&simulation->sums, month, err);
}

static enum err_code sums_write(struct simulation *simulation, struct err *err)
{
    const struct simulation_sums *sums = &simulation->sums;
    struct csv *tables = simulation->tables;

    if (simulation_table_summary(&tables[SIMULATION_SUMMARY], sums, err) != ERR_NONE ||
        simulation_table_revenue(&tables[SIMULATION_REVENUE], sums, err) != ERR_NONE ||
        simulation_table_largest(&tables[SIMULATION_LARGEST], sums, err) != ERR_NONE) {
        return err->code;
    }
    return simulation_table_choice(&tables[SIMULATION_CHOICE], sums, err);
}

static enum err_code workbook_of(const void *in, struct err *err)
{
    return simulation_book_write(in, err);
}

static enum err_code workbook_add(struct simulation *simulation, struct err *err)
{
    struct simulation_book_in in = {
        .run = &simulation->run,
        .directory = simulation->files.directory.path, /* a full disk shows there, and nothing is left elsewhere */
        .sums = &simulation->sums,
        .account_rows = simulation->account_rows,
    };

    if (simulation->run.workbook == WORKBOOK_NONE) {
        return ERR_NONE;
    }
    if (directory_file_reserve(&simulation->files.directory, SIMULATION_BOOK_FILE, err) != ERR_NONE ||
        book_guarded(workbook_of, &in, err) != ERR_NONE) { /* reads it back itself */
        return err->code;
    }
    return files_note(&simulation->files, SIMULATION_BOOK_FILE, err);
}

enum err_code simulation_publish(struct simulation *simulation, struct err *err)
{
    char digest[DIGEST_HEX_MAX];

    if (sums_write(simulation, err) != ERR_NONE) {
        return err->code;
    }
    for (int i = 0; i < SIMULATION_TABLES; i++) {
        if (files_close(&simulation->files, simulation_file((enum simulation_table)i), &simulation->tables[i], err) !=
            ERR_NONE) {
            return err->code;
        }
    }
    if (workbook_add(simulation, err) != ERR_NONE || files_sums(&simulation->files, digest, err) != ERR_NONE) {
        return err->code;
    }
    return directory_publish(&simulation->files.directory, true, err);
}

const struct simulation_sums *simulation_sums(const struct simulation *simulation)
{
    return &simulation->sums;
}

void simulation_end(struct simulation *simulation)
{
    if (simulation == NULL) {
        return;
    }
    for (int i = 0; i < SIMULATION_TABLES; i++) {
        csv_release(&simulation->tables[i]);
    }
    files_end(&simulation->files);
    simulation_sums_release(&simulation->sums);
    free(simulation);
}
