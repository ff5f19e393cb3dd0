/*
 * SHA-256 of files, in the form that `sha256sum -c` reads.
 */
#ifndef MONTHEND_REPORTS_DIGEST_H
#define MONTHEND_REPORTS_DIGEST_H

#include <nettle/sha2.h>

#include "lib/err.h"

#define DIGEST_HEX_MAX 65 /* 64 hexadecimal digits and a NUL */

/* The digest of what `context` has seen; the context starts anew. */
void digest_hex(struct sha256_ctx *context, char hex[DIGEST_HEX_MAX]);

/* Read the file NAME in the directory `folder` and digest it; `path` is its
 * place for messages. ERR_IO: it cannot be opened or read. */
ERR_MUST_USE enum err_code digest_file(int folder, const char *name, const char *path, char hex[DIGEST_HEX_MAX],
                                       struct err *err);

#endif
