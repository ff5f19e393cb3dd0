/*
 * Where the CSV writer's full buffers go: into the file and its SHA-256, on a
 * thread of its own, so that the next rows are made meanwhile. A file that fits
 * into a buffer never has a thread, and one that cannot be had, or is not wanted, is done without.
 */
#ifndef MONTHEND_REPORTS_DRAIN_H
#define MONTHEND_REPORTS_DRAIN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"
#include "reports/digest.h"

#define DRAIN_BYTES 262144 /* of a buffer */

struct drain {
    int file;         /* the caller's */
    int failed_errno; /* of the first failed write; 0: none. Read only while nothing is under way */
    struct sha256_ctx context;
    char *buffer;     /* DRAIN_BYTES: under way, or free */
    size_t used;      /* bytes of it that are under way; 0: none */
    bool alone;       /* the caller's thread writes, too */
    bool threaded;    /* `thread` runs, and the next two are there */
    bool ended;       /* nothing more will come */
    pthread_t thread;
    pthread_mutex_t lock; /* over `used` and `ended` */
    pthread_cond_t turn;  /* one of them has changed */
};

/* ERR_INTERNAL: no memory for a buffer; `path` is for the message. drain_release() is harmless then, too. */
ERR_MUST_USE enum err_code drain_init(struct drain *drain, int file, const char *path, struct err *err);

/*
 * Take a full buffer of DRAIN_BYTES, of which the caller has filled `used`, and
 * give an empty one for it. Returns the errno of the first write that has failed
 * so far, 0: none.
 */
int drain_give(struct drain *drain, char **buffer, size_t used);

/* The last bytes, fewer than a buffer or none; everything is written when this returns. The result as above. */
int drain_end(struct drain *drain, const char *bytes, size_t used);

/* Ends the thread, after drain_end() or instead of it, and frees. */
void drain_release(struct drain *drain);

#endif
