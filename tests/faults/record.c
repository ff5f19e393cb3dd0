/*
 * System calls as operations of a disk.
 */
#define _GNU_SOURCE
#include "tests/faults/record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/faults/harness.h"

struct name { /* where a path leads, before the call */
    char path[PATH_MAX];
    int folder; /* its folder's node, or DISK_NONE */
    int node;   /* what it names, or DISK_NONE */
};

struct recording {
    struct disk *disk;
    bool pending;    /* `operation` happens if the call succeeds */
    bool makes;      /* and its node is made by the call */
    bool renames;    /* and the name `from` is taken */
    struct disk_operation operation;
    struct name made;
    struct name from;
};

static void read_memory(pid_t process, unsigned long long from, void *to, size_t length)
{
    struct iovec local = {.iov_base = to, .iov_len = length};
    struct iovec remote = {.iov_base = (void *)(uintptr_t)from, .iov_len = length};

    if (process_vm_readv(process, &local, 1, &remote, 1, 0) != (ssize_t)length) {
        harness_failed("reading the program's memory");
    }
}

/* A text of the program; it may end close to the end of a page. */
static void read_text(pid_t process, unsigned long long from, char text[PATH_MAX])
{
    for (size_t i = 0; i < PATH_MAX; i++) {
        read_memory(process, from + i, text + i, 1);
        if (text[i] == '\0') {
            return;
        }
    }
    errno = ENAMETOOLONG;
    harness_failed("a path of the program");
}

static int node_at(const struct disk *disk, const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0 ? disk_node(disk, status.st_ino) : DISK_NONE;
}

static struct name name_of(const struct recording *recording, pid_t process, int folder, unsigned long long text)
{
    struct name name = {.folder = DISK_NONE};
    char given[PATH_MAX];
    char proc[64];
    char base[PATH_MAX];

    read_text(process, text, given);
    if (folder == AT_FDCWD) {
        snprintf(proc, sizeof proc, "/proc/%d/cwd", (int)process);
    } else {
        snprintf(proc, sizeof proc, "/proc/%d/fd/%d", (int)process, folder);
    }
    ssize_t length = given[0] == '/' ? 0 : readlink(proc, base, sizeof base - 1);
    base[length < 0 ? 0 : length] = '\0';
    harness_path(name.path, "%s%s%s", base, given[0] == '/' ? "" : "/", given);
    harness_path(base, "%.*s", (int)(strrchr(name.path, '/') - name.path), name.path);
    name.folder = node_at(recording->disk, base);
    name.node = node_at(recording->disk, name.path);
    return name;
}

/* The node of an open file, or DISK_NONE. */
static int node_of_file(const struct recording *recording, pid_t process, unsigned long long file, mode_t *mode)
{
    char proc[64];
    struct stat status;

    snprintf(proc, sizeof proc, "/proc/%d/fd/%d", (int)process, (int)file);
    if (stat(proc, &status) != 0) {
        return DISK_NONE;
    }
    *mode = status.st_mode;
    return disk_node(recording->disk, status.st_ino);
}

static int64_t position_of(pid_t process, unsigned long long file)
{
    char proc[64];
    long long position = 0;

    snprintf(proc, sizeof proc, "/proc/%d/fdinfo/%d", (int)process, (int)file);
    FILE *info = fopen(proc, "r");
    if (info == NULL || fscanf(info, "pos: %lld", &position) != 1) {
        harness_failed(proc);
    }
    fclose(info);
    return position;
}

static void expect_write(struct recording *recording, const struct call *call)
{
    const unsigned long long *argument = call->arguments;
    mode_t mode = 0;
    struct disk_operation operation = {.kind = DISK_WRITE, .length = (size_t)argument[2]};

    operation.node = node_of_file(recording, call->process, argument[0], &mode);
    if (operation.node == DISK_NONE || operation.length == 0) {
        return;
    }
    operation.offset = call->number == SYS_pwrite64 ? (int64_t)argument[3] : position_of(call->process, argument[0]);
    operation.bytes = malloc(operation.length);
    read_memory(call->process, argument[1], operation.bytes, operation.length);
    recording->operation = operation;
    recording->pending = true;
}

static void expect_of_file(struct recording *recording, const struct call *call, enum disk_kind kind, int64_t size)
{
    mode_t mode = 0;
    int node = node_of_file(recording, call->process, call->arguments[0], &mode);

    if (node != DISK_NONE) {
        recording->operation = (struct disk_operation){.kind = kind, .node = node, .offset = size, .mode = mode};
        recording->pending = true;
    }
}

static void expect_open(struct recording *recording, const struct call *call, int folder, unsigned long long text, int flags)
{
    struct name name;

    if ((flags & O_CREAT) == 0) {
        return;
    }
    name = name_of(recording, call->process, folder, text);
    if (name.folder == DISK_NONE) {
        return;
    }
    if (name.node == DISK_NONE) {
        recording->operation = (struct disk_operation){.kind = DISK_ADD, .folder = name.folder};
        recording->makes = true;
        recording->made = name;
        recording->pending = true;
    } else if ((flags & O_TRUNC) != 0) {
        recording->operation = (struct disk_operation){.kind = DISK_SIZE, .node = name.node};
        recording->pending = true;
    }
}

