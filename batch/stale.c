/*
 * Closed months of which something was learned.
 */
#include "batch/stale.h"

#include <stdio.h>

#include "lib/text.h"
#include "schema/store_catalogue.h"
#include "schema/store_documents.h"
#include "schema/store_learned.h"

enum err_code stale_read(struct store *store, int32_t month, int64_t as_of, struct stale *stale, struct err *err)
{
    struct catalogue catalogue = {0};
    struct learned *learned = NULL;

    if (catalogue_read(store, as_of, &catalogue, err) != ERR_NONE) {
        return err->code;
    }
    struct learned_query query = {month, SEQUENCE_ANY, as_of, &catalogue};
    if (learned_read(store, query, &learned, err) == ERR_NONE) {
        *stale = (struct stale){learned_since(learned), learned_count(learned), learned_catalogue(learned)};
    }
    learned_free(learned);
    catalogue_release(&catalogue);
    return err->code;
}

bool stale_is(const struct stale *stale)
{
    return stale->accounts > 0 || stale->catalogue;
}

void stale_words(const struct stale *stale, char out[STALE_TEXT_MAX])
{
    int used = 0;

    out[0] = '\0';
    if (stale->accounts > 0) {
        used = snprintf(out, STALE_TEXT_MAX, "%zu account%s", stale->accounts, text_plural((int64_t)stale->accounts));
    }
    if (stale->catalogue) {
        snprintf(out + used, STALE_TEXT_MAX - (size_t)used, "%sthe catalogue", used > 0 ? " and " : "");
    }
}
