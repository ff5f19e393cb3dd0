/*
 * The command simulate: months billed with another catalogue beside the real
 * ones. It reads one snapshot of the database and writes nothing to it.
 */
#include <limits.h>
#include <stdio.h>

#include "batch/command.h"
#include "batch/due.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/log.h"
#include "batch/month.h"
#include "batch/options.h"
#include "batch/place.h"
#include "batch/simulate_summary.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "batch/what_if.h"
#include "lib/calendar.h"
#include "lib/currency.h"
#include "reports/simulation.h"
#include "schema/store_catalogue.h"

#define MONTHS_MAX 120 /* of a range */
#define NAME_MAX_SIMULATE 32

struct simulating {
    struct options options;
    int32_t first;
    int32_t last;
    char out[PATH_MAX];
    char name[NAME_MAX_SIMULATE]; /* of the report directory */
    char tables[WHAT_IF_NAMES_MAX];
    struct what_if what_if;
    struct catalogue catalogue; /* the other one */
    struct store *store;
    struct simulation *simulation;
    bool look; /* something needs a look: exit status 1 */
};

/* The two months under way. */
struct pair {
    struct simulating *simulating;
    int32_t number;
    struct month *real;
    struct month *simulated;
};

static enum err_code range_check(struct simulating *simulating, struct err *err)
{
    const struct options *options = &simulating->options;
    bool range = options->from != MONTH_NONE || options->to != MONTH_NONE;
    char first[MONTH_TEXT_MAX];
    char last[MONTH_TEXT_MAX];

    if (options->catalogue == NULL) {
        return err_set(err, ERR_USAGE, "simulate: no --catalogue given; see 'monthend simulate --help'");
    }
    if (range == (options->month != MONTH_NONE) || (range && (options->from == MONTH_NONE || options->to == MONTH_NONE))) {
        return err_set(err, ERR_USAGE,
                       "simulate: give either --month, or --from and --to; see 'monthend simulate --help'");
    }
    simulating->first = range ? options->from : options->month;
    simulating->last = range ? options->to : options->month;
    month_format(simulating->first, first);
    month_format(simulating->last, last);
    if (simulating->first > simulating->last) {
        return err_set(err, ERR_USAGE, "--from %s is after --to %s; give the earlier month first", first, last);
    }
    if (month_index(simulating->last) - month_index(simulating->first) >= MONTHS_MAX) {
        return err_set(err, ERR_USAGE, "--from %s --to %s are more than %d months; give fewer", first, last, MONTHS_MAX);
    }
    snprintf(simulating->name, sizeof simulating->name, "simulate%s%s", range ? "-from-" : "", range ? first : "");
    return ERR_NONE;
}

static enum err_code visit_account(void *context, const struct month_account *account, struct err *err)
{
    struct pair *pair = context;
    const struct account_facts *facts = account->facts;
    const struct month_account *other = NULL;

    if (!account->listed) {
        return ERR_NONE;
    }
    if (month_bill_facts(pair->simulated, facts, &other, err) != ERR_NONE) {
        return err->code;
    }
    struct simulation_account row = {
        .month = pair->number,
        .account_id = facts->account_id,
        .name = facts->name,
        .currency = facts->currency,
        .digits = currency_digits(facts->currency),
        .sides = {{account->bill, month_catalogue(pair->real)}, {other->bill, month_catalogue(pair->simulated)}},
    };
    return simulation_account_add(pair->simulating->simulation, &row, err);
}

/* One scan of the usage serves both where it comes to the same. */
static enum err_code read_usage(struct pair *pair, struct err *err)
{
    if (month_read_usage(pair->real, err) != ERR_NONE) {
        return err->code;
    }
    if (!month_rates_alike(pair->simulated, pair->real)) {
        return month_read_usage(pair->simulated, err);
    }
    month_share_usage(pair->simulated, pair->real);
    return ERR_NONE;
}

static enum err_code pair_open(struct pair *pair, struct err *err)
{
    struct simulating *simulating = pair->simulating;
    struct month_in in = {
        .store = simulating->store,
        .month = pair->number,
        .as_of = simulating->options.as_of,
        .threads = simulating->options.threads,
        .quiet = simulating->options.quiet,
        .rescan = true, /* the accounts' facts are for both months, and another catalogue has used up grants otherwise */
    };
    struct month_in other = in;

    log_month(pair->number);
    other.catalogue = &simulating->catalogue;
    if (what_if_policies(&simulating->what_if, in.store, in.month, in.as_of, &other.policies, err) != ERR_NONE ||
        month_open(in, &pair->real, err) != ERR_NONE) {
        return err->code;
    }
    return month_open(other, &pair->simulated, err);
}

