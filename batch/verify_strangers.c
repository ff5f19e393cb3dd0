/*
 * Report directories of runs that the database does not have.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "batch/options.h"
#include "batch/past.h"
#include "batch/verify_reports.h"
#include "lib/calendar.h"
#include "reports/disk.h"

static bool is_known(const struct run *runs, size_t run_count, int32_t month, const char *name)
{
    char known[RUN_NAME_MAX];

    for (size_t i = 0; i < run_count; i++) {
        past_name(runs[i].sequence, runs[i].kind, known);
        if (runs[i].month == month && strcmp(known, name) == 0) {
            return true;
        }
    }
    return false;
}

/* "3-close" and the like: a run's number within its month. */
static bool is_run_name(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && (strcmp(name + digits, "-close") == 0 || strcmp(name + digits, "-reprocess") == 0);
}

struct strangers {
    const struct run *runs;
    size_t run_count;
    const char *reports;
    struct proof *proof;
    int64_t count; /* directories of runs */
};

static enum err_code month_folder_check(struct strangers *strangers, int32_t month, const char *name, struct err *err)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", strangers->reports, name);
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return errno == ENOTDIR ? ERR_NONE : disk_read_failed(path, errno, err);
    }
    struct dirent *entry = NULL;
    while ((errno = 0, entry = readdir(folder)) != NULL) {
        if (!is_run_name(entry->d_name)) {
            continue;
        }
        strangers->count++;
        if (!is_known(strangers->runs, strangers->run_count, month, entry->d_name)) {
            proof_wrong(strangers->proof, "%s/%s is of a run that the database does not have: its runs were removed, or it is "
                                          "an old database or another", name, entry->d_name);
        }
    }
    if (errno != 0) {
        (void)!disk_read_failed(path, errno, err); /* the error is in *err */
    }
    (void)closedir(folder);
    return err->code;
}

enum err_code verify_reports_place(const char *reports, struct err *err)
{
    DIR *folder = opendir(reports);

    if (folder == NULL) {
        return err_set(err, disk_class(errno, ERR_NO_INPUT), "--reports '%s' cannot be read: %s", reports, strerror(errno));
    }
    (void)closedir(folder);
    return ERR_NONE;
}

enum err_code verify_strangers(const struct run *runs, size_t run_count, const char *reports, int32_t month,
                               struct proof *proof, struct err *err)
{
    struct strangers strangers = {runs, run_count, reports, proof, 0};
    DIR *folder = opendir(reports);

    if (folder == NULL) {
        return disk_read_failed(reports, errno, err);
    }
    struct dirent *entry = NULL;
    while (err->code == ERR_NONE && (errno = 0, entry = readdir(folder)) != NULL) {
        int32_t found = MONTH_NONE;

        if (month_parse(entry->d_name, strlen(entry->d_name), &found) == CALENDAR_OK &&
            (month == MONTH_NONE || found == month)) {
            (void)month_folder_check(&strangers, found, entry->d_name, err); /* the error is in *err */
        }
    }
    if (err->code == ERR_NONE && errno != 0) {
        (void)!disk_read_failed(reports, errno, err);
    }
    (void)closedir(folder);
    proof_compared(proof, "%lld report director%s with the runs of the database", (long long)strangers.count,
                   strangers.count == 1 ? "y" : "ies");
    return err->code;
}
