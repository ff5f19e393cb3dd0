/*
 * Databases that were damaged: a closed and reprocessed month with other bytes here and there, or cut short.
 *
 * Input: a byte that picks a command, then what is done to the file: three bytes of a place (12 bits for
 * a page, 12 for an offset), one that says how many bytes are written there (its lower five bits), and these; none: the file ends there.
 * Claims: the command ends with a status of spec/commands.md, a failure in words; `verify` does not call
 * documents proven that are not, byte for byte, the ones that were issued.
 *
 * make test: 60 inputs
 */
#define _GNU_SOURCE /* open_memstream */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "lib/err.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

#define VERIFY "verify " PLACE_DATABASE " --threads 1"
#define PAGES_MAX 4096
#define PAGE_BYTES 4096
#define DAMAGES_MAX 64
#define DAMAGE_BYTES 4 /* before those written */

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

static struct page {
    size_t start;
    size_t head; /* bytes at its beginning */
    size_t used; /* of all its bytes */
} pages[PAGES_MAX];
static size_t page_count;

static struct bytes database;
static char *issued; /* every document and line, as text */

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

/*
 * The pages of what a month is made of, and how much of each is used: at its beginning and at its end. The rest of the file
 * (codes of currencies and countries, what the schema says of itself) is one in ten of them.
 */
static void pages_read(void)
{
    static const char SQL[] = "SELECT pageno, ncell, unused FROM dbstat WHERE name NOT IN ('currency_codes', 'country_codes') "
                              "AND name NOT LIKE 'sqlite_%' OR pageno % 10 = 1 ORDER BY pageno";
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;

    claim(sqlite3_open_v2(PLACE_DATABASE, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, SQL, -1, &query, NULL) == SQLITE_OK,
          "the pages cannot be read: %s", sqlite3_errmsg(db));
    while (sqlite3_step(query) == SQLITE_ROW && page_count < PAGES_MAX) {
        pages[page_count++] = (struct page){.start = (size_t)(sqlite3_column_int64(query, 0) - 1) * PAGE_BYTES,
                                            .head = 12 + 2 * (size_t)sqlite3_column_int64(query, 1),
                                            .used = PAGE_BYTES - (size_t)sqlite3_column_int64(query, 2)};
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    claim(page_count > 20, "only %zu pages are of interest", page_count);
}

/* A place by three bytes: page, then offset within what is used of it. */
static size_t place_of(const uint8_t *data)
{
    unsigned number = (unsigned)data[0] << 16 | (unsigned)data[1] << 8 | data[2];
    struct page page = pages[(number >> 12) % page_count];
    size_t at = number % PAGE_BYTES % page.used;

    return page.start + (at < page.head ? at : PAGE_BYTES - page.used + at);
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

static void place_anew(void)
{
    place_empty();
    place_write("monthend.conf", "", 0);
    place_write("plans.csv", PLANS, sizeof PLANS - 1);
    place_write(PLACE_DATABASE, database.start, database.size);
}

/* What is not damaged: every command does what it should. */
static void prepare(void)
{
    place_make();
    place_database(true);
    database = place_read(PLACE_DATABASE);
    pages_read();
    issued = documents_of();
    claim(issued != NULL && strstr(issued, ":INV|") != NULL && strstr(issued, ":CN|") != NULL,
          "the month has not been closed and reprocessed");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        place_anew();
        target_quiet_start();
        int status = place_run(COMMANDS[i]);
        claim(status <= 1, "%s: exit status %d: %s", COMMANDS[i], status, target_said());
    }
}

static void damage(struct bytes *copy, const uint8_t *data, size_t size)
{
    for (int damages = 0; size >= DAMAGE_BYTES && damages < DAMAGES_MAX; damages++) {
        size_t at = place_of(data);
        size_t count = data[3] & 31;
        data += DAMAGE_BYTES;
        size -= DAMAGE_BYTES;
        if (count == 0) {
            copy->size = at < copy->size ? at : copy->size;
            continue;
        }
        count = count < size ? count : size;
        if (at + count <= copy->size) {
            memcpy(copy->start + at, data, count);
        }
        data += count;
        size -= count;
    }
}

static void run(const char *line)
{
    static const int statuses[] = {0, 1, ERR_DATA, ERR_NO_INPUT, ERR_UNAVAILABLE, ERR_INTERNAL, ERR_CREATE, ERR_IO, ERR_BUSY};
    bool known = false;

    target_quiet_start();
    int status = place_run(line);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        known = known || statuses[i] == status;
    }
    const char *said = target_said();
    claim(known, "%s: exit status %d: %s", line, status, said);
    claim(status < ERR_USAGE || said[0] != '\0', "%s: exit status %d without a word", line, status);
    if (status == 0 && strncmp(line, "verify", strlen("verify")) == 0) {
        char *now = documents_of();
        claim(now != NULL && strcmp(now, issued) == 0, "verify calls proven what was not issued so");
        free(now);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 + DAMAGE_BYTES || data[0] < 'a' || data[0] >= 'a' + COMMAND_COUNT) {
        return INPUT_PASSED_OVER;
    }
    if (database.start == NULL) {
        prepare();
    }
    place_anew();
    struct bytes copy = {malloc(database.size), database.size};
    claim(copy.start != NULL, "no memory for the database");
    memcpy(copy.start, database.start, database.size);
    damage(&copy, data + 1, size - 1);
    place_write(PLACE_DATABASE, copy.start, copy.size);
    free(copy.start);
    run(COMMANDS[data[0] - 'a']);
    return INPUT_TAKEN;
}
