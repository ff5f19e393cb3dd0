/*
 * Texts as JSON strings.
 */
#ifndef MONTHEND_REPORTS_JSON_H
#define MONTHEND_REPORTS_JSON_H

#include <stdio.h>

/*
 * The text as a JSON string, quotes included. What is not UTF-8 becomes U+FFFD;
 * what a terminal would not show (lib/visible.h) an escape.
 *
 *     acme          "acme"
 *     say "hi"      "say \"hi\""
 *     ESC [31m      "\u001b[31m"
 */
void json_string(FILE *file, const char *text);

#endif
