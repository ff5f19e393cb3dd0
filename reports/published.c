/* Report directories that are there already: where they are, and whether they are what a run wrote. */
#include "reports/reports.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/calendar.h"
#include "reports/digest.h"
#include "reports/directory.h"
#include "reports/disk.h"
#include "reports/files.h"

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

/* One line of SHA256SUMS: is the file that it names there, and (`bytes`) what it says? */
static bool file_agrees(const char *path, char *line, bool bytes)
{
    char name[DIRECTORY_PATH_MAX + 256];
    char hex[DIGEST_HEX_MAX] = "";
    struct stat status;
    struct err unread = {0};

    line[strcspn(line, "\n")] = '\0';
    if (strlen(line) <= DIGEST_HEX_MAX) {
        return false;
    }
    line[DIGEST_HEX_MAX - 1] = '\0'; /* digest, two blanks, name */
    (void)snprintf(name, sizeof name, "%s/%s", path, line + DIGEST_HEX_MAX + 1);
    if (stat(name, &status) != 0 || !S_ISREG(status.st_mode)) {
        return false;
    }
    return !bytes || (digest_file(AT_FDCWD, name, name, hex, &unread) == ERR_NONE && strcmp(hex, line) == 0);
}

/* Does every file that SHA256SUMS names agree? ERR_INTERNAL: no memory. */
static enum err_code files_agree(const char *path, bool bytes, bool *is, struct err *err)
{
    char name[DIRECTORY_PATH_MAX + 32];
    char line[DIGEST_HEX_MAX + 256];
    bool agree = true;

    (void)snprintf(name, sizeof name, "%s/" FILES_SUMS_NAME, path);
    FILE *sums = fopen(name, "re");
    while (sums != NULL && agree && fgets(line, sizeof line, sums) != NULL) {
        agree = line[0] == '#' || file_agrees(path, line, bytes); /* a comment is no file */
    }
    if (sums == NULL) {
        return errno == ENOMEM ? disk_read_failed(name, errno, err) : ERR_NONE;
    }
    (void)fclose(sums); /* only read from */
    *is = agree;
    return ERR_NONE;
}

enum err_code report_is(const char *out, int32_t month, const char *name, struct report_wanted wanted, bool *is, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];
    char sums[DIRECTORY_PATH_MAX + 32];
    char hex[DIGEST_HEX_MAX] = "";
    struct err unread = {0};

    *is = false;
    report_path(out, month, name, path, sizeof path);
    (void)snprintf(sums, sizeof sums, "%s/" FILES_SUMS_NAME, path);
    return digest_file(AT_FDCWD, sums, sums, hex, &unread) == ERR_NONE && strcmp(hex, wanted.sums_digest) == 0
               ? files_agree(path, wanted.bytes, is, err)
               : ERR_NONE;
}

enum err_code report_other(const char *out, int32_t month, const char *name, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];

    report_path(out, month, name, path, sizeof path);
    return err_set(err, ERR_CREATE,
                   "'%s' is not what the run wrote, or not all of it; move it away or give another --out, and run this "
                   "again: the reports are then written again", path);
}
