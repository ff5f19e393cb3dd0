/*
 * Which month may be closed when.
 */
#include "batch/due.h"

#include "lib/calendar.h"
#include "lib/facts.h"
#include "schema/store_catalogue.h"
#include "schema/store_facts.h"

enum err_code due_at(struct store *store, int32_t month, int64_t as_of, int64_t *at, struct err *err)
{
    struct policies policies;

    if (policies_read(store, month, as_of, &policies, err) != ERR_NONE) {
        return err->code;
    }
    *at = month_end_ms(month) + policies.close_grace_hours * HOUR_MS;
    return ERR_NONE;
}

enum err_code due_month(struct store *store, int64_t as_of, int32_t *month, struct err *err)
{
    for (int32_t candidate = month_of(as_of); candidate > MONTH_MIN;) {
        int64_t at = 0;
        candidate = month_previous(candidate);
        if (due_at(store, candidate, as_of, &at, err) != ERR_NONE) {
            return err->code;
        }
        if (at <= as_of) {
            *month = candidate;
            return ERR_NONE;
        }
    }
    return err_set(err, ERR_NO_INPUT, "no month may be closed yet");
}

enum err_code due_check(struct store *store, int32_t month, int64_t as_of, struct err *err)
{
    char month_text[MONTH_TEXT_MAX];
    char at_text[INSTANT_TEXT_MAX];
    int64_t at = 0;

    if (due_at(store, month, as_of, &at, err) != ERR_NONE || at <= as_of) {
        return err->code;
    }
    month_format(month, month_text);
    instant_format(at, at_text);
    return err_set(err, ERR_USAGE, "%s may be closed from %s on (policy close_grace_hours); until then see it with "
                   "'monthend preview'", month_text, at_text);
}

enum err_code due_check_data(struct store *store, int32_t month, int64_t as_of, struct err *err)
{
    char month_text[MONTH_TEXT_MAX];
    char first_text[MONTH_TEXT_MAX];
    int64_t created_at = INSTANT_NONE;

    if (first_account_created(store, as_of, &created_at, err) != ERR_NONE) {
        return err->code;
    }
    month_format(month, month_text);
    if (created_at == INSTANT_NONE) {
        return err_set(err, ERR_NO_INPUT, "%s: there are no accounts yet; import them first", month_text);
    }
    if (created_at >= month_end_ms(month)) {
        month_format(month_of(created_at), first_text);
        return err_set(err, ERR_NO_INPUT, "%s is before any data: the first account was created in %s", month_text,
                       first_text);
    }
    return ERR_NONE;
}
