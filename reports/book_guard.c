/* A workbook's writer that may run out of memory. */
#define _GNU_SOURCE /* fopencookie */
#include "reports/book_guard.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "reports/disk.h"

#define NO_MEMORY "cannot write the workbook: no memory left; give the program more and run it again, or --workbook none"

static _Thread_local sigjmp_buf *volatile way_out; /* of the thread at work; NULL: it is not the library's */
static atomic_bool complained; /* the library said that memory failed, or broke down */
static atomic_int refused;     /* errno when it broke down */

/* Only a fault of the processor leads here: nothing runs meanwhile whose state matters, see the header. A fault
 * elsewhere in the program happens again, and ends it. */
static void leave(int signal_number)
{
    int why = errno;

    if (way_out == NULL) {
        (void)signal(signal_number, SIG_DFL);
        return;
    }
    if (!atomic_exchange(&complained, true)) {
        atomic_store(&refused, why);
    }
    siglongjmp(*way_out, signal_number);
}

/* What the library prints is for us: the user is told once, by the program. */
static ssize_t listen(void *cookie, const char *bytes, size_t length)
{
    static const char WORDS[] = "Memory allocation failed"; /* also of a file that it cannot open */
    int why = errno;

    (void)cookie;
    if (memmem(bytes, length, WORDS, strlen(WORDS)) != NULL && !atomic_exchange(&complained, true)) {
        atomic_store(&refused, why);
    }
    return (ssize_t)length;
}

enum err_code book_guard_work(book_writer *write, const void *in, struct err *err)
{
    sigjmp_buf here;
    sigjmp_buf *before = way_out;

    if (sigsetjmp(here, 1) == 0) {
        way_out = &here;
        (void)write(in, err); /* the error is in *err */
    } else {
        *err = (struct err){0};
        (void)!err_set(err, ERR_INTERNAL, NO_MEMORY);
    }
    way_out = before;
    return err->code;
}

static enum err_code write_listening(book_writer *write, const void *in, struct err *err)
{
    struct sigaction action = {.sa_handler = leave};
    struct sigaction kept;

    atomic_store(&complained, false);
    atomic_store(&refused, 0);
    errno = 0;
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGSEGV, &action, &kept); /* cannot fail for this signal */
    (void)!book_guard_work(write, in, err);    /* the error is in *err */
    (void)sigaction(SIGSEGV, &kept, NULL);
    return err->code;
}

enum err_code book_guarded(book_writer *write, const void *in, struct err *err)
{
    FILE *volatile kept = stderr;
    FILE *volatile ear = fopencookie(NULL, "w", (cookie_io_functions_t){.write = listen});

    if (ear == NULL || setvbuf(ear, NULL, _IONBF, 0) != 0) {
        return err_set(err, ERR_INTERNAL, NO_MEMORY);
    }
    stderr = ear;
    (void)write_listening(write, in, err); /* the error is in *err */
    stderr = kept;
    (void)fclose(ear);
    int why = atomic_load(&refused);
    if (atomic_load(&complained)) {
        *err = (struct err){0}; /* what was found to be missing afterwards is missing for this */
        return disk_class(why, ERR_NONE) == ERR_IO
                   ? err_set(err, ERR_IO, "cannot write the workbook: %s; mend that, or --workbook none", strerror(why))
                   : err_set(err, ERR_INTERNAL, NO_MEMORY);
    }
    return err->code;
}
