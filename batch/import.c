/*
 * The command import: each file a transaction of its own, remembered with its
 * checksum and what became of its rows. And the catalogue, for init.
 */
#include "batch/import.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch/command.h"
#include "batch/folder.h"
#include "batch/help.h"
#include "batch/import_options.h"
#include "batch/load.h"
#include "batch/rejects.h"
#include "batch/source.h"
#include "batch/stop.h"
#include "batch/user.h"
#include "lib/text.h"
#include "schema/embedded.h"

#define STANDARD_INPUT "standard input"

struct input { /* one file to be imported */
    const struct table *table;
    char path[PATH_MAX]; /* "-": standard input */
    char name[PATH_MAX]; /* what messages call it */
};

struct import { /* one run of the command */
    const struct import_options *options;
    struct input *inputs;
    int input_count;
    int done; /* so many of them are imported */
    struct store *store;
    struct rejects *rejects; /* or NULL */
    int64_t rejected;        /* of all inputs */
};

/* A name that the database takes: the last part of one that is too long. */
static const char *name_kept(const char *path)
{
    const char *last = strrchr(path, '/');

    if (strlen(path) <= TEXT_BYTES_MAX || last == NULL) {
        return path;
    }
    return last + 1;
}

static enum err_code note_import(struct load_in in, const char *path, const struct load_counts *counts,
                                 struct err *err)
{
    char digest[SOURCE_DIGEST_MAX];
    char who[USER_NAME_MAX];

    source_digest(in.source, digest);
    user_name(who);
    struct import_note note = {
        .file_name = name_kept(path),
        .sha256 = digest,
        .table = in.table->name,
        .inserted = counts->inserted,
        .corrected = counts->corrected,
        .duplicates = counts->duplicates,
        .rejected = counts->rejected,
        .stamped = counts->stamped,
        .imported_at = in.stamp,
        .imported_by = who,
    };
    return import_note(in.store, &note, err);
}

/* `accounts.csv: 421 rows: 421 new, 0 corrections, 0 duplicates, 0 stamped` */
static void print_counts(const char *name, const struct load_counts *counts)
{
    printf("%s: %" PRId64 " row%s: %" PRId64 " new, %" PRId64 " correction%s, %" PRId64 " duplicate%s", name,
           counts->rows, text_plural(counts->rows), counts->inserted, counts->corrected, text_plural(counts->corrected),
           counts->duplicates, text_plural(counts->duplicates));
    if (counts->rejected > 0) {
        printf(", %" PRId64 " rejected", counts->rejected);
    }
    if (counts->elsewhere > 0) {
        printf(", %" PRId64 " of other shards", counts->elsewhere);
    }
    if (counts->stamped > 0) {
        printf(", %" PRId64 " recorded at or before the last close, stamped with this import's instant\n",
               counts->stamped);
    } else {
        printf(", 0 stamped\n");
    }
}

/* Load, note and commit; the caller rolls back what failed. */
static enum err_code input_load(struct import *import, const struct input *input, struct source *source,
                                struct load_counts *counts, struct err *err)
{
    struct load_in in = {
        .store = import->store,
        .table = input->table,
        .source = source,
        .stamp = import->options->stamp,
        .allow_unterminated = import->options->allow_unterminated,
        .quiet = import->options->quiet,
        .shard = import->options->shard,
        .rejects = import->rejects,
        .advice = "mend the file, or import its other rows with --rejects FILE",
    };

    if (store_begin(import->store, err) != ERR_NONE || load_rows(in, counts, err) != ERR_NONE ||
        note_import(in, input->path, counts, err) != ERR_NONE) {
        return err->code;
    }
    if (import->rejects != NULL && rejects_end(import->rejects, err) != ERR_NONE) {
        return err->code;
    }
    return store_commit(import->store, err);
}

static enum err_code input_import(struct import *import, const struct input *input, struct err *err)
{
    struct source *source = NULL;
    struct load_counts counts = {0};

    if (source_open(input->path, input->name, &source, err) != ERR_NONE) {
        return err->code;
    }
    if (import->rejects != NULL) {
        rejects_begin(import->rejects, import->input_count > 1 ? input->name : NULL);
    }
    if (input_load(import, input, source, &counts, err) == ERR_NONE) {
        print_counts(input->name, &counts);
        import->rejected += counts.rejected;
    } else {
        store_rollback(import->store);
        if (import->rejects != NULL) {
            rejects_undo(import->rejects);
        }
    }
    source_close(source);
    return err->code;
}

/* Inputs of a directory are called by their names in it, others as they were given. */
static enum err_code input_set(struct input *input, const struct table *table, const char *directory,
                               const char *name, struct err *err)
{
    int length = directory == NULL ? snprintf(input->path, PATH_MAX, "%s", name)
                                   : snprintf(input->path, PATH_MAX, "%s/%s", directory, name);

    if (length >= PATH_MAX) {
        return err_set(err, ERR_NO_INPUT, "%.200s...: the path is too long", input->path);
    }
    if (strcmp(input->path, "-") != 0 && access(input->path, R_OK) != 0) {
        return err_set(err, ERR_NO_INPUT, "%s: cannot be opened: %s", input->path, strerror(errno));
    }
    input->table = table;
    strcpy(input->name, strcmp(name, "-") == 0 ? STANDARD_INPUT : name);
    return ERR_NONE;
}

/* Which files are there to import? All must be there before the first is imported. */
static enum err_code inputs_list(struct import *import, struct err *err)
{
    const struct import_options *options = import->options;
    struct folder folder = {0};

