/*
 * The options of the commands that compute a month, and what all options share.
 */
#ifndef MONTHEND_BATCH_OPTIONS_H
#define MONTHEND_BATCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/shard.h"
#include "reports/reports.h"

#define MONTH_NONE 0
#define THREADS_MAX 256
#define WAIT_SECONDS_MAX 1000000

enum option_set { /* which options a command knows, besides --help */
    OPTION_CATALOGUE = 1 << 0,
    OPTION_ONE_MONTH = 1 << 1, /* --month */
    OPTION_REPORT = 1 << 2,    /* --out --threads --quiet --log --log-level */
    OPTION_MONTH = OPTION_ONE_MONTH | OPTION_REPORT,
    OPTION_INSTANT = 1 << 3,   /* --as-of */
    OPTION_WORKBOOK = 1 << 4,  /* --workbook */
    OPTION_RUN = OPTION_MONTH | OPTION_INSTANT | OPTION_WORKBOOK,
    OPTION_ISSUE = 1 << 5,     /* --expect --approved-by --accept-held --wait --on-failure */
    OPTION_PAST = 1 << 6,      /* --run */
    OPTION_RANGE = 1 << 7,     /* --from --to */
    OPTION_REPROCESS = 1 << 8, /* --preview */
    OPTION_SHARD = 1 << 9,     /* --shard --result */
    OPTION_FILES = 1 << 10,    /* files after the database */
    OPTION_INDEX = 1 << 11,    /* --wait --quiet */
    OPTION_CATCH_UP = 1 << 12, /* --catch-up */
};

struct options {
    const char *database;
    bool help;
    const char *catalogue; /* or NULL */
    int32_t month;         /* or MONTH_NONE */
    int32_t from;          /* of a range of months, or MONTH_NONE */
    int32_t to;            /* its last month, or MONTH_NONE */
    bool preview;
    bool catch_up;
    int64_t as_of;         /* default: the clock */
    bool as_of_given;
    const char *run;       /* of the month's runs, or NULL */
    const char *out;       /* or NULL */
    struct shard shard;    /* {0, 0}: everyone */
    const char *result;    /* or NULL */
    char **files;
    int file_count;
    const char *expect;    /* or NULL */
    const char *approved_by;
    bool accept_held;
    enum workbook_mode workbook;
    int threads;
    int wait_seconds;
    bool quiet;
};

/* The words of --workbook. workbook_parse: ERR_USAGE where it is none of them. */
const char *workbook_name(enum workbook_mode mode);
enum err_code workbook_parse(const char *text, enum workbook_mode *mode, struct err *err);

/* The options --log, --log-level and --on-failure, for the commands' own parsers: a key of these numbers. ERR_USAGE. */
enum { KEY_LOG = 1000, KEY_LOG_LEVEL, KEY_ON_FAILURE };
#define OPTIONS_LOG                                                                                                    \
    {"log", required_argument, NULL, KEY_LOG}, {"log-level", required_argument, NULL, KEY_LOG_LEVEL},                  \
    {                                                                                                                  \
        "on-failure", required_argument, NULL, KEY_ON_FAILURE                                                          \
    }
ERR_MUST_USE enum err_code option_log(int key, const char *text, struct err *err);

/* The value of an option --NAME that is a month. ERR_USAGE where it is none. */
ERR_MUST_USE enum err_code option_month(const char *name, const char *text, int32_t *month, struct err *err);

/* The value of an option --NAME that is an instant in the past. ERR_USAGE where it is none. */
enum err_code option_instant(const char *name, const char *text, int64_t *instant, struct err *err);

/* The value of --threads, and what counts where it is left out: as many as there are processors. ERR_USAGE where it is none. */
ERR_MUST_USE enum err_code option_threads(const char *text, int *threads, struct err *err);
int option_threads_default(void);

/* The value of --shard. ERR_USAGE where it is none. */
enum err_code option_shard(const char *text, struct shard *shard, struct err *err);

struct option; /* getopt's */

/* Takes one option by its key, with its value or NULL. ERR_USAGE where that is none. */
typedef enum err_code (*option_take)(int key, const char *value, void *context, struct err *err);

/*
 * Hand over the options of the command argv[0], one by one, to take; what is no option begins at argv[optind].
 * ERR_USAGE: there is no such option, one is without its value, or what take says.
 */
ERR_MUST_USE enum err_code options_each(int argc, char **argv, const struct option *known, option_take take, void *context,
                                        struct err *err);

/* What is no option: one database, and nothing else. ERR_USAGE. */
ERR_MUST_USE enum err_code option_database(int argc, char **argv, const char **database, struct err *err);

/* ERR_USAGE: what is wrong, and where to look. */
enum err_code options_parse(int argc, char **argv, unsigned known, struct options *options, struct err *err);

#endif
