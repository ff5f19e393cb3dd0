/*
 * The command init: a new database with the catalogue in it, or nothing.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "batch/clock.h"
#include "batch/command.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/import.h"
#include "batch/options.h"
#include "batch/stop.h"
#include "schema/store.h"

static enum err_code fill(const char *path, const char *catalogue, struct err *err)
{
    struct store *store = NULL;

    if (store_create(path, &store, err) == ERR_NONE && store_begin(store, err) == ERR_NONE) {
        if (import_catalogue(store, catalogue, clock_now_ms(), err) == ERR_NONE) {
            (void)store_commit(store, err); /* the error is in *err */
        } else {
            store_rollback(store);
        }
    }
    store_close(store);
    return err->code;
}

/* Into place under its own name, unless something is there already. */
static enum err_code place(const char *made, const char *database, struct err *err)
{
    if (link(made, database) != 0) {
        return err_set(err, ERR_CREATE, "%s: cannot create it: %s", database, strerror(errno));
    }
    return ERR_NONE;
}

/* What failed under the name in the making is told of the database that was asked for. */
static void name_database(const char *made, const char *database, struct err *err)
{
    size_t length = strlen(made);
    struct err named = {0};

    if (err->code != ERR_NONE && strncmp(err->text, made, length) == 0) {
        (void)!err_set(&named, err->code, "%s%s", database, err->text + length);
        *err = named;
    }
}

static enum err_code init(const struct options *options, struct err *err)
{
    char made[PATH_MAX];

    if (access(options->database, F_OK) == 0) {
        return err_set(err, ERR_CREATE, "%s: is there already and was left alone; give another name", options->database);
    }
    if (snprintf(made, sizeof made, "%s.init-%ld", options->database, (long)getpid()) >= (int)sizeof made) {
        return err_set(err, ERR_USAGE, "the name of the database is too long");
    }
    if (fill(made, options->catalogue, err) == ERR_NONE && stop_check(err) == ERR_NONE) {
        (void)place(made, options->database, err); /* the error is in *err */
    }
    name_database(made, options->database, err);
    (void)unlink(made); /* what a failure left, or the second name */
    return err->code;
}

int init_command(int argc, char **argv)
{
    struct err err = {0};
    struct options options;

    stop_watch();
    if (options_parse(argc, argv, OPTION_CATALOGUE, &options, &err) == ERR_NONE) {
        if (options.help) {
            return help_command("init");
        }
        if (init(&options, &err) == ERR_NONE) {
            printf("%s: created\n", options.database);
            return fflush(stdout) == 0 ? STATUS_DONE : (int)ERR_IO;
        }
    }
    return failure_tell(&err);
}
