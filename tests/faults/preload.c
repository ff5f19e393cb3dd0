/*
 * Preloaded into the program under test: memory that runs out at a chosen
 * allocation, a clock that stands still, and a mark when the loader is done.
 *
 *     FAULTS_MEMORY_AT=N     the Nth allocation from the start of main fails (0 or missing: none)
 *     FAULTS_MEMORY_ON=1     and all after it
 *     FAULTS_MEMORY_ASIDE=1  only those of threads beside the main one are counted, and fail
 *     FAULTS_COUNT_FILE=F    how many allocations there were is written to F, as 8 bytes in the machine's order
 *     FAULTS_CLOCK_S=S       CLOCK_REALTIME is S seconds, for ever
 *
 * All begins just before main, after all constructors: what instrumentation sets up there (tests/coverage/whole) is not
 * the program's doing.
 *
 * The ways that lead to an allocation are noted where that is asked for (ways.h).
 * Where a harness talks, it stands still at allocations, and copies of it fail (stand.h).
 * The mark is a getpid() with arguments that nobody else gives (trace.c waits for it).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/faults/mark.h"
#include "tests/faults/preload_shared.h"
#include "tests/faults/preload_stand.h"
#include "tests/faults/preload_ways.h"

/* glibc's own, under the names that a replacement may use */
extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *old, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);

static _Atomic uint64_t allocations;
static _Atomic uint64_t *counted; /* where the harness reads them, however the program ends */
static uint64_t fail_at;
static bool fail_on;
static bool aside;
static bool begun;
static time_t clock_s;
static int (*program_main)(int, char **, char **);

/* Is it this allocation's turn to fail? */
static bool fails(void)
{
    if (!begun || (aside && gettid() == getpid())) {
        return false;
    }
    uint64_t number = atomic_fetch_add(&allocations, 1) + 1;
    if (counted != NULL) {
        atomic_store(counted, number);
    }
    ways_note(number);
    if (stand_is_here(number)) {
        enum stand_what what = stand_still(number);
        fail_at = what == STAND_GO ? 0 : number;
        fail_on = what == STAND_COPY_ON;
    }
    if (fail_at == 0 || (fail_on ? number < fail_at : number != fail_at)) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *malloc(size_t bytes)
{
    return fails() ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes)
{
    return fails() ? NULL : __libc_realloc(old, bytes);
}

void *reallocarray(void *old, size_t count, size_t bytes)
{
    size_t all = 0;

    if (__builtin_mul_overflow(count, bytes, &all)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(old, all);
}

void *memalign(size_t alignment, size_t bytes)
{
    return fails() ? NULL : __libc_memalign(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    return memalign(alignment, bytes);
}

int posix_memalign(void **made, size_t alignment, size_t bytes)
{
    void *memory = memalign(alignment, bytes);

    if (memory == NULL) {
        return ENOMEM;
    }
    *made = memory;
    return 0;
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    if (id == CLOCK_REALTIME && clock_s != 0) {
        *now = (struct timespec){.tv_sec = clock_s};
        return 0;
    }
    return (int)syscall(SYS_clock_gettime, id, now);
}

static uint64_t number_of(const char *name)
{
    const char *text = getenv(name);

    return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static void begin(void)
{
    fail_at = number_of("FAULTS_MEMORY_AT");
    fail_on = number_of("FAULTS_MEMORY_ON") != 0;
    aside = number_of("FAULTS_MEMORY_ASIDE") != 0;
    clock_s = (time_t)number_of("FAULTS_CLOCK_S");
    counted = shared_open(getenv("FAULTS_COUNT_FILE"), sizeof *counted);
    stand_listen();
    ways_begin((const void *)program_main);
    (void)syscall(SYS_getpid, MARK_FIRST, MARK_SECOND);
    begun = true;
}

static int begin_main(int count, char **arguments, char **environment)
{
    begin();
    return program_main(count, arguments, environment);
}

/* glibc's start of a program, with the main that is above. */
typedef int start(int (*main)(int, char **, char **), int count, char **arguments, void (*init)(void), void (*fini)(void),
                  void (*loader_fini)(void), void *stack_end);
extern start __libc_start_main;

int __libc_start_main(int (*main)(int, char **, char **), int count, char **arguments, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end)
{
    start *next = NULL;

    *(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
    program_main = main;
    return next(begin_main, count, arguments, init, fini, loader_fini, stack_end);
}
