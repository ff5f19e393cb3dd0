/*
 * err.c - noting an error: the first one stays, a long message is cut cleanly.
 */
#include "lib/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char CUT_MARK[] = "...";

/* Does this byte continue a UTF-8 character begun before it? */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0U) == 0x80U;
}

/* Put the mark over the end of a full text, at the start of a character. */
static void cut(char text[ERR_TEXT_MAX])
{
    size_t at = ERR_TEXT_MAX - sizeof CUT_MARK;

    while (at > 0 && continues(text[at])) {
        at--;
    }
    memcpy(text + at, CUT_MARK, sizeof CUT_MARK);
}

enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
{
    assert(code != ERR_NONE);
    if (err->code != ERR_NONE) {
        return err->code;
    }
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    if ((size_t)length >= sizeof err->text) {
        cut(err->text);
    }
    err->code = code;
    return code;
}
