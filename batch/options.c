/*
 * The options of the commands that compute a month.
 */
#include "batch/options.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "batch/clock.h"
#include "batch/log.h"
#include "batch/settings.h"
#include "lib/calendar.h"
#include "lib/decimal.h"
#include "lib/text.h"

enum { KEY_HELP = 1, KEY_CATALOGUE, KEY_MONTH, KEY_AS_OF, KEY_OUT, KEY_EXPECT, KEY_APPROVED_BY, KEY_ACCEPT_HELD,
       KEY_WORKBOOK, KEY_THREADS, KEY_WAIT, KEY_QUIET, KEY_RUN, KEY_FROM, KEY_TO, KEY_PREVIEW, KEY_SHARD, KEY_RESULT,
       KEY_CATCH_UP };

static const struct option LONG_OPTIONS[] = {
    {"help", no_argument, NULL, KEY_HELP},
    {"catalogue", required_argument, NULL, KEY_CATALOGUE},
    {"month", required_argument, NULL, KEY_MONTH},
    {"as-of", required_argument, NULL, KEY_AS_OF},
    {"from", required_argument, NULL, KEY_FROM},
    {"to", required_argument, NULL, KEY_TO},
    {"run", required_argument, NULL, KEY_RUN},
    {"out", required_argument, NULL, KEY_OUT},
    {"workbook", required_argument, NULL, KEY_WORKBOOK},
    {"threads", required_argument, NULL, KEY_THREADS},
    {"quiet", no_argument, NULL, KEY_QUIET},
    {"expect", required_argument, NULL, KEY_EXPECT},
    {"approved-by", required_argument, NULL, KEY_APPROVED_BY},
    {"accept-held", no_argument, NULL, KEY_ACCEPT_HELD},
    {"wait", required_argument, NULL, KEY_WAIT},
    {"preview", no_argument, NULL, KEY_PREVIEW},
    {"shard", required_argument, NULL, KEY_SHARD},
    {"result", required_argument, NULL, KEY_RESULT},
    {"catch-up", no_argument, NULL, KEY_CATCH_UP},
    OPTIONS_LOG,
    {NULL, 0, NULL, 0},
};

static unsigned set_of(int key)
{
    switch (key) {
    case KEY_CATALOGUE:
        return OPTION_CATALOGUE;
    case KEY_EXPECT:
    case KEY_APPROVED_BY:
    case KEY_ACCEPT_HELD:
    case KEY_ON_FAILURE:
        return OPTION_ISSUE;
    case KEY_WAIT:
        return OPTION_ISSUE | OPTION_INDEX;
    case KEY_QUIET:
        return OPTION_REPORT | OPTION_INDEX;
    case KEY_AS_OF:
        return OPTION_INSTANT;
    case KEY_WORKBOOK:
        return OPTION_WORKBOOK;
    case KEY_MONTH:
        return OPTION_ONE_MONTH;
    case KEY_RUN:
        return OPTION_PAST;
    case KEY_FROM:
    case KEY_TO:
        return OPTION_RANGE;
    case KEY_PREVIEW:
        return OPTION_REPROCESS;
    case KEY_CATCH_UP:
        return OPTION_CATCH_UP;
    case KEY_SHARD:
    case KEY_RESULT:
        return OPTION_SHARD;
    default:
        return OPTION_REPORT;
    }
}

static enum err_code count_parse(const char *name, const char *text, int64_t min, int64_t max, int *value,
                                 struct err *err)
{
    int64_t parsed = 0;

    if (decimal_parse(text, strlen(text), 0, min, max, &parsed) != DECIMAL_OK) {
        return err_set(err, ERR_USAGE, "--%s '%s' is not a whole number from %lld to %lld", name, text, (long long)min,
                       (long long)max);
    }
    *value = (int)parsed;
    return ERR_NONE;
}

enum err_code option_threads(const char *text, int *threads, struct err *err)
{
    return count_parse("threads", text, 1, THREADS_MAX, threads, err);
}

