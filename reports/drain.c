/* Full buffers on their way to a file, one at a time. */
#include "reports/drain.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/thread.h"

enum err_code drain_init(struct drain *drain, int file, const char *path, struct err *err)
{
    memset(drain, 0, sizeof *drain);
    drain->file = file;
    sha256_init(&drain->context);
    drain->buffer = malloc(DRAIN_BYTES);
    return drain->buffer != NULL ? ERR_NONE : err_set(err, ERR_INTERNAL, "no memory to write '%s'", path);
}

static void bytes_write(struct drain *drain, const char *bytes, size_t length)
{
    if (drain->failed_errno != 0) {
        return;
    }
    sha256_update(&drain->context, length, (const uint8_t *)bytes);
    while (length > 0 && drain->failed_errno == 0) {
        ssize_t put = write(drain->file, bytes, length);
        if (put >= 0) {
            bytes += put;
            length -= (size_t)put;
        } else if (errno != EINTR) {
            drain->failed_errno = errno;
        }
    }
}

static void *drain_run(void *context)
{
    struct drain *drain = context;

    pthread_mutex_lock(&drain->lock);
    while (drain->used > 0 || !drain->ended) {
        if (drain->used == 0) {
            pthread_cond_wait(&drain->turn, &drain->lock);
            continue;
        }
        pthread_mutex_unlock(&drain->lock);
        bytes_write(drain, drain->buffer, drain->used);
        pthread_mutex_lock(&drain->lock);
        drain->used = 0;
        pthread_cond_signal(&drain->turn);
    }
    pthread_mutex_unlock(&drain->lock);
    return NULL;
}

static void thread_start(struct drain *drain)
{
    pthread_mutex_init(&drain->lock, NULL);
    pthread_cond_init(&drain->turn, NULL);
    drain->threaded = thread_begin(&drain->thread, drain_run, drain);
    if (!drain->threaded) {
        pthread_cond_destroy(&drain->turn);
        pthread_mutex_destroy(&drain->lock);
    }
}

/* Wait until nothing is under way; the lock is held then. */
static void idle_wait(struct drain *drain)
{
    pthread_mutex_lock(&drain->lock);
    while (drain->used > 0) {
        pthread_cond_wait(&drain->turn, &drain->lock);
    }
}

int drain_give(struct drain *drain, char **buffer, size_t used)
{
    assert(used > 0 && used <= DRAIN_BYTES && !drain->ended);
    if (!drain->threaded && !drain->alone) {
        thread_start(drain);
    }
    if (!drain->threaded) {
        bytes_write(drain, *buffer, used);
        return drain->failed_errno;
    }
    idle_wait(drain);
    char *empty = drain->buffer;
    int failed_errno = drain->failed_errno;
    drain->buffer = *buffer;
    drain->used = used;
    pthread_cond_signal(&drain->turn);
    pthread_mutex_unlock(&drain->lock);
    *buffer = empty;
    return failed_errno;
}

static void thread_end(struct drain *drain)
{
    if (drain->threaded) {
        idle_wait(drain);
        drain->ended = true;
        pthread_cond_signal(&drain->turn);
        pthread_mutex_unlock(&drain->lock);
        pthread_join(drain->thread, NULL);
        pthread_cond_destroy(&drain->turn);
        pthread_mutex_destroy(&drain->lock);
        drain->threaded = false;
    }
    drain->ended = true;
}

int drain_end(struct drain *drain, const char *bytes, size_t used)
{
    thread_end(drain);
    bytes_write(drain, bytes, used);
    return drain->failed_errno;
}

void drain_release(struct drain *drain)
{
    thread_end(drain);
    free(drain->buffer);
    drain->buffer = NULL;
}
