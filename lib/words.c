/*
 * words.c - a sentence of parts.
 */
#include "lib/words.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PART_MAX 2048
#define TAIL_MAX 32 /* "; and 18446744073709551615 more" and a NUL */

struct words words_begin(char *text, size_t size)
{
    assert(size >= WORDS_SIZE_MIN);
    text[0] = '\0';
    return (struct words){.text = text, .size = size};
}

void words_add(struct words *words, const char *format, ...)
{
    char part[PART_MAX];
    const char *comma = words->used > 0 ? "; " : "";
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(part, sizeof part, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    if (words->left_out > 0 || (size_t)length >= sizeof part ||
        words->used + strlen(comma) + (size_t)length + TAIL_MAX > words->size) {
        words->left_out++;
        return;
    }
    words->used += (size_t)snprintf(words->text + words->used, words->size - words->used, "%s%s", comma, part);
}

void words_end(struct words *words)
{
    if (words->left_out > 0) {
        (void)snprintf(words->text + words->used, words->size - words->used, "%sand %zu more",
                       words->used > 0 ? "; " : "", words->left_out);
    }
}
