/* The arguments of the command sample. */
#include "batch/sample_options.h"

#include <getopt.h>
#include <string.h>

#include "batch/clock.h"
#include "batch/options.h"
#include "batch/settings.h"
#include "lib/calendar.h"
#include "lib/currency.h"
#include "lib/decimal.h"
#include "lib/text.h"

#define SEE "see 'monthend sample --help'"

enum { KEY_HELP = 1, KEY_MONTH, KEY_AS_OF, KEY_SEED, KEY_N, KEY_METHOD, KEY_CURRENCY, KEY_OUT };

static const struct option LONG_OPTIONS[] = {
    {"help", no_argument, NULL, KEY_HELP},
    {"month", required_argument, NULL, KEY_MONTH},
    {"as-of", required_argument, NULL, KEY_AS_OF},
    {"seed", required_argument, NULL, KEY_SEED},
    {"n", required_argument, NULL, KEY_N},
    {"method", required_argument, NULL, KEY_METHOD},
    {"currency", required_argument, NULL, KEY_CURRENCY},
    {"out", required_argument, NULL, KEY_OUT},
    {NULL, 0, NULL, 0},
};

static enum err_code wanted_take(const char *text, size_t *wanted, struct err *err)
{
    int64_t parsed = 0;

    if (decimal_parse(text, strlen(text), 0, 1, SAMPLE_WANTED_MAX, &parsed) != DECIMAL_OK) {
        return err_set(err, ERR_USAGE, "--n '%.64s' is not a number of documents from 1 to %d", text, SAMPLE_WANTED_MAX);
    }
    *wanted = (size_t)parsed;
    return ERR_NONE;
}

static enum err_code seed_take(const char *text, const char **seed, struct err *err)
{
    if (!text_is_id(text, strlen(text))) {
        return err_set(err, ERR_USAGE, "--seed is not a text of 1 to %d bytes of UTF-8 without control characters",
                       ID_BYTES_MAX);
    }
    *seed = text;
    return ERR_NONE;
}

static enum err_code method_take(const char *text, enum sample_method *method, struct err *err)
{
    if (strcmp(text, sample_method_name(SAMPLE_MONETARY)) == 0) {
        *method = SAMPLE_MONETARY;
    } else if (strcmp(text, sample_method_name(SAMPLE_SIMPLE)) == 0) {
        *method = SAMPLE_SIMPLE;
    } else {
        return err_set(err, ERR_USAGE, "--method '%.64s' is not monetary or simple", text);
    }
    return ERR_NONE;
}

static enum err_code currency_take(const char *text, const char **currency, struct err *err)
{
    if (currency_digits(text) < 0) {
        return err_set(err, ERR_USAGE, "--currency '%.64s' is not a currency like USD", text);
    }
    *currency = text;
    return ERR_NONE;
}

static enum err_code take(int key, const char *text, void *context, struct err *err)
{
    struct sample_options *options = context;

    switch (key) {
    case KEY_HELP:
        options->help = true;
        return ERR_NONE;
    case KEY_MONTH:
        return option_month("month", text, &options->month, err);
    case KEY_AS_OF:
        return option_instant("as-of", text, &options->as_of, err);
    case KEY_SEED:
        return seed_take(text, &options->seed, err);
    case KEY_N:
        return wanted_take(text, &options->wanted, err);
    case KEY_METHOD:
        return method_take(text, &options->method, err);
    case KEY_CURRENCY:
        return currency_take(text, &options->currency, err);
    default:
        options->out = text;
        return ERR_NONE;
    }
}

/* What is missing. */
static enum err_code check(const struct sample_options *options, struct err *err)
{
    if (options->month == MONTH_NONE || options->seed == NULL) {
        return err_set(err, ERR_USAGE, "sample: give --month and --seed; " SEE);
    }
    return ERR_NONE;
}

enum err_code sample_options_parse(int argc, char **argv, struct sample_options *options, struct err *err)
{
    struct sample_options made = {.as_of = clock_now_ms(), .month = MONTH_NONE, .wanted = SAMPLE_WANTED_DEFAULT,
                                  .out = setting_value(SETTING_OUT)};

    if (options_each(argc, argv, LONG_OPTIONS, take, &made, err) != ERR_NONE) {
        return err->code;
    }
    if (!made.help && (option_database(argc, argv, &made.database, err) != ERR_NONE || check(&made, err) != ERR_NONE)) {
        return err->code;
    }
    *options = made;
    return ERR_NONE;
}