static const char *const WORKBOOKS[] = {
    [WORKBOOK_AUTO] = "auto", [WORKBOOK_FULL] = "full", [WORKBOOK_SUMMARY] = "summary", [WORKBOOK_NONE] = "none"};

const char *workbook_name(enum workbook_mode mode)
{
    return WORKBOOKS[mode];
}

enum err_code workbook_parse(const char *text, enum workbook_mode *mode, struct err *err)
{
    for (size_t i = 0; i < sizeof WORKBOOKS / sizeof WORKBOOKS[0]; i++) {
        if (strcmp(text, WORKBOOKS[i]) == 0) {
            *mode = (enum workbook_mode)i;
            return ERR_NONE;
        }
    }
    return err_set(err, ERR_USAGE, "--workbook '%s' is not full, summary or none", text);
}

enum err_code option_instant(const char *name, const char *text, int64_t *instant, struct err *err)
{
    int64_t parsed = 0;

    if (instant_parse(text, strlen(text), &parsed) != CALENDAR_OK) {
        return err_set(err, ERR_USAGE, "--%s '%.64s' is not an instant like 2026-07-02T00:00:00Z", name, text);
    }
    if (parsed > clock_now_ms()) {
        return err_set(err, ERR_USAGE, "--%s '%.64s' is in the future; give an instant that is past", name, text);
    }
    *instant = parsed;
    return ERR_NONE;
}

static enum err_code expect_parse(const char *text, const char **expect, struct err *err)
{
    if (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64) {
        return err_set(err, ERR_USAGE, "--expect '%s' is not a digest as 'monthend preview' prints it", text);
    }
    *expect = text;
    return ERR_NONE;
}

static enum err_code approver_parse(const char *text, const char **approved_by, struct err *err)
{
    if (text[0] == '\0' || !text_is_note(text, strlen(text))) {
        return err_set(err, ERR_USAGE, "--approved-by is not a name of 1 to %d bytes of UTF-8", TEXT_BYTES_MAX);
    }
    *approved_by = text;
    return ERR_NONE;
}

enum err_code option_month(const char *name, const char *text, int32_t *month, struct err *err)
{
    int32_t parsed = MONTH_NONE;

    if (month_parse(text, strlen(text), &parsed) != CALENDAR_OK || parsed == MONTH_MAX) {
        return err_set(err, ERR_USAGE, "--%s '%.64s' is not a month like 2026-06", name, text);
    }
    *month = parsed;
    return ERR_NONE;
}

enum err_code option_shard(const char *text, struct shard *shard, struct err *err)
{
    if (!shard_parse(text, strlen(text), shard)) {
        return err_set(err, ERR_USAGE, "--shard '%.64s' is not a shard like 2/4: K of N, up to %d", text, SHARDS_MAX);
    }
    return ERR_NONE;
}

static enum err_code take_known(int key, const char *text, struct options *options, struct err *err)
{
    switch (key) {
    case KEY_HELP:
        options->help = true;
        return ERR_NONE;
    case KEY_CATALOGUE:
        options->catalogue = text;
        return ERR_NONE;
    case KEY_MONTH:
        return option_month("month", text, &options->month, err);
    case KEY_FROM:
        return option_month("from", text, &options->from, err);
    case KEY_TO:
        return option_month("to", text, &options->to, err);
    case KEY_PREVIEW:
        options->preview = true;
        return ERR_NONE;
    case KEY_CATCH_UP:
        options->catch_up = true;
        return ERR_NONE;
    case KEY_AS_OF:
        options->as_of_given = true;
        return option_instant("as-of", text, &options->as_of, err);
    case KEY_RUN:
        options->run = text;
        return ERR_NONE;
    case KEY_SHARD:
        return option_shard(text, &options->shard, err);
    case KEY_RESULT:
        options->result = text;
        return ERR_NONE;
    case KEY_OUT:
        options->out = text; /* also where it is '': place_reports() says what is wrong */
        return ERR_NONE;
    case KEY_EXPECT:
        return expect_parse(text, &options->expect, err);
    case KEY_APPROVED_BY:
        return approver_parse(text, &options->approved_by, err);
    case KEY_ACCEPT_HELD:
        options->accept_held = true;
        return ERR_NONE;
    case KEY_WORKBOOK:
        return workbook_parse(text, &options->workbook, err);
    case KEY_THREADS:
        return option_threads(text, &options->threads, err);
    case KEY_WAIT:
        return count_parse("wait", text, 0, WAIT_SECONDS_MAX, &options->wait_seconds, err);
    case KEY_QUIET:
        options->quiet = true;
        return ERR_NONE;
    default:
        return option_log(key, text, err);
    }
}

