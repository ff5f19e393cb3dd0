/* Where the program's functions stand at an allocation. */
#define _GNU_SOURCE
#include "tests/faults/preload_ways.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "tests/faults/preload_shared.h"
#include "tests/faults/ways.h"

#define FRAMES_MAX 96
#define WAYS_MAX 65536 /* a power of two, more than there are */
#define MULTIPLIER 0x9E3779B97F4A7C15u

struct way {
    uint64_t key; /* 0: free */
    uint64_t count;
};

static struct ways_noted *noted;
static struct way ways[WAYS_MAX]; /* open addressing */
static uintptr_t program_begin;
static uintptr_t program_end;

struct looking {
    uintptr_t within;
};

static int look_at(struct dl_phdr_info *object, size_t size, void *context)
{
    const struct looking *looking = context;
    uintptr_t end = 0;

    (void)size;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        if (object->dlpi_phdr[i].p_type == PT_LOAD) {
            end = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr + object->dlpi_phdr[i].p_memsz;
        }
    }
    if (looking->within < object->dlpi_addr || looking->within >= end) {
        return 0;
    }
    program_begin = object->dlpi_addr;
    program_end = end;
    return 1;
}

void ways_begin(const void *within)
{
    const char *small = getenv(WAYS_SMALL);
    void *frames[FRAMES_MAX];

    if (small != NULL && strcmp(small, "1") == 0) {
        int (*config)(int, ...) = NULL;
        *(void **)&config = dlsym(RTLD_DEFAULT, "sqlite3_config");
        if (config == NULL || config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK) {
            abort();
        }
    }
    (void)dl_iterate_phdr(look_at, &(struct looking){(uintptr_t)within});
    noted = shared_open(getenv(WAYS_FILE), sizeof *noted);
    if (noted != NULL) {
        (void)backtrace(frames, FRAMES_MAX); /* the first loads a library */
    }
}

/* Of the callers those in the program: each tells by its place what it called. */
static uint64_t way_key(void)
{
    void *frames[FRAMES_MAX];
    int count = backtrace(frames, FRAMES_MAX);
    uint64_t key = 1;

    for (int i = 0; i < count; i++) {
        uintptr_t place = (uintptr_t)frames[i];
        if (place >= program_begin && place < program_end) {
            key = (key ^ (place - program_begin)) * MULTIPLIER;
            key ^= key >> 29;
        }
    }
    return key == 0 ? 1 : key;
}

/* 1, 2, 4, 16, 64 ... */
static bool is_asked(uint64_t count)
{
    return (count & (count - 1)) == 0 && (count == 2 || __builtin_ctzll(count) % 2 == 0);
}

static void note(uint64_t allocation)
{
    uint64_t key = way_key();
    size_t at = key & (WAYS_MAX - 1);

    for (size_t looked = 0; ways[at].key != 0 && ways[at].key != key; looked++) {
        if (looked == WAYS_MAX) {
            abort();
        }
        at = (at + 1) & (WAYS_MAX - 1);
    }
    ways[at].key = key;
    if (is_asked(++ways[at].count)) {
        if (noted->count == WAYS_NOTED_MAX) {
            abort();
        }
        noted->allocations[noted->count++] = allocation;
    }
}

void ways_note(uint64_t allocation)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

    if (noted != NULL) {
        pthread_mutex_lock(&one_at_a_time);
        note(allocation);
        pthread_mutex_unlock(&one_at_a_time);
    }
}
