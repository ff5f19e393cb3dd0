/*
 * Owns the folder of SQLite's temporary files.
 */
#include "schema/store_temporary.h"

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
static char made[PATH_MAX]; /* the folder of our own, or "" */

static void remove_made(void)
{
    (void)rmdir(made);
}

static void make_own(void)
{
    const char *named = getenv("TMPDIR");
    const char *const places[] = {named != NULL ? named : "/var/tmp", "/var/tmp", "/tmp"};

    for (size_t i = 0; i < sizeof places / sizeof places[0] && made[0] == '\0'; i++) {
        char path[PATH_MAX];
        if (snprintf(path, sizeof path, "%s/monthend-XXXXXX", places[i]) < (int)sizeof path && mkdtemp(path) != NULL) {
            memcpy(made, path, sizeof made);
        }
    }
    if (made[0] != '\0') {
        (void)atexit(remove_made); /* else an empty folder stays */
        sqlite3_temp_directory = sqlite3_mprintf("%s", made); /* no memory: SQLite will say so itself */
    }
}

/* Chosen, and still there? */
static bool is_chosen(void)
{
    return getenv("SQLITE_TMPDIR") != NULL ||
           (sqlite3_temp_directory != NULL && access(sqlite3_temp_directory, W_OK | X_OK) == 0);
}

void temporary_choose(const char *database)
{
    const char *slash = strrchr(database, '/');
    char folder[PATH_MAX];

    (void)pthread_mutex_lock(&once);
    if (!is_chosen()) {
        sqlite3_free(sqlite3_temp_directory);
        sqlite3_temp_directory = NULL;
        (void)snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - database) + 1,
                       slash == NULL ? "." : database);
        if (access(folder, W_OK | X_OK) == 0) {
            sqlite3_temp_directory = sqlite3_mprintf("%s", folder);
        } else {
            make_own();
        }
    }
    (void)pthread_mutex_unlock(&once);
}

const char *temporary_folder(void)
{
    const char *named = getenv("SQLITE_TMPDIR");

    if (named != NULL && named[0] != '\0') {
        return named;
    }
    (void)pthread_mutex_lock(&once);
    const char *chosen = sqlite3_temp_directory;
    (void)pthread_mutex_unlock(&once);
    return chosen != NULL ? chosen : "/tmp";
}
