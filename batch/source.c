/* Bytes for an import, from a file, gzip, standard input or memory. */
#include "batch/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch/stop.h"
#include "lib/text.h"
#include "reports/disk.h"

extern char **environ;

#define HASH_BYTES 65536 /* read at a time when a packed file is hashed */

struct source {
    const char *name;
    int fd;             /* -1: memory */
    bool owns_fd;
    pid_t child;        /* gzip, or 0 */
    const char *memory; /* what is left of it */
    size_t memory_length;
    bool hashed; /* the digest is complete already: a packed file */
    struct sha256_ctx hash;
};

static struct source *source_new(const char *name, struct err *err)
{
    struct source *source = calloc(1, sizeof *source);

    if (source == NULL) {
        (void)!err_set(err, ERR_INTERNAL, "%s: no memory left to read it", name);
        return NULL;
    }
    source->name = name;
    source->fd = -1;
    sha256_init(&source->hash);
    return source;
}

static bool is_packed(const char *path)
{
    size_t length = strlen(path);

    return length > 3 && strcmp(path + length - 3, ".gz") == 0;
}

static enum err_code file_open(struct source *source, const char *path, struct err *err)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return err_set(err, disk_class(errno, ERR_NO_INPUT), "%s: cannot be opened: %s", source->name, strerror(errno));
    }
    source->fd = fd;
    source->owns_fd = true;
    if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
        return err_set(err, ERR_NO_INPUT, "%s: is a directory, not a CSV file", source->name);
    }
    return ERR_NONE;
}

/* Read on after a signal, unless it is one that stops the program. */
static ssize_t read_again(int fd, char *buffer, size_t capacity)
{
    ssize_t got;

    do {
        got = read(fd, buffer, capacity);
    } while (got < 0 && errno == EINTR && *stop_flag() == 0);
    return got;
}

/* Has a signal come that stops the program? */
static enum err_code stopped(const struct source *source, struct err *err)
{
    if (*stop_flag() == 0) {
        return ERR_NONE;
    }
    return err_set(err, (enum err_code)*stop_flag(), "%s: stopped by a signal; nothing of it was imported",
                   source->name);
}

static enum err_code read_failed(const struct source *source, struct err *err)
{
    const char *why = strerror(errno);

    if (stopped(source, err) != ERR_NONE) {
        return err->code;
    }
    return err_set(err, ERR_IO, "%s: cannot be read: %s", source->name, why);
}

static void hash_add(struct source *source, const char *bytes, size_t length)
{
    sha256_update(&source->hash, length, (const uint8_t *)bytes);
}

/* Hash the packed bytes, then go back to their start. */
static enum err_code packed_hash(struct source *source, struct err *err)
{
    char buffer[HASH_BYTES];
    ssize_t got;

    while ((got = read_again(source->fd, buffer, sizeof buffer)) > 0) {
        hash_add(source, buffer, (size_t)got);
    }
    if (got < 0 || lseek(source->fd, 0, SEEK_SET) != 0) {
        return read_failed(source, err);
    }
    source->hashed = true;
    return ERR_NONE;
}

/* gzip's standard input is the file, its output the pipe; its own words go nowhere, ours say it. */
static int gzip_spawn(int input, int output, pid_t *child)
{
    static char command[] = "gzip";
    static char option[] = "-dc";
    char *arguments[] = {command, option, NULL};
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed != 0) {
        return failed;
    }
    failed = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (failed == 0) {
        failed = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    }
    if (failed == 0) {
        failed = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    if (failed == 0) {
        failed = posix_spawnp(child, command, &actions, NULL, arguments, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* From here on the source reads what gzip makes of the file. */
static enum err_code packed_start(struct source *source, struct err *err)
{
    int ends[2];
    int failed;

    if (pipe(ends) != 0) {
        return err_set(err, disk_class(errno, ERR_IO), "%s: cannot be unpacked: %s", source->name, strerror(errno));
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    failed = gzip_spawn(source->fd, ends[1], &source->child);
    close(ends[1]);
    close(source->fd);
    source->fd = ends[0];
    if (failed != 0) {
        source->child = 0;
        return err_set(err, disk_class(failed, ERR_UNAVAILABLE), "%s: cannot be unpacked, gzip does not start: %s",
                       source->name, strerror(failed));
    }
    return ERR_NONE;
}

enum err_code source_open(const char *path, const char *name, struct source **source, struct err *err)
{
    struct source *made = source_new(name, err);
    enum err_code code = made == NULL ? err->code : ERR_NONE;

    if (code == ERR_NONE && strcmp(path, "-") == 0) {
        made->fd = STDIN_FILENO;
    } else if (code == ERR_NONE) {
        code = file_open(made, path, err);
        if (code == ERR_NONE && is_packed(path)) {
            code = packed_hash(made, err);
            code = code == ERR_NONE ? packed_start(made, err) : code;
        }
    }
    if (code != ERR_NONE) {
        source_close(made);
        return code;
    }
    *source = made;
    return ERR_NONE;
}

enum err_code source_open_memory(const char *text, size_t length, const char *name,
                                 struct source **source, struct err *err)
{
    struct source *made = source_new(name, err);

    if (made == NULL) {
        return err->code;
    }
    made->memory = text;
    made->memory_length = length;
    *source = made;
    return ERR_NONE;
}

/* Wait for gzip. Its warnings (status 2: bytes after the end) are no success either. */
static enum err_code packed_end(struct source *source, struct err *err)
{
    int status = 0;
    pid_t ended;

    do {
        ended = waitpid(source->child, &status, 0);
    } while (ended < 0 && errno == EINTR);
    source->child = 0;
    if (stopped(source, err) != ERR_NONE) { /* the signal may have reached gzip first */
        return err->code;
    }
    if (ended < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return err_set(err, ERR_DATA, "%s: gzip cannot unpack it: damaged, cut short or not packed by gzip",
                       source->name);
    }
    return ERR_NONE;
}

static size_t memory_read(struct source *source, char *buffer, size_t capacity)
{
    size_t length = source->memory_length < capacity ? source->memory_length : capacity;

    if (length > 0) {
        memcpy(buffer, source->memory, length);
        source->memory += length;
        source->memory_length -= length;
    }
    return length;
}

enum err_code source_read(struct source *source, char *buffer, size_t capacity, size_t *length,
                          struct err *err)
{
    ssize_t got;

    assert(capacity > 0);
    if (source->fd < 0) {
        got = (ssize_t)memory_read(source, buffer, capacity);
    } else {
        got = read_again(source->fd, buffer, capacity);
    }
    if (got < 0) {
        return read_failed(source, err);
    }
    if (got == 0 && source->child != 0) {
        enum err_code code = packed_end(source, err);
        if (code != ERR_NONE) {
            return code;
        }
    }
    if (!source->hashed) {
        hash_add(source, buffer, (size_t)got);
    }
    *length = (size_t)got;
    return ERR_NONE;
}

const char *source_name(const struct source *source)
{
    return source->name;
}

void source_digest(struct source *source, char out[SOURCE_DIGEST_MAX])
{
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_digest(&source->hash, sizeof digest, digest);
    text_hex(digest, sizeof digest, out);
}

void source_close(struct source *source)
{
    struct err ignored = {0};

    if (source == NULL) {
        return;
    }
    if (source->owns_fd) {
        close(source->fd); /* before the wait: gzip may be writing into it */
    }
    if (source->child != 0) {
        (void)!packed_end(source, &ignored);
    }
    free(source);
}
