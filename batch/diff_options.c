/* The arguments of the command diff. */
#include "batch/diff_options.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "batch/options.h"

enum { KEY_HELP = 1, KEY_OUT };

static const struct option LONG_OPTIONS[] = {
    {"help", no_argument, NULL, KEY_HELP},
    {"out", required_argument, NULL, KEY_OUT},
    {NULL, 0, NULL, 0},
};

static enum err_code take(int key, const char *text, void *context, struct err *err)
{
    struct diff_options *options = context;

    (void)err; /* any value will do */
    if (key == KEY_HELP) {
        options->help = true;
    } else {
        options->out = text;
    }
    return ERR_NONE;
}

/* Nothing that is read may be the file that is written. */
static enum err_code check_out(const struct diff_options *options, struct err *err)
{
    struct stat out;
    struct stat read;

    if (options->out == NULL || options->database == NULL || stat(options->out, &out) != 0 ||
        stat(options->database, &read) != 0 || out.st_dev != read.st_dev || out.st_ino != read.st_ino) {
        return ERR_NONE;
    }
    return err_set(err, ERR_USAGE, "--out '%s' is the database; give another file", options->out);
}

static enum err_code arguments_take(int count, char **arguments, struct diff_options *options, struct err *err)
{
    if (count != 2 && count != 3) {
        return err_set(err, ERR_USAGE,
                       "diff: give a database and two of its runs, or two report directories; see 'monthend diff --help'");
    }
    options->database = count == 3 ? arguments[0] : NULL;
    options->first = arguments[count - 2];
    options->second = arguments[count - 1];
    return check_out(options, err);
}

enum err_code diff_options_parse(int argc, char **argv, struct diff_options *options, struct err *err)
{
    struct diff_options made = {.help = false};

    if (options_each(argc, argv, LONG_OPTIONS, take, &made, err) != ERR_NONE) {
        return err->code;
    }
    if (!made.help && arguments_take(argc - optind, argv + optind, &made, err) != ERR_NONE) {
        return err->code;
    }
    *options = made;
    return ERR_NONE;
}
