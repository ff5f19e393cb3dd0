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

static enum err_code option_take(int key, const char *text, struct verify_options *options, struct err *err)
{
    switch (key) {
    case KEY_HELP:
        options->help = true;
        return ERR_NONE;
    case KEY_MONTH:
        if (month_parse(text, strlen(text), &options->month) != CALENDAR_OK) {
            return err_set(err, ERR_USAGE, "--month '%.64s' is not a month like 2026-06", text);
        }
        return ERR_NONE;
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

    opterr = 0;
    for (int key; (key = getopt_long(argc, argv, ":", LONG_OPTIONS, NULL)) != -1;) {
        if (key == '?' || key == ':') {
            return option_wrong("verify", key, argv[optind - 1], err);
        }
        if (option_take(key, optarg, &made, err) != ERR_NONE) {
            return err->code;
        }
    }
    if (!made.help && argc - optind != 1) {
        return err_set(err, ERR_USAGE, "verify: %s; see 'monthend verify --help'",
                       argc == optind ? "no database given" : "give one database and nothing else");
    }
    made.database = argv[optind];
    *options = made;
    return ERR_NONE;
}
