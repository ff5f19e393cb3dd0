/* The file of --rejects. */
#include "batch/rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/disk.h"

#define PLACE_MAX 4200 /* a path, a colon and a line's number */

struct rejects {
    const char *path;
    FILE *file;
    bool regular;       /* not a pipe or terminal: can be cut */
    const char *name;   /* of the input, or NULL */
    bool header_written; /* of the input */
    off_t start;        /* where the input's rows begin */
};

enum err_code rejects_open(const char *path, struct rejects **rejects, struct err *err)
{
    struct rejects *made = calloc(1, sizeof *made);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    struct stat about;

    if (made != NULL && fd >= 0) {
        made->file = fdopen(fd, "w");
    }
    if (made == NULL || fd < 0 || made->file == NULL) {
        (void)!err_set(err, disk_class(errno, ERR_CREATE), "%s: cannot be created: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        free(made);
        return err->code;
    }
    made->path = path;
    made->regular = fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
    *rejects = made;
    return ERR_NONE;
}

bool rejects_is(const struct rejects *rejects, const char *path)
{
    struct stat mine;
    struct stat other;

    return rejects->regular && fstat(fileno(rejects->file), &mine) == 0 && stat(path, &other) == 0 &&
           mine.st_dev == other.st_dev && mine.st_ino == other.st_ino;
}

enum err_code rejects_clear(struct rejects *rejects, struct err *err)
{
    if (rejects->regular && ftruncate(fileno(rejects->file), 0) != 0) {
        return err_set(err, ERR_CREATE, "%s: cannot be written: %s", rejects->path, strerror(errno));
    }
    return ERR_NONE;
}

void rejects_begin(struct rejects *rejects, const char *name)
{
    rejects->name = name;
    rejects->header_written = false;
    rejects->start = rejects->regular ? ftello(rejects->file) : 0;
}

/* Write one cell as RFC 4180 wants it, and nothing else changed. */
static void put_cell(FILE *file, const char *text, size_t length)
{
    bool quoted = false;

    for (size_t i = 0; i < length && !quoted; i++) {
        quoted = strchr("\",\r\n", text[i]) != NULL; /* NUL, too: it is the end of the set */
    }
    if (!quoted) {
        fwrite(text, 1, length, file);
        return;
    }
    putc('"', file);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') {
            putc('"', file);
        }
        putc(text[i], file);
    }
    putc('"', file);
}

static void put_header(FILE *file, const char *const *columns, size_t column_count)
{
    fputs("line,reason", file);
    for (size_t i = 0; i < column_count; i++) {
        fprintf(file, ",%s", columns[i]);
    }
    putc('\n', file);
}

void rejects_row(struct rejects *rejects, const char *const *columns, size_t column_count,
                 const struct csv_row *row, const char *reason)
{
    FILE *file = rejects->file;
    char place[PLACE_MAX];

    if (!rejects->header_written) {
        put_header(file, columns, column_count);
        rejects->header_written = true;
    }
    snprintf(place, sizeof place, "%s%s%" PRId64, rejects->name == NULL ? "" : rejects->name,
             rejects->name == NULL ? "" : ":", row->line);
    put_cell(file, place, strlen(place));
    putc(',', file);
    put_cell(file, reason, strlen(reason));
    for (size_t i = 0; i < row->field_count && i < CSV_FIELDS_MAX; i++) {
        putc(',', file);
        put_cell(file, row->fields[i].text, row->fields[i].length);
    }
    putc('\n', file);
}

enum err_code rejects_end(struct rejects *rejects, struct err *err)
{
    errno = 0;
    if (fflush(rejects->file) != 0 || ferror(rejects->file) != 0) {
        return err_set(err, ERR_IO, "%s: cannot be written: %s", rejects->path,
                       strerror(errno != 0 ? errno : EIO));
    }
    return ERR_NONE;
}

void rejects_undo(struct rejects *rejects)
{
    (void)fflush(rejects->file);
    clearerr(rejects->file);
    if (rejects->regular && rejects->start >= 0 && ftruncate(fileno(rejects->file), rejects->start) == 0) {
        (void)fseeko(rejects->file, rejects->start, SEEK_SET);
    }
}

void rejects_close(struct rejects *rejects)
{
    if (rejects != NULL) {
        (void)fclose(rejects->file); /* rejects_end has looked after its bytes */
        free(rejects);
    }
}
