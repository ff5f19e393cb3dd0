/* Owns the months that were issued: their databases, their documents, and the claims on what is run after damage. */
#define _GNU_SOURCE /* open_memstream */
#include "tests/fuzz/issued.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "lib/err.h"
#include "tests/fuzz/target.h"

#define VERIFY "verify " PLACE_DATABASE " --threads 1"

static const char *const COMMANDS[] = {
    VERIFY,
    "status " PLACE_DATABASE,
    "explain " PLACE_DATABASE " --account acme --month 2025-11 --events",
    "explain " PLACE_DATABASE " --account split --month 2025-12",
    "close " PLACE_DATABASE " --month 2025-12 --as-of 2026-01-03T00:00:00Z --accept-held --quiet --workbook none",
    "preview " PLACE_DATABASE " --month 2025-12 --as-of 2026-01-03T00:00:00Z --quiet --workbook none",
    "reprocess " PLACE_DATABASE " --month 2025-11 --quiet --workbook none",
    "report " PLACE_DATABASE " --month 2025-11 --quiet",
    "diff " PLACE_DATABASE " 2025-11/1-close 2025-11/2-reprocess",
    "quote " PLACE_DATABASE " --account acme --plan proplus",
    "import " PLACE_DATABASE " plans plans.csv",
    "sample " PLACE_DATABASE " --month 2025-11 --n 3 --seed 7",
    "index " PLACE_DATABASE " --quiet",
};
#define COMMAND_COUNT (sizeof COMMANDS / sizeof COMMANDS[0])

static const char PLANS[] = "plan,name,rank\nmax,Max,9\n";

static struct issued {
    struct bytes database;
    char *documents; /* every document and line, as text */
} months[ISSUED_MONTHS];

static bool rows_write(sqlite3 *db, const char *sql, FILE *out)
{
    sqlite3_stmt *query = NULL;
    int step = sqlite3_prepare_v2(db, sql, -1, &query, NULL);

    while (step == SQLITE_OK || step == SQLITE_ROW) {
        step = sqlite3_step(query);
        for (int i = 0; step == SQLITE_ROW && i < sqlite3_column_count(query); i++) {
            const char *text = (const char *)sqlite3_column_text(query, i);
            fprintf(out, "%d:%d:%s|", sqlite3_column_type(query, i), sqlite3_column_bytes(query, i), text == NULL ? "" : text);
        }
        fputc('\n', out);
    }
    sqlite3_finalize(query);
    return step == SQLITE_DONE;
}

/* Without any index: what a row itself says. To be freed; NULL: it cannot be read. */
static char *documents_of(void)
{
    sqlite3 *db = NULL;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    claim(out != NULL, "no memory for the documents");
    bool read = sqlite3_open_v2(PLACE_DATABASE, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                rows_write(db, "SELECT * FROM documents NOT INDEXED ORDER BY 1, 2, 3", out) &&
                rows_write(db, "SELECT * FROM document_lines NOT INDEXED ORDER BY 1, 2, 3", out);
    sqlite3_close(db);
    (void)fclose(out);
    if (!read) {
        free(text);
        return NULL;
    }
    return text;
}

const char *issued_command(uint8_t letter, enum issued_month *month)
{
    *month = letter < 'a' ? ISSUED_FULL : ISSUED_SMALL;
    size_t command = (size_t)letter - (*month == ISSUED_FULL ? 'A' : 'a'); /* below 'A': large */

    return command < COMMAND_COUNT ? COMMANDS[command] : NULL;
}

void issued_place(enum issued_month month)
{
    const struct bytes *database = &months[month].database;

    place_empty();
    place_write("monthend.conf", "", 0);
    place_write("plans.csv", PLANS, sizeof PLANS - 1);
    place_write(PLACE_DATABASE, database->start, database->size);
}

static void make(enum issued_month month)
{
    place_make();
    place_empty();
    place_write("monthend.conf", "", 0);
    if (month == ISSUED_FULL) {
        place_database_full();
    } else {
        place_database(true);
    }
    months[month] = (struct issued){place_read(PLACE_DATABASE), documents_of()};
    const char *documents = months[month].documents;
    claim(documents != NULL && strstr(documents, ":INV|") != NULL && strstr(documents, ":CN|") != NULL,
          "the month has not been closed and reprocessed");
}

const struct bytes *issued_database(enum issued_month month)
{
    if (months[month].database.start != NULL) {
        return &months[month].database;
    }
    make(month);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        issued_place(month);
        target_quiet_start();
        int status = place_run(COMMANDS[i]);
        claim(status <= 1, "%s: exit status %d: %s", COMMANDS[i], status, target_said());
    }
    return &months[month].database;
}

/* What an instant or a policy that is stored makes of it: it could have been stored by us on another day. */
static bool is_too_early(const char *said)
{
    return strstr(said, "--as-of ") != NULL || strstr(said, "close_grace_hours") != NULL || strstr(said, "has not begun at") != NULL;
}

void issued_run(enum issued_month month, const char *command)
{
    static const int statuses[] = {0, 1, ERR_DATA, ERR_NO_INPUT, ERR_UNAVAILABLE, ERR_INTERNAL, ERR_CREATE, ERR_IO, ERR_BUSY};
    bool known = false;

    target_quiet_start();
    int status = place_run(command);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        known = known || statuses[i] == status;
    }
    const char *said = target_said();
    claim(known || (status == ERR_USAGE && is_too_early(said)), "%s: exit status %d: %s", command, status, said);
    claim(status < ERR_USAGE || said[0] != '\0', "%s: exit status %d without a word", command, status);
    if (status == 0 && strncmp(command, "verify", strlen("verify")) == 0) {
        char *now = documents_of();
        claim(now != NULL && strcmp(now, months[month].documents) == 0, "verify calls proven what was not issued so");
        free(now);
    }
}
