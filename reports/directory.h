/*
 * A report directory on its way: OUT/YYYY-MM/.NAME.tmp-PID, renamed to
 * OUT/YYYY-MM/NAME when it is whole. Nobody ever sees half of one.
 *
 * While it is being written, its maker holds a lock (flock) on it, so that
 * what a crash left behind can be told from what another process is writing.
 */
#ifndef MONTHEND_REPORTS_DIRECTORY_H
#define MONTHEND_REPORTS_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

#define DIRECTORY_PATH_MAX 4096
#define DIRECTORY_NAME_MAX 128

struct directory {
    int month_folder; /* OUT/YYYY-MM, or -1 */
    int folder;       /* the temporary directory, or -1 */
    bool temporary;   /* it is on disk under its temporary name */
    char name[DIRECTORY_NAME_MAX];
    char temporary_name[DIRECTORY_NAME_MAX + 32];
    char month_path[DIRECTORY_PATH_MAX];
    char path[DIRECTORY_PATH_MAX]; /* of the temporary directory */
};

/*
 * Make the temporary directory, and OUT and the month's folder where they are
 * missing. Temporary directories of the same NAME that a crash left are removed.
 * ERR_CREATE: something cannot be created; ERR_IO: the disk is full or fails.
 */
ERR_MUST_USE enum err_code directory_begin(const char *out, int32_t month, const char *name,
                                           struct directory *directory, struct err *err);

/* The place of a file of the directory, for messages and for libraries that want one. */
void directory_file_path(const struct directory *directory, const char *name, char path[DIRECTORY_PATH_MAX]);

/* A new file for writing, mode 0640 less the umask. ERR_CREATE, ERR_IO. */
ERR_MUST_USE enum err_code directory_file_create(const struct directory *directory, const char *name, int *file,
                                                 struct err *err);

/* An empty file of that mode, for a library that opens it by its path and would give it another. ERR_CREATE, ERR_IO. */
ERR_MUST_USE enum err_code directory_file_reserve(const struct directory *directory, const char *name, struct err *err);

/* Flush a file that someone else wrote. ERR_IO. */
ERR_MUST_USE enum err_code directory_file_flush(const struct directory *directory, const char *name,
                                                struct err *err);

/* Remove the files that `keeps` does not know: temporary ones of a library that could not remove them itself.
 * ERR_IO: one stays. */
ERR_MUST_USE enum err_code directory_keep(const struct directory *directory,
                                          bool (*keeps)(const void *context, const char *name), const void *context,
                                          struct err *err);

/* Flush the directory's own list of files. ERR_IO. */
ERR_MUST_USE enum err_code directory_flush(const struct directory *directory, struct err *err);

/* Rename into place. `replace`: an existing directory of the name gives way; else it is ERR_CREATE. */
ERR_MUST_USE enum err_code directory_publish(struct directory *directory, bool replace, struct err *err);

/* Remove what was not published; harmless when nothing was begun or all is done. */
void directory_end(struct directory *directory);

#endif
