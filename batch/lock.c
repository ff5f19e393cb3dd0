/*
 * One close at a time on a database.
 */
#include "batch/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "batch/clock.h"
#include "batch/stop.h"

#define POLL_MS 100

static enum err_code take_until(int file, const char *database, int64_t until_ms, struct err *err)
{
    while (flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return err_set(err, ERR_IO, "%s.lock: cannot lock: %s", database, strerror(errno));
        }
        if (stop_check(err) != ERR_NONE) {
            return err->code;
        }
        if (clock_running_ms() >= until_ms) {
            return err_set(err, ERR_BUSY, "%s: another run is at work on it; try again when it has ended, or --wait",
                           database);
        }
        clock_sleep_ms(POLL_MS);
    }
    return ERR_NONE;
}

enum err_code lock_take(const char *database, int wait_seconds, int *lock, struct err *err)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof path, "%s.lock", database) >= (int)sizeof path) {
        return err_set(err, ERR_USAGE, "the name of the database is too long");
    }
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return err_set(err, ERR_CREATE, "%s: cannot create it: %s; a close needs it beside the database", path,
                       strerror(errno));
    }
    if (take_until(file, database, clock_running_ms() + (int64_t)wait_seconds * 1000, err) != ERR_NONE) {
        close(file);
        return err->code;
    }
    *lock = file;
    return ERR_NONE;
}

void lock_release(int lock)
{
    if (lock != LOCK_NONE) {
        close(lock);
    }
}
