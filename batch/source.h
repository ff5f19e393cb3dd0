/*
 * source.h - where an import's bytes come from: a file, a file that gzip
 * unpacks, standard input or memory; and the SHA-256 that identifies them.
 */
#ifndef MONTHEND_BATCH_SOURCE_H
#define MONTHEND_BATCH_SOURCE_H

#include <stddef.h>

#include "lib/err.h"

#define SOURCE_DIGEST_MAX 65 /* 64 hexadecimal digits and a NUL */

struct source;

/*
 * Open `path`: "-" is standard input, a name that ends with ".gz" is read
 * through `gzip -dc`. `name` is what messages call it and lives as long as the source.
 *
 * ERR_NO_INPUT: there is no such file, it is a directory or may not be read.
 * ERR_UNAVAILABLE: gzip is not installed. ERR_IO: reading failed.
 */
ERR_MUST_USE enum err_code source_open(const char *path, const char *name, struct source **source,
                                       struct err *err);

/* Bytes in memory; they live as long as the source. */
ERR_MUST_USE enum err_code source_open_memory(const char *text, size_t length, const char *name,
                                              struct source **source, struct err *err);

/*
 * Read up to `capacity` bytes; *length is 0 only at the end.
 * ERR_DATA: gzip says that the file is damaged or cut short. ERR_IO: reading failed.
 */
ERR_MUST_USE enum err_code source_read(struct source *source, char *buffer, size_t capacity,
                                       size_t *length, struct err *err);

const char *source_name(const struct source *source);

/*
 * The SHA-256 of the file's bytes, as sha256sum prints it; to be asked once,
 * after the end. Of a .gz file it is that of the packed bytes.
 */
void source_digest(struct source *source, char out[SOURCE_DIGEST_MAX]);

void source_close(struct source *source); /* NULL is harmless */

#endif
