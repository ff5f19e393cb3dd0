/* The arguments of the command import. */
#include "batch/import_options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>

#include "batch/clock.h"
#include "batch/folder.h"
#include "batch/options.h"

#define SEE "see 'monthend import --help'"

enum { KEY_HELP = 1, KEY_RECORDED_AT, KEY_REJECTS, KEY_ALLOW_UNTERMINATED, KEY_SHARD, KEY_QUIET };

static const struct option LONG_OPTIONS[] = {
    {"help", no_argument, NULL, KEY_HELP},
    {"recorded-at", required_argument, NULL, KEY_RECORDED_AT},
    {"rejects", required_argument, NULL, KEY_REJECTS},
    {"allow-unterminated", no_argument, NULL, KEY_ALLOW_UNTERMINATED},
    {"shard", required_argument, NULL, KEY_SHARD},
    {"quiet", no_argument, NULL, KEY_QUIET},
    OPTIONS_LOG,
    {NULL, 0, NULL, 0},
};

static enum err_code take(int key, const char *text, void *context, struct err *err)
{
    struct import_options *options = context;

    switch (key) {
    case KEY_HELP:
        options->help = true;
        return ERR_NONE;
    case KEY_RECORDED_AT:
        return option_instant("recorded-at", text, &options->stamp, err);
    case KEY_REJECTS:
        options->rejects = text;
        return ERR_NONE;
    case KEY_SHARD:
        return option_shard(text, &options->shard, err);
    case KEY_ALLOW_UNTERMINATED:
        options->allow_unterminated = true;
        return ERR_NONE;
    case KEY_QUIET:
        options->quiet = true;
        return ERR_NONE;
    default:
        return option_log(key, text, err);
    }
}

/* One argument after the database: it should be a directory. */
static enum err_code directory_take(const char *path, struct import_options *options, struct err *err)
{
    struct stat about;

    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        options->directory = path;
        return ERR_NONE;
    }
    if (table_find(path) != NULL) {
        return err_set(err, ERR_USAGE, "import: no file given for table '%s'; " SEE, path);
    }
    if (stat(path, &about) == 0) {
        return err_set(err, ERR_USAGE, "import: '%s' is not a directory; for a file name its table first; " SEE, path);
    }
    return err_set(err, ERR_NO_INPUT, "%s: cannot be read: %s", path, strerror(errno));
}

static enum err_code arguments_take(int count, char **arguments, struct import_options *options, struct err *err)
{
    char tables[TABLES_LIST_MAX];

    if (count < 2) {
        return err_set(err, ERR_USAGE, "import: %s; " SEE,
                       count == 0 ? "no database given" : "neither a table and its files nor a directory given");
    }
    options->database = arguments[0];
    if (count == 2) {
        return directory_take(arguments[1], options, err);
    }
    options->table = table_find(arguments[1]);
    if (options->table == NULL) {
        tables_list(tables);
        return err_set(err, ERR_USAGE, "import: there is no table '%.64s'; tables are %s", arguments[1], tables);
    }
    options->files = arguments + 2;
    options->file_count = count - 2;
    return ERR_NONE;
}

enum err_code import_options_parse(int argc, char **argv, struct import_options *options, struct err *err)
{
    struct import_options made = {.stamp = clock_now_ms()};

    if (options_each(argc, argv, LONG_OPTIONS, take, &made, err) != ERR_NONE) {
        return err->code;
    }
    if (!made.help && arguments_take(argc - optind, argv + optind, &made, err) != ERR_NONE) {
        return err->code;
    }
    *options = made;
    return ERR_NONE;
}
