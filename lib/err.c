/*
 * err.c - noting an error: the first one stays, a long message is cut cleanly.
 */
#include "lib/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "lib/visible.h"

enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
{
    assert(code != ERR_NONE);
    if (err->code != ERR_NONE) {
        return err->code;
    }
    char told[ERR_TEXT_MAX + 4]; /* a character more than is shown: what is too long is cut there */
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(told, sizeof told, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    visible_text(told, err->text, sizeof err->text);
    err->code = code;
    return code;
}
