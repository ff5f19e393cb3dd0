/*
 * One part of a workbook's archive, read element by element.
 */
#ifndef MONTHEND_REPORTS_BOOK_PART_H
#define MONTHEND_REPORTS_BOOK_PART_H

#include <stdbool.h>

#include <expat.h>
#include <zip.h>

#define BOOK_REASON_MAX 256

struct book_part_reader {
    void *user;
    XML_StartElementHandler begin;
    XML_EndElementHandler end;
    XML_CharacterDataHandler text;
};

/* False: `reason` says why the part cannot be read. */
bool book_part_read(zip_t *archive, zip_uint64_t index, struct book_part_reader reader, char reason[BOOK_REASON_MAX]);

#endif
