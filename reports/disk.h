/*
 * What a disk that cannot take more looks like in a message.
 */
#ifndef MONTHEND_REPORTS_DISK_H
#define MONTHEND_REPORTS_DISK_H

#include "lib/err.h"

/*
 * A failed write (ERR_IO).
 *
 *     failed_errno     ->  text
 *     ENOSPC, EDQUOT       cannot write 'PATH': no space left on the disk
 *     EIO                  cannot write 'PATH': Input/output error
 */
ERR_MUST_USE enum err_code disk_write_failed(const char *path, int failed_errno, struct err *err);

/*
 * Something that could not be created: ERR_IO as above where the disk is full
 * or broken, else ERR_CREATE, "cannot create 'PATH': Permission denied".
 */
ERR_MUST_USE enum err_code disk_create_failed(const char *path, int failed_errno, struct err *err);

#endif
