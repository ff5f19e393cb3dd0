/*
 * One part of a workbook's archive, read element by element.
 */
#ifndef MONTHEND_REPORTS_BOOK_PART_H
#define MONTHEND_REPORTS_BOOK_PART_H

#include <stdbool.h>

#include <expat.h>
#include <zip.h>

#define BOOK_REASON_MAX 256
#define BOOK_NO_MEMORY "no memory" /* the reason where it is that */

struct book_part_reader {
    void *user;
    XML_StartElementHandler begin;
    XML_EndElementHandler end;
    XML_CharacterDataHandler text;
};

/* False: `reason` says why the part cannot be read. */
bool book_part_read(zip_t *archive, zip_uint64_t index, struct book_part_reader reader, char reason[BOOK_REASON_MAX]);

/* The workbook as an archive, to be read; NULL: it cannot be, *failed is the library's ZIP_ER_..., errno the system's. */
zip_t *book_part_open(const char *path, int *failed);

#endif
