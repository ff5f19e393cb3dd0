/*
 * A clean stop on SIGINT and SIGTERM.
 */
#include "batch/stop.h"

#include <signal.h>
#include <stddef.h>

static volatile int stopped;

static void note(int signal_number)
{
    stopped = signal_number == SIGTERM ? ERR_TERMINATED : ERR_INTERRUPTED;
}

void stop_watch(void)
{
    struct sigaction action = {.sa_handler = note};

    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL); /* cannot fail for these signals */
    (void)sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &action, NULL); /* a closed pipe is a write error like any other */
    (void)sigaction(SIGXFSZ, &action, NULL); /* so is a file size limit */
}

const volatile int *stop_flag(void)
{
    return &stopped;
}

enum err_code stop_check(struct err *err)
{
    if (stopped == 0) {
        return ERR_NONE;
    }
    return err_set(err, (enum err_code)stopped, "stopped by a signal; nothing was issued, run it again");
}
