/*
 * Puts together what a run saw.
 */
#include "batch/saw.h"

#include "lib/calendar.h"

/* Months without any event known at the as-of are no part of it, but for the month at hand. */
static enum err_code months_add(struct saw_in in, struct seen *seen, struct err *err)
{
    size_t count = month_seen_count(in.usage);
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < count && code == ERR_NONE; i++) {
        const struct fact_digest *digest = month_seen_digest(in.usage, i);

        if (digest != NULL && (digest->rows > 0 || i + 1 == count)) {
            code = seen_add_usage(seen, month_seen(in.usage, i).month, digest, err);
        }
    }
    return code;
}

static enum err_code learned_add(struct saw_in in, struct seen *seen, struct err *err)
{
    struct seen_learned learned = {
        .run = learned_base(in.learned),
        .month = in.month,
        .since = learned_since(in.learned),
        .until = in.as_of,
        .tokens = usage_tokens_count(month_catalogue(in.usage), month_end_ms(in.month)),
    };

    return seen_add_learned(in.store, learned, seen, err);
}

static enum err_code digests_take(struct saw_in in, const struct seen *seen, struct saw *saw, struct err *err)
{
    struct saw taken;

    if (seen_digest(seen, SEEN_FACTS, taken.facts, err) != ERR_NONE ||
        seen_digest(seen, SEEN_CATALOGUE, taken.catalogue, err) != ERR_NONE ||
        (in.issues && issue_seen(in.store, seen, err) != ERR_NONE)) {
        return err->code;
    }
    *saw = taken;
    return ERR_NONE;
}

enum err_code saw_take(struct saw_in in, struct saw *saw, struct err *err)
{
    struct seen seen = {0};
    enum err_code code = seen_add_tables(in.store, in.month, in.as_of, &seen, err);

    if (code == ERR_NONE) {
        code = seen_add_accounts(&seen, in.accounts, err);
    }
    if (code == ERR_NONE) {
        code = in.learned != NULL ? learned_add(in, &seen, err) : months_add(in, &seen, err);
    }
    if (code == ERR_NONE) {
        code = digests_take(in, &seen, saw, err);
    }
    seen_release(&seen);
    return code;
}
