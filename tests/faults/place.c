/*
 * Mounts.
 */
#define _GNU_SOURCE
#include "tests/faults/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/faults/harness.h"

static void write_map(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);

    if (file < 0 || write(file, text, strlen(text)) < 0) {
        harness_failed(path);
    }
    close(file);
}

/* Who is not root is root in a user namespace, where the kernel allows it. */
static void become_root(void)
{
    char map[64];
    uid_t user = getuid();
    gid_t group = getgid();

    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        harness_failed("file systems of its own: as root, or where user namespaces are allowed");
    }
    write_map("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", (unsigned)user);
    write_map("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", (unsigned)group);
    write_map("/proc/self/gid_map", map);
}

void places_begin(void)
{
    if (unshare(CLONE_NEWNS) != 0) {
        if (errno != EPERM) {
            harness_failed("unshare");
        }
        become_root();
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        harness_failed("private mounts");
    }
}

void place_mount(const char *folder, int64_t bytes)
{
    char options[64];

    snprintf(options, sizeof options, "mode=0750,size=%lld", (long long)bytes);
    if (mount("monthend-faults", folder, "tmpfs", 0, options) != 0) {
        harness_failed(folder);
    }
}

void place_resize(const char *folder, int64_t bytes)
{
    char options[64];

    snprintf(options, sizeof options, "mode=0750,size=%lld", (long long)bytes);
    if (mount(NULL, folder, NULL, MS_REMOUNT, options) != 0) {
        harness_failed(folder);
    }
}

void place_read_only(const char *folder, bool read_only)
{
    if (mount(NULL, folder, NULL, MS_REMOUNT | (read_only ? MS_RDONLY : 0UL), "mode=0750") != 0) {
        harness_failed(folder);
    }
}

void place_unmount(const char *folder)
{
    if (umount2(folder, MNT_DETACH) != 0) {
        harness_failed(folder);
    }
}
