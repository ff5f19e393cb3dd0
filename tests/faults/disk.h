/*
 * A disk with a cache that a power cut empties: what was written to it, in order,
 * and what is left of it where the power fails after the Nth operation.
 */
#ifndef MONTHEND_TESTS_FAULTS_DISK_H
#define MONTHEND_TESTS_FAULTS_DISK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define DISK_NONE (-1)

enum disk_kind { DISK_WRITE, DISK_SIZE, DISK_FLUSH, DISK_ADD, DISK_TAKE, DISK_SWAP };

struct disk_operation {
    enum disk_kind kind;
    int node;          /* of the file or folder; of DISK_SWAP the one entry's */
    int other;         /* of DISK_SWAP: the other entry's */
    int folder;        /* DISK_ADD, DISK_TAKE, DISK_SWAP: where the name is */
    int other_folder;  /* DISK_SWAP */
    char *name;
    char *other_name;
    int64_t offset;    /* DISK_WRITE; DISK_SIZE: the size */
    void *bytes;       /* DISK_WRITE */
    size_t length;
    mode_t mode;       /* DISK_FLUSH: as it is now */
};

struct disk; /* nodes and operations */

/* A disk with what is in `folder`, all of it flushed; the folder is node 0. */
struct disk *disk_new(const char *folder);
void disk_free(struct disk *disk);

int disk_node_new(struct disk *disk, ino_t inode, mode_t mode);     /* a file or folder that was made */
int disk_node(const struct disk *disk, ino_t inode);                /* DISK_NONE: not on this disk */
void disk_add(struct disk *disk, struct disk_operation operation);  /* it keeps the pointers */
long disk_count(const struct disk *disk);

enum disk_loss {
    LOSS_ALL,   /* whatever was not flushed, names included */
    LOSS_DATA,  /* contents that were not flushed; names are as last seen */
    LOSS_SOME,  /* of contents some sectors, of names some folders' */
    LOSS_KINDS
};

/* What is there after `count` operations and a power cut, written to `folder`. Returns how many things were lost. */
long disk_after_cut(const struct disk *disk, long count, enum disk_loss loss, unsigned seed, const char *folder);

#endif
