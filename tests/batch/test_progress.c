/*
 * Progress: a bar on a terminal, a line every ten seconds otherwise, nothing when quiet. What time it is the tests say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "batch/progress.h"

#define SAID_MAX 1024
#define PATIENCE_MS 10000
#define MORE_MS 20

enum ear { EAR_TERMINAL, EAR_PIPE };

struct listening {
    int ours;
    int stderr_kept;
};

/* Standard error is a terminal, or a pipe, that the test reads. */
static struct listening listen_to(enum ear ear)
{
    struct listening listening = {.stderr_kept = dup(STDERR_FILENO)};
    int ends[2];

    assert_int_equal(ear == EAR_TERMINAL ? openpty(&ends[0], &ends[1], NULL, NULL, NULL) : pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    listening.ours = ends[0];
    return listening;
}

/* A terminal hands on in its own time what was written to it: what is wanted is waited for, and a little for what is not. */
static void said_is(struct listening *listening, const char *wanted)
{
    char said[SAID_MAX] = "";
    size_t length = 0;
    struct pollfd ear = {.fd = listening->ours, .events = POLLIN};

    (void)fflush(stderr);
    while (length + 1 < sizeof said && poll(&ear, 1, length < strlen(wanted) ? PATIENCE_MS : MORE_MS) == 1) {
        ssize_t got = read(listening->ours, said + length, sizeof said - 1 - length);
        if (got <= 0) {
            break;
        }
        length += (size_t)got;
    }
    said[length] = '\0';
    assert_string_equal(said, wanted);
}

static void listening_end(struct listening *listening)
{
    assert_int_equal(dup2(listening->stderr_kept, STDERR_FILENO), STDERR_FILENO);
    close(listening->stderr_kept);
    close(listening->ours);
}

/* So much time has passed since the phase began, and since something was shown. */
static void pass(struct progress *progress, int64_t ms)
{
    progress->started_ms -= ms;
    progress->shown_ms -= ms;
}

static void test_a_bar_on_a_terminal(void **state)
{
    struct listening listening = listen_to(EAR_TERMINAL);
    struct progress progress;

    (void)state;
    progress_begin(&progress, false, "reading usage", "events", 3000);
    progress_show(&progress, 10); /* too soon */
    said_is(&listening, "");
    pass(&progress, 150);
    progress_show(&progress, 0);
    said_is(&listening, "\r\033[Kreading usage [                              ] 0 events");
    progress_end(&progress);
    said_is(&listening, "\r\033[K");
    progress_end(&progress); /* there is none any more */
    said_is(&listening, "");
    listening_end(&listening);
}

/* The milliseconds that the test itself takes are too few to change what is said. */
static void test_rate_and_rest(void **state)
{
    struct listening listening = listen_to(EAR_TERMINAL);
    struct progress progress;

    (void)state;
    progress_begin(&progress, false, "reading usage", "events", 4500);
    pass(&progress, 1000000);
    progress_show(&progress, 1500);
    said_is(&listening, "\r\033[Kreading usage [##########                    ] 1500 events, 1 a second, 2000 s left");
    pass(&progress, 1000000);
    progress_show(&progress, 6000); /* more than was thought */
    said_is(&listening, "\r\033[Kreading usage [##############################] 6000 events, 2 a second");
    progress.total = 0; /* unknown */
    pass(&progress, 2000000);
    progress_show(&progress, 6000);
    said_is(&listening, "\r\033[Kreading usage [                              ] 6000 events, 1 a second");
    progress_end(&progress);
    said_is(&listening, "\r\033[K");
    listening_end(&listening);
}

static void test_lines_in_a_pipe(void **state)
{
    struct listening listening = listen_to(EAR_PIPE);
    struct progress progress;

    (void)state;
    progress_begin(&progress, false, "reading usage", "events", 4500);
    pass(&progress, 9000);
    progress_show(&progress, 1500);
    said_is(&listening, "");
    pass(&progress, 991000);
    progress_show(&progress, 1500);
    said_is(&listening, "reading usage: 1500 events, 1 a second, 2000 s left\n");
    progress_end(&progress);
    said_is(&listening, "");
    listening_end(&listening);
}

static void test_quiet(void **state)
{
    struct listening listening = listen_to(EAR_TERMINAL);
    struct progress progress;

    (void)state;
    progress_begin(&progress, true, "reading usage", "events", 4500);
    pass(&progress, 1000000);
    progress_show(&progress, 1500);
    progress_end(&progress);
    said_is(&listening, "");
    listening_end(&listening);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bar_on_a_terminal),
        cmocka_unit_test(test_rate_and_rest),
        cmocka_unit_test(test_lines_in_a_pipe),
        cmocka_unit_test(test_quiet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
