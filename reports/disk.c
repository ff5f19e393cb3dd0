/* Messages for what a disk refuses. */
#include "reports/disk.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const char *reason(int failed_errno)
{
    bool full = failed_errno == ENOSPC || failed_errno == EDQUOT;

    return full ? "no space left on the disk" : strerror(failed_errno);
}

enum err_code disk_write_failed(const char *path, int failed_errno, struct err *err)
{
    return err_set(err, ERR_IO, "cannot write '%s': %s", path, reason(failed_errno));
}

enum err_code disk_create_failed(const char *path, int failed_errno, struct err *err)
{
    bool disk = failed_errno == ENOSPC || failed_errno == EDQUOT || failed_errno == EIO || failed_errno == EFBIG;

    return err_set(err, disk ? ERR_IO : ERR_CREATE, "cannot create '%s': %s", path, reason(failed_errno));
}
