/*
 * What a disk that cannot take more looks like in a message.
 */
#ifndef MONTHEND_REPORTS_DISK_H
#define MONTHEND_REPORTS_DISK_H

#include "lib/err.h"

/*
 * The class of an error that a system call noted in errno: the machine's own
 * trouble by what it is, anything else is `otherwise`.
 *
 *     ENOSPC, EDQUOT, EFBIG, EIO, EMFILE, ENFILE  ->  ERR_IO
 *     ENOMEM                                      ->  ERR_INTERNAL
 *     EACCES, ENOENT, ...                         ->  otherwise
 */
enum err_code disk_class(int failed_errno, enum err_code otherwise);

/*
 * A failed write: ERR_IO, ERR_INTERNAL where memory is short.
 *
 *     failed_errno     ->  text
 *     ENOSPC, EDQUOT       cannot write 'PATH': no space left on the disk
 *     EIO                  cannot write 'PATH': Input/output error
 */
ERR_MUST_USE enum err_code disk_write_failed(const char *path, int failed_errno, struct err *err);

/* A failed read of what is there: the same, "cannot read 'PATH': ...". */
ERR_MUST_USE enum err_code disk_read_failed(const char *path, int failed_errno, struct err *err);

/*
 * Something that could not be created: by disk_class, else ERR_CREATE, "cannot create 'PATH': Permission denied".
 */
ERR_MUST_USE enum err_code disk_create_failed(const char *path, int failed_errno, struct err *err);

/* Flush the folder that holds `path`: a new name in it would not survive a power cut otherwise. 0, or errno. */
int disk_flush_folder_of(const char *path);

#endif
