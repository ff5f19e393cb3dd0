/* The effective user's name. */
#define _GNU_SOURCE /* fgetpwent_r */
#include "batch/user.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "reports/disk.h"

#define LINE_MAX_BYTES 4096

/* Of the machine's own list. The C library's search everywhere ends the program where memory is short; so it is asked
 * only for users who are not in that. errno: 0, or why the list cannot be read. */
static void local_name(uid_t user, char out[USER_NAME_MAX])
{
    char line[LINE_MAX_BYTES];
    struct passwd one;
    struct passwd *entry = NULL;
    FILE *list = fopen("/etc/passwd", "re");

    if (list == NULL) {
        errno = errno == ENOENT ? 0 : errno;
        return;
    }
    int result = fgetpwent_r(list, &one, line, sizeof line, &entry);
    while (result == 0 && one.pw_uid != user) {
        result = fgetpwent_r(list, &one, line, sizeof line, &entry);
    }
    if (result == 0 && strlen(one.pw_name) < USER_NAME_MAX) {
        strcpy(out, one.pw_name);
    }
    (void)fclose(list); /* only read from */
    errno = result == ENOENT || result == ERANGE ? 0 : result;
}

enum err_code user_name(char out[USER_NAME_MAX], struct err *err)
{
    uid_t user = geteuid();
    const struct passwd *entry = NULL;

    out[0] = '\0';
    errno = 0;
    local_name(user, out);
    if (out[0] == '\0' && errno == 0) {
        entry = getpwuid(user);
    }
    if (out[0] == '\0' && entry == NULL && disk_class(errno, ERR_NONE) != ERR_NONE) {
        return err_set(err, disk_class(errno, ERR_NONE), "cannot look up who is running this (user %lu): %s; run it again",
                       (unsigned long)user, strerror(errno));
    }
    if (entry != NULL && strlen(entry->pw_name) < USER_NAME_MAX) {
        strcpy(out, entry->pw_name);
    }
    if (out[0] == '\0') {
        snprintf(out, USER_NAME_MAX, "uid %lu", (unsigned long)user);
    }
    return ERR_NONE;
}
