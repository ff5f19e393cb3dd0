/*
 * Owns the reading of a month's documents for a sample.
 */
#include "schema/store_population.h"

#include <stdlib.h>
#include <string.h>

#include "schema/store_internal.h"
#include "schema/store_issued_sound.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char DOING[] = "read the documents";

/* ?1 the month, ?2 the as-of. */
#define RUNS                                                                                                              \
    "FROM runs r CROSS JOIN run_ends e ON e.run = r.run AND e.outcome = 'issued' "
#define OF_MONTH "WHERE r.month = ?1 AND r.as_of <= ?2 "

static const char COUNT_SQL[] = "SELECT count(*) " RUNS OF_MONTH;
static const char DOCUMENTS_SQL[] = "SELECT d.document, d.total, d.number, d.digits, d.currency, d.series " RUNS
                                    "CROSS JOIN documents d ON d.run = r.run " OF_MONTH "AND (?3 IS NULL OR d.currency = ?3)";
static const char LINK_SQL[] = "SELECT l.link FROM documents d LEFT JOIN links l ON l.document = d.document "
                               "WHERE d.document = (SELECT max(d.document) " RUNS "CROSS JOIN documents d ON d.run = r.run "
                               OF_MONTH ")";
static const char DETAIL_SQL[] =
    "SELECT d.account_id, d.account_name, c.series, c.month, c.number, d.subtotal, d.tax, d.as_of, e.sequence, r.kind, "
    "l.digest FROM documents d JOIN runs r ON r.run = d.run JOIN run_ends e ON e.run = d.run "
    "LEFT JOIN documents c ON c.document = d.corrects LEFT JOIN links l ON l.document = d.document WHERE d.document = ?1";

static enum err_code no_link(const struct store *store, struct err *err)
{
    return err_set(err, ERR_DATA, "%s: a document has no link; let 'monthend verify' look at the database",
                   store_path(store));
}

struct reading {
    struct store *store;
    struct population_in in;
    struct rows documents; /* struct population_document */
    struct population found;
};

static enum err_code document_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    void *item = NULL;

    if (!issued_sum_sound(sqlite3_column_int64(row, 1)) || !issued_currency_sound(sql_text(row, 4), sqlite3_column_int64(row, 3))) {
        return sql_damaged(reading->store, "a row of documents cannot be", err);
    }
    if (rows_add(&reading->documents, sizeof(struct population_document), &item, err) == ERR_NONE) {
        struct population_document *document = item;
        document->document = sqlite3_column_int64(row, 0);
        document->total_minor = sqlite3_column_int64(row, 1);
        document->number = sqlite3_column_int(row, 2);
        document->digits = sqlite3_column_int(row, 3);
        sql_copy_text(document->currency, sizeof document->currency, row, 4);
        sql_copy_text(document->series, sizeof document->series, row, 5);
    }
    return err->code;
}

static enum err_code count_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;

    (void)err;
    reading->found.runs = (size_t)sqlite3_column_int64(row, 0);
    return ERR_NONE;
}

static enum err_code link_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;

    sql_copy_text(reading->found.link, sizeof reading->found.link, row, 0);
    return reading->found.link[0] == '\0' ? no_link(reading->store, err) : ERR_NONE;
}

static enum err_code ask(struct reading *reading, const char *sql, sql_visit visit, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(reading->store, sql, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, reading->in.month);
        sql_bind_integer(query, 2, reading->in.as_of);
        if (sqlite3_bind_parameter_count(query) == 3 && reading->in.currency != NULL) { /* else NULL */
            sql_bind_text(query, 3, reading->in.currency);
        }
        code = sql_each(reading->store, query, DOING, visit, reading, err);
    }
    sqlite3_finalize(query);
    return code;
}

static int by_currency(const void *left, const void *right)
{
    const struct population_document *a = left, *b = right;
    int order = strcmp(a->currency, b->currency);

    return order != 0 ? order : (a->document > b->document) - (a->document < b->document);
}

enum err_code population_read(struct store *store, struct population_in in, struct population *population, struct err *err)
{
    struct reading reading = {.store = store, .in = in};

    if (ask(&reading, COUNT_SQL, count_take, err) != ERR_NONE || ask(&reading, LINK_SQL, link_take, err) != ERR_NONE ||
        ask(&reading, DOCUMENTS_SQL, document_take, err) != ERR_NONE) {
        rows_release(&reading.documents);
        return err->code;
    }
    reading.found.documents = reading.documents.items;
    reading.found.count = reading.documents.count;
    if (reading.found.count > 1) {
        qsort(reading.found.documents, reading.found.count, sizeof *reading.found.documents, by_currency);
    }
    *population = reading.found;
    return ERR_NONE;
}

void population_release(struct population *population)
{
    free(population->documents);
    *population = (struct population){0};
}

static void detail_take(sqlite3_stmt *row, struct population_detail *detail)
{
    struct population_detail taken = {
        .subtotal_minor = sqlite3_column_int64(row, 5),
        .tax_minor = sqlite3_column_int64(row, 6),
        .as_of = sqlite3_column_int64(row, 7),
        .run_sequence = sqlite3_column_int(row, 8),
    };

    sql_copy_text(taken.account_id, sizeof taken.account_id, row, 0);
    sql_copy_text(taken.account_name, sizeof taken.account_name, row, 1);
    sql_copy_text(taken.run_kind, sizeof taken.run_kind, row, 9);
    sql_copy_text(taken.digest, sizeof taken.digest, row, 10);
    if (sqlite3_column_type(row, 2) != SQLITE_NULL) {
        document_number(sql_text(row, 2), sqlite3_column_int(row, 3), sqlite3_column_int64(row, 4), taken.corrects);
    }
    *detail = taken;
}

enum err_code population_detail_read(struct store *store, int64_t document, struct population_detail *detail,
                                     struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, DETAIL_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, document);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE && row) {
        detail_take(query, detail);
        code = !instant_valid(detail->as_of) ? sql_damaged(store, "a row of documents cannot be", err)
               : detail->digest[0] == '\0' ? no_link(store, err) : ERR_NONE;
    } else if (code == ERR_NONE) {
        code = err_set(err, ERR_DATA, "%s: document %lld is not there any more; restore the database from a backup",
                       store_path(store), (long long)document);
    }
    sqlite3_finalize(query);
    return code;
}
