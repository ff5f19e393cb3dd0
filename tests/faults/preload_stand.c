/*
 * A run that stands still: the program's side.
 *
 * A copy is made by the bare system call, as a child of the harness: nothing of the program or of its C library runs
 * between the original's last instruction and the copy's first, and even what was half done is the same. Then each file
 * is made the copy's own. Locks need none: who holds one here cannot know that another process does not.
 */
#define _GNU_SOURCE
#include "tests/faults/preload_stand.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOST 99 /* exit status of a copy that cannot be one */
#define MAPS_MAX (1 << 18)
#define LIST_MAX 8192

struct entry { /* of getdents64 */
    uint64_t inode;
    int64_t next;
    unsigned short length;
    unsigned char type;
    char name[];
};

#define INODES_MAX 64

static struct {
    struct stat own;
    struct stat original;
} inodes[INODES_MAX]; /* of the copy's files */
static int inode_count;

static int talk = -1;
static uint64_t stand_at;
static char folder[PATH_MAX]; /* the copy's, by the name that the original's had */
static char aside[PATH_MAX];  /* the original's */

_Noreturn static void lost(const char *what)
{
    (void)dprintf(STDERR_FILENO, "a copy cannot go on: %s: %s\n", what, strerror(errno));
    _exit(LOST);
}

static enum stand_what hear(uint64_t *at)
{
    struct stand_ask question = {.what = STAND_GO};
    ssize_t got = recv(talk, &question, sizeof question, 0);

    *at = got == sizeof question ? question.at : 0; /* nobody there: to the end */
    return question.what;
}

void stand_listen(void)
{
    const char *number = getenv(STAND_TALK);
    const char *name = getenv(STAND_FOLDER);

    if (number != NULL && name != NULL) {
        talk = atoi(number);
        snprintf(folder, sizeof folder, "%s", name);
        snprintf(aside, sizeof aside, "%s" STAND_ASIDE, name);
        (void)hear(&stand_at);
    }
}

bool stand_is_here(uint64_t allocation)
{
    return talk >= 0 && allocation == stand_at;
}

/* The path in the copy's folder of one in the original's; false: it is not there. */
static bool translate(const char *path, char out[PATH_MAX])
{
    size_t length = strlen(aside);

    if (strncmp(path, aside, length) != 0 || (path[length] != '/' && path[length] != '\0')) {
        return false;
    }
    return snprintf(out, PATH_MAX, "%s%s", folder, path + length) < PATH_MAX;
}

/* A file that is open has the number in the file system that the original's has: SQLite knows it by that. */
static void keep_inode(const struct stat *original, int own)
{
    struct stat status;

    if (inode_count == INODES_MAX || fstat(own, &status) != 0) {
        lost("numbers of files");
    }
    inodes[inode_count].own = status;
    inodes[inode_count++].original = *original;
}

static int stat_kept(long result, struct stat *status)
{
    for (int i = 0; result == 0 && i < inode_count; i++) {
        if (status->st_ino == inodes[i].own.st_ino && status->st_dev == inodes[i].own.st_dev) {
            status->st_ino = inodes[i].original.st_ino;
            status->st_dev = inodes[i].original.st_dev;
            break;
        }
    }
    return (int)result;
}

int stat(const char *path, struct stat *status)
{
    return stat_kept(syscall(SYS_stat, path, status), status);
}

int lstat(const char *path, struct stat *status)
{
    return stat_kept(syscall(SYS_lstat, path, status), status);
}

int fstat(int file, struct stat *status)
{
    return stat_kept(syscall(SYS_fstat, file, status), status);
}

int stat64(const char *path, struct stat64 *status)
{
    return stat(path, (struct stat *)status);
}

int lstat64(const char *path, struct stat64 *status)
{
    return lstat(path, (struct stat *)status);
}

int fstat64(int file, struct stat64 *status)
{
    return fstat(file, (struct stat *)status);
}

/* A file without a name, with the same content. */
static int copy_nameless(int file, off_t bytes)
{
    char buffer[1 << 16];
    char path[64];
    int to = open(folder, O_TMPFILE | O_RDWR, 0600);

    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int from = open(path, O_RDONLY);
    if (to < 0 || from < 0) {
        lost(path);
    }
    for (off_t at = 0; at < bytes;) {
        ssize_t got = pread(from, buffer, sizeof buffer, at);
        if (got <= 0 || pwrite(to, buffer, (size_t)got, at) != got) {
            lost(path);
        }
        at += got;
    }
    close(from);
    return to;
}

