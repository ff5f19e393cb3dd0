/*
 * Owns tapes. A row is its length in bytes, then each value: its kind, and an
 * integer or the text's length, the text and a NUL.
 */
#define _GNU_SOURCE /* O_TMPFILE, mkostemp */
#include "schema/store_tape.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schema/store_memory.h"
#include "schema/store_temporary.h"

#define BUFFER_BYTES ((size_t)262144) /* longer than any row: asserted */
#define VALUE_BYTES (1 + sizeof(int64_t)) /* of a value, its text apart */
#define PATH_BYTES 4096

struct tape {
    int file;     /* or -1: all rows are in the buffer */
    bool reading;
    off_t length; /* of the file */
    off_t at;     /* reading: how much of the file was taken into the buffer */
    size_t used;  /* of the buffer */
    size_t taken; /* reading: how much of the buffer was read */
    struct tape_value values[TAPE_VALUES_MAX];
    char buffer[BUFFER_BYTES];
};

struct tape_value tape_null(void)
{
    return (struct tape_value){.kind = TAPE_NULL};
}

struct tape_value tape_integer(int64_t value)
{
    return (struct tape_value){.kind = TAPE_INTEGER, .integer = value};
}

struct tape_value tape_text(const char *text)
{
    return (struct tape_value){.kind = TAPE_TEXT, .text = text, .length = strlen(text)};
}

static enum err_code file_error(const char *doing, struct err *err)
{
    return err_set(err, ERR_IO, "temporary file: cannot %s: %s; %s", doing, strerror(errno),
                   errno == ENOSPC || errno == EDQUOT ? "free some space, or name another place in SQLITE_TMPDIR, and try again"
                                                      : "check the disk, or name another place in SQLITE_TMPDIR");
}

/* A file without a name in the folder, or -1. Not every file system can make one without: then it loses it at once. */
static int file_in(const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char path[PATH_BYTES];

    if (file < 0 && snprintf(path, sizeof path, "%s/monthend-XXXXXX", folder) < (int)sizeof path) {
        file = mkostemp(path, O_CLOEXEC);
        if (file >= 0) {
            (void)unlink(path); /* if that fails the file is left behind, and nothing else is wrong */
        }
    }
    return file;
}

/* Where SQLite puts its temporary files, too. */
static enum err_code file_open(struct tape *tape, struct err *err)
{
    tape->file = file_in(temporary_folder());
    return tape->file >= 0 ? ERR_NONE : file_error("make one", err);
}

/* The buffer into the file. */
static enum err_code flush(struct tape *tape, struct err *err)
{
    size_t done = 0;

    if (tape->file < 0 && file_open(tape, err) != ERR_NONE) {
        return err->code;
    }
    while (done < tape->used) {
        ssize_t written = write(tape->file, tape->buffer + done, tape->used - done);
        if (written < 0 && errno != EINTR) {
            return file_error("write", err);
        }
        done += written > 0 ? (size_t)written : 0;
    }
    tape->length += (off_t)tape->used;
    tape->used = 0;
    return ERR_NONE;
}

static enum err_code tape_new(struct tape **tape, struct err *err)
{
    *tape = malloc(sizeof **tape);
    if (*tape == NULL) {
        return no_memory(err);
    }
    (*tape)->file = -1;
    (*tape)->reading = false;
    (*tape)->length = 0;
    (*tape)->used = 0;
    return ERR_NONE;
}

static char *put(char *to, const void *bytes, size_t length)
{
    memcpy(to, bytes, length);
    return to + length;
}

static size_t row_bytes(const struct tape_value *values, size_t count)
{
    size_t bytes = sizeof(uint32_t);

    for (size_t i = 0; i < count; i++) {
        bytes += VALUE_BYTES + (values[i].kind == TAPE_TEXT ? values[i].length + 1 : 0);
    }
    return bytes;
}

