/*
 * Owns the claims about the chain of documents and the seals of runs: every
 * digest taken again, every link computed again from what is stored before it, so
 * that each break is told once.
 */
#include "schema/store_proof.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "schema/store_links.h"
#include "schema/store_sql.h"

static const char DOING[] = "check the chain of documents";

enum err_code document_name(struct store *store, int64_t document, char name[64], struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store,
                                     "SELECT format('%s-%d-%02d-%08d', series, month / 100, month % 100, number) "
                                     "FROM documents WHERE document = ?1",
                                     DOING, &query, err);

    snprintf(name, 64, "document %" PRId64, document);
    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, document);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE && row) {
        sql_copy_text(name, 64, query, 0);
    }
    sqlite3_finalize(query);
    return code;
}

/* The stored links, walked along with the documents. */
struct chain {
    struct store *store;
    struct proof *proof;
    sqlite3_stmt *links;
    bool link; /* `links` stands on a row */
    char before[DIGEST_TEXT_MAX]; /* the stored link before it */
    int64_t last; /* number of the document before; 0: none */
};

/* The link at hand follows from the one before and from the digest stored with it. */
static enum err_code link_check(struct chain *chain, struct err *err)
{
    char link[DIGEST_TEXT_MAX];
    char digest[DIGEST_TEXT_MAX];
    char name[64];

    sql_copy_text(digest, sizeof digest, chain->links, 1);
    link_next(chain->before, digest, link);
    if (strcmp(link, sql_text(chain->links, 2)) != 0) {
        if (document_name(chain->store, sqlite3_column_int64(chain->links, 0), name, err) != ERR_NONE) {
            return err->code;
        }
        proof_wrong(chain->proof, "the link of %s does not follow from its digest and the link before", name);
    }
    sql_copy_text(chain->before, sizeof chain->before, chain->links, 2);
    return sql_step(chain->store, chain->links, DOING, &chain->link, err);
}

/* Links whose document is gone. */
static enum err_code links_without(struct chain *chain, int64_t document, struct err *err)
{
    enum err_code code = ERR_NONE;

    while (code == ERR_NONE && chain->link && sqlite3_column_int64(chain->links, 0) < document) {
        proof_wrong(chain->proof, "document %" PRId64 " has a link and is not there: it was removed",
                    (int64_t)sqlite3_column_int64(chain->links, 0));
        code = link_check(chain, err);
    }
    return code;
}

static enum err_code document_check(void *context, int64_t document, const char *digest, struct err *err)
{
    struct chain *chain = context;
    char name[64];

    if (links_without(chain, document, err) != ERR_NONE || document_name(chain->store, document, name, err) != ERR_NONE) {
        return err->code;
    }
    int64_t missing = document > 0 ? document - 1 - chain->last : 0; /* a number below 1 has no link */
    if (missing == 1) {
        proof_wrong(chain->proof, "document %" PRId64 " is missing", document - 1);
    } else if (missing > 1) {
        proof_wrong(chain->proof, "documents %" PRId64 " to %" PRId64 " are missing", chain->last + 1, document - 1);
    }
    chain->last = document > 0 ? document : 0;
    if (!chain->link || sqlite3_column_int64(chain->links, 0) != document) {
        proof_wrong(chain->proof, "%s has no link: it was added, or its link was removed", name);
        return ERR_NONE;
    }
    if (strcmp(digest, sql_text(chain->links, 1)) != 0) {
        proof_wrong(chain->proof, "%s is not what was issued: its text has the digest %s and was linked with %s", name,
                    digest, sql_text(chain->links, 1));
    }
    return link_check(chain, err);
}

enum err_code proof_links(struct store *store, struct proof *proof, struct err *err)
{
    struct chain chain = {.store = store, .proof = proof, .before = LINK_NONE};
    char newest[DIGEST_TEXT_MAX] = LINK_NONE;
    enum err_code code =
        sql_prepare(store, "SELECT document, digest, link FROM links ORDER BY document", DOING, &chain.links, err);

    if (code == ERR_NONE) {
        code = sql_step(store, chain.links, DOING, &chain.link, err);
    }
    if (code == ERR_NONE) {
        code = documents_digest(store, 0, document_check, &chain, err);
    }
    if (code == ERR_NONE) {
        code = links_without(&chain, INT64_MAX, err);
    }
    if (code == ERR_NONE) {
        code = newest_link(store, INT32_MAX, newest, err);
    }
    sqlite3_finalize(chain.links);
    if (chain.last == 0) {
        proof_compared(proof, "no document was issued yet");
    } else {
        proof_compared(proof, "%" PRId64 " document%s with digest and link; newest link %s", chain.last,
                       text_plural(chain.last), newest);
    }
    return code;
}

