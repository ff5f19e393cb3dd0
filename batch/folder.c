/* A directory of CSV files. */
#include "batch/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "batch/field.h"
#include "reports/disk.h"

#define FILE_NAME_MAX 256

enum packing { NO_CSV, PLAIN, PACKED };

struct found { /* what the directory has */
    bool plain[TABLES_MAX];
    bool packed[TABLES_MAX];
    char stray[FILE_NAME_MAX]; /* the first CSV file by name that is no table, or "" */
};

void tables_list(char out[TABLES_LIST_MAX])
{
    size_t used = 0;

    for (int i = 0; i < TABLE_COUNT && used < TABLES_LIST_MAX; i++) {
        used += (size_t)snprintf(out + used, TABLES_LIST_MAX - used, "%s%s", i == 0 ? "" : ", ", TABLES[i].name);
    }
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name);
    size_t ending_length = strlen(ending);

    return length > ending_length && strcmp(name + length - ending_length, ending) == 0;
}

static enum packing packing_of(const char *name)
{
    if (name[0] == '.') {
        return NO_CSV;
    }
    return ends_with(name, ".csv") ? PLAIN : ends_with(name, ".csv.gz") ? PACKED : NO_CSV;
}

static void note_file(struct found *found, const char *name)
{
    enum packing packing = packing_of(name);
    char stem[FILE_NAME_MAX];

    if (packing == NO_CSV || strlen(name) >= sizeof stem) {
        return;
    }
    strcpy(stem, name);
    stem[strlen(name) - strlen(packing == PLAIN ? ".csv" : ".csv.gz")] = '\0';
    const struct table *table = table_find(stem);
    if (table != NULL) {
        (packing == PLAIN ? found->plain : found->packed)[table - TABLES] = true;
    } else if (found->stray[0] == '\0' || strcmp(name, found->stray) < 0) {
        strcpy(found->stray, name);
    }
}

static enum err_code list_files(const char *directory, struct found *found, struct err *err)
{
    DIR *stream = opendir(directory);
    const struct dirent *entry;

    if (stream == NULL) {
        return err_set(err, disk_class(errno, ERR_NO_INPUT), "%s: cannot be read: %s", directory, strerror(errno));
    }
    for (;;) {
        errno = 0;
        entry = readdir(stream);
        if (entry == NULL) {
            break;
        }
        note_file(found, entry->d_name);
    }
    if (errno != 0) {
        (void)!err_set(err, disk_class(errno, ERR_IO), "%s: cannot be read: %s", directory, strerror(errno));
    }
    closedir(stream);
    return err->code;
}

enum err_code folder_read(const char *directory, struct folder *folder, struct err *err)
{
    struct found found = {0};
    struct folder made = {.count = 0};
    char tables[TABLES_LIST_MAX];
    char shown[FIELD_SHOWN_MAX];

    if (list_files(directory, &found, err) != ERR_NONE) {
        return err->code;
    }
    tables_list(tables);
    if (found.stray[0] != '\0') {
        field_show(found.stray, strlen(found.stray), shown);
        return err_set(err, ERR_DATA, "%s: '%s' is no table and nothing was imported; tables are %s", directory,
                       shown, tables);
    }
    for (int i = 0; i < TABLE_COUNT; i++) {
        if (found.plain[i] || found.packed[i]) {
            made.files[made.count].table = &TABLES[i];
            snprintf(made.files[made.count].name, FOLDER_NAME_MAX, "%s%s", TABLES[i].name,
                     found.plain[i] ? ".csv" : ".csv.gz");
            made.count++;
        }
    }
    if (made.count == 0) {
        return err_set(err, ERR_NO_INPUT, "%s: no CSV file of a table in it; tables are %s", directory, tables);
    }
    *folder = made;
    return ERR_NONE;
}
