/*
 * Where reports go: OUT, or reports-out beside the database.
 */
#ifndef MONTHEND_BATCH_PLACE_H
#define MONTHEND_BATCH_PLACE_H

#include <limits.h>

#include "lib/err.h"

enum err_code place_reports(const char *database, const char *out, char path[PATH_MAX], struct err *err);

#endif
