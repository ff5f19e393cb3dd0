/*
 * words.h - a sentence of parts, parted by "; ", in a bounded text: parts that
 * no longer fit are counted, and the sentence ends with how many they are.
 */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

#include <stddef.h>

struct words {
    char *text; /* of `size` bytes, at least WORDS_SIZE_MIN */
    size_t size;
    size_t used;
    size_t left_out;
};

#define WORDS_SIZE_MIN 64

struct words words_begin(char *text, size_t size);

/* One part more, in printf's form; whole or not at all. */
__attribute__((format(printf, 2, 3))) void words_add(struct words *words, const char *format, ...);

/*
 * The closing words where parts were left out.
 *
 *     "3 late events; upgrade of 2025-11-20 corrected to 2025-11-18; and 12 more"
 */
void words_end(struct words *words);

#endif
