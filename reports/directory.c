/* The report directory: temporary name, locks, flushes and the rename. */
#define _GNU_SOURCE /* renameat2, getdents64 */
#include "reports/directory.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/calendar.h"
#include "reports/disk.h"

#define FOLDER_MODE 0750
#define FILE_MODE 0640
#define LIST_BYTES 4096 /* of a folder's entries, read at once */

static enum err_code folder_make(const char *path, struct err *err)
{
    struct stat status;

    if (mkdir(path, FOLDER_MODE) == 0) {
        (void)disk_flush_folder_of(path); /* a folder one may not flush is no reason to stop: its contents are flushed */
        return ERR_NONE;
    }
    int failed = errno; /* EEXIST, or EROFS, EACCES ... of a folder that is there */
    if (stat(path, &status) == 0) {
        return S_ISDIR(status.st_mode) ? ERR_NONE : disk_create_failed(path, ENOTDIR, err);
    }
    return disk_create_failed(path, failed, err);
}

/* The folder and all above it that are missing. */
static enum err_code folders_make(const char *path, struct err *err)
{
    char part[DIRECTORY_PATH_MAX];
    enum err_code code = ERR_NONE;

    (void)snprintf(part, sizeof part, "%s", path);
    for (char *at = part + 1; *at != '\0' && code == ERR_NONE; at++) {
        if (*at == '/' && at[-1] != '/') {
            *at = '\0';
            code = folder_make(part, err);
            *at = '/';
        }
    }
    return code == ERR_NONE ? folder_make(part, err) : code;
}

/* Does `visit` for each name in a folder until it says that it is done. Straight from the kernel: a folder is cleaned up
 * also where there is no memory and no file to be had. */
static void folder_each(int folder, bool (*visit)(void *context, int folder, const char *name), void *context)
{
    char bytes[LIST_BYTES] __attribute__((aligned(8)));
    bool done = false;

    (void)lseek(folder, 0, SEEK_SET);
    for (ssize_t got = 0; !done && (got = getdents64(folder, bytes, sizeof bytes)) > 0;) {
        for (ssize_t at = 0; !done && at < got;) {
            const struct dirent64 *entry = (const void *)(bytes + at);
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
                done = visit(context, folder, entry->d_name);
            }
            at += entry->d_reclen;
        }
    }
}

static bool entry_remove(void *context, int folder, const char *name)
{
    (void)context;
    (void)unlinkat(folder, name, 0);
    return false;
}

