/*
 * rows.h - CSV bytes through the import's own code, and a count of its rows by another way.
 */
#ifndef MONTHEND_TESTS_FUZZ_ROWS_H
#define MONTHEND_TESTS_FUZZ_ROWS_H

#include "batch/load.h"

/* The table of an input's first byte, 'a' being the first of TABLES; NULL: it is none's. */
const struct table *rows_table(uint8_t letter);

/* Load the bytes behind it. Returns ERR_NONE or the error, told already. */
enum err_code rows_load(struct load_in in, const uint8_t *bytes, size_t size, struct load_counts *counts);

/* How many rows there are below the header, of bytes that are CSV throughout: what stands between two line ends outside
 * of quotes, blank lines aside. */
int64_t rows_between_line_ends(const uint8_t *bytes, size_t size);

/* Sum up, and claim that nothing was lost: rows are those that were stored, were there already or were refused. */
void rows_claim_all_there(const struct load_counts *counts, const uint8_t *bytes, size_t size);

#endif
