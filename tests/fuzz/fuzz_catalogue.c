/*
 * The catalogue, which the program reads in two ways: `init` through the database (schema/), `simulate` into memory (kept_rows.h).
 *
 * Input: files of the catalogue parted by the byte 0x1e, each a letter for its table (TABLES) and the CSV.
 * Claims: both ways take and refuse the same rows of each file, and what then counts is one catalogue; its rows are in the order
 * that lib/ asks for, within their bounds, and `free` is there (R2).
 *
 * make test: 1000 inputs
 */
#include <inttypes.h>
#include <string.h>

#include "batch/what_if.h"
#include "lib/calendar.h"
#include "schema/store_catalogue.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/rows.h"
#include "tests/fuzz/target.h"

#define PART_END 0x1e
#define FILES_MAX 16

static struct store *store;
static struct rejects *rejects;

/* A database with all its tables, and nothing in them. */
static void prepare(void)
{
    struct err err = {0};

    place_make();
    if (store == NULL) {
        claim(store_create("empty.db", &store, &err) == ERR_NONE && rejects_open("rejects.csv", &rejects, &err) == ERR_NONE, "%s",
              err.text);
    }
}

static void claim_same_counts(const char *table, const struct load_counts *database, const struct load_counts *memory)
{
    claim(database->rows == memory->rows && database->inserted == memory->inserted && database->corrected == memory->corrected &&
              database->duplicates == memory->duplicates && database->rejected == memory->rejected,
          "%s: the database has %" PRId64 " new, %" PRId64 " corrected, %" PRId64 " refused, memory %" PRId64 ", %" PRId64 ", %" PRId64,
          table, database->inserted, database->corrected, database->rejected, memory->inserted, memory->corrected,
          memory->rejected);
}

/* One file in both ways. False: it is no CSV file of the table from some place on, and both say so. */
static bool file_take(const uint8_t *bytes, size_t size, struct what_if *what_if)
{
    const struct table *table = size == 0 ? NULL : rows_table(bytes[0]);
    struct load_in in = {.store = store, .table = table, .stamp = PLACE_STAMP, .quiet = true, .rejects = rejects, .advice = "mend it"};
    struct load_counts database, memory;
    ptrdiff_t which = table - TABLES;

    if (table == NULL || which >= WHAT_IF_TABLES) {
        return false;
    }
    what_if->given[which] = true;
    what_if->rows[which].table = table;
    enum err_code code = rows_load(in, bytes + 1, size - 1, &database);
    in.store = NULL;
    in.kept = &what_if->rows[which];
    claim_same("status of the other way", code, rows_load(in, bytes + 1, size - 1, &memory));
    if (code == ERR_NONE) {
        claim_same_counts(table->name, &database, &memory);
    }
    return code == ERR_NONE;
}