static int folder_open(int parent, const char *name)
{
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The files of a folder, then the folder. Report directories hold files only;
 * a folder that someone put there stays, and so does the directory. */
static void folder_remove(int parent, const char *name)
{
    int folder = folder_open(parent, name);

    if (folder >= 0) {
        folder_each(folder, entry_remove, NULL);
        (void)close(folder);
        (void)unlinkat(parent, name, AT_REMOVEDIR);
    }
}

/* Did a crash leave it? Its maker holds the lock while it lives; where the file
 * system knows no locks, the process number has to do. */
static bool is_stale(int parent, const char *name, const char *process_text)
{
    int folder = folder_open(parent, name);

    if (folder < 0) {
        return false;
    }
    bool locked = flock(folder, LOCK_EX | LOCK_NB) == 0;
    int failed = errno;
    (void)close(folder);
    if (locked) {
        return true;
    }
    if (failed == EWOULDBLOCK) {
        return false;
    }
    long process = strtol(process_text, NULL, 10);
    return process > 0 && process <= INT_MAX && kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

static bool entry_remove_stale(void *context, int folder, const char *name)
{
    const char *prefix = context;
    size_t length = strlen(prefix);

    if (strncmp(name, prefix, length) == 0 && is_stale(folder, name, name + length)) {
        folder_remove(folder, name);
    }
    return false;
}

static void stale_remove(const struct directory *directory)
{
    char prefix[DIRECTORY_NAME_MAX + 16];

    (void)snprintf(prefix, sizeof prefix, ".%s.tmp-", directory->name);
    folder_each(directory->month_folder, entry_remove_stale, prefix);
}

static enum err_code temporary_make(struct directory *directory, struct err *err)
{
    (void)snprintf(directory->temporary_name, sizeof directory->temporary_name, ".%s.tmp-%ld", directory->name,
                   (long)getpid());
    int length = snprintf(directory->path, sizeof directory->path, "%s/%s", directory->month_path,
                          directory->temporary_name);
    if (length < 0 || (size_t)length + 32 > sizeof directory->path) {
        return err_set(err, ERR_CREATE, "cannot create a report directory in '%.200s...': the path is too long",
                       directory->month_path);
    }
    if (mkdirat(directory->month_folder, directory->temporary_name, FOLDER_MODE) != 0) {
        return disk_create_failed(directory->path, errno, err);
    }
    directory->temporary = true;
    directory->folder = openat(directory->month_folder, directory->temporary_name,
                               O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->folder < 0) {
        return disk_create_failed(directory->path, errno, err);
    }
    (void)flock(directory->folder, LOCK_EX | LOCK_NB); /* nobody else knows it yet; see is_stale */
    return ERR_NONE;
}

static enum err_code begin(const char *out, int32_t month, struct directory *directory, struct err *err)
{
    char month_text[MONTH_TEXT_MAX];

    month_format(month, month_text);
    int length = snprintf(directory->month_path, sizeof directory->month_path, "%s/%s", out, month_text);
    if (length < 0 || (size_t)length >= sizeof directory->month_path) {
        return err_set(err, ERR_CREATE, "cannot create '%.200s...': the path is too long", out);
    }
    enum err_code code = folders_make(directory->month_path, err);
    if (code != ERR_NONE) {
        return code;
    }
    directory->month_folder = open(directory->month_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->month_folder < 0) {
        return disk_create_failed(directory->month_path, errno, err);
    }
    (void)flock(directory->month_folder, LOCK_EX); /* between mkdir and its lock a directory must not look stale */
    stale_remove(directory);
    code = temporary_make(directory, err);
    (void)flock(directory->month_folder, LOCK_UN);
    return code;
}

enum err_code directory_begin(const char *out, int32_t month, const char *name, struct directory *directory,
                              struct err *err)
{
    assert(strlen(name) < DIRECTORY_NAME_MAX && strchr(name, '/') == NULL);
    memset(directory, 0, sizeof *directory);
    directory->month_folder = -1;
    directory->folder = -1;
    (void)snprintf(directory->name, sizeof directory->name, "%s", name);
    enum err_code code = begin(out, month, directory, err);
    if (code != ERR_NONE) {
        directory_end(directory);
    }
    return code;
}

void directory_file_path(const struct directory *directory, const char *name, char path[DIRECTORY_PATH_MAX])
{
    size_t length = strlen(directory->path);

    assert(length + 1 + strlen(name) < DIRECTORY_PATH_MAX);
    memcpy(path, directory->path, length);
    path[length] = '/';
    memcpy(path + length + 1, name, strlen(name) + 1);
}

enum err_code directory_file_create(const struct directory *directory, const char *name, int *file, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    int opened = openat(directory->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);

    if (opened < 0) {
        int failed = errno;
        directory_file_path(directory, name, path);
        return disk_create_failed(path, failed, err);
    }
    *file = opened;
    return ERR_NONE;
}

enum err_code directory_file_reserve(const struct directory *directory, const char *name, struct err *err)
{
    int file = -1;

    if (directory_file_create(directory, name, &file, err) == ERR_NONE) {
        (void)close(file); /* nothing was written to it */
    }
    return err->code;
}

enum err_code directory_file_flush(const struct directory *directory, const char *name, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    int file = openat(directory->folder, name, O_RDONLY | O_CLOEXEC);
    bool flushed = file >= 0 && fsync(file) == 0;
    int failed = errno;

    if (file >= 0) {
        (void)close(file); /* only read from */
    }
    if (!flushed) {
        directory_file_path(directory, name, path);
        return disk_write_failed(path, failed, err);
    }
    return ERR_NONE;
}

struct keeping {
    bool (*keeps)(const void *context, const char *name);
    const void *context;
    int failed; /* errno of a name that stayed */
};

static bool entry_keep(void *context, int folder, const char *name)
{
    struct keeping *keeping = context;

    if (!keeping->keeps(keeping->context, name) && unlinkat(folder, name, 0) != 0) {
        keeping->failed = errno;
    }
    return keeping->failed != 0;
}

enum err_code directory_keep(const struct directory *directory, bool (*keeps)(const void *context, const char *name),
                             const void *context, struct err *err)
{
    struct keeping keeping = {.keeps = keeps, .context = context};

    folder_each(directory->folder, entry_keep, &keeping);
    return keeping.failed == 0 ? ERR_NONE : disk_write_failed(directory->path, keeping.failed, err);
}

enum err_code directory_flush(const struct directory *directory, struct err *err)
{
    return fsync(directory->folder) == 0 ? ERR_NONE : disk_write_failed(directory->path, errno, err);
}

/* Two directories change names, and the old one goes. */
static enum err_code replace_existing(struct directory *directory, const char *place, struct err *err)
{
    if (renameat2(directory->month_folder, directory->temporary_name, directory->month_folder, directory->name,
                  RENAME_EXCHANGE) == 0) {
        directory->temporary = false;
        folder_remove(directory->month_folder, directory->temporary_name);
        return ERR_NONE;
    }
    folder_remove(directory->month_folder, directory->name); /* a file system that cannot exchange names */
    if (renameat(directory->month_folder, directory->temporary_name, directory->month_folder, directory->name) == 0) {
        directory->temporary = false;
        return ERR_NONE;
    }
    return disk_create_failed(place, errno, err);
}

static enum err_code rename_new(struct directory *directory, const char *place, struct err *err)
{
    if (renameat2(directory->month_folder, directory->temporary_name, directory->month_folder, directory->name,
                  RENAME_NOREPLACE) == 0) {
        directory->temporary = false;
        return ERR_NONE;
    }
    int failed = errno;
    bool absent = faccessat(directory->month_folder, directory->name, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    if (failed == EINVAL && absent) { /* a file system that knows plain renames only */
        if (renameat(directory->month_folder, directory->temporary_name, directory->month_folder,
                     directory->name) == 0) {
            directory->temporary = false;
            return ERR_NONE;
        }
        failed = errno;
    }
    return disk_create_failed(place, absent ? failed : EEXIST, err);
}

enum err_code directory_publish(struct directory *directory, bool replace, struct err *err)
{
    char place[2 * DIRECTORY_PATH_MAX];

    assert(directory->temporary);
    (void)snprintf(place, sizeof place, "%s/%s", directory->month_path, directory->name);
    bool exists = faccessat(directory->month_folder, directory->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    if (exists && !replace) {
        return err_set(err, ERR_CREATE, "the report directory '%s' exists already; move it away first", place);
    }
    enum err_code code = exists ? replace_existing(directory, place, err) : rename_new(directory, place, err);
    if (code == ERR_NONE && fsync(directory->month_folder) != 0) {
        return disk_write_failed(directory->month_path, errno, err);
    }
    return code;
}

void directory_end(struct directory *directory)
{
    if (directory->temporary) {
        if (directory->folder >= 0) {
            folder_each(directory->folder, entry_remove, NULL);
        }
        (void)unlinkat(directory->month_folder, directory->temporary_name, AT_REMOVEDIR);
        directory->temporary = false;
    }
    if (directory->folder >= 0) {
        (void)close(directory->folder);
    }
    if (directory->month_folder >= 0) {
        (void)close(directory->month_folder);
    }
    directory->folder = -1;
    directory->month_folder = -1;
}
