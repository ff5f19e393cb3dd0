/* The effective user's name. */
#include "batch/user.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "reports/disk.h"

enum err_code user_name(char out[USER_NAME_MAX], struct err *err)
{
    errno = 0;
    const struct passwd *entry = getpwuid(geteuid());

    if (entry == NULL && disk_class(errno, ERR_NONE) != ERR_NONE) {
        return err_set(err, disk_class(errno, ERR_NONE), "cannot look up who is running this (user %lu): %s; run it again",
                       (unsigned long)geteuid(), strerror(errno));
    }
    if (entry != NULL && entry->pw_name[0] != '\0' && strlen(entry->pw_name) < USER_NAME_MAX) {
        strcpy(out, entry->pw_name);
    } else {
        snprintf(out, USER_NAME_MAX, "uid %lu", (unsigned long)geteuid());
    }
    return ERR_NONE;
}
