/*
 * currency.h - the currencies of ISO 4217 and their minor digits.
 */
#ifndef LIB_CURRENCY_H
#define LIB_CURRENCY_H

/* The most minor digits that any currency has. */
#define CURRENCY_DIGITS_MAX 4

/*
 * How many decimals an amount of this currency has; -1 when the code is not a
 * current one of ISO 4217.
 *
 *     code   ->  digits
 *     "USD"       2
 *     "JPY"       0
 *     "BHD"       3
 *     "CLF"       4
 *     "usd"      -1   codes compare as bytes
 *     "XAU"      -1   gold, test codes and the like have no minor unit: no one is billed in them
 *
 * code ends with NUL and may be any text.
 */
int currency_digits(const char *code);

#endif
