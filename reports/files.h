/*
 * The files of a report directory that is under way: opened, flushed, read back
 * and noted with their checksums, which SHA256SUMS then holds.
 */
#ifndef MONTHEND_REPORTS_FILES_H
#define MONTHEND_REPORTS_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/csv_write.h"
#include "reports/directory.h"

#define FILES_NAME_MAX 64 /* of a file, its closing NUL included */
#define FILES_REMARK_MAX 128
#define FILES_SUMS_NAME "SHA256SUMS"

struct file_sum {
    char name[FILES_NAME_MAX];
    char hex[DIGEST_HEX_MAX];
};

struct files { /* starts as {0}, but for the directory: see files_init() */
    struct directory directory;
    bool alone; /* files that are opened from here on are written by the caller's thread */
    struct file_sum *sums;
    size_t count;
    size_t capacity;
    char remark[FILES_REMARK_MAX]; /* a comment at the head of SHA256SUMS; "": none */
};

/* No directory yet, no files. */
void files_init(struct files *files);

/* directory_end(), and what is known of the files is forgotten; harmless after files_init(). */
void files_end(struct files *files);

/* A new file of the directory, to be written with reports/csv_write.h. */
ERR_MUST_USE enum err_code files_open(struct files *files, const char *name, struct csv *csv, struct err *err);

/* Flush and close it, see that it is on the disk as it was written, and note it. */
ERR_MUST_USE enum err_code files_close(struct files *files, const char *name, struct csv *csv, struct err *err);

/* Note a file that someone else wrote and read back: flush it. */
ERR_MUST_USE enum err_code files_note(struct files *files, const char *name, struct err *err);

/* Write SHA256SUMS over all that were noted, as sha256sum does, and flush the directory. *digest: SHA-256 of
 * SHA256SUMS in hexadecimal (DIGEST_HEX_MAX bytes). */
ERR_MUST_USE enum err_code files_sums(struct files *files, char *digest, struct err *err);

#endif
