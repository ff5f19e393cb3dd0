/*
 * A tracer: see trace.h.
 */
#include "tests/faults/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/faults/calls.h"
#include "tests/faults/harness.h"
#include "tests/faults/mark.h"

#define HUNG_S 120 /* longer than the program waits for anybody */
#define LOOK_US 200

struct tracing {
    const struct plan *plan;
    struct outcome *outcome;
    bool begun;        /* the mark was seen */
    bool cut;          /* ACT_SHORT has happened */
    struct call after; /* a call whose end the recorder waits for */
};

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static volatile sig_atomic_t hung;
static volatile pid_t watched; /* the process that must come to an end */

static void end_hung(int signal_number)
{
    (void)signal_number;
    hung = 1;
    kill(watched, SIGKILL);
}

static void watch(pid_t process)
{
    struct sigaction action = {.sa_handler = end_hung, .sa_flags = SA_RESTART};

    hung = 0;
    watched = process;
    sigaction(SIGALRM, process == 0 ? &(struct sigaction){.sa_handler = SIG_IGN} : &action, NULL);
    alarm(process == 0 ? 0 : HUNG_S);
}

static void said_path(const struct program *program, const char *ending, char path[PATH_MAX])
{
    harness_path(path, "%s.%s", program->folder, ending);
}

static void redirect(const char *path, int as)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (file < 0 || dup2(file, as) < 0) {
        harness_failed(path);
    }
    close(file);
}

static void set_number(const char *name, uint64_t number)
{
    char text[32];

    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    setenv(name, text, 1);
}

static void set_surroundings(const struct program *program, const struct plan *plan, const char *counts)
{
    setenv("LD_PRELOAD", program->preload, 1);
    setenv("LC_ALL", "C", 1);
    setenv("TZ", "UTC", 1);
    set_number("FAULTS_CLOCK_S", (uint64_t)program->clock_s);
    set_number("FAULTS_MEMORY_AT", plan->memory_at);
    set_number("FAULTS_MEMORY_ON", plan->memory_on);
    set_number("FAULTS_MEMORY_ASIDE", plan->memory_aside);
    if (counts != NULL) {
        setenv("FAULTS_COUNT_FILE", counts, 1);
    }
    if (plan->temporary != NULL) {
        setenv("SQLITE_TMPDIR", plan->temporary, 1);
    }
    if (plan->file_bytes_max > 0) {
        struct rlimit most = {.rlim_cur = (rlim_t)plan->file_bytes_max, .rlim_max = (rlim_t)plan->file_bytes_max};
        if (setrlimit(RLIMIT_FSIZE, &most) != 0) {
            harness_failed("setrlimit");
        }
    }
}

_Noreturn static void become(const struct program *program, const char *const arguments[], const struct plan *plan,
                             const char *said_to)
{
    char out[PATH_MAX];
    char counts[PATH_MAX];

    said_path(program, "out", out);
    said_path(program, "counts", counts);
    redirect(said_to == NULL ? out : "/dev/null", STDOUT_FILENO);
    if (said_to == NULL) {
        said_path(program, "err", out);
    }
    redirect(said_to == NULL ? out : said_to, STDERR_FILENO);
    if (chdir(program->folder) != 0) {
        harness_failed(program->folder);
    }
    set_surroundings(program, plan, said_to == NULL ? counts : NULL);
    if (!plan->untraced) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            harness_failed("ptrace");
        }
        raise(SIGSTOP);
        calls_filter(plan->before != NULL ? CALLS_IO : plan->calls);
    }
    execv(program->path, (char *const *)(uintptr_t)arguments); /* it takes them as they are */
    harness_failed(program->path);
}

static struct call call_of(pid_t process, struct user_regs_struct *registers)
{
    if (ptrace(PTRACE_GETREGS, process, NULL, registers) != 0) {
        return (struct call){.process = process, .number = -1}; /* it is gone already */
    }
    return (struct call){.process = process,
                         .number = (long)registers->orig_rax,
                         .arguments = {registers->rdi, registers->rsi, registers->rdx, registers->r10, registers->r8, registers->r9},
                         .result = (long long)registers->rax};
}

static void fail_call(pid_t process, struct user_regs_struct registers, int error)
{
    registers.orig_rax = (unsigned long long)-1; /* no call at all, and this result */
    registers.rax = (unsigned long long)-(long long)error;
    (void)ptrace(PTRACE_SETREGS, process, NULL, &registers);
}

static void shorten_call(pid_t process, struct user_regs_struct registers)
{
    registers.rdx = registers.rdx / 2;
    (void)ptrace(PTRACE_SETREGS, process, NULL, &registers);
}

/* At a call that counts. */
static void act(struct tracing *tracing, const struct call *call, struct user_regs_struct registers)
{
    const struct plan *plan = tracing->plan;
    bool now = ++tracing->outcome->calls == plan->at || (plan->on && tracing->outcome->calls > plan->at);

    if (plan->act == ACT_SHORT) {
        if (tracing->cut && (calls_kind(call) & CALLS_WRITE) != 0) {
            fail_call(call->process, registers, plan->error);
        } else if (now) {
            shorten_call(call->process, registers);
            tracing->cut = true;
            tracing->outcome->fired++;
        }
        return;
    }
    if (!now || plan->act == ACT_COUNT) {
        return;
    }
    tracing->outcome->fired++;
    if (plan->act == ACT_FAIL) {
        fail_call(call->process, registers, plan->error);
    } else if (plan->act == ACT_SIGNAL) {
        kill(call->process, plan->signal);
    } else {
        plan->call(plan->context);
    }
}

