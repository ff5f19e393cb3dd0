/* The arguments of the command verify. */
#include "batch/verify_options.h"

#include <getopt.h>
#include <string.h>

#include "batch/options.h"
#include "lib/calendar.h"

enum { KEY_HELP = 1, KEY_MONTH, KEY_REPORTS, KEY_HEAD, KEY_THREADS, KEY_QUIET };

static const struct option LONG_OPTIONS[] = {
    {"help", no_argument, NULL, KEY_HELP},
    {"month", required_argument, NULL, KEY_MONTH},
    {"reports", required_argument, NULL, KEY_REPORTS},
    {"head", required_argument, NULL, KEY_HEAD},
    {"threads", required_argument, NULL, KEY_THREADS},
    {"quiet", no_argument, NULL, KEY_QUIET},
    OPTIONS_LOG,
    {NULL, 0, NULL, 0},
};

static enum err_code take(int key, const char *text, void *context, struct err *err)
{
    struct verify_options *options = context;

    switch (key) {
    case KEY_HELP:
        options->help = true;
        return ERR_NONE;
    case KEY_MONTH:
        return option_month("month", text, &options->month, err);
    case KEY_REPORTS:
        options->reports = text;
        return ERR_NONE;
    case KEY_HEAD:
        if (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64) {
            return err_set(err, ERR_USAGE, "--head '%.80s' is not a link as 'monthend close' prints it", text);
        }
        options->head = text;
        return ERR_NONE;
    case KEY_THREADS:
        return option_threads(text, &options->threads, err);
    case KEY_QUIET:
        options->quiet = true;
        return ERR_NONE;
    default:
        return option_log(key, text, err);
    }
}

enum err_code verify_options_parse(int argc, char **argv, struct verify_options *options, struct err *err)
{
    struct verify_options made = {.month = MONTH_NONE, .threads = option_threads_default()};

    if (options_each(argc, argv, LONG_OPTIONS, take, &made, err) != ERR_NONE) {
        return err->code;
    }
    if (!made.help && option_database(argc, argv, &made.database, err) != ERR_NONE) {
        return err->code;
    }
    *options = made;
    return ERR_NONE;
}
