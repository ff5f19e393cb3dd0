/* Finds the command and leaves the rest to it. */
#include "batch/program.h"

#include <string.h>

#include "batch/command.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/log.h"
#include "batch/settings.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} COMMANDS[] = {
    {"init", init_command},       {"import", import_command}, {"close", close_command},
    {"preview", preview_command}, {"reprocess", reprocess_command}, {"report", report_command},
    {"diff", diff_command},       {"simulate", simulate_command}, {"explain", explain_command},
    {"quote", quote_command},     {"status", status_command}, {"verify", verify_command},
    {"sample", sample_command},   {"merge", merge_command}, {"config", config_command}, {"complete", complete_command},
    {"index", index_command},
};

/* Its settings, from where they are when no option says otherwise; options come later and count more. */
static enum err_code begin(const char *name, struct err *err)
{
    enum err_code code = settings_read(err);

    log_begin(name);
    return code;
}

/* What counted, for whoever looks for the reason of something. */
static void say_settings(void)
{
    for (int i = 0; i < SETTINGS_COUNT; i++) {
        if (setting_value((enum setting)i) != NULL) {
            log_line(LOG_DEBUG, "", "%s = %s, from %s", setting_name((enum setting)i), setting_value((enum setting)i),
                     setting_origin((enum setting)i));
        }
    }
}

static int run(int (*command)(int argc, char **argv), int argc, char **argv)
{
    int status = command(argc, argv);

    say_settings();
    log_end(status);
    return status;
}

int program_run(int argc, char **argv)
{
    struct err err = {0};
    const char *name = argc < 2 ? "" : argv[1];

    if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
        return help_program();
    }
    if (strcmp(name, "--version") == 0) {
        return help_version();
    }
    if (begin(name, &err) != ERR_NONE && strcmp(name, "config") != 0) { /* which shows what is wrong */
        return failure_tell(&err);
    }
    if (argc < 2) {
        (void)!err_set(&err, ERR_USAGE, "no command given; see 'monthend --help'");
        return failure_tell(&err);
    }
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        if (strcmp(name, COMMANDS[i].name) == 0) {
            return run(COMMANDS[i].run, argc - 1, argv + 1);
        }
    }
    (void)!err_set(&err, ERR_USAGE, "there is no command '%.64s'; see 'monthend --help'", name);
    return failure_tell(&err);
}
