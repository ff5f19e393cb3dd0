/* Messages for what a disk refuses. */
#include "reports/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *reason(int failed_errno)
{
    bool full = failed_errno == ENOSPC || failed_errno == EDQUOT;

    return full ? "no space left on the disk" : strerror(failed_errno);
}

enum err_code disk_class(int failed_errno, enum err_code otherwise)
{
    switch (failed_errno) {
    case ENOMEM:
        return ERR_INTERNAL;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EIO:
    case EMFILE:
    case ENFILE:
        return ERR_IO;
    default:
        return otherwise;
    }
}

enum err_code disk_write_failed(const char *path, int failed_errno, struct err *err)
{
    return err_set(err, disk_class(failed_errno, ERR_IO), "cannot write '%s': %s", path, reason(failed_errno));
}

enum err_code disk_read_failed(const char *path, int failed_errno, struct err *err)
{
    return err_set(err, disk_class(failed_errno, ERR_IO), "cannot read '%s': %s", path, strerror(failed_errno));
}

enum err_code disk_create_failed(const char *path, int failed_errno, struct err *err)
{
    return err_set(err, disk_class(failed_errno, ERR_CREATE), "cannot create '%s': %s", path, reason(failed_errno));
}

int disk_flush_folder_of(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);

    (void)snprintf(folder, sizeof folder, "%.*s", length, slash == NULL ? "." : path);
    int opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) {
        return errno;
    }
    int failed = fsync(opened) == 0 ? 0 : errno;
    (void)close(opened);
    return failed;
}
