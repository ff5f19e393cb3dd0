/* One part of a workbook's archive, by libzip and expat. */
#include "reports/book_part.h"

#include <errno.h>
#include <stdio.h>

#define READ_BYTES 65536
#define ZLIB_NO_MEMORY (-4) /* zlib's Z_MEM_ERROR */

/* What went wrong in the archive: its library, or the one that unpacks for it, may have had no memory. */
static void say_why(zip_error_t *error, char reason[BOOK_REASON_MAX])
{
    bool no_memory = zip_error_code_zip(error) == ZIP_ER_MEMORY ||
                     (zip_error_code_zip(error) == ZIP_ER_ZLIB && zip_error_code_system(error) == ZLIB_NO_MEMORY);

    (void)snprintf(reason, BOOK_REASON_MAX, "%s", no_memory ? BOOK_NO_MEMORY : zip_error_strerror(error));
}

/* false: `reason` says why the part cannot be read. */
static bool part_parse(zip_file_t *file, XML_Parser parser, char reason[BOOK_REASON_MAX])
{
    for (;;) {
        void *bytes = XML_GetBuffer(parser, READ_BYTES);
        if (bytes == NULL) {
            (void)snprintf(reason, BOOK_REASON_MAX, BOOK_NO_MEMORY);
            return false;
        }
        zip_int64_t got = zip_fread(file, bytes, READ_BYTES);
        if (got < 0) {
            say_why(zip_file_get_error(file), reason);
            return false;
        }
        if (XML_ParseBuffer(parser, (int)got, got == 0) != XML_STATUS_OK) {
            (void)snprintf(reason, BOOK_REASON_MAX, "%s", XML_GetErrorCode(parser) == XML_ERROR_NO_MEMORY
                                                              ? BOOK_NO_MEMORY
                                                              : XML_ErrorString(XML_GetErrorCode(parser)));
            return false;
        }
        if (got == 0) {
            return true;
        }
    }
}

bool book_part_read(zip_t *archive, zip_uint64_t index, struct book_part_reader reader, char reason[BOOK_REASON_MAX])
{
    zip_file_t *file = zip_fopen_index(archive, index, 0);
    XML_Parser parser = XML_ParserCreate(NULL);
    bool whole = false;

    if (file == NULL) {
        say_why(zip_get_error(archive), reason);
    } else if (parser == NULL) {
        (void)snprintf(reason, BOOK_REASON_MAX, BOOK_NO_MEMORY);
    } else {
        XML_SetUserData(parser, reader.user);
        XML_SetElementHandler(parser, reader.begin, reader.end);
        XML_SetCharacterDataHandler(parser, reader.text);
        whole = part_parse(file, parser, reason);
    }
    if (parser != NULL) {
        XML_ParserFree(parser);
    }
    if (file != NULL && zip_fclose(file) != 0 && whole) {
        (void)snprintf(reason, BOOK_REASON_MAX, "it does not match its checksum");
        whole = false;
    }
    return whole;
}

zip_t *book_part_open(const char *path, int *failed)
{
    errno = 0;
    zip_t *archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, failed);

    if (archive == NULL && errno == ENOMEM) {
        *failed = ZIP_ER_MEMORY; /* a directory that it has no room for the library takes for none */
    }
    return archive;
}
