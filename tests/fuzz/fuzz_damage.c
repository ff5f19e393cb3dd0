/*
 * Databases that were damaged: a closed and reprocessed month with other bytes here and there, or cut short.
 *
 * Input: a letter that picks a command, then what is done to the file: three bytes of a place (12 bits for
 * a page, 12 for an offset), one that says how many bytes are written there (its lower five bits), and these; none: the file ends there.
 * Claims: those of issued_run().
 *
 * make test: 60 inputs
 */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "tests/fuzz/issued.h"
#include "tests/fuzz/target.h"

#define PAGES_MAX 4096
#define PAGE_BYTES 4096
#define DAMAGES_MAX 64
#define DAMAGE_BYTES 4 /* before those written */

struct page {
    size_t start;
    size_t head; /* bytes at its beginning */
    size_t used; /* of all its bytes */
};

static struct pages {
    struct page items[PAGES_MAX];
    size_t count;
} months[ISSUED_MONTHS];

/*
 * The pages of what a month is made of, and how much of each is used: at its beginning and at its end. The rest of the file
 * (codes of currencies and countries, what the schema says of itself) is one in ten of them.
 */
static void pages_read(struct pages *pages)
{
    static const char SQL[] = "SELECT pageno, ncell, unused FROM dbstat WHERE name NOT IN ('currency_codes', 'country_codes') "
                              "AND name NOT LIKE 'sqlite_%' OR pageno % 10 = 1 ORDER BY pageno";
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;

    claim(sqlite3_open_v2(PLACE_DATABASE, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, SQL, -1, &query, NULL) == SQLITE_OK,
          "the pages cannot be read: %s", sqlite3_errmsg(db));
    while (sqlite3_step(query) == SQLITE_ROW && pages->count < PAGES_MAX) {
        pages->items[pages->count++] = (struct page){.start = (size_t)(sqlite3_column_int64(query, 0) - 1) * PAGE_BYTES,
                                            .head = 12 + 2 * (size_t)sqlite3_column_int64(query, 1),
                                            .used = PAGE_BYTES - (size_t)sqlite3_column_int64(query, 2)};
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    claim(pages->count > 20, "only %zu pages are of interest", pages->count);
}

/* A place by three bytes: page, then offset within what is used of it. */
static size_t place_of(const struct pages *pages, const uint8_t *data)
{
    unsigned number = (unsigned)data[0] << 16 | (unsigned)data[1] << 8 | data[2];
    struct page page = pages->items[(number >> 12) % pages->count];
    size_t at = number % PAGE_BYTES % page.used;

    return page.start + (at < page.head ? at : PAGE_BYTES - page.used + at);
}

static void damage(const struct pages *pages, struct bytes *copy, const uint8_t *data, size_t size)
{
    for (int damages = 0; size >= DAMAGE_BYTES && damages < DAMAGES_MAX; damages++) {
        size_t at = place_of(pages, data);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum issued_month month = ISSUED_SMALL;
    const char *command = size < 1 + DAMAGE_BYTES ? NULL : issued_command(data[0], &month);

    if (command == NULL) {
        return INPUT_PASSED_OVER;
    }
    const struct bytes *issued = issued_database(month);
    struct bytes copy = {malloc(issued->size), issued->size};

    issued_place(month);
    if (months[month].count == 0) {
        pages_read(&months[month]);
    }
    claim(copy.start != NULL, "no memory for the database");
    memcpy(copy.start, issued->start, issued->size);
    damage(&months[month], &copy, data + 1, size - 1);
    place_write(PLACE_DATABASE, copy.start, copy.size);
    free(copy.start);
    issued_run(month, command);
    return INPUT_TAKEN;
}
