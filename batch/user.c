/* The effective user's name. */
#include "batch/user.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

void user_name(char out[USER_NAME_MAX])
{
    const struct passwd *entry = getpwuid(geteuid());

    if (entry != NULL && entry->pw_name[0] != '\0' && strlen(entry->pw_name) < USER_NAME_MAX) {
        strcpy(out, entry->pw_name);
    } else {
        snprintf(out, USER_NAME_MAX, "uid %lu", (unsigned long)geteuid());
    }
}