/* What was said so far, and what the copy says, where the harness reads it. */
static int copy_said(int file, off_t bytes)
{
    char path[PATH_MAX + sizeof ".err"];
    char text[SAID_MAX];
    char from_path[64];

    snprintf(path, sizeof path, "%s.err", folder);
    snprintf(from_path, sizeof from_path, "/proc/self/fd/%d", file);
    int to = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    int from = open(from_path, O_RDONLY);
    ssize_t got = pread(from, text, bytes < SAID_MAX ? (size_t)bytes : SAID_MAX, 0);
    if (to < 0 || from < 0 || got < 0 || write(to, text, (size_t)got) != got) {
        lost(path);
    }
    close(from);
    return to;
}

/* The same file of the copy's own, at the same place. */
static void own_file(int file)
{
    char link[64];
    char path[PATH_MAX];
    char own[PATH_MAX];
    struct stat status;

    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || fstat(file, &status) != 0) {
        lost(link);
    }
    path[length] = '\0';
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
        return; /* the null device, random numbers */
    }
    int flags = fcntl(file, F_GETFL);
    int opened = -1;
    if (file == STDERR_FILENO) {
        opened = copy_said(file, status.st_size);
    } else if (status.st_nlink == 0 && S_ISREG(status.st_mode)) {
        opened = copy_nameless(file, status.st_size);
    } else if (translate(path, own)) {
        opened = open(own, flags & (O_ACCMODE | O_APPEND | O_DIRECTORY));
    } else if ((flags & O_ACCMODE) == O_RDONLY) {
        opened = open(path, flags & O_DIRECTORY);
    }
    if (opened < 0) {
        lost(path);
    }
    keep_inode(&status, opened);
    off_t at = lseek(file, 0, SEEK_CUR);
    if ((S_ISREG(status.st_mode) && lseek(opened, at, SEEK_SET) != at) ||
        dup3(opened, file, (fcntl(file, F_GETFD) & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0) != file || close(opened) != 0) {
        lost(path);
    }
}

static void own_files(void)
{
    _Alignas(struct entry) char list[LIST_MAX];
    int files[LIST_MAX / sizeof(struct entry)];
    int count = 0;
    int all = open("/proc/self/fd", O_RDONLY | O_DIRECTORY);

    for (long got; (got = syscall(SYS_getdents64, all, list, sizeof list)) > 0;) {
        for (long at = 0; at < got;) {
            const struct entry *entry = (const struct entry *)(const void *)(list + at);
            at += entry->length;
            int file = atoi(entry->name);
            if (entry->name[0] != '.' && file != all && count < (int)(sizeof files / sizeof files[0])) {
                files[count++] = file;
            }
        }
    }
    close(all);
    for (int i = 0; i < count; i++) {
        own_file(files[i]);
    }
}

/*
 * One line of the process's maps: a file that is shared with others is the copy's own from now on. One outside the folder
 * is none of the program's: the counters of a measured one (tests/coverage/whole), to which all add.
 */
static void own_map(const char *line)
{
    unsigned long from = 0, until = 0, offset = 0;
    char may[8] = "";
    char own[PATH_MAX];
    int name_at = 0;

    if (sscanf(line, "%lx-%lx %7s %lx %*s %*s %n", &from, &until, may, &offset, &name_at) < 4 || may[3] != 's' ||
        !translate(line + name_at, own)) {
        return;
    }
    int protection = (may[0] == 'r' ? PROT_READ : 0) | (may[1] == 'w' ? PROT_WRITE : 0);
    int file = open(own, may[1] == 'w' ? O_RDWR : O_RDONLY);
    if (file < 0 || mmap((void *)from, until - from, protection, MAP_SHARED | MAP_FIXED, file, (off_t)offset) == MAP_FAILED) {
        lost(line);
    }
    close(file);
}

static void own_maps(void)
{
    static char maps[MAPS_MAX];
    int file = open("/proc/self/maps", O_RDONLY);
    size_t length = 0;

    for (ssize_t got; (got = read(file, maps + length, sizeof maps - 1 - length)) > 0;) {
        length += (size_t)got;
    }
    close(file);
    maps[length] = '\0';
    for (char *line = maps, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        own_map(line);
    }
}

/* In the copy. */
static void own_all(void)
{
    close(talk);
    talk = -1;
    if (chdir(folder) != 0) {
        lost(folder);
    }
    own_files();
    own_maps();
}

enum stand_what stand_still(uint64_t allocation)
{
    int error = errno;

    for (pid_t copy = 0;;) {
        struct stand_answer answer = {.at = allocation, .copy = copy};
        (void)send(talk, &answer, sizeof answer, MSG_NOSIGNAL);
        enum stand_what what = hear(&stand_at);
        if (what == STAND_GO) {
            errno = error;
            return what;
        }
        copy = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0L, 0L, 0L, 0L);
        if (copy == 0) {
            own_all();
            return what;
        }
    }
}