static enum err_code run_name(struct store *store, int32_t run, char name[64], struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store,
                                     "SELECT format('run %d-%s of %d-%02d', e.sequence, r.kind, r.month / 100, r.month % 100) "
                                     "FROM runs r JOIN run_ends e ON e.run = r.run WHERE r.run = ?1",
                                     DOING, &query, err);

    snprintf(name, 64, "run %d", (int)run);
    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, run);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE && row) {
        sql_copy_text(name, 64, query, 0);
    }
    sqlite3_finalize(query);
    return code;
}

struct sealing {
    struct store *store;
    struct proof *proof;
    char before[DIGEST_TEXT_MAX];
    int64_t count;
};

/* A run with its seal; either may be missing. */
static enum err_code seal_check(void *context, sqlite3_stmt *row, struct err *err)
{
    struct sealing *sealing = context;
    int32_t run = sqlite3_column_int(row, 0);
    bool issued = sqlite3_column_int(row, 1) != 0;
    char name[64], digest[DIGEST_TEXT_MAX], stored[DIGEST_TEXT_MAX], seal[DIGEST_TEXT_MAX];

    if (run_name(sealing->store, run, name, err) != ERR_NONE || run_digest(sealing->store, run, digest, err) != ERR_NONE) {
        return err->code;
    }
    sealing->count++;
    sql_copy_text(stored, sizeof stored, row, 2);
    if (!issued) {
        proof_wrong(sealing->proof, "%s has a seal and has not issued: it was removed, or its end", name);
    } else if (stored[0] == '\0') {
        proof_wrong(sealing->proof, "%s has no seal: it was added, or its seal was removed", name);
        return ERR_NONE;
    } else if (strcmp(stored, digest) != 0) {
        proof_wrong(sealing->proof, "%s, what it saw, its statements or its held accounts are not what was noted: their text has the "
                                    "digest %s and was sealed with %s", name, digest, stored);
    }
    link_next(sealing->before, stored, seal);
    if (strcmp(seal, sql_text(row, 3)) != 0) {
        proof_wrong(sealing->proof, "the seal of %s does not follow from its digest and the seal before", name);
    }
    sql_copy_text(sealing->before, sizeof sealing->before, row, 3);
    return ERR_NONE;
}

enum err_code proof_seals(struct store *store, struct proof *proof, struct err *err)
{
    struct sealing sealing = {.store = store, .proof = proof, .before = LINK_NONE};
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store,
                                     "SELECT r.run, e.run IS NOT NULL, s.digest, s.seal FROM (SELECT run FROM seals UNION "
                                     "SELECT run FROM run_ends WHERE outcome = 'issued') r "
                                     "LEFT JOIN run_ends e ON e.run = r.run AND e.outcome = 'issued' "
                                     "LEFT JOIN seals s ON s.run = r.run ORDER BY r.run",
                                     DOING, &query, err);

    if (code == ERR_NONE) {
        code = sql_each(store, query, DOING, seal_check, &sealing, err);
    }
    sqlite3_finalize(query);
    if (sealing.count == 0) {
        proof_compared(proof, "no run has issued yet");
    } else {
        proof_compared(proof, "%" PRId64 " run%s with what it saw, statements, held accounts and end; newest seal %s", sealing.count,
                       text_plural(sealing.count), sealing.before);
    }
    return code;
}

enum err_code proof_head(struct store *store, const char *head, struct proof *proof, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code =
        sql_prepare(store,
                    "SELECT 'document', (SELECT count(*) FROM links n WHERE n.document > l.document) FROM links l "
                    "WHERE l.link = ?1 UNION ALL SELECT 'run', (SELECT count(*) FROM seals n WHERE n.run > s.run) "
                    "FROM seals s WHERE s.seal = ?1",
                    DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_text(query, 1, head);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE && row) {
        int64_t later = sqlite3_column_int64(query, 1);

        if (later == 0) {
            proof_compared(proof, "%s is here, and no %s came after it", head, sql_text(query, 0));
        } else {
            proof_compared(proof, "%s is here, and %" PRId64 " %s%s came after it", head, later, sql_text(query, 0),
                           text_plural(later));
        }
    } else if (code == ERR_NONE) {
        proof_compared(proof, "%s with every link and seal", head);
        proof_wrong(proof, "no link and no seal is %s: what was issued then has been changed or removed, or this is another "
                           "database, or an old one", head);
    }
    sqlite3_finalize(query);
    return code;
}