enum err_code option_log(int key, const char *text, struct err *err)
{
    enum setting setting = key == KEY_LOG         ? SETTING_LOG
                           : key == KEY_LOG_LEVEL ? SETTING_LOG_LEVEL
                                                  : SETTING_ON_FAILURE;

    if (settings_option(setting, text, err) == ERR_NONE) {
        log_configure();
    }
    return err->code;
}

static enum err_code option_wrong(const char *command, int key, const char *text, struct err *err)
{
    if (key == ':') {
        return err_set(err, ERR_USAGE, "%s: option '%.64s' needs a value; see 'monthend %s --help'", command, text,
                       command);
    }
    return err_set(err, ERR_USAGE, "%s: there is no option '%.64s'; see 'monthend %s --help'", command, text, command);
}

enum err_code options_each(int argc, char **argv, const struct option *known, option_take take_one, void *context,
                           struct err *err)
{
    opterr = 0;
    for (int key; (key = getopt_long(argc, argv, ":", known, NULL)) != -1;) {
        if (key == '?' || key == ':') {
            return option_wrong(argv[0], key, argv[optind - 1], err);
        }
        if (take_one(key, optarg, context, err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}

enum err_code option_database(int argc, char **argv, const char **database, struct err *err)
{
    if (argc - optind != 1) {
        return err_set(err, ERR_USAGE, "%s: %s; see 'monthend %s --help'", argv[0],
                       argc == optind ? "no database given" : "give one database and nothing else", argv[0]);
    }
    *database = argv[optind];
    return ERR_NONE;
}

int option_threads_default(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (int)processors;
}

static enum err_code defaults(struct options *options, struct err *err)
{
    const char *workbook = setting_value(SETTING_WORKBOOK);

    *options = (struct options){
        .as_of = clock_now_ms(),
        .approved_by = "",
        .out = setting_value(SETTING_OUT),
        .workbook = WORKBOOK_AUTO,
        .threads = option_threads_default(),
    };
    return workbook == NULL ? ERR_NONE : workbook_parse(workbook, &options->workbook, err);
}

struct taking {
    const char *command;
    unsigned known; /* enum option_set */
    struct options *options;
};

static enum err_code take(int key, const char *text, void *context, struct err *err)
{
    const struct taking *taking = context;
    const struct option *option = LONG_OPTIONS;

    if (key == KEY_HELP || (set_of(key) & taking->known) != 0) {
        return take_known(key, text, taking->options, err);
    }
    while (option->val != key) {
        option++;
    }
    return err_set(err, ERR_USAGE, "%s: there is no option '--%s'; see 'monthend %s --help'", taking->command, option->name,
                   taking->command);
}

enum err_code options_parse(int argc, char **argv, unsigned known, struct options *options, struct err *err)
{
    struct taking taking = {.command = argv[0], .known = known, .options = options};

    if (defaults(options, err) != ERR_NONE) {
        return err->code;
    }
    if (options_each(argc, argv, LONG_OPTIONS, take, &taking, err) != ERR_NONE || options->help) {
        return err->code;
    }
    options->files = argv + optind + 1;
    options->file_count = (known & OPTION_FILES) != 0 && argc > optind ? argc - optind - 1 : 0;
    return option_database(argc - options->file_count, argv, &options->database, err);
}
