/* Report directories that are there already: where they are, and whether they are what a run wrote. */
#include "reports/reports.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/calendar.h"
#include "reports/digest.h"
#include "reports/directory.h"

void report_path(const char *out, int32_t month, const char *name, char *path, size_t size)
{
    char text[MONTH_TEXT_MAX];

    month_format(month, text);
    (void)snprintf(path, size, "%s/%s/%s", out, text, name);
}

bool report_exists(const char *out, int32_t month, const char *name)
{
    char path[DIRECTORY_PATH_MAX];
    struct stat status;

    report_path(out, month, name, path, sizeof path);
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Is every file there that SHA256SUMS names? */
static bool files_there(const char *path)
{
    char name[DIRECTORY_PATH_MAX + 256];
    char line[DIGEST_HEX_MAX + 256];
    bool there = true;

    (void)snprintf(name, sizeof name, "%s/" REPORT_SUMS_FILE, path);
    FILE *sums = fopen(name, "re");
    while (sums != NULL && there && fgets(line, sizeof line, sums) != NULL) {
        struct stat status;
        line[strcspn(line, "\n")] = '\0';
        (void)snprintf(name, sizeof name, "%s/%s", path, strlen(line) > DIGEST_HEX_MAX ? line + DIGEST_HEX_MAX + 1 : "");
        there = stat(name, &status) == 0 && S_ISREG(status.st_mode);
    }
    if (sums == NULL) {
        return false;
    }
    (void)fclose(sums); /* only read from */
    return there;
}

enum err_code report_check(const char *out, int32_t month, const char *name, const char *sums_digest, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    char sums[DIRECTORY_PATH_MAX + 32];
    char hex[DIGEST_HEX_MAX] = "";
    struct err unread = {0};

    report_path(out, month, name, path, sizeof path);
    (void)snprintf(sums, sizeof sums, "%s/" REPORT_SUMS_FILE, path);
    if (digest_file(AT_FDCWD, sums, sums, hex, &unread) != ERR_NONE || strcmp(hex, sums_digest) != 0 || !files_there(path)) {
        return err_set(err, ERR_CREATE,
                       "'%s' is not what the run wrote, or not all of it; move it away and close again, or give another --out: "
                       "the reports are then written again", path);
    }
    return ERR_NONE;
}
