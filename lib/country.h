/*
 * country.h - the countries of ISO 3166-1 by their alpha-2 codes.
 */
#ifndef LIB_COUNTRY_H
#define LIB_COUNTRY_H

#include <stdbool.h>

/*
 * Is this one of the 249 officially assigned alpha-2 codes?
 *
 *     code  ->  known
 *     "DE"      true
 *     "de"      false   codes compare as bytes
 *     "UK"      false   reserved, not assigned: it is "GB"
 *
 * code ends with NUL and may be any text.
 */
bool country_known(const char *code);

#endif
