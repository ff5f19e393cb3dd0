/*
 * The end of a harness that cannot go on.
 */
#include "tests/faults/harness.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void harness_failed(const char *doing)
{
    fprintf(stderr, "faults: the harness itself failed: %s: %s\n", doing, strerror(errno));
    _Exit(70);
}

void harness_path(char *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(out, PATH_MAX, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        harness_failed(format);
    }
}
