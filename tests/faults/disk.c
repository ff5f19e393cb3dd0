/*
 * A disk that a power cut finds with a full cache.
 */
#include "tests/faults/disk.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/faults/files.h"
#include "tests/faults/harness.h"

#define NODES_MAX 1024
#define ENTRIES_MAX 128
#define SECTOR_BYTES 512

struct entry {
    char name[NAME_MAX + 1];
    int node;
};

struct entries {
    struct entry all[ENTRIES_MAX];
    int count;
};

struct content {
    char *bytes;
    size_t length;
};

/* How the disk begins; the states of a replay are copies. */
struct node {
    ino_t inode;
    mode_t mode;
    bool is_folder;
    struct content seen;     /* a file: what programs see */
    struct content flushed;  /* and what a power cut leaves */
    struct content some;     /* flushed, and of what was written since then some sectors */
    struct entries *names;   /* a folder: the same of its entries */
    struct entries *kept;
};

struct disk {
    struct node nodes[NODES_MAX];
    int node_count;
    struct disk_operation *operations;
    long count;
    long room;
};

static void *room_for(void *old, size_t bytes)
{
    void *got = realloc(old, bytes == 0 ? 1 : bytes);

    if (got == NULL) {
        harness_failed("memory");
    }
    return got;
}

int disk_node_new(struct disk *disk, ino_t inode, mode_t mode)
{
    if (disk->node_count == NODES_MAX) {
        harness_failed("too many files for the disk");
    }
    struct node *node = &disk->nodes[disk->node_count];
    *node = (struct node){.inode = inode, .mode = mode, .is_folder = S_ISDIR(mode)};
    if (node->is_folder) {
        node->names = room_for(NULL, sizeof *node->names);
        node->kept = room_for(NULL, sizeof *node->kept);
        node->names->count = node->kept->count = 0;
    }
    return disk->node_count++;
}

int disk_node(const struct disk *disk, ino_t inode)
{
    for (int i = disk->node_count - 1; i >= 0; i--) { /* the newest: an inode may be used again */
        if (disk->nodes[i].inode == inode) {
            return i;
        }
    }
    return DISK_NONE;
}

static void entry_add(struct entries *entries, const char *name, int node)
{
    if (entries->count == ENTRIES_MAX) {
        harness_failed("too many files in a folder of the disk");
    }
    snprintf(entries->all[entries->count].name, sizeof entries->all[0].name, "%s", name);
    entries->all[entries->count++].node = node;
}

static struct entry *entry_find(struct entries *entries, const char *name)
{
    for (int i = 0; i < entries->count; i++) {
        if (strcmp(entries->all[i].name, name) == 0) {
            return &entries->all[i];
        }
    }
    return NULL;
}

static void entry_take(struct entries *entries, const char *name)
{
    struct entry *entry = entry_find(entries, name);

    if (entry != NULL) {
        *entry = entries->all[--entries->count];
    }
}

struct scanning {
    struct disk *disk;
};

static void scan_one(void *context, const char *path, bool is_folder)
{
    struct disk *disk = ((struct scanning *)context)->disk;
    char parent[PATH_MAX];
    struct stat status, above;

    harness_path(parent, "%.*s", (int)(strrchr(path, '/') - path), path);
    if (lstat(path, &status) != 0 || stat(parent, &above) != 0) {
        harness_failed(path);
    }
    int node = disk_node_new(disk, status.st_ino, status.st_mode);
    entry_add(disk->nodes[disk_node(disk, above.st_ino)].names, strrchr(path, '/') + 1, node);
    if (!is_folder) {
        disk->nodes[node].seen.bytes = files_read(path, &disk->nodes[node].seen.length);
    }
}

struct disk *disk_new(const char *folder)
{
    struct disk *disk = room_for(NULL, sizeof *disk);
    struct scanning scanning = {.disk = disk};
    struct stat status;

    *disk = (struct disk){.count = 0};
    if (stat(folder, &status) != 0) {
        harness_failed(folder);
    }
    (void)disk_node_new(disk, status.st_ino, status.st_mode);
    files_each(folder, scan_one, &scanning);
    return disk;
}

void disk_add(struct disk *disk, struct disk_operation operation)
{
    if (disk->count == disk->room) {
        disk->room = disk->room == 0 ? 256 : disk->room * 2;
        disk->operations = room_for(disk->operations, (size_t)disk->room * sizeof *disk->operations);
    }
    disk->operations[disk->count++] = operation;
}

long disk_count(const struct disk *disk)
{
    return disk->count;
}

void disk_free(struct disk *disk)
{
    for (long i = 0; i < disk->count; i++) {
        free(disk->operations[i].name);
        free(disk->operations[i].other_name);
        free(disk->operations[i].bytes);
    }
    for (int i = 0; i < disk->node_count; i++) {
        free(disk->nodes[i].seen.bytes);
        free(disk->nodes[i].names);
        free(disk->nodes[i].kept);
    }
    free(disk->operations);
    free(disk);
}

static void content_size(struct content *content, size_t length)
{
    if (length > content->length) {
        content->bytes = room_for(content->bytes, length);
        memset(content->bytes + content->length, 0, length - content->length);
    }
    content->length = length;
}

static void content_write(struct content *content, size_t offset, const char *bytes, size_t length)
{
    if (offset + length > content->length) {
        content_size(content, offset + length);
    }
    memcpy(content->bytes + offset, bytes, length);
}

static void content_copy(struct content *to, const struct content *from)
{
    to->bytes = room_for(to->bytes, from->length);
    to->length = from->length;
    if (from->length > 0) {
        memcpy(to->bytes, from->bytes, from->length);
    }
}

