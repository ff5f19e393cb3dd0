/* A workbook's writer that may run out of memory. */
#define _GNU_SOURCE /* fopencookie */
#include "reports/book_guard.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "reports/disk.h"

#define NO_MEMORY "cannot write the workbook: no memory left; give the program more and run it again, or --workbook none"

static sigjmp_buf before_writing;
static volatile bool complained; /* the library said that memory failed, or broke down */
static volatile int refused;     /* errno when it broke down */

/* Only a fault of the processor leads here: nothing runs meanwhile whose state matters, see the header. */
static void leave(int signal_number)
{
    refused = complained ? refused : errno;
    siglongjmp(before_writing, signal_number);
}

/* What the library prints is for us: the user is told once, by the program. */
static ssize_t listen(void *cookie, const char *bytes, size_t length)
{
    static const char WORDS[] = "Memory allocation failed"; /* also of a file that it cannot open */
    int why = errno;

    (void)cookie;
    if (!complained && memmem(bytes, length, WORDS, strlen(WORDS)) != NULL) {
        complained = true;
        refused = why;
    }
    return (ssize_t)length;
}

static enum err_code write_listening(book_writer *write, const void *in, struct err *err)
{
    struct sigaction action = {.sa_handler = leave};
    struct sigaction kept;

    complained = false;
    refused = 0;
    errno = 0;
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGSEGV, &action, &kept); /* cannot fail for this signal */
    if (sigsetjmp(before_writing, 1) == 0) {
        (void)write(in, err); /* the error is in *err */
    } else {
        complained = true;
    }
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
    if (complained && err->code != ERR_INTERNAL) {
        *err = (struct err){0}; /* what was found to be missing afterwards is missing for this */
        return disk_class(refused, ERR_NONE) == ERR_IO
                   ? err_set(err, ERR_IO, "cannot write the workbook: %s; mend that, or --workbook none", strerror(refused))
                   : err_set(err, ERR_INTERNAL, NO_MEMORY);
    }
    return err->code;
}
