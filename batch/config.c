/*
 * The command config: which settings count, and where each comes from.
 */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "batch/command.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/log.h"
#include "batch/options.h"
#include "batch/settings.h"
#include "batch/summary.h"

enum { KEY_HELP = 1, KEY_SETTING }; /* KEY_SETTING + enum setting */

static const struct option LONG_OPTIONS[] = {
    {"help", no_argument, NULL, KEY_HELP},
    {"out", required_argument, NULL, KEY_SETTING + SETTING_OUT},
    {"workbook", required_argument, NULL, KEY_SETTING + SETTING_WORKBOOK},
    {"on-failure", required_argument, NULL, KEY_SETTING + SETTING_ON_FAILURE},
    {"log", required_argument, NULL, KEY_SETTING + SETTING_LOG},
    {"log-level", required_argument, NULL, KEY_SETTING + SETTING_LOG_LEVEL},
    {NULL, 0, NULL, 0},
};

static enum err_code take(int key, const char *text, void *context, struct err *err)
{
    bool *help = context;

    if (key == KEY_HELP) {
        *help = true;
        return ERR_NONE;
    }
    return settings_option((enum setting)(key - KEY_SETTING), text, err);
}

static enum err_code parse(int argc, char **argv, bool *help, struct err *err)
{
    if (options_each(argc, argv, LONG_OPTIONS, take, help, err) != ERR_NONE) {
        return err->code;
    }
    log_configure();
    return *help || optind == argc
               ? ERR_NONE
               : err_set(err, ERR_USAGE, "config: '%.64s' is too much; see 'monthend config --help'", argv[optind]);
}

static void show(void)
{
    const char *file = settings_file();

    for (int i = 0; i < SETTINGS_COUNT; i++) {
        const char *value = setting_value((enum setting)i);
        printf("%-10s  %-38s  %s\n", setting_name((enum setting)i),
               value != NULL ? value : setting_default_words((enum setting)i), setting_origin((enum setting)i));
    }
    printf("file: %s%s\n", file, access(file, F_OK) == 0 ? "" : ", which is not there");
}

int config_command(int argc, char **argv)
{
    struct err err = {0};
    bool help = false;

    if (settings_read(&err) == ERR_NONE && parse(argc, argv, &help, &err) == ERR_NONE) {
        if (help) {
            return help_command("config");
        }
        show();
        if (summary_flush(&err) == ERR_NONE) {
            return STATUS_DONE;
        }
    }
    return failure_tell(&err);
}
