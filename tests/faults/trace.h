/*
 * Runs a program under ptrace and makes its system calls fail, be cut short, or
 * be the last it makes, at a chosen one. What it does is seen at the border to
 * the kernel, so that every library counts: SQLite, the writers of workbooks, stdio.
 */
#ifndef MONTHEND_TESTS_FAULTS_TRACE_H
#define MONTHEND_TESTS_FAULTS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Kinds of system calls, as bits of a set. */
#define CALLS_OPEN 1U
#define CALLS_READ 2U
#define CALLS_WRITE 4U  /* also of sizes; those to the standard error are left out: who would tell? */
#define CALLS_SYNC 8U
#define CALLS_NAME 16U  /* renames, links, new and removed names */
#define CALLS_MAP 32U   /* of files into memory */
#define CALLS_LOCK 64U
#define CALLS_OTHER 128U
#define CALLS_IO (CALLS_OPEN | CALLS_READ | CALLS_WRITE | CALLS_SYNC | CALLS_NAME | CALLS_MAP | CALLS_LOCK)
#define CALLS_ALL (CALLS_IO | CALLS_OTHER)

enum act {
    ACT_COUNT,  /* only count */
    ACT_FAIL,   /* the call fails with `error` */
    ACT_SHORT,  /* half of the bytes; writes after it fail with `error` */
    ACT_SIGNAL, /* `signal` arrives just before the call */
    ACT_CALL,   /* `call` is called just before it */
};

struct call { /* a system call that was made, for a recorder */
    pid_t process;
    long number;
    unsigned long long arguments[6];
    long long result;
};

struct plan {
    enum act act;
    unsigned calls; /* which kinds count */
    uint64_t at;    /* from 1 */
    bool halves;            /* only calls that can be cut in two count */
    bool on;        /* this one and all after it */
    int error;
    int signal;
    void (*call)(void *context);
    void (*before)(void *context, struct call *call); /* a recorder: of each call, before it is made */
    void (*after)(void *context, const struct call *call);
    void *context;
    uint64_t memory_at; /* the allocation that fails, 0: none */
    bool memory_on;
    bool memory_aside;  /* of the allocations of threads beside the main one */
    bool untraced;          /* no system calls are looked at: faster */
    int64_t kill_after_us;  /* untraced: SIGKILL after that time; 0: never */
    int64_t file_bytes_max; /* RLIMIT_FSIZE, or 0 */
    const char *temporary;  /* SQLITE_TMPDIR, or NULL */
};

#define SAID_MAX 2048

struct outcome {
    bool by_signal; /* ended by a signal, `status` is its number */
    bool hung;      /* ended by the harness, after a minute */
    bool printed;   /* its standard output is the file folder.out */
    int status;
    uint64_t calls;       /* of the kinds that count */
    uint64_t allocations; /* of memory */
    uint64_t fired;       /* faults that happened */
    char said[SAID_MAX];  /* the beginning of its standard error */
};

struct program {
    const char *path;     /* of the program */
    const char *preload;  /* of preload.so */
    const char *folder;   /* where it runs; its standard output and error are the files beside it: folder.out, folder.err */
    int64_t clock_s;      /* what its clock says */
};

/* Run `arguments` (argv[0] is set) to the end. The harness itself must not fail: it says why and exits. */
struct outcome trace_run(const struct program *program, const char *const arguments[], const struct plan *plan);

/* One that goes on beside others, untraced; its end is waited for with trace_end. */
pid_t trace_start(const struct program *program, const char *const arguments[], const char *said_to);
struct outcome trace_end(pid_t process, const char *said_to);

#endif