static void expect_folder(struct recording *recording, const struct name *name)
{
    if (name->folder != DISK_NONE) {
        recording->operation = (struct disk_operation){.kind = DISK_ADD, .folder = name->folder};
        recording->makes = true;
        recording->made = *name;
        recording->pending = true;
    }
}

static char *last_of(const char *path)
{
    return strdup(strrchr(path, '/') + 1);
}

static void expect_take(struct recording *recording, const struct name *name)
{
    if (name->folder != DISK_NONE) {
        recording->operation = (struct disk_operation){.kind = DISK_TAKE, .node = 0, .folder = name->folder, .name = last_of(name->path)};
        recording->pending = true;
    }
}

static void expect_name(struct recording *recording, const struct name *from, const struct name *to, bool renames, bool swaps)
{
    if (from->folder == DISK_NONE || to->folder == DISK_NONE) {
        return;
    }
    recording->operation = (struct disk_operation){.kind = swaps ? DISK_SWAP : DISK_ADD,
                                                   .node = from->node,
                                                   .other = to->node,
                                                   .folder = swaps ? from->folder : to->folder,
                                                   .other_folder = to->folder,
                                                   .name = last_of(swaps ? from->path : to->path),
                                                   .other_name = swaps ? last_of(to->path) : NULL};
    recording->from = *from;
    recording->renames = renames && !swaps;
    recording->pending = true;
}

static void before_names(struct recording *recording, const struct call *call)
{
    const unsigned long long *argument = call->arguments;
    bool two = call->number == SYS_rename || call->number == SYS_link;
    bool at = call->number == SYS_renameat || call->number == SYS_renameat2 || call->number == SYS_linkat;
    bool only_at = call->number == SYS_unlinkat || call->number == SYS_mkdirat;
    struct name from = name_of(recording, call->process, at || only_at ? (int)argument[0] : AT_FDCWD, argument[at || only_at]);
    struct name to;

    if (two || at) {
        to = name_of(recording, call->process, at ? (int)argument[2] : AT_FDCWD, argument[at ? 3 : 1]);
        expect_name(recording, &from, &to, call->number != SYS_link && call->number != SYS_linkat,
                    call->number == SYS_renameat2 && (argument[4] & RENAME_EXCHANGE) != 0);
    } else if (call->number == SYS_mkdir || call->number == SYS_mkdirat) {
        expect_folder(recording, &from);
    } else {
        expect_take(recording, &from);
    }
}

static void before(void *context, struct call *call)
{
    struct recording *recording = context;
    const unsigned long long *argument = call->arguments;

    recording->pending = recording->makes = recording->renames = false;
    switch (call->number) {
    case SYS_openat:
        expect_open(recording, call, (int)argument[0], argument[1], (int)argument[2]);
        break;
    case SYS_open:
        expect_open(recording, call, AT_FDCWD, argument[0], (int)argument[1]);
        break;
    case SYS_write:
    case SYS_pwrite64:
        expect_write(recording, call);
        break;
    case SYS_ftruncate:
        expect_of_file(recording, call, DISK_SIZE, (int64_t)argument[1]);
        break;
    case SYS_fsync:
    case SYS_fdatasync:
        expect_of_file(recording, call, DISK_FLUSH, 0);
        break;
    case SYS_rename:
    case SYS_renameat:
    case SYS_renameat2:
    case SYS_link:
    case SYS_linkat:
    case SYS_unlink:
    case SYS_unlinkat:
    case SYS_rmdir:
    case SYS_mkdir:
    case SYS_mkdirat:
        before_names(recording, call);
        break;
    case SYS_creat:
    case SYS_openat2:
    case SYS_writev:
    case SYS_pwritev:
    case SYS_fallocate:
        errno = ENOSYS;
        harness_failed("the recorder does not know this system call");
    default:
        break;
    }
}

static void after(void *context, const struct call *call)
{
    struct recording *recording = context;
    struct stat status;

    if (!recording->pending) {
        return;
    }
    if (call->result < 0) {
        free(recording->operation.name);
        free(recording->operation.other_name);
        free(recording->operation.bytes);
        return;
    }
    if (recording->operation.kind == DISK_WRITE) {
        recording->operation.length = (size_t)call->result;
    }
    if (recording->makes) {
        if (lstat(recording->made.path, &status) != 0) {
            harness_failed(recording->made.path);
        }
        recording->operation.node = disk_node_new(recording->disk, status.st_ino, status.st_mode);
        recording->operation.name = last_of(recording->made.path);
    }
    disk_add(recording->disk, recording->operation);
    if (recording->renames) {
        disk_add(recording->disk, (struct disk_operation){.kind = DISK_TAKE, .folder = recording->from.folder, .name = last_of(recording->from.path)});
    }
}

struct outcome record_run(const struct program *program, const char *const arguments[], struct disk *disk)
{
    struct recording recording = {.disk = disk};
    struct plan plan = {.calls = CALLS_IO, .before = before, .after = after, .context = &recording};

    return trace_run(program, arguments, &plan);
}