    if (options->table == NULL && folder_read(options->directory, &folder, err) != ERR_NONE) {
        return err->code;
    }
    import->input_count = options->table == NULL ? folder.count : options->file_count;
    import->inputs = calloc((size_t)import->input_count, sizeof *import->inputs);
    if (import->inputs == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory left for %d files", import->input_count);
    }
    for (int i = 0; i < import->input_count; i++) {
        bool set = options->table == NULL
                       ? input_set(&import->inputs[i], folder.files[i].table, options->directory,
                                   folder.files[i].name, err) == ERR_NONE
                       : input_set(&import->inputs[i], options->table, NULL, options->files[i], err) == ERR_NONE;
        if (!set) {
            return err->code;
        }
    }
    return ERR_NONE;
}

/* Nothing that is read may be the file that is written. */
static enum err_code rejects_start(struct import *import, struct err *err)
{
    const char *path = import->options->rejects;

    if (path == NULL) {
        return ERR_NONE;
    }
    if (rejects_open(path, &import->rejects, err) != ERR_NONE) {
        return err->code;
    }
    if (rejects_is(import->rejects, import->options->database)) {
        return err_set(err, ERR_USAGE, "--rejects '%s' is the database; give another file", path);
    }
    for (int i = 0; i < import->input_count; i++) {
        const char *input = import->inputs[i].path;
        if (rejects_is(import->rejects, strcmp(input, "-") == 0 ? "/dev/stdin" : input)) {
            return err_set(err, ERR_USAGE, "--rejects '%s' is a file to be imported; give another", path);
        }
    }
    return rejects_clear(import->rejects, err);
}

static enum err_code inputs_import(struct import *import, struct err *err)
{
    if (inputs_list(import, err) != ERR_NONE ||
        store_open(import->options->database, STORE_WRITE, STORE_WAIT_SECONDS, &import->store, err) != ERR_NONE ||
        rejects_start(import, err) != ERR_NONE) {
        return err->code;
    }
    while (import->done < import->input_count) {
        if (input_import(import, &import->inputs[import->done], err) != ERR_NONE) {
            return err->code;
        }
        import->done++;
    }
    if (fflush(stdout) != 0) {
        return err_set(err, ERR_IO, "all files are imported, but standard output cannot be written: %s",
                       strerror(errno));
    }
    return ERR_NONE;
}

static int report_failure(const struct import *import, const struct err *err)
{
    fflush(stdout);
    fprintf(stderr, "monthend: %s\n", err->text);
    if (import->done > 0 && import->done < import->input_count) {
        fprintf(stderr, "monthend: imported before it:");
        for (int i = 0; i < import->done; i++) {
            fprintf(stderr, "%s %s", i == 0 ? "" : ",", import->inputs[i].name);
        }
        fputc('\n', stderr);
    }
    return (int)err->code;
}

int import_command(int argc, char **argv)
{
    struct err err = {0};
    struct import_options options;
    struct import import = {.options = &options};
    int status = STATUS_DONE;

    stop_watch();
    if (import_options_parse(argc, argv, &options, &err) == ERR_NONE) {
        if (options.help) {
            return help_command("import");
        }
        (void)!inputs_import(&import, &err); /* the error is in err */
    }
    if (err.code != ERR_NONE) {
        status = report_failure(&import, &err);
    } else if (import.rejected > 0) {
        status = STATUS_LOOK;
    }
    rejects_close(import.rejects);
    store_close(import.store);
    free(import.inputs);
    return status;
}

/* One file of the catalogue: from `path`, or the shipped one when that is NULL. */
static enum err_code catalogue_load(struct load_in in, const char *path, const struct embedded_file *shipped,
                                    struct err *err)
{
    struct load_counts counts;
    enum err_code code = path == NULL
                             ? source_open_memory(shipped->text, shipped->length, shipped->name, &in.source, err)
                             : source_open(path, path, &in.source, err);

    if (code != ERR_NONE) {
        return code;
    }
    code = load_rows(in, &counts, err);
    if (code == ERR_NONE) {
        code = note_import(in, path == NULL ? shipped->name : path, &counts, err);
    }
    source_close(in.source);
    return code;
}

/* The directory's file of a table, as a path. */
static enum err_code catalogue_path(const char *directory, const struct folder *folder, const struct table *table,
                                    char path[PATH_MAX], struct err *err)
{
    for (int i = 0; i < folder->count; i++) {
        if (folder->files[i].table == table) {
            if (snprintf(path, PATH_MAX, "%s/%s", directory, folder->files[i].name) >= PATH_MAX) {
                return err_set(err, ERR_NO_INPUT, "%.200s...: the path is too long", path);
            }
            return ERR_NONE;
        }
    }
    return err_set(err, ERR_NO_INPUT, "%s: %s.csv is missing: a catalogue has all its tables", directory,
                   table->name);
}

static const struct table *table_of_file(const char *name)
{
    char stem[FOLDER_NAME_MAX];
    size_t length = strlen(name) - strlen(".csv");

    assert(length < sizeof stem);
    memcpy(stem, name, length);
    stem[length] = '\0';
    return table_find(stem);
}

enum err_code import_catalogue(struct store *store, const char *directory, int64_t stamp, struct err *err)
{
    struct folder folder = {0};
    char path[PATH_MAX];

    if (directory != NULL && folder_read(directory, &folder, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < CATALOGUE_FILE_COUNT; i++) {
        struct load_in in = {.store = store, .stamp = stamp, .quiet = true, .advice = "mend the file"};
        in.table = table_of_file(CATALOGUE_FILES[i].name);
        assert(in.table != NULL);
        if (directory != NULL && catalogue_path(directory, &folder, in.table, path, err) != ERR_NONE) {
            return err->code;
        }
        if (catalogue_load(in, directory == NULL ? NULL : path, &CATALOGUE_FILES[i], err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}
