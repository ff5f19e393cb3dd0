/*
 * place.h - an empty folder in memory to live in, the program run there, and a
 * small month: imported, closed, reprocessed.
 */
#ifndef MONTHEND_TESTS_FUZZ_PLACE_H
#define MONTHEND_TESTS_FUZZ_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLACE_DATABASE "m.db"
#define PLACE_STAMP INT64_C(1764633600000) /* 2025-12-02T00:00:00Z: what is imported later became known then */

struct bytes {
    uint8_t *start;
    size_t size;
};

/*
 * Make the folder below TMPDIR, or /dev/shm, and go there; it is removed at the
 * end of the process. No settings but the defaults hold in it. Later calls do nothing.
 */
void place_make(void);

/* Run the program there, its words parted by blanks. Returns its exit status. */
int place_run(const char *line);

/* The same of words as they are. */
int place_run_words(int argc, char **argv);

/* A database with the shipped catalogue and some accounts, grants, usage, texts of hostile customers; `closed`: November 2025 is
 * closed, and reprocessed after a late row. */
void place_database(bool closed);

/* Another one, closed, reprocessed and indexed likewise, with something in every table: held accounts, voids, payments, lines taken back ... */
void place_database_full(void);

/* Files by their names there. place_read: start is to be freed; NULL: there is no such file. */
void place_write(const char *name, const void *bytes, size_t size);
struct bytes place_read(const char *name);

/* Remove all that is there. */
void place_empty(void);

#endif