static enum err_code month_simulate(struct simulating *simulating, int32_t month, struct err *err)
{
    struct pair pair = {.simulating = simulating, .number = month};

    if (due_check_data(simulating->store, month, simulating->options.as_of, err) == ERR_NONE &&
        pair_open(&pair, err) == ERR_NONE && read_usage(&pair, err) == ERR_NONE &&
        month_bill(pair.real, visit_account, &pair, err) == ERR_NONE) {
        (void)!simulation_month_end(simulating->simulation, month, err); /* the error is in *err */
    }
    month_free(pair.simulated); /* may share what the other has read */
    month_free(pair.real);
    return err->code;
}

static void say_title(const struct simulating *simulating)
{
    char first[MONTH_TEXT_MAX];
    char last[MONTH_TEXT_MAX];

    month_format(simulating->first, first);
    month_format(simulating->last, last);
    printf("%s%s%s simulated with %s of %s; nothing was issued\n", first, simulating->first == simulating->last ? "" : " to ",
           simulating->first == simulating->last ? "" : last, simulating->tables, simulating->options.catalogue);
}

static enum err_code say(struct simulating *simulating, struct err *err)
{
    const struct simulation_sums *sums = simulation_sums(simulating->simulation);
    char path[PATH_MAX];

    say_title(simulating);
    if (simulate_summary_print(sums, err) != ERR_NONE) {
        return err->code;
    }
    report_path(simulating->out, simulating->last, simulating->name, path, sizeof path);
    printf("  reports: %s\n", path);
    simulating->look = simulate_summary_needs_look(sums);
    return summary_flush(err);
}

static enum err_code begin(struct simulating *simulating, struct err *err)
{
    const struct simulation_run run = {
        .month_first = simulating->first,
        .month_last = simulating->last,
        .as_of = simulating->options.as_of,
        .name = simulating->name,
        .tables = simulating->tables,
        .program_version = MONTHEND_VERSION,
        .rules_version = RULES_VERSION,
        .workbook = simulating->options.workbook,
        .threads = simulating->options.threads,
    };

    return simulation_begin(simulating->out, &run, &simulating->simulation, err);
}

/* Within one snapshot. */
static enum err_code simulate_months(struct simulating *simulating, struct err *err)
{
    const struct options *options = &simulating->options;

    if (due_check_data(simulating->store, simulating->first, options->as_of, err) != ERR_NONE ||
        what_if_catalogue(&simulating->what_if, simulating->store, options->as_of, &simulating->catalogue, err) !=
            ERR_NONE ||
        begin(simulating, err) != ERR_NONE) {
        return err->code;
    }
    for (int32_t month = simulating->first; month <= simulating->last; month = month_next(month)) {
        if (month_simulate(simulating, month, err) != ERR_NONE) {
            return err->code;
        }
    }
    return simulation_publish(simulating->simulation, err);
}

static enum err_code simulate(struct simulating *simulating, struct err *err)
{
    const struct options *options = &simulating->options;

    if (range_check(simulating, err) != ERR_NONE ||
        what_if_read(options->catalogue, &simulating->what_if, err) != ERR_NONE ||
        place_reports(options->database, options->out, simulating->out, err) != ERR_NONE ||
        store_open(options->database, STORE_READ, STORE_WAIT_SECONDS, &simulating->store, err) != ERR_NONE) {
        return err->code;
    }
    what_if_names(&simulating->what_if, simulating->tables);
    if (store_snapshot_begin(simulating->store, err) == ERR_NONE) {
        (void)!simulate_months(simulating, err); /* the error is in *err */
        store_snapshot_end(simulating->store);
    }
    return err->code == ERR_NONE ? say(simulating, err) : err->code;
}

static void simulating_release(struct simulating *simulating)
{
    simulation_end(simulating->simulation);
    catalogue_release(&simulating->catalogue);
    what_if_release(&simulating->what_if);
    store_close(simulating->store);
}

int simulate_command(int argc, char **argv)
{
    struct simulating simulating = {.look = false};
    struct err err = {0};

    stop_watch();
    if (options_parse(argc, argv, OPTION_RUN | OPTION_CATALOGUE | OPTION_RANGE, &simulating.options, &err) == ERR_NONE) {
        if (simulating.options.help) {
            return help_command("simulate");
        }
        (void)!simulate(&simulating, &err); /* the error is in err */
    }
    simulating_release(&simulating);
    if (err.code != ERR_NONE) {
        return failure_tell(&err);
    }
    return simulating.look ? STATUS_LOOK : STATUS_DONE;
}
