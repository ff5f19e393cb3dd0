/*
 * Owns digests of canonical texts and the links between them.
 */
#include "schema/store_links.h"

#include <string.h>

#include "lib/text.h"
#include "schema/store_sql.h"

static const char DOING[] = "digest the documents";
static const char SEALING[] = "seal the run";

void context_digest(struct sha256_ctx *context, char hex[DIGEST_TEXT_MAX])
{
    uint8_t bytes[SHA256_DIGEST_SIZE];

    sha256_digest(context, sizeof bytes, bytes);
    text_hex(bytes, sizeof bytes, hex);
}

void text_digest(const char *text, size_t length, char digest[DIGEST_TEXT_MAX])
{
    struct sha256_ctx context;

    sha256_init(&context);
    sha256_update(&context, length, (const uint8_t *)text);
    context_digest(&context, digest);
}

void link_next(const char before[DIGEST_TEXT_MAX], const char digest[DIGEST_TEXT_MAX], char link[DIGEST_TEXT_MAX])
{
    struct sha256_ctx context;

    sha256_init(&context);
    sha256_update(&context, strlen(before), (const uint8_t *)before);
    sha256_update(&context, strlen(digest), (const uint8_t *)digest);
    context_digest(&context, link);
}

/* A line of text as it is stored, whatever bytes it has, and LF. */
static void line_take(struct sha256_ctx *context, sqlite3_stmt *row, int column)
{
    const uint8_t *text = sqlite3_column_text(row, column);

    if (text != NULL) {
        sha256_update(context, (size_t)sqlite3_column_bytes(row, column), text);
    }
    sha256_update(context, 1, (const uint8_t *)"\n");
}

/* Heads and lines come in order of document: the lines at hand are taken as far as they are the head's. */
struct texts {
    struct store *store;
    sqlite3_stmt *heads;
    sqlite3_stmt *lines;
    bool line; /* `lines` stands on a row */
};

static enum err_code lines_take(struct texts *texts, int64_t document, struct sha256_ctx *context, struct err *err)
{
    enum err_code code = ERR_NONE;

    while (code == ERR_NONE && texts->line && sqlite3_column_int64(texts->lines, 0) <= document) {
        if (sqlite3_column_int64(texts->lines, 0) == document) { /* lines without a document are not of this one */
            line_take(context, texts->lines, 1);
        }
        code = sql_step(texts->store, texts->lines, DOING, &texts->line, err);
    }
    return code;
}

static enum err_code texts_open(struct texts *texts, int64_t after, struct err *err)
{
    enum err_code code =
        sql_prepare(texts->store, "SELECT document, text FROM canonical_documents WHERE document > ?1 ORDER BY document",
                    DOING, &texts->heads, err);

    if (code == ERR_NONE) {
        code = sql_prepare(texts->store,
                           "SELECT document, text FROM canonical_lines WHERE document > ?1 ORDER BY document, line", DOING,
                           &texts->lines, err);
    }
    if (code == ERR_NONE) {
        sql_bind_integer(texts->heads, 1, after);
        sql_bind_integer(texts->lines, 1, after);
        code = sql_step(texts->store, texts->lines, DOING, &texts->line, err);
    }
    return code;
}

enum err_code documents_digest(struct store *store, int64_t after, digest_visit visit, void *context, struct err *err)
{
    struct texts texts = {.store = store};
    bool head = true;
    enum err_code code = texts_open(&texts, after, err);

    while (code == ERR_NONE && head) {
        char digest[DIGEST_TEXT_MAX];
        struct sha256_ctx text;

        code = sql_step(store, texts.heads, DOING, &head, err);
        if (code != ERR_NONE || !head) {
            break;
        }
        int64_t document = sqlite3_column_int64(texts.heads, 0);
        sha256_init(&text);
        line_take(&text, texts.heads, 1);
        code = lines_take(&texts, document, &text, err);
        if (code == ERR_NONE) {
            context_digest(&text, digest);
            code = visit(context, document, digest, err);
        }
    }
    sqlite3_finalize(texts.heads);
    sqlite3_finalize(texts.lines);
    return code;
}

static enum err_code text_take(void *context, sqlite3_stmt *row, struct err *err)
{
    (void)err;
    line_take(context, row, 0);
    return ERR_NONE;
}

enum err_code run_digest(struct store *store, int32_t run, char digest[DIGEST_TEXT_MAX], struct err *err)
{
    struct sha256_ctx text;
    sqlite3_stmt *query = NULL;
    enum err_code code =
        sql_prepare(store, "SELECT text FROM canonical_runs WHERE run = ?1 ORDER BY part, place", SEALING, &query, err);

    sha256_init(&text);
    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, run);
        code = sql_each(store, query, SEALING, text_take, &text, err);
    }
    sqlite3_finalize(query);
    if (code == ERR_NONE) {
        context_digest(&text, digest);
    }
    return code;
}

/* The one text that the query finds for the run, or LINK_NONE. */
static enum err_code text_ask(struct store *store, const char *sql, int32_t run, char text[DIGEST_TEXT_MAX],
                              struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, sql, SEALING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, run);
        code = sql_step(store, query, SEALING, &row, err);
    }
    if (code == ERR_NONE && row) {
        sql_copy_text(text, DIGEST_TEXT_MAX, query, 0);
    } else if (code == ERR_NONE) {
        memcpy(text, LINK_NONE, DIGEST_TEXT_MAX);
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code newest_link(struct store *store, int32_t run, char link[DIGEST_TEXT_MAX], struct err *err)
{
    return text_ask(store,
                    "SELECT link FROM links WHERE document = (SELECT document FROM documents WHERE run <= ?1 "
                    "ORDER BY run DESC, document DESC LIMIT 1)",
                    run, link, err);
}

enum err_code run_seal(struct store *store, int32_t run, const char digest[DIGEST_TEXT_MAX], struct err *err)
{
    char before[DIGEST_TEXT_MAX];
    char seal[DIGEST_TEXT_MAX];
    sqlite3_stmt *insert = NULL;
    enum err_code code = text_ask(store, "SELECT seal FROM seals WHERE run < ?1 ORDER BY run DESC LIMIT 1", run, before, err);

    if (code == ERR_NONE) {
        link_next(before, digest, seal);
        code = sql_prepare(store, "INSERT INTO seals (run, digest, seal) VALUES (?1, ?2, ?3)", SEALING, &insert, err);
    }
    if (code == ERR_NONE) {
        sql_bind_integer(insert, 1, run);
        sql_bind_text(insert, 2, digest);
        sql_bind_text(insert, 3, seal);
        code = sql_run(store, insert, SEALING, err);
    }
    sqlite3_finalize(insert);
    return code;
}
