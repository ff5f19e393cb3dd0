/*
 * What the run before could see of an account, beside what is known now.
 */
#include "batch/why.h"

#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/currency.h"
#include "schema/store_catalogue.h"
#include "schema/store_facts.h"

/* How the catalogue changed since an as-of. */
struct catalogue_since {
    bool read;
    int64_t since;
    struct catalogue_change *changes;
    size_t count;
};

struct why {
    struct why_in in;
    struct facts_stream *stream;          /* the accounts as known at learned_since() */
    const struct account_facts *standing; /* where the stream stands; NULL: at its end, or not begun */
    bool begun;
    struct facts_stream *one;             /* an account as known at another as-of */
    struct catalogue_since everyone;      /* since learned_since() */
    struct catalogue_since another;
    struct catalogue_change *concerning;  /* the account at hand */
    size_t concerning_max;
    struct timeline_step *steps;
    size_t steps_max;
};

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

enum err_code why_open(struct why_in in, struct why **why, struct err *err)
{
    struct why *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return out_of_memory(err);
    }
    opened->in = in;
    *why = opened;
    return ERR_NONE;
}

void why_close(struct why *why)
{
    if (why == NULL) {
        return;
    }
    facts_close(why->stream);
    facts_close(why->one);
    free(why->everyone.changes);
    free(why->another.changes);
    free(why->concerning);
    free(why->steps);
    free(why);
}

static struct facts_query query_of(const struct why *why, int64_t as_of)
{
    return (struct facts_query){.catalogue = why->in.catalogue, .month = why->in.month, .as_of = as_of};
}

/* The account as known when everyone was computed last; accounts are asked for in order. */
static enum err_code stream_find(struct why *why, const char *account_id, const struct account_facts **facts,
                                 struct err *err)
{
    if (!why->begun) {
        struct facts_query query = query_of(why, learned_since(why->in.learned));

        query.accounts = why->in.accounts;
        query.account_count = why->in.account_count;
        why->begun = true;
        if (facts_open(why->in.store, query, &why->stream, err) != ERR_NONE ||
            facts_next(why->stream, &why->standing, err) != ERR_NONE) {
            return err->code;
        }
    }
    while (why->standing != NULL && strcmp(why->standing->account_id, account_id) < 0) {
        if (facts_next(why->stream, &why->standing, err) != ERR_NONE) {
            return err->code;
        }
    }
    *facts = why->standing != NULL && strcmp(why->standing->account_id, account_id) == 0 ? why->standing : NULL;
    return ERR_NONE;
}

/* The account as known at an as-of of its own: a later close computed it. */
static enum err_code one_find(struct why *why, const char *account_id, int64_t as_of, const struct account_facts **facts,
                              struct err *err)
{
    struct facts_query query = query_of(why, as_of);

    query.account_id = account_id;
    facts_close(why->one);
    why->one = NULL;
    if (facts_open(why->in.store, query, &why->one, err) != ERR_NONE) {
        return err->code;
    }
    return facts_next(why->one, facts, err);
}

/* How the catalogue changed since the as-of, read once. */
static enum err_code catalogue_compare(struct why *why, struct catalogue_since *since, int64_t as_of, struct err *err)
{
    struct catalogue before = {0};
    struct catalogue_pair pair = {&before, why->in.catalogue, POLICIES_DEFAULT, why->in.policies};

    if (since->read && since->since == as_of) {
        return ERR_NONE;
    }
    free(since->changes);
    *since = (struct catalogue_since){.since = as_of};
    if (catalogue_read(why->in.store, as_of, &before, err) == ERR_NONE &&
        policies_read(why->in.store, why->in.month, as_of, &pair.policies_before, err) == ERR_NONE) {
        since->changes = calloc(catalogue_changes_max(pair), sizeof *since->changes);
        if (since->changes == NULL) {
            (void)out_of_memory(err); /* the error is in *err */
        } else {
            since->count = catalogue_changes(pair, month_end_ms(why->in.month), since->changes);
            since->read = true;
        }
    }
    catalogue_release(&before);
    return err->code;
}

/* What the account's month was and is made of. */
struct concern {
    const struct month_account *account;
    const struct account_facts *before; /* NULL: not known */
    const struct issued_account *issued;
};

static bool has_plan(const struct concern *concern, int plan)
{
    const struct bill *bill = concern->account->bill;
    bool has = bill->plan_at_end == plan;

    for (size_t i = 0; i < bill->line_count && !has; i++) {
        has = bill->lines[i].plan == plan;
    }
    for (size_t i = 0; i < concern->issued->line_count && !has; i++) {
        has = concern->issued->lines[i].line.plan == plan;
    }
    return has;
}

static bool asked_for_plan(const struct account_facts *facts, int plan)
{
    bool asked = false;

    for (size_t i = 0; i < facts->change_count && !asked; i++) {
        asked = facts->changes[i].plan == plan;
    }
    return asked;
}

static bool has_address(const struct account_facts *facts, const char *country)
{
    bool has = false;

    for (size_t i = 0; facts != NULL && i < facts->address_count && !has; i++) {
        has = strcmp(facts->addresses[i].country, country) == 0;
    }
    return has;
}

