/*
 * Owns the cache of a dictionary table: a hash table over the names met so far.
 */
#include "schema/store_dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "schema/store_internal.h"
#include "schema/store_sql.h"

#define CAPACITY_FIRST 1024
#define TEXT_BYTES (1 << 16) /* of one block of names */
#define DOING "look up an id"

struct dictionary_text {
    struct dictionary_text *previous;
    size_t used;
    char bytes[TEXT_BYTES];
};

static const struct {
    const char *select;
    const char *insert;
} SQL[] = {
    [DICTIONARY_ACCOUNTS] = {"SELECT account FROM account_ids WHERE account_id = ?1",
                             "INSERT INTO account_ids (account_id) VALUES (?1)"},
    [DICTIONARY_MODELS] = {"SELECT model FROM model_ids WHERE name = ?1",
                           "INSERT INTO model_ids (name) VALUES (?1)"},
};

static enum err_code no_memory(const struct dictionary *dictionary, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "%s: cannot " DOING ": out of memory", store_path(dictionary->store));
}

enum err_code dictionary_init(struct dictionary *dictionary, struct store *store, enum dictionary_kind kind,
                              struct err *err)
{
    enum err_code code = ERR_NONE;

    *dictionary = (struct dictionary){.store = store, .capacity = CAPACITY_FIRST};
    dictionary->entries = calloc(CAPACITY_FIRST, sizeof *dictionary->entries);
    if (dictionary->entries == NULL) {
        return no_memory(dictionary, err);
    }
    code = sql_prepare(store, SQL[kind].select, DOING, &dictionary->select, err);
    if (code == ERR_NONE) {
        code = sql_prepare(store, SQL[kind].insert, DOING, &dictionary->insert, err);
    }
    return code;
}

void dictionary_release(struct dictionary *dictionary)
{
    while (dictionary->texts != NULL) {
        struct dictionary_text *previous = dictionary->texts->previous;
        free(dictionary->texts);
        dictionary->texts = previous;
    }
    free(dictionary->entries);
    sqlite3_finalize(dictionary->select);
    sqlite3_finalize(dictionary->insert);
    *dictionary = (struct dictionary){0};
}

static uint32_t hash_of(const char *name, size_t length) /* FNV-1a */
{
    uint32_t hash = 2166136261U;

    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)name[i]) * 16777619U;
    }
    return hash;
}

/* The name's entry, or the free one where it belongs. */
static struct dictionary_entry *entry_of(const struct dictionary *dictionary, const char *name, size_t length,
                                         uint32_t hash)
{
    size_t mask = dictionary->capacity - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct dictionary_entry *entry = &dictionary->entries[i];
        if (entry->name == NULL ||
            (entry->hash == hash && entry->length == length && memcmp(entry->name, name, length) == 0)) {
            return entry;
        }
    }
}

static bool grow(struct dictionary *dictionary)
{
    struct dictionary_entry *old = dictionary->entries;
    size_t old_capacity = dictionary->capacity;
    struct dictionary_entry *entries = calloc(old_capacity * 2, sizeof *entries);

    if (entries == NULL) {
        return false;
    }
    dictionary->entries = entries;
    dictionary->capacity = old_capacity * 2;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].name != NULL) {
            *entry_of(dictionary, old[i].name, old[i].length, old[i].hash) = old[i];
        }
    }
    free(old);
    return true;
}

static const char *text_keep(struct dictionary *dictionary, const char *name, size_t length)
{
    struct dictionary_text *text = dictionary->texts;

    if (text == NULL || TEXT_BYTES - text->used < length) {
        text = malloc(sizeof *text);
        if (text == NULL) {
            return NULL;
        }
        text->previous = dictionary->texts;
        text->used = 0;
        dictionary->texts = text;
    }
    char *kept = text->bytes + text->used;
    memcpy(kept, name, length);
    text->used += length;
    return kept;
}

static enum err_code remember(struct dictionary *dictionary, const char *name, size_t length, int64_t number,
                              struct err *err)
{
    uint32_t hash = hash_of(name, length);

    if (dictionary->count * 2 >= dictionary->capacity && !grow(dictionary)) {
        return no_memory(dictionary, err);
    }
    const char *kept = text_keep(dictionary, name, length);
    if (kept == NULL) {
        return no_memory(dictionary, err);
    }
    *entry_of(dictionary, name, length, hash) =
        (struct dictionary_entry){.name = kept, .hash = hash, .length = (uint32_t)length, .number = number};
    dictionary->count++;
    return ERR_NONE;
}

enum err_code dictionary_find(struct dictionary *dictionary, const char *name, size_t length, int64_t *number,
                              struct err *err)
{
    const struct dictionary_entry *entry = entry_of(dictionary, name, length, hash_of(name, length));
    bool row = false;
    int64_t found = 0;

    if (entry->name != NULL) {
        *number = entry->number;
        return ERR_NONE;
    }
    sql_bind_bytes(dictionary->select, 1, name, length);
    enum err_code code = sql_step(dictionary->store, dictionary->select, DOING, &row, err);
    if (code == ERR_NONE && row) {
        found = sqlite3_column_int64(dictionary->select, 0);
        code = remember(dictionary, name, length, found, err);
    }
    sqlite3_reset(dictionary->select);
    if (code == ERR_NONE) {
        *number = found;
    }
    return code;
}

enum err_code dictionary_number(struct dictionary *dictionary, const char *name, size_t length, int64_t *number,
                                struct err *err)
{
    int64_t found = 0;
    enum err_code code = dictionary_find(dictionary, name, length, &found, err);

    if (code == ERR_NONE && found == 0) {
        sql_bind_bytes(dictionary->insert, 1, name, length);
        code = sql_run(dictionary->store, dictionary->insert, "note a new id", err);
        if (code == ERR_NONE) {
            found = sqlite3_last_insert_rowid(dictionary->store->db);
            code = remember(dictionary, name, length, found, err);
        }
    }
    if (code == ERR_NONE) {
        *number = found;
    }
    return code;
}
