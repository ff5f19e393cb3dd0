/* The files of a report directory and their checksums. */
#include "reports/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void files_init(struct files *files)
{
    *files = (struct files){.directory = {.month_folder = -1, .folder = -1}};
}

void files_end(struct files *files)
{
    directory_end(&files->directory);
    free(files->sums);
    files->sums = NULL;
    files->count = files->capacity = 0;
}

enum err_code files_open(struct files *files, const char *name, struct csv *csv, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    int file = -1;
    enum err_code code = directory_file_create(&files->directory, name, &file, err);

    directory_file_path(&files->directory, name, path);
    if (code == ERR_NONE) {
        code = csv_begin(csv, file, path, err);
    }
    if (code == ERR_NONE && files->alone) {
        csv_alone(csv);
    }
    return code;
}

/* The next file's, or NULL: no memory, which is noted. */
static struct file_sum *sum_next(struct files *files, const char *name, struct err *err)
{
    if (files->count == files->capacity) {
        size_t wanted = 2 * files->capacity + 32;
        struct file_sum *grown = realloc(files->sums, wanted * sizeof *grown);
        if (grown == NULL) {
            (void)!err_set(err, ERR_INTERNAL, "no memory for the checksums");
            return NULL;
        }
        files->sums = grown;
        files->capacity = wanted;
    }
    struct file_sum *sum = &files->sums[files->count++];

    *sum = (struct file_sum){0};
    (void)snprintf(sum->name, sizeof sum->name, "%s", name);
    return sum;
}

/* Is on the disk what was written? */
static enum err_code verify(const struct files *files, const struct file_sum *sum, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    char hex[DIGEST_HEX_MAX];

    directory_file_path(&files->directory, sum->name, path);
    enum err_code code = digest_file(files->directory.folder, sum->name, path, hex, err);
    if (code == ERR_NONE && strcmp(hex, sum->hex) != 0) {
        return err_set(err, ERR_IO, "'%s' reads back otherwise than it was written; the disk may be failing", path);
    }
    return code;
}

static enum err_code close_into(struct files *files, struct csv *csv, struct file_sum *sum, struct err *err)
{
    enum err_code code = csv_close(csv, sum->hex, err);

    return code == ERR_NONE ? verify(files, sum, err) : code;
}

enum err_code files_close(struct files *files, const char *name, struct csv *csv, struct err *err)
{
    struct file_sum *sum = sum_next(files, name, err);

    return sum == NULL ? err->code : close_into(files, csv, sum, err);
}

enum err_code files_note(struct files *files, const char *name, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    enum err_code code = directory_file_flush(&files->directory, name, err);

    directory_file_path(&files->directory, name, path);
    struct file_sum *sum = code == ERR_NONE ? sum_next(files, name, err) : NULL;
    return sum != NULL ? digest_file(files->directory.folder, name, path, sum->hex, err) : err->code;
}

/* Is it a file that was noted? */
static bool is_noted(const void *context, const char *name)
{
    const struct files *files = context;

    for (size_t i = 0; i < files->count; i++) {
        if (strcmp(files->sums[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static int sum_compare(const void *left, const void *right)
{
    const struct file_sum *a = left;
    const struct file_sum *b = right;

    return strcmp(a->name, b->name);
}

/* In the form of sha256sum: digest, two blanks, name. */
enum err_code files_sums(struct files *files, char *digest, struct err *err)
{
    struct file_sum sums = {.name = FILES_SUMS_NAME}; /* of itself */
    struct csv file = {.file = -1};
    char line[DIGEST_HEX_MAX + FILES_NAME_MAX + FILES_REMARK_MAX];
    enum err_code code = directory_keep(&files->directory, is_noted, files, err);

    if (code == ERR_NONE) {
        code = files_open(files, FILES_SUMS_NAME, &file, err);
    }

    if (code == ERR_NONE && files->remark[0] != '\0') { /* sha256sum passes over such a line */
        (void)snprintf(line, sizeof line, "# %s", files->remark);
        code = csv_header(&file, line, err);
    }
    if (files->count > 1) {
        qsort(files->sums, files->count, sizeof files->sums[0], sum_compare);
    }
    for (size_t i = 0; i < files->count && code == ERR_NONE; i++) {
        (void)snprintf(line, sizeof line, "%s  %s", files->sums[i].hex, files->sums[i].name);
        code = csv_header(&file, line, err);
    }
    if (code == ERR_NONE) {
        code = close_into(files, &file, &sums, err);
    }
    csv_release(&file);
    if (code == ERR_NONE) {
        memcpy(digest, sums.hex, sizeof sums.hex);
        code = directory_flush(&files->directory, err);
    }
    return code;
}
