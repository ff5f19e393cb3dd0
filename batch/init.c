/*
 * The command init: a new database with the catalogue in it, or nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch/clock.h"
#include "batch/command.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/import.h"
#include "batch/options.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "reports/disk.h"
#include "schema/store.h"

#define MAKING ".init-" /* in the name of a database in the making, before the process */

static enum err_code fill(const char *path, const char *catalogue, struct err *err)
{
    struct store *store = NULL;

    if (store_create(path, &store, err) == ERR_NONE && store_begin(store, err) == ERR_NONE) {
        if (import_catalogue(store, catalogue, clock_now_ms(), err) == ERR_NONE) {
            if (store_commit(store, err) == ERR_NONE) {
                (void)store_settle(store, err); /* only the file is given its name; the error is in *err */
            }
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
        return err_set(err, disk_class(errno, ERR_CREATE), "%s: cannot create it: %s", database, strerror(errno));
    }
    int failed = disk_flush_folder_of(database);
    if (failed != 0 && failed != EINVAL) { /* a file system without folders to flush */
        (void)unlink(database);
        return err_set(err, ERR_IO, "%s: cannot create it, its folder cannot be flushed: %s", database, strerror(failed));
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

/* What an init that was killed left in the folder: NAME.init-PROCESS and the files beside it. */
static void remove_leftovers(const char *database)
{
    const char *slash = strrchr(database, '/');
    const char *name = slash == NULL ? database : slash + 1;
    char path[PATH_MAX];

    (void)snprintf(path, sizeof path, "%.*s", slash == NULL ? 1 : (int)(slash - database) + 1, slash == NULL ? "." : database);
    DIR *folder = opendir(path);
    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL; entry = readdir(folder)) {
        size_t length = strlen(name);
        bool made = strncmp(entry->d_name, name, length) == 0 && strncmp(entry->d_name + length, MAKING, strlen(MAKING)) == 0;
        long process = made ? strtol(entry->d_name + length + strlen(MAKING), NULL, 10) : 0;
        if (process > 0 && process <= INT_MAX && kill((pid_t)process, 0) != 0 && errno == ESRCH) {
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

static enum err_code init(const struct options *options, struct err *err)
{
    char made[PATH_MAX];

    remove_leftovers(options->database);
    if (access(options->database, F_OK) == 0) {
        return err_set(err, ERR_CREATE, "%s: is there already and was left alone; give another name", options->database);
    }
    if (snprintf(made, sizeof made, "%s" MAKING "%ld", options->database, (long)getpid()) >= (int)sizeof made) {
        return err_set(err, ERR_USAGE, "the name of the database is too long");
    }
    if (fill(made, options->catalogue, err) == ERR_NONE && stop_check(err) == ERR_NONE) {
        (void)place(made, options->database, err); /* the error is in *err */
    }
    name_database(made, options->database, err);
    store_discard(made); /* what a failure left, or the second name */
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
            if (summary_flush(&err) == ERR_NONE) {
                return STATUS_DONE;
            }
        }
    }
    return failure_tell(&err);
}
