/* The report directory: temporary name, locks, flushes and the rename. */
#define _GNU_SOURCE /* renameat2 */
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

/* Flush the folder that holds `path`: its new entry would not survive a power cut otherwise. */
static void parent_flush(const char *path)
{
    char parent[DIRECTORY_PATH_MAX];

    (void)snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash == NULL) {
        (void)snprintf(parent, sizeof parent, ".");
    } else {
        slash[slash == parent ? 1 : 0] = '\0';
    }
    int folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        (void)fsync(folder); /* a folder one may not flush is no reason to stop: its contents are flushed */
        (void)close(folder);
    }
}

static enum err_code folder_make(const char *path, struct err *err)
{
    struct stat status;

    if (mkdir(path, FOLDER_MODE) == 0) {
        parent_flush(path);
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

/* A folder of `parent` to be listed, or NULL. Ends with closedir(). */
static DIR *folder_list(int parent, const char *name)
{
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);

    if (list == NULL && folder >= 0) {
        (void)close(folder);
    }
    return list;
}

/* The files of a folder, then the folder. Report directories hold files only;
 * a folder that someone put there stays, and so does the directory. */
static void folder_remove(int parent, const char *name)
{
    DIR *list = folder_list(parent, name);

    if (list == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            (void)unlinkat(dirfd(list), entry->d_name, 0);
        }
    }
    (void)closedir(list);
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

/* Did a crash leave it? Its maker holds the lock while it lives; where the file
 * system knows no locks, the process number has to do. */
static bool is_stale(int parent, const char *name, const char *process_text)
{
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

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

static void stale_remove(const struct directory *directory)
{
    char prefix[DIRECTORY_NAME_MAX + 16];
    int length = snprintf(prefix, sizeof prefix, ".%s.tmp-", directory->name);
    DIR *list = folder_list(directory->month_folder, ".");

    if (list == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        if (strncmp(entry->d_name, prefix, (size_t)length) == 0 &&
            is_stale(directory->month_folder, entry->d_name, entry->d_name + length)) {
            folder_remove(directory->month_folder, entry->d_name);
        }
    }
    (void)closedir(list);
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

enum err_code directory_file_flush(const struct directory *directory, const char *name, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    int file = openat(directory->folder, name, O_RDONLY | O_CLOEXEC);
    bool flushed = file >= 0 && fsync(file) == 0 && fchmod(file, FILE_MODE) == 0;
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
        folder_remove(directory->month_folder, directory->temporary_name);
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
