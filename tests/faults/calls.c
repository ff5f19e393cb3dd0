/*
 * Which system calls are of which kind, and the filter that stops at them.
 */
#include "tests/faults/calls.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/faults/harness.h"

#ifndef __x86_64__
#error "the faults' tracer knows the system calls of x86-64 only"
#endif

static const struct {
    unsigned kind;
    int numbers[16]; /* up to the first 0 behind the first */
} KINDS[] = {
    {CALLS_READ, {SYS_read, SYS_pread64, SYS_readv, SYS_preadv, SYS_getdents64}},
    {CALLS_OPEN, {SYS_open, SYS_openat, SYS_creat, SYS_openat2}},
    {CALLS_WRITE, {SYS_write, SYS_pwrite64, SYS_writev, SYS_pwritev, SYS_ftruncate, SYS_fallocate}},
    {CALLS_SYNC, {SYS_fsync, SYS_fdatasync, SYS_sync_file_range, SYS_msync}},
    {CALLS_NAME, {SYS_rename, SYS_renameat, SYS_renameat2, SYS_link, SYS_linkat, SYS_unlink, SYS_unlinkat, SYS_mkdir, SYS_mkdirat, SYS_rmdir}},
    {CALLS_MAP, {SYS_mmap}},
    {CALLS_LOCK, {SYS_fcntl, SYS_flock}},
};

static unsigned kind_of(long number)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        for (size_t j = 0; j < 16 && (j == 0 || KINDS[i].numbers[j] != 0); j++) {
            if (KINDS[i].numbers[j] == number) {
                return KINDS[i].kind;
            }
        }
    }
    return CALLS_OTHER;
}

unsigned calls_kind(const struct call *call)
{
    unsigned kind = kind_of(call->number);

    if (kind == CALLS_MAP && (int)call->arguments[4] < 0) {
        return CALLS_OTHER; /* memory */
    }
    if (kind == CALLS_LOCK && call->number == SYS_fcntl && call->arguments[1] != F_SETLK && call->arguments[1] != F_SETLKW) {
        return CALLS_OTHER;
    }
    if (kind == CALLS_WRITE && call->number != SYS_ftruncate && call->number != SYS_fallocate &&
        call->arguments[0] == STDERR_FILENO) {
        return CALLS_OTHER;
    }
    return kind;
}

bool calls_can_halve(const struct call *call)
{
    long number = call->number;

    return (number == SYS_read || number == SYS_pread64 || number == SYS_write || number == SYS_pwrite64) &&
           call->arguments[2] > 1;
}

/* Stop at the system calls of these kinds, and at the mark. Inherited by what is executed. */
void calls_filter(unsigned kinds)
{
    struct sock_filter code[128];
    unsigned short length = 0;

    code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    if ((kinds & CALLS_OTHER) == 0) {
        code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpid, 0, 1);
        code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
        for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
            for (size_t j = 0; (kinds & KINDS[i].kind) != 0 && j < 16 && (j == 0 || KINDS[i].numbers[j] != 0); j++) {
                code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)KINDS[i].numbers[j], 0, 1);
                code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
            }
        }
        code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    } else { /* all but the last one: nobody would see what becomes of it */
        code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1);
        code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    }
    struct sock_fprog filter = {.len = length, .filter = code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        harness_failed("seccomp");
    }
}
