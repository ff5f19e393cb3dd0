/* One part of a workbook's archive, by libzip and expat. */
#include "reports/book_part.h"

#include <stdio.h>

#define READ_BYTES 65536

/* false: `reason` says why the part cannot be read. */
static bool part_parse(zip_file_t *file, XML_Parser parser, char reason[BOOK_REASON_MAX])
{
    for (;;) {
        void *bytes = XML_GetBuffer(parser, READ_BYTES);
        if (bytes == NULL) {
            (void)snprintf(reason, BOOK_REASON_MAX, "no memory");
            return false;
        }
        zip_int64_t got = zip_fread(file, bytes, READ_BYTES);
        if (got < 0) {
            (void)snprintf(reason, BOOK_REASON_MAX, "%s", zip_file_strerror(file));
            return false;
        }
        if (XML_ParseBuffer(parser, (int)got, got == 0) != XML_STATUS_OK) {
            (void)snprintf(reason, BOOK_REASON_MAX, "%s", XML_ErrorString(XML_GetErrorCode(parser)));
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
        (void)snprintf(reason, BOOK_REASON_MAX, "%s", zip_strerror(archive));
    } else if (parser == NULL) {
        (void)snprintf(reason, BOOK_REASON_MAX, "no memory");
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
