/*
 * How a command that failed says so.
 */
#include "batch/failure.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch/clock.h"
#include "batch/log.h"
#include "batch/settings.h"

#define ALERT_MS_MAX 60000
#define LOOK_EVERY_MS 20

int failure_tell(const struct err *err)
{
    log_failure(err);
    return (int)err->code;
}

/* In the child: the shell, with the message behind it. Returns only where that cannot be. */
static void become_alert(const char *command, const struct err *err, const int input[2])
{
    char status[16];

    (void)snprintf(status, sizeof status, "%d", (int)err->code);
    (void)setpgid(0, 0); /* so that what it starts can be ended with it */
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGXFSZ, SIG_DFL);
    if (dup2(input[0], STDIN_FILENO) >= 0 && setenv("MONTHEND_MESSAGE", err->text, 1) == 0 &&
        setenv("MONTHEND_STATUS", status, 1) == 0) {
        (void)close(input[0]);
        (void)close(input[1]);
        (void)dup2(STDERR_FILENO, STDOUT_FILENO); /* the results are the program's alone */
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    }
    _exit(127);
}

/* Wait for it, but not for ever. */
static void await(pid_t child)
{
    int64_t until = clock_running_ms() + ALERT_MS_MAX;
    int status = 0;
    pid_t ended;

    while ((ended = waitpid(child, &status, WNOHANG)) == 0 && clock_running_ms() < until) {
        clock_sleep_ms(LOOK_EVERY_MS);
    }
    if (ended == 0) {
        (void)kill(-child, SIGKILL);
        (void)waitpid(child, &status, 0);
        log_line(LOG_WARNING, "", "the command of --on-failure took more than %d seconds and was ended", ALERT_MS_MAX / 1000);
    } else if (ended < 0 || !WIFEXITED(status)) {
        log_line(LOG_WARNING, "", "the command of --on-failure did not end by itself");
    } else if (WEXITSTATUS(status) != 0) {
        log_line(LOG_WARNING, "", "the command of --on-failure ended with status %d", WEXITSTATUS(status));
    }
}

static void alert(const char *command, const struct err *err)
{
    int input[2];

    fflush(NULL);
    if (pipe(input) != 0) {
        log_line(LOG_WARNING, "", "the command of --on-failure cannot be called: %s", strerror(errno));
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        become_alert(command, err, input);
    }
    (void)close(input[0]);
    if (child > 0) {
        (void)signal(SIGPIPE, SIG_IGN); /* it may not care to read */
        (void)!write(input[1], err->text, strlen(err->text));
        (void)!write(input[1], "\n", 1);
    }
    (void)close(input[1]);
    if (child < 0) {
        log_line(LOG_WARNING, "", "the command of --on-failure cannot be called: %s", strerror(errno));
        return;
    }
    await(child);
}

int failure_alert(const struct err *err)
{
    const char *command = setting_value(SETTING_ON_FAILURE);

    log_failure(err);
    if (command != NULL) {
        alert(command, err);
    }
    return (int)err->code;
}
