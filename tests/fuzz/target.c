/* Owns the claims, and the streams of a program that is run a thousand times a second. */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/target.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sanitizer/common_interface_defs.h>

#define SAID_MAX 65536

static int findings = STDERR_FILENO; /* where they are told */

__attribute__((format(printf, 1, 0))) static void tell(const char *format, va_list arguments)
{
    (void)vdprintf(findings, format, arguments);
    (void)!write(findings, "\n", 1);
}

void claim(bool holds, const char *format, ...)
{
    va_list arguments;

    if (holds) {
        return;
    }
    va_start(arguments, format);
    (void)dprintf(findings, "CLAIM BROKEN: ");
    tell(format, arguments);
    va_end(arguments);
    abort();
}

void claim_same(const char *what, int64_t want, int64_t got)
{
    claim(want == got, "%s: want %" PRId64 ", got %" PRId64, what, want, got);
}

/* Keeps the standard error of now for findings. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    findings = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
    claim(findings >= 0, "nowhere to tell findings");
    return 0;
}

/* libFuzzer has found other streams for itself by now (-close_fd_mask=3). */
static void streams_take(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    int said = memfd_create("said", MFD_CLOEXEC);

    claim(nowhere >= 0 && said >= 0, "no streams to throw things away in");
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)dup2(said, STDERR_FILENO);
    (void)fcntl(STDERR_FILENO, F_SETFL, O_APPEND);
    (void)close(nowhere);
    (void)close(said);
    __sanitizer_set_report_fd((void *)(intptr_t)findings);
}

void target_quiet_start(void)
{
    static bool taken;

    (void)fflush(NULL);
    if (!taken) {
        streams_take();
        taken = true;
    }
    (void)!ftruncate(STDERR_FILENO, 0);
}

const char *target_said(void)
{
    static char text[SAID_MAX];

    (void)fflush(NULL);
    ssize_t got = pread(STDERR_FILENO, text, sizeof text - 1, 0);
    text[got < 0 ? 0 : got] = '\0';
    return text;
}
