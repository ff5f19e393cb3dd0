/*
 * err.h - one error, told once: its class, which is the program's exit status,
 * and the sentence that the user reads.
 */
#ifndef LIB_ERR_H
#define LIB_ERR_H

/* A result that a caller may not drop. Stands at the head of a declaration. */
#define ERR_MUST_USE __attribute__((warn_unused_result))

/* Bytes of a message, its closing NUL included. */
#define ERR_TEXT_MAX 1024

/* The class of an error; the value is the exit status. */
enum err_code {
    ERR_NONE = 0,
    ERR_USAGE = 64,       /* a wrong option or argument */
    ERR_DATA = 65,        /* bad input data */
    ERR_NO_INPUT = 66,    /* no such file or database */
    ERR_UNAVAILABLE = 69, /* cannot be done now */
    ERR_INTERNAL = 70,    /* a bug, or no memory */
    ERR_CREATE = 73,      /* an output cannot be created */
    ERR_IO = 74,          /* reading or writing failed */
    ERR_BUSY = 75,        /* another writer is at work */
    ERR_INTERRUPTED = 130,
    ERR_TERMINATED = 143
};

/* Starts as `struct err err = {0};`, which is ERR_NONE and an empty text. */
struct err {
    enum err_code code;
    char text[ERR_TEXT_MAX]; /* one sentence without a full stop, ends with NUL */
};

/*
 * Note an error: its class and a message in printf's form.
 *
 *     err->code before  code      ->  err->code  err->text   returns
 *     ERR_NONE          ERR_DATA      ERR_DATA   the new     ERR_DATA
 *     ERR_IO            ERR_DATA      ERR_IO     unchanged   ERR_IO     the first error stays
 *
 * A message that does not fit is cut at a whole UTF-8 character and ends with
 * "...". Control characters and others that would act on a terminal, from names
 * and values of other people's, are shown as escapes (visible.h). `code` is never ERR_NONE (asserted). Always returns err->code, so that
 * a caller can write `return err_set(err, ...)`.
 */
ERR_MUST_USE __attribute__((format(printf, 3, 4)))
enum err_code err_set(struct err *err, enum err_code code, const char *format, ...);

#endif
