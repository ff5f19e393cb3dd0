/* The arguments of the command explain. */
#include "batch/explain_options.h"

#include <getopt.h>
#include <string.h>

#include "batch/clock.h"
#include "batch/options.h"
#include "lib/bill.h"
#include "lib/calendar.h"
#include "lib/decimal.h"

#define SEE "see 'monthend explain --help'"

enum { KEY_HELP = 1, KEY_ACCOUNT, KEY_MONTH, KEY_AS_OF, KEY_LINE, KEY_EVENTS, KEY_FORMAT, KEY_OUT };

static const struct option LONG_OPTIONS[] = {
    {"help", no_argument, NULL, KEY_HELP},
    {"account", required_argument, NULL, KEY_ACCOUNT},
    {"month", required_argument, NULL, KEY_MONTH},
    {"as-of", required_argument, NULL, KEY_AS_OF},
    {"line", required_argument, NULL, KEY_LINE},
    {"events", no_argument, NULL, KEY_EVENTS},
    {"format", required_argument, NULL, KEY_FORMAT},
    {"out", required_argument, NULL, KEY_OUT},
    {NULL, 0, NULL, 0},
};

static const char *const FORMATS[] = {
    [EXPLAIN_FORMAT_TEXT] = "text",
    [EXPLAIN_FORMAT_CSV] = "csv",
    [EXPLAIN_FORMAT_JSON] = "json",
    [EXPLAIN_FORMAT_XLSX] = "xlsx",
};

static enum err_code format_take(const char *text, enum explain_format *format, struct err *err)
{
    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS[0]; i++) {
        if (strcmp(text, FORMATS[i]) == 0) {
            *format = (enum explain_format)i;
            return ERR_NONE;
        }
    }
    return err_set(err, ERR_USAGE, "--format '%.64s' is not text, csv, json or xlsx", text);
}

static enum err_code line_take(const char *text, size_t *line, struct err *err)
{
    int64_t parsed = 0;

    if (decimal_parse(text, strlen(text), 0, 1, BILL_LINES_MAX, &parsed) != DECIMAL_OK) {
        return err_set(err, ERR_USAGE, "--line '%.64s' is not the number of a line, 1 or more", text);
    }
    *line = (size_t)parsed;
    return ERR_NONE;
}

static enum err_code take(int key, const char *text, void *context, struct err *err)
{
    struct explain_options *options = context;

    switch (key) {
    case KEY_HELP:
        options->help = true;
        return ERR_NONE;
    case KEY_ACCOUNT:
        options->account_id = text;
        return ERR_NONE;
    case KEY_MONTH:
        return option_month("month", text, &options->month, err);
    case KEY_AS_OF:
        return option_instant("as-of", text, &options->as_of, err);
    case KEY_LINE:
        return line_take(text, &options->line, err);
    case KEY_EVENTS:
        options->events = true;
        return ERR_NONE;
    case KEY_FORMAT:
        return format_take(text, &options->format, err);
    default:
        options->out = text;
        return ERR_NONE;
    }
}

/* What is missing, or does not go together. */
static enum err_code check(const struct explain_options *options, struct err *err)
{
    if (options->account_id == NULL || options->month == MONTH_NONE) {
        return err_set(err, ERR_USAGE, "explain: give --account and --month; " SEE);
    }
    if (options->format == EXPLAIN_FORMAT_XLSX && options->out == NULL) {
        return err_set(err, ERR_USAGE, "explain: a workbook needs a file: give --out FILE.xlsx; " SEE);
    }
    if (options->format != EXPLAIN_FORMAT_XLSX && options->out != NULL) {
        return err_set(err, ERR_USAGE, "explain: --out is for --format xlsx; the others go to standard output; " SEE);
    }
    return ERR_NONE;
}

enum err_code explain_options_parse(int argc, char **argv, struct explain_options *options, struct err *err)
{
    struct explain_options made = {.as_of = clock_now_ms(), .month = MONTH_NONE};

    if (options_each(argc, argv, LONG_OPTIONS, take, &made, err) != ERR_NONE) {
        return err->code;
    }
    if (!made.help && (option_database(argc, argv, &made.database, err) != ERR_NONE || check(&made, err) != ERR_NONE)) {
        return err->code;
    }
    *options = made;
    return ERR_NONE;
}
