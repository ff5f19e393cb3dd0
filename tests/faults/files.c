/*
 * Directories of small files.
 */
#define _GNU_SOURCE
#include "tests/faults/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/faults/harness.h"

#define MULTIPLIER 0x9E3779B97F4A7C15ULL

bool files_there(const char *path)
{
    return access(path, F_OK) == 0;
}

char *files_read(const char *path, size_t *length)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (file < 0) {
        return NULL;
    }
    if (fstat(file, &status) != 0) {
        harness_failed(path);
    }
    char *bytes = malloc((size_t)status.st_size + 1);
    if (bytes == NULL || read(file, bytes, (size_t)status.st_size) != status.st_size) {
        harness_failed(path);
    }
    bytes[status.st_size] = '\0';
    *length = (size_t)status.st_size;
    close(file);
    return bytes;
}

void files_write(const char *path, const void *bytes, size_t length)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (file < 0 || write(file, bytes, length) != (ssize_t)length || close(file) != 0) {
        harness_failed(path);
    }
}

void files_make(const char *folder)
{
    if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
        harness_failed(folder);
    }
}

static int listed(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

void files_each(const char *folder, void (*visit)(void *context, const char *path, bool is_folder), void *context)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, listed, by_name);

    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        struct stat status;
        harness_path(path, "%s/%s", folder, entries[i]->d_name);
        bool is_folder = lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
        visit(context, path, is_folder);
        if (is_folder) {
            files_each(path, visit, context);
        }
        free(entries[i]);
    }
    free(entries);
}

void files_remove(const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, listed, NULL);

    for (int i = 0; i < count; i++) {
        char below[PATH_MAX];
        harness_path(below, "%s/%s", path, entries[i]->d_name);
        if (unlink(below) != 0 && errno == EISDIR) {
            files_remove(below);
        }
        free(entries[i]);
    }
    free(entries);
    if (count >= 0 && rmdir(path) != 0) {
        harness_failed(path);
    }
}

struct copying {
    const char *from;
    const char *to;
};

static void copy_one(void *context, const char *path, bool is_folder)
{
    const struct copying *copying = context;
    char to[PATH_MAX];
    struct stat status;
    size_t length = 0;

    harness_path(to, "%s%s", copying->to, path + strlen(copying->from));
    if (lstat(path, &status) != 0) {
        harness_failed(path);
    }
    if (is_folder) {
        files_make(to);
    } else {
        char *bytes = files_read(path, &length);
        files_write(to, bytes, length);
        free(bytes);
    }
    if (chmod(to, status.st_mode & 07777) != 0) {
        harness_failed(to);
    }
}

void files_fill(const char *from, const char *to)
{
    struct copying copying = {from, to};

    files_each(from, copy_one, &copying);
}

void files_copy(const char *from, const char *to)
{
    files_remove(to);
    files_make(to);
    files_fill(from, to);
}

uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t length)
{
    const unsigned char *next = bytes;

    digest ^= length * MULTIPLIER;
    for (; length >= sizeof(uint64_t); next += sizeof(uint64_t), length -= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, next, sizeof word);
        digest = (digest ^ word) * MULTIPLIER;
        digest ^= digest >> 29;
    }
    for (; length > 0; next++, length--) {
        digest = (digest ^ *next) * MULTIPLIER;
        digest ^= digest >> 29;
    }
    return digest;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text);

    return length >= strlen(ending) && strcmp(text + length - strlen(ending), ending) == 0;
}

static void digest_one(void *context, const char *path, bool is_folder)
{
    uint64_t *digest = context;
    const char *name = strrchr(path, '/') + 1;
    struct stat status;
    size_t length = strlen(name);

    if (ends_with(name, "-shm") || ends_with(name, ".lock")) {
        return;
    }
    if (strstr(name, "tmp-") != NULL || strstr(name, "init-") != NULL) {
        length = strcspn(name, "0123456789"); /* the process number */
    }
    *digest = digest_bytes(*digest, name, length);
    if (lstat(path, &status) == 0) {
        *digest = digest_bytes(*digest, &status.st_mode, sizeof status.st_mode);
    }
    if (!is_folder) {
        size_t bytes_length = 0;
        char *bytes = files_read(path, &bytes_length);
        *digest = digest_bytes(*digest, bytes, bytes == NULL ? 0 : bytes_length);
        free(bytes);
    }
}

uint64_t files_digest(const char *folder)
{
    uint64_t digest = MULTIPLIER;

    if (!files_there(folder)) {
        return DIGEST_NONE;
    }
    files_each(folder, digest_one, &digest);
    return digest;
}

bool files_same(const char *left, const char *right)
{
    size_t left_length = 0;
    size_t right_length = 0;
    char *left_bytes = files_read(left, &left_length);
    char *right_bytes = files_read(right, &right_length);
    bool same = left_bytes != NULL && right_bytes != NULL && left_length == right_length &&
                memcmp(left_bytes, right_bytes, left_length) == 0;

    free(left_bytes);
    free(right_bytes);
    return same;
}
