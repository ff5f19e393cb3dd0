/*
 * Collects what a run notes of usage.
 */
#include "batch/usage_notes.h"

#include "lib/calendar.h"

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* The months before `before` that were read, or whose usage was looked through for what they left of grants. */
static enum err_code read_note(struct store *store, const struct month *month, int32_t before, struct err *err)
{
    const struct grants_kept *kept = month_grants_kept(month);
    int32_t first = least(month_seen(month, 0).month, before);
    enum err_code code = ERR_NONE;

    for (size_t i = 0; code == ERR_NONE && i < month_seen_count(month); i++) {
        if (month_seen(month, i).month < before) {
            code = issue_usage_seen(store, month_seen(month, i), err);
        }
    }
    for (size_t i = 0; kept != NULL && code == ERR_NONE && i < grants_kept_seen_count(kept); i++) {
        if (grants_kept_seen(kept, i).month < first) {
            code = issue_usage_seen(store, grants_kept_seen(kept, i), err);
        }
    }
    return code;
}

/* Months that a reprocessing's base saw have been looked through for what came since. */
enum err_code usage_notes_issue(struct store *store, const struct month *month, const struct learned *learned,
                                struct err *err)
{
    size_t count = learned == NULL ? 0 : learned_seen_count(learned);
    enum err_code code = read_note(store, month, count == 0 ? MONTH_MAX : learned_seen(learned, 0).month, err);

    for (size_t i = 0; code == ERR_NONE && i < count; i++) {
        code = issue_usage_seen(store, learned_seen(learned, i), err);
    }
    return code == ERR_NONE ? issue_events(store, month_usage_counts(month), month_usage_days(month), err) : code;
}

enum err_code usage_notes_grants(struct store *store, int32_t month, const struct month_account *account, struct err *err)
{
    const struct account_facts *facts = account->facts;
    bool known = account->listed && account->bill->status != BILL_HELD;
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < facts->grant_count && known && code == ERR_NONE; i++) {
        if (facts->grants[i].expires_at > month_start_ms(month)) {
            code = issue_grant_left(store, facts->account_id, facts->grants[i].grant_id, account->grants.balances[i], err);
        }
    }
    return code;
}