enum err_code tape_write(struct tape **tape, const struct tape_value *values, size_t count, struct err *err)
{
    size_t bytes = row_bytes(values, count);
    uint32_t length = (uint32_t)bytes;
    assert(count > 0 && count <= TAPE_VALUES_MAX && bytes <= BUFFER_BYTES);

    if (*tape == NULL && tape_new(tape, err) != ERR_NONE) {
        return err->code;
    }
    assert(!(*tape)->reading);
    if (bytes > BUFFER_BYTES - (*tape)->used && flush(*tape, err) != ERR_NONE) {
        return err->code;
    }
    char *to = put((*tape)->buffer + (*tape)->used, &length, sizeof length);
    for (size_t i = 0; i < count; i++) {
        const struct tape_value *value = &values[i];
        int64_t number = value->kind == TAPE_TEXT ? (int64_t)value->length : value->integer;

        *to++ = (char)value->kind;
        to = put(to, &number, sizeof number);
        if (value->kind == TAPE_TEXT) {
            to = put(to, value->text, value->length + 1);
        }
    }
    (*tape)->used += bytes;
    return ERR_NONE;
}

enum err_code tape_rewind(struct tape *tape, struct err *err)
{
    if (tape == NULL) {
        return ERR_NONE;
    }
    if (!tape->reading && tape->file >= 0 && flush(tape, err) != ERR_NONE) {
        return err->code;
    }
    tape->reading = true;
    tape->taken = 0;
    if (tape->file >= 0) {
        tape->used = 0;
        tape->at = 0;
    }
    return ERR_NONE;
}

/* What is left in the buffer to its start, and more of the file behind it. */
static enum err_code refill(struct tape *tape, struct err *err)
{
    memmove(tape->buffer, tape->buffer + tape->taken, tape->used - tape->taken);
    tape->used -= tape->taken;
    tape->taken = 0;
    while (tape->used < BUFFER_BYTES && tape->at < tape->length) {
        ssize_t got = pread(tape->file, tape->buffer + tape->used, BUFFER_BYTES - tape->used, tape->at);
        if (got == 0) {
            errno = EIO; /* it was longer when it was written */
        }
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return file_error("read", err);
        }
        tape->used += got > 0 ? (size_t)got : 0;
        tape->at += got > 0 ? got : 0;
    }
    return ERR_NONE;
}

/* Is the next row whole in the buffer? */
static bool is_at_hand(const struct tape *tape)
{
    uint32_t length = 0;
    size_t left = tape->used - tape->taken;

    if (left < sizeof length) {
        return false;
    }
    memcpy(&length, tape->buffer + tape->taken, sizeof length);
    return left >= length;
}

static const char *value_take(const char *from, struct tape_value *value)
{
    int64_t number = 0;

    value->kind = (enum tape_kind)*from++;
    memcpy(&number, from, sizeof number);
    from += sizeof number;
    value->integer = number;
    if (value->kind == TAPE_TEXT) {
        value->text = from;
        value->length = (size_t)number;
        from += value->length + 1;
    }
    return from;
}

enum err_code tape_read(struct tape *tape, const struct tape_value **values, size_t *count, struct err *err)
{
    uint32_t length = 0;

    *count = 0;
    if (tape == NULL) {
        return ERR_NONE;
    }
    assert(tape->reading);
    if (!is_at_hand(tape) && tape->file >= 0 && refill(tape, err) != ERR_NONE) {
        return err->code;
    }
    if (!is_at_hand(tape)) {
        assert(tape->taken == tape->used); /* rows are written whole */
        return ERR_NONE;
    }
    const char *from = tape->buffer + tape->taken;
    memcpy(&length, from, sizeof length);
    const char *end = from + length;
    for (from += sizeof length; from < end; (*count)++) {
        from = value_take(from, &tape->values[*count]);
    }
    tape->taken += length;
    *values = tape->values;
    return ERR_NONE;
}

void tape_free(struct tape *tape)
{
    if (tape != NULL && tape->file >= 0) {
        (void)close(tape->file); /* nobody needs it any more */
    }
    free(tape);
}
