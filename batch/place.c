/*
 * Where reports go.
 */
#include "batch/place.h"

#include <stdio.h>
#include <string.h>

enum err_code place_reports(const char *database, const char *out, char path[PATH_MAX], struct err *err)
{
    const char *slash = strrchr(database, '/');
    int directory_length = slash == NULL ? 0 : (int)(slash - database) + 1;
    int length = out != NULL ? snprintf(path, PATH_MAX, "%s", out)
                             : snprintf(path, PATH_MAX, "%.*sreports-out", directory_length, database);

    if (length >= PATH_MAX) {
        return err_set(err, ERR_USAGE, "the name of the report directory is too long");
    }
    if (length == 0) {
        return err_set(err, ERR_USAGE, "--out '' is no directory; leave it out for reports-out beside the database");
    }
    return ERR_NONE;
}