/* Of what is written, some sectors reach the disk before it is asked to flush. */
static void write_some(struct content *content, const struct disk_operation *operation, unsigned *seed)
{
    size_t done = 0;

    while (done < operation->length) {
        size_t sector = SECTOR_BYTES - (size_t)(operation->offset + (int64_t)done) % SECTOR_BYTES;
        size_t part = sector < operation->length - done ? sector : operation->length - done;
        if (rand_r(seed) % 2 == 0) {
            content_write(content, (size_t)operation->offset + done, (const char *)operation->bytes + done, part);
        }
        done += part;
    }
}

static void apply(struct node *nodes, const struct disk_operation *operation, unsigned *seed)
{
    struct node *node = &nodes[operation->node];
    struct entry *one, *other;

    switch (operation->kind) {
    case DISK_WRITE:
        content_write(&node->seen, (size_t)operation->offset, operation->bytes, operation->length);
        write_some(&node->some, operation, seed);
        break;
    case DISK_SIZE:
        content_size(&node->seen, (size_t)operation->offset);
        if (rand_r(seed) % 2 == 0) {
            content_size(&node->some, (size_t)operation->offset);
        }
        break;
    case DISK_FLUSH:
        if (node->is_folder) {
            *node->kept = *node->names;
        } else {
            content_copy(&node->flushed, &node->seen);
            content_copy(&node->some, &node->seen);
        }
        node->mode = operation->mode;
        break;
    case DISK_ADD:
        entry_take(nodes[operation->folder].names, operation->name); /* a rename over it */
        entry_add(nodes[operation->folder].names, operation->name, operation->node);
        break;
    case DISK_TAKE:
        entry_take(nodes[operation->folder].names, operation->name);
        break;
    case DISK_SWAP:
        one = entry_find(nodes[operation->folder].names, operation->name);
        other = entry_find(nodes[operation->other_folder].names, operation->other_name);
        if (one != NULL && other != NULL) {
            one->node = operation->other;
            other->node = operation->node;
        }
        break;
    }
}

/* The nodes as the disk begins: all is flushed. */
static struct node *nodes_begin(const struct disk *disk)
{
    struct node *nodes = room_for(NULL, (size_t)disk->node_count * sizeof *nodes);

    for (int i = 0; i < disk->node_count; i++) {
        nodes[i] = disk->nodes[i];
        nodes[i].seen = nodes[i].flushed = nodes[i].some = (struct content){0};
        if (nodes[i].is_folder) {
            nodes[i].names = room_for(NULL, sizeof *nodes[i].names);
            nodes[i].kept = room_for(NULL, sizeof *nodes[i].kept);
            *nodes[i].names = *disk->nodes[i].names;
            *nodes[i].kept = *disk->nodes[i].names;
        } else {
            content_copy(&nodes[i].seen, &disk->nodes[i].seen);
            content_copy(&nodes[i].flushed, &disk->nodes[i].seen);
            content_copy(&nodes[i].some, &disk->nodes[i].seen);
        }
    }
    return nodes;
}

static void nodes_free(struct node *nodes, int count)
{
    for (int i = 0; i < count; i++) {
        free(nodes[i].seen.bytes);
        free(nodes[i].flushed.bytes);
        free(nodes[i].some.bytes);
        free(nodes[i].names);
        free(nodes[i].kept);
    }
    free(nodes);
}

struct cut {
    const struct node *nodes;
    enum disk_loss loss;
    unsigned *seed;
    long lost;
};

static bool same_entries(const struct entries *left, const struct entries *right)
{
    bool same = left->count == right->count;

    for (int i = 0; same && i < left->count; i++) {
        same = left->all[i].node == right->all[i].node && strcmp(left->all[i].name, right->all[i].name) == 0;
    }
    return same;
}

static void write_node(struct cut *cut, int number, const char *path);

static void write_folder(struct cut *cut, const struct node *node, const char *path)
{
    bool kept = cut->loss == LOSS_ALL || (cut->loss == LOSS_SOME && rand_r(cut->seed) % 2 == 0);
    const struct entries *entries = kept ? node->kept : node->names;

    cut->lost += kept && !same_entries(node->kept, node->names);
    for (int i = 0; i < entries->count; i++) {
        char below[PATH_MAX];
        const char *name = entries->all[i].name;
        size_t length = strlen(name);
        if (length > 4 && strcmp(name + length - 4, "-shm") == 0) {
            continue; /* memory, in truth */
        }
        harness_path(below, "%s/%s", path, name);
        write_node(cut, entries->all[i].node, below);
    }
}

static void write_node(struct cut *cut, int number, const char *path)
{
    const struct node *node = &cut->nodes[number];

    if (node->is_folder) {
        files_make(path);
        write_folder(cut, node, path);
    } else {
        const struct content *left = cut->loss == LOSS_SOME ? &node->some : &node->flushed;
        cut->lost += left->length != node->seen.length ||
                     (left->length > 0 && memcmp(left->bytes, node->seen.bytes, left->length) != 0);
        files_write(path, left->bytes, left->length);
    }
    if (chmod(path, node->mode & 07777) != 0) {
        harness_failed(path);
    }
}

long disk_after_cut(const struct disk *disk, long count, enum disk_loss loss, unsigned seed, const char *folder)
{
    struct node *nodes = nodes_begin(disk);
    struct cut cut = {.nodes = nodes, .loss = loss, .seed = &seed};

    for (long i = 0; i < count; i++) {
        apply(nodes, &disk->operations[i], &seed);
    }
    files_remove(folder);
    write_node(&cut, 0, folder);
    nodes_free(nodes, disk->node_count);
    return cut.lost;
}