#define SAME_ROWS(rows, count)                                                                                         \
    do {                                                                                                               \
        claim_same(#count, (int64_t)one->count, (int64_t)other->count);                                                \
        for (size_t i = 0; i < one->count; i++) {                                                                      \
            same_##rows(&one->rows[i], &other->rows[i]);                                                               \
        }                                                                                                              \
    } while (0)

static void same_plans(const struct plan *one, const struct plan *other)
{
    claim(strcmp(one->code, other->code) == 0 && strcmp(one->name, other->name) == 0 && one->rank == other->rank,
          "plan '%s' is '%s' in memory", one->code, other->code);
    claim((one->rank == 0) == (strcmp(one->code, "free") == 0) && one->rank >= 0 && one->rank <= COUNT_MAX,
          "plan '%s' has the rank %" PRId64, one->code, (int64_t)one->rank);
}

static void same_prices(const struct plan_price *one, const struct plan_price *other)
{
    claim(one->plan == other->plan && strcmp(one->currency, other->currency) == 0 && one->effective_from == other->effective_from &&
              one->monthly_minor == other->monthly_minor && one->overage_millionths == other->overage_millionths,
          "a price in %s is another in memory", one->currency);
    claim(one->monthly_minor >= 0 && one->monthly_minor <= PRICE_MINOR_MAX && instant_valid(one->effective_from),
          "a price is out of bounds");
    claim(one->plan != PLAN_FREE || one->monthly_minor == 0, "free has a price");
}

static void same_allowances(const struct plan_allowance *one, const struct plan_allowance *other)
{
    claim(one->plan == other->plan && one->effective_from == other->effective_from && one->credits == other->credits,
          "an allowance is another in memory");
    claim(one->credits >= 0 && one->credits <= CREDITS_MAX, "an allowance is out of bounds");
}

static void same_rates(const struct model_rate *one, const struct model_rate *other)
{
    claim(one->model == other->model && one->effective_from == other->effective_from && one->multiplier == other->multiplier &&
              one->request_token_limit == other->request_token_limit,
          "a rate is another in memory");
    claim(one->multiplier >= 1 && one->multiplier <= MULTIPLIER_MAX, "a multiplier is out of bounds");
}

static void same_countries(const struct country_rule *one, const struct country_rule *other)
{
    claim(strcmp(one->country, other->country) == 0 && one->effective_from == other->effective_from && one->eligible == other->eligible,
          "country %s is another in memory", one->country);
}

static void same_taxes(const struct tax_rate *one, const struct tax_rate *other)
{
    claim(strcmp(one->country, other->country) == 0 && strcmp(one->region, other->region) == 0 && one->customer == other->customer &&
              one->effective_from == other->effective_from && strcmp(one->name, other->name) == 0 &&
              one->percent == other->percent && one->rounding == other->rounding,
          "tax %s '%s' is another in memory", one->country, one->name);
    claim(one->percent >= 0 && one->percent <= PERCENT_MAX, "a tax is out of bounds");
}

static void same_catalogue(const struct catalogue *one, const struct catalogue *other)
{
    SAME_ROWS(plans, plan_count);
    SAME_ROWS(prices, price_count);
    SAME_ROWS(allowances, allowance_count);
    SAME_ROWS(rates, rate_count);
    SAME_ROWS(countries, country_count);
    SAME_ROWS(taxes, tax_count);
    claim(one->plan_count > 0 && catalogue_plan(one, "free") == PLAN_FREE, "there is no plan free");
}

static void claim_one_catalogue(const struct what_if *what_if)
{
    struct catalogue database = {.plan_count = 0}, memory = {.plan_count = 0};
    struct err err = {0}, other = {0};

    bool read = catalogue_read(store, INSTANT_MAX_MS, &database, &err) == ERR_NONE;
    bool made = what_if_catalogue(what_if, store, INSTANT_MAX_MS, &memory, &other) == ERR_NONE;
    claim(read || err.code == ERR_DATA, "the catalogue cannot be read: %s", err.text);
    claim(read == made, "one way has a catalogue: %s%s", err.text, other.text);
    if (read) {
        same_catalogue(&database, &memory);
        catalogue_release(&database);
        catalogue_release(&memory);
    }
}

static bool files_take(const uint8_t *data, size_t size, struct what_if *what_if)
{
    bool seen[TABLES_MAX] = {false};

    for (size_t files = 0; size > 0 && files < FILES_MAX; files++) {
        const uint8_t *end = memchr(data, PART_END, size);
        size_t length = end == NULL ? size : (size_t)(end - data);
        size_t which = length > 0 ? (size_t)(data[0] - 'a') % TABLES_MAX : 0;
        if (seen[which] || !file_take(data, length, what_if)) { /* a folder has one file of a table */
            return false;
        }
        seen[which] = true;
        size_t used = end == NULL ? length : length + 1;
        data += used;
        size -= used;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct what_if what_if = {.given = {false}};
    struct err err = {0};

    if (size == 0 || rows_table(data[0]) == NULL || data[0] - 'a' >= WHAT_IF_TABLES) {
        return INPUT_PASSED_OVER;
    }
    prepare();
    target_quiet_start();
    claim(store_begin(store, &err) == ERR_NONE && rejects_clear(rejects, &err) == ERR_NONE, "%s", err.text);
    if (files_take(data, size, &what_if)) {
        claim_one_catalogue(&what_if);
    }
    what_if_release(&what_if);
    store_rollback(store);
    return INPUT_TAKEN;
}
