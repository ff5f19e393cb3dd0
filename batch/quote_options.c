/* The arguments of the command quote. */
#include "batch/quote_options.h"

#include <getopt.h>
#include <string.h>

#include "batch/clock.h"
#include "batch/options.h"
#include "lib/calendar.h"

#define SEE "see 'monthend quote --help'"

enum { KEY_HELP = 1, KEY_ACCOUNT, KEY_PLAN, KEY_AT, KEY_AS_OF, KEY_FORMAT };

static const struct option LONG_OPTIONS[] = {
    {"help", no_argument, NULL, KEY_HELP},
    {"account", required_argument, NULL, KEY_ACCOUNT},
    {"plan", required_argument, NULL, KEY_PLAN},
    {"at", required_argument, NULL, KEY_AT},
    {"as-of", required_argument, NULL, KEY_AS_OF},
    {"format", required_argument, NULL, KEY_FORMAT},
    {NULL, 0, NULL, 0},
};

static enum err_code at_take(const char *text, int64_t *at, struct err *err)
{
    int64_t parsed = 0;

    if (instant_parse(text, strlen(text), &parsed) != CALENDAR_OK || month_of(parsed) >= month_previous(MONTH_MAX)) {
        return err_set(err, ERR_USAGE, "--at '%.64s' is not an instant like 2026-06-21T09:30:00Z", text);
    }
    *at = parsed;
    return ERR_NONE;
}

static enum err_code format_take(const char *text, bool *json, struct err *err)
{
    *json = strcmp(text, "json") == 0;
    return *json || strcmp(text, "text") == 0 ? ERR_NONE
                                              : err_set(err, ERR_USAGE, "--format '%.64s' is not text or json", text);
}

static enum err_code take(int key, const char *text, void *context, struct err *err)
{
    struct quote_options *options = context;

    switch (key) {
    case KEY_HELP:
        options->help = true;
        return ERR_NONE;
    case KEY_ACCOUNT:
        options->account_id = text;
        return ERR_NONE;
    case KEY_PLAN:
        options->plan = text;
        return ERR_NONE;
    case KEY_AT:
        return at_take(text, &options->at, err);
    case KEY_AS_OF:
        return option_instant("as-of", text, &options->as_of, err);
    default:
        return format_take(text, &options->json, err);
    }
}

enum err_code quote_options_parse(int argc, char **argv, struct quote_options *options, struct err *err)
{
    int64_t now = clock_now_ms();
    struct quote_options made = {.at = now, .as_of = now};

    if (options_each(argc, argv, LONG_OPTIONS, take, &made, err) != ERR_NONE) {
        return err->code;
    }
    if (!made.help && option_database(argc, argv, &made.database, err) != ERR_NONE) {
        return err->code;
    }
    if (!made.help && (made.account_id == NULL || made.plan == NULL)) {
        return err_set(err, ERR_USAGE, "quote: give --account and --plan; " SEE);
    }
    *options = made;
    return ERR_NONE;
}