/* Stopped before a call. true: its end is to be seen, too. */
static bool stopped_before(struct tracing *tracing, pid_t process)
{
    struct user_regs_struct registers;
    struct call call = call_of(process, &registers);

    if (call.number == SYS_getpid && call.arguments[0] == MARK_FIRST && call.arguments[1] == MARK_SECOND) {
        tracing->begun = true;
        return false;
    }
    if (!tracing->begun || call.number < 0) {
        return false;
    }
    if (tracing->plan->before != NULL) {
        tracing->plan->before(tracing->plan->context, &call);
        tracing->after = call;
        return true;
    }
    bool counts = (calls_kind(&call) & tracing->plan->calls) != 0 && (!tracing->plan->halves || calls_can_halve(&call));
    if (counts || tracing->cut) {
        act(tracing, &call, registers);
    }
    return false;
}

static void stopped_after(struct tracing *tracing, pid_t process)
{
    struct user_regs_struct registers;

    tracing->after.result = call_of(process, &registers).result;
    tracing->plan->after(tracing->plan->context, &tracing->after);
}

static void ended(struct outcome *outcome, int status)
{
    outcome->by_signal = WIFSIGNALED(status);
    outcome->status = outcome->by_signal ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void follow(struct tracing *tracing, pid_t process)
{
    int status = 0;

    if (waitpid(process, &status, 0) != process || !WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, process, NULL,
               PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC) != 0) {
        harness_failed("ptrace");
    }
    (void)ptrace(PTRACE_CONT, process, NULL, 0L);
    for (;;) {
        pid_t one = waitpid(-1, &status, __WALL);
        long deliver = 0;
        bool to_end = false;
        if (one < 0) {
            harness_failed("waitpid");
        }
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (one == process) {
                ended(tracing->outcome, status);
                return;
            }
            continue; /* a thread */
        }
        if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8))) {
            to_end = stopped_before(tracing, one);
        } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            stopped_after(tracing, one);
        } else if (status >> 16 == 0 && WSTOPSIG(status) != SIGSTOP) { /* a thread begins with SIGSTOP */
            deliver = WSTOPSIG(status);
        }
        (void)ptrace(to_end ? PTRACE_SYSCALL : PTRACE_CONT, one, NULL, deliver); /* where it was killed meanwhile: no matter */
    }
}

/* Untraced: wait for its end, kill it when it is time to. */
static void await(const struct plan *plan, struct outcome *outcome, pid_t process)
{
    int64_t begun_us = now_us();
    int status = 0;

    while (plan->kill_after_us > 0 && waitpid(process, &status, WNOHANG) == 0) {
        int64_t gone_us = now_us() - begun_us;
        if (gone_us >= plan->kill_after_us && outcome->fired == 0) {
            kill(process, SIGKILL);
            outcome->fired = 1;
        } else {
            usleep(LOOK_US);
        }
    }
    if (plan->kill_after_us == 0 && waitpid(process, &status, 0) != process) {
        harness_failed("waitpid");
    }
    ended(outcome, status);
    if (!outcome->by_signal) {
        outcome->fired = 0; /* it was faster */
    }
}

static void read_said(const char *path, struct outcome *outcome)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, outcome->said, sizeof outcome->said - 1);

    if (got < 0) {
        harness_failed(path);
    }
    outcome->said[got] = '\0';
    close(file);
}

static uint64_t *counts_open(const struct program *program)
{
    char path[PATH_MAX];

    said_path(program, "counts", path);
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof(uint64_t)) != 0) {
        harness_failed(path);
    }
    void *page = mmap(NULL, sizeof(uint64_t), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page == MAP_FAILED) {
        harness_failed(path);
    }
    return page;
}

struct outcome trace_run(const struct program *program, const char *const arguments[], const struct plan *plan)
{
    struct outcome outcome = {0};
    struct tracing tracing = {.plan = plan, .outcome = &outcome};
    char path[PATH_MAX];
    uint64_t *counts = counts_open(program);
    pid_t process = fork();

    if (process < 0) {
        harness_failed("fork");
    }
    if (process == 0) {
        become(program, arguments, plan, NULL);
    }
    watch(process);
    if (plan->untraced) {
        await(plan, &outcome, process);
    } else {
        follow(&tracing, process);
    }
    watch(0);
    outcome.hung = hung != 0;
    outcome.printed = true;
    outcome.allocations = *counts;
    munmap(counts, sizeof *counts);
    said_path(program, "err", path);
    read_said(path, &outcome);
    if (plan->memory_at > 0) {
        outcome.fired = outcome.allocations >= plan->memory_at;
    }
    return outcome;
}

pid_t trace_start(const struct program *program, const char *const arguments[], const char *said_to)
{
    static const struct plan UNTRACED = {.untraced = true};
    pid_t process = fork();

    if (process < 0) {
        harness_failed("fork");
    }
    if (process == 0) {
        become(program, arguments, &UNTRACED, said_to);
    }
    return process;
}

struct outcome trace_end(pid_t process, const char *said_to)
{
    struct outcome outcome = {0};
    int status = 0;

    watch(process);
    if (waitpid(process, &status, 0) != process) {
        harness_failed("waitpid");
    }
    watch(0);
    outcome.hung = hung != 0;
    ended(&outcome, status);
    read_said(said_to, &outcome);
    return outcome;
}