static bool concerns(const struct concern *concern, const struct catalogue_change *change)
{
    const struct month_account *account = concern->account;

    switch (change->kind) {
    case CHANGE_PLAN:
        return asked_for_plan(account->facts, change->plan);
    case CHANGE_PRICE:
        return strcmp(change->currency, account->facts->currency) == 0 && has_plan(concern, change->plan);
    case CHANGE_ALLOWANCE:
        return account->bill->plan_at_end == change->plan;
    case CHANGE_RATE:
        return account->models[change->model].events > 0;
    case CHANGE_COUNTRY:
    case CHANGE_TAX:
        return has_address(account->facts, change->country) || has_address(concern->before, change->country);
    case CHANGE_POLICY:
        return account->bill->first_paid_month;
    }
    return false;
}

static enum err_code concerning_take(struct why *why, const struct catalogue_since *since, const struct concern *concern,
                                     size_t *count, struct err *err)
{
    *count = 0;
    if (since->count > why->concerning_max) {
        free(why->concerning);
        why->concerning_max = since->count;
        why->concerning = calloc(since->count, sizeof *why->concerning);
        if (why->concerning == NULL) {
            why->concerning_max = 0;
            return out_of_memory(err);
        }
    }
    for (size_t i = 0; i < since->count; i++) {
        if (concerns(concern, &since->changes[i])) {
            why->concerning[(*count)++] = since->changes[i];
        }
    }
    return ERR_NONE;
}

static enum err_code timeline_before(struct why *why, const struct account_facts *facts, struct timeline *timeline,
                                     struct err *err)
{
    struct timeline_in in = {facts, why->in.catalogue, month_start_ms(why->in.month), month_end_ms(why->in.month)};
    size_t needed = timeline_steps_max(facts);

    if (needed > why->steps_max) {
        free(why->steps);
        why->steps_max = 2 * needed;
        why->steps = calloc(why->steps_max, sizeof *why->steps);
        if (why->steps == NULL) {
            why->steps_max = 0;
            return out_of_memory(err);
        }
    }
    *timeline = timeline_build(in, why->steps);
    return ERR_NONE;
}

/* Was billed and then kept as issued: nothing of what was learned since has been told by a document. */
static bool was_kept(const struct issued_account *issued)
{
    return issued->held && issued->document_count > 0;
}

static struct reason_usage usage_of(const struct why *why, const struct month_account *account,
                                    const struct issued_account *issued)
{
    struct learned_usage usage = learned_usage_of(why->in.learned, account->facts->account);

    if (was_kept(issued)) {
        bool held = account->bill->status == BILL_HELD; /* then its usage is not told */
        return (struct reason_usage){
            .billed_events = held ? 0 : account->bill->events - issued->billed_events,
            .billed_credits = held ? 0 : account->bill->credits - issued->billed_credits,
        };
    }
    return (struct reason_usage){
        .late_events = usage.late_events,
        .late_credits = usage.late_credits,
        .voided_events = usage.voided_events,
        .voided_credits = usage.voided_credits,
        .earlier_events = usage.earlier_events,
        .earlier_credits = usage.earlier_credits,
    };
}

/* The account and the catalogue as known when the account was computed last, or when what was kept was issued. */
static enum err_code before_find(struct why *why, const struct account_facts *now, const struct issued_account *issued,
                                 const struct account_facts **before, const struct catalogue_since **catalogue,
                                 struct err *err)
{
    int64_t since = was_kept(issued) ? issued->as_of : learned_since_of(why->in.learned, now->account);
    bool with_everyone = since == learned_since(why->in.learned);
    struct catalogue_since *compared = with_everyone ? &why->everyone : &why->another;

    *catalogue = compared;
    if (catalogue_compare(why, compared, since, err) != ERR_NONE) {
        return err->code;
    }
    return with_everyone ? stream_find(why, now->account_id, before, err)
                         : one_find(why, now->account_id, since, before, err);
}

enum err_code why_account(struct why *why, const struct month_account *account, const struct issued_account *issued,
                          char words[REASON_TEXT_MAX], struct err *err)
{
    const struct account_facts *now = account->facts;
    const struct account_facts *before = NULL;
    const struct catalogue_since *catalogue = NULL;
    const struct hold *hold = account->bill->status == BILL_HELD ? &account->bill->hold : NULL;
    struct timeline timeline;
    size_t count = 0;

    if (before_find(why, now, issued, &before, &catalogue, err) != ERR_NONE ||
        (before != NULL && timeline_before(why, before, &timeline, err) != ERR_NONE)) {
        return err->code;
    }
    struct concern concern = {account, before, issued};
    if (concerning_take(why, catalogue, &concern, &count, err) != ERR_NONE) {
        return err->code;
    }
    reason_words(
        (struct reason_in){
            .before = {before, &timeline},
            .now = {now, account->timeline},
            .month_end = month_end_ms(why->in.month),
            .digits = currency_digits(now->currency),
            .held_before = issued->held_reason,
            .held_now = hold,
            .kept = hold != NULL && issued->document_count > 0,
            .usage = usage_of(why, account, issued),
            .changes = why->concerning,
            .change_count = count,
        },
        words);
    return ERR_NONE;
}
