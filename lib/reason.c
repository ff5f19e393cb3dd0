/*
 * Two states of knowledge of an account, and their difference in words.
 */
#include "lib/reason.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/decimal.h"
#include "lib/text.h"
#include "lib/words.h"

#define CREDIT_DIGITS 2

struct telling {
    const struct reason_in *in;
    struct words words;
};

/* Two instants as people tell them apart: by their days, and by the clock where it is the same day. */
struct two_instants {
    char before[INSTANT_TEXT_MAX];
    char now[INSTANT_TEXT_MAX];
};

static void day_text(int64_t at, char out[INSTANT_TEXT_MAX])
{
    day_format(day_of(at), out);
}

static struct two_instants tell_apart(int64_t before, int64_t now)
{
    struct two_instants texts;

    day_text(before, texts.before);
    day_text(now, texts.now);
    if (before != now && strcmp(texts.before, texts.now) == 0) {
        instant_format(before, texts.before);
        instant_format(now, texts.now);
    }
    return texts;
}

/* Every fact begins with its id (lib/facts.h). */
static_assert(offsetof(struct address_fact, address_id) == 0 && offsetof(struct plan_change_fact, change_id) == 0 &&
                  offsetof(struct overage_setting_fact, setting_id) == 0 &&
                  offsetof(struct credit_grant_fact, grant_id) == 0 &&
                  offsetof(struct adjustment_fact, adjustment_id) == 0,
              "id_of() reads the first member");

static const char *id_of(const void *fact)
{
    return *(const char *const *)fact;
}

/* The facts of one table, as known before or now. */
struct facts_list {
    const char *items;
    size_t count;
    size_t item_bytes;
};

static const void *find(struct facts_list list, const char *id)
{
    for (size_t i = 0; i < list.count; i++) {
        const void *fact = list.items + i * list.item_bytes;
        if (strcmp(id_of(fact), id) == 0) {
            return fact;
        }
    }
    return NULL;
}

/* Tell of one id: `before` or `now` may be NULL, not both. */
typedef void (*tell_fact)(struct telling *telling, const void *before, const void *now);

/* What is known now in its order, then what is gone. */
static void compare(struct telling *telling, struct facts_list before, struct facts_list now, tell_fact tell)
{
    for (size_t i = 0; i < now.count; i++) {
        const void *fact = now.items + i * now.item_bytes;
        tell(telling, find(before, id_of(fact)), fact);
    }
    for (size_t i = 0; i < before.count; i++) {
        const void *fact = before.items + i * before.item_bytes;
        if (find(now, id_of(fact)) == NULL) {
            tell(telling, fact, NULL);
        }
    }
}

/* "upgrade", "downgrade" or, of neither, "plan change": as the timeline took it. */
static const char *change_word(struct reason_side side, const struct plan_change_fact *change)
{
    const struct timeline *timeline = side.timeline;
    size_t index = (size_t)(change - side.facts->changes);

    for (size_t i = 0; timeline != NULL && i < timeline->step_count; i++) {
        const struct timeline_step *step = &timeline->steps[i];
        if (step->index == index && step->kind == STEP_UPGRADED) {
            return "upgrade";
        }
        if (step->index == index && step->kind == STEP_PENDING) {
            return "downgrade";
        }
    }
    return "plan change";
}

static void tell_change(struct telling *telling, const void *before_fact, const void *now_fact)
{
    const struct plan_change_fact *before = before_fact, *now = now_fact;
    char day[INSTANT_TEXT_MAX];

    if (before == NULL) {
        day_text(now->effective_at, day);
        words_add(&telling->words, "late %s of %s to %s", change_word(telling->in->now, now), day, now->plan_code);
        return;
    }
    day_text(before->effective_at, day);
    if (now == NULL) {
        words_add(&telling->words, "%s of %s to %s, taken out", change_word(telling->in->before, before), day,
                  before->plan_code);
        return;
    }
    bool moved = before->effective_at != now->effective_at;
    bool other_plan = strcmp(before->plan_code, now->plan_code) != 0;
    struct two_instants at = tell_apart(before->effective_at, now->effective_at);
    if (moved && other_plan) {
        words_add(&telling->words, "plan change of %s to %s corrected to %s, %s", at.before, before->plan_code, at.now,
                  now->plan_code);
    } else if (moved) {
        words_add(&telling->words, "%s of %s corrected to %s", change_word(telling->in->now, now), at.before, at.now);
    } else if (other_plan) {
        words_add(&telling->words, "plan change of %s corrected from %s to %s", day, before->plan_code, now->plan_code);
    }
}

#define SETTING_TEXT_MAX 64 /* "on with a cap of 100.00 credits" */

static void setting_text(const struct overage_setting_fact *setting, char out[SETTING_TEXT_MAX])
{
    char cap[DECIMAL_TEXT_MAX];

    if (setting->cap_credits == CAP_NONE) {
        (void)snprintf(out, SETTING_TEXT_MAX, "%s", setting->enabled ? "on" : "off");
    } else {
        decimal_format(setting->cap_credits, CREDIT_DIGITS, cap);
        (void)snprintf(out, SETTING_TEXT_MAX, "%s with a cap of %s credits", setting->enabled ? "on" : "off", cap);
    }
}

static void tell_setting(struct telling *telling, const void *before_fact, const void *now_fact)
{
    const struct overage_setting_fact *before = before_fact, *now = now_fact;
    char day[INSTANT_TEXT_MAX];
    char before_text[SETTING_TEXT_MAX];
    char now_text[SETTING_TEXT_MAX];

    if (before == NULL || now == NULL) {
        const struct overage_setting_fact *one = before == NULL ? now : before;
        day_text(one->effective_at, day);
        setting_text(one, now_text);
        words_add(&telling->words, "%soverage setting of %s: %s%s", before == NULL ? "late " : "", day, now_text,
                  now == NULL ? ", taken out" : "");
        return;
    }
    setting_text(before, before_text);
    setting_text(now, now_text);
    struct two_instants at = tell_apart(before->effective_at, now->effective_at);
    if (before->effective_at != now->effective_at) {
        words_add(&telling->words, "overage setting of %s corrected to %s", at.before, at.now);
    }
    if (strcmp(before_text, now_text) != 0) {
        words_add(&telling->words, "overage setting of %s corrected from %s to %s", at.now, before_text, now_text);
    }
}

static void tell_grant(struct telling *telling, const void *before_fact, const void *now_fact)
{
    const struct credit_grant_fact *before = before_fact, *now = now_fact;
    const struct credit_grant_fact *one = now == NULL ? before : now;
    char credits[DECIMAL_TEXT_MAX];
    char credits_before[DECIMAL_TEXT_MAX];
    char day[INSTANT_TEXT_MAX];

    decimal_format(one->credits, CREDIT_DIGITS, credits);
    day_text(one->starts_at, day);
    if (before == NULL || now == NULL) {
        words_add(&telling->words, "%sgrant %s of %s credits from %s%s", before == NULL ? "late " : "", one->grant_id,
                  credits, day, now == NULL ? ", taken out" : "");
        return;
    }
    if (before->credits != now->credits) {
        decimal_format(before->credits, CREDIT_DIGITS, credits_before);
        words_add(&telling->words, "grant %s corrected from %s to %s credits", now->grant_id, credits_before, credits);
    }
    struct two_instants start = tell_apart(before->starts_at, now->starts_at);
    struct two_instants expiry = tell_apart(before->expires_at, now->expires_at);
    if (before->starts_at != now->starts_at) {
        words_add(&telling->words, "start of grant %s corrected from %s to %s", now->grant_id, start.before, start.now);
    }
    if (before->expires_at != now->expires_at) {
        words_add(&telling->words, "expiry of grant %s corrected from %s to %s", now->grant_id, expiry.before, expiry.now);
    }
}

#define PLACE_MAX 160

/* "CA-QC, business" */
static void place_text(const struct address_fact *address, char out[PLACE_MAX])
{
    (void)snprintf(out, PLACE_MAX, "%s%s%s%s", address->country, address->region[0] != '\0' ? "-" : "", address->region,
                   address->tax_number[0] != '\0' ? ", business" : "");
}

static void tell_address(struct telling *telling, const void *before_fact, const void *now_fact)
{
    const struct address_fact *before = before_fact, *now = now_fact;
    const struct address_fact *one = now == NULL ? before : now;
    char day[INSTANT_TEXT_MAX];
    char place[PLACE_MAX];
    char place_before[PLACE_MAX];

    if ((before == NULL || before->effective_at >= telling->in->month_end) &&
        (now == NULL || now->effective_at >= telling->in->month_end)) {
        return; /* it is of a later month */
    }
    day_text(one->effective_at, day);
    place_text(one, place);
    if (before == NULL || now == NULL) {
        words_add(&telling->words, "%saddress from %s in %s%s", before == NULL ? "late " : "", day, place,
                  now == NULL ? ", taken out" : "");
        return;
    }
    place_text(before, place_before);
    struct two_instants at = tell_apart(before->effective_at, now->effective_at);
    if (before->effective_at != now->effective_at) {
        words_add(&telling->words, "address in %s corrected from %s to %s", place, at.before, at.now);
    }
    if (strcmp(place_before, place) != 0) {
        words_add(&telling->words, "address from %s corrected from %s to %s", at.now, place_before, place);
    }
}

static void tell_adjustment(struct telling *telling, const void *before_fact, const void *now_fact)
{
    const struct adjustment_fact *before = before_fact, *now = now_fact;
    const struct adjustment_fact *one = now == NULL ? before : now;
    char amount[DECIMAL_TEXT_MAX];
    char amount_before[DECIMAL_TEXT_MAX];

    decimal_format(one->amount_minor, telling->in->digits, amount);
    if (before == NULL || now == NULL) {
        words_add(&telling->words, "%sadjustment %s of %s%s", before == NULL ? "late " : "", one->adjustment_id, amount,
                  now == NULL ? ", taken out" : "");
    } else if (before->amount_minor != now->amount_minor) {
        decimal_format(before->amount_minor, telling->in->digits, amount_before);
        words_add(&telling->words, "adjustment %s corrected from %s to %s", now->adjustment_id, amount_before, amount);
    }
}

static void instant_or_none(int64_t at, char out[INSTANT_TEXT_MAX])
{
    if (at == INSTANT_NONE) {
        (void)snprintf(out, INSTANT_TEXT_MAX, "none");
    } else {
        instant_format_short(at, out);
    }
}

static void tell_account(struct telling *telling)
{
    const struct account_facts *before = telling->in->before.facts;
    const struct account_facts *now = telling->in->now.facts;
    char from[INSTANT_TEXT_MAX];
    char to[INSTANT_TEXT_MAX];

    if (before == NULL) {
        words_add(&telling->words, "late account");
        return;
    }
    if (before->created_at != now->created_at) {
        instant_or_none(before->created_at, from);
        instant_or_none(now->created_at, to);
        words_add(&telling->words, "created_at corrected from %s to %s", from, to);
    }
    if (before->first_paid_at != now->first_paid_at) {
        instant_or_none(before->first_paid_at, from);
        instant_or_none(now->first_paid_at, to);
        words_add(&telling->words, "first_paid_at corrected from %s to %s", from, to);
    }
}

static void tell_events(struct telling *telling, int64_t events, int64_t credits, const char *which, const char *where)
{
    char text[DECIMAL_TEXT_MAX];

    if (events > 0) {
        decimal_format(credits, CREDIT_DIGITS, text);
        words_add(&telling->words, "%lld %s event%s%s, %s credits", (long long)events, which, text_plural(events), where,
                  text);
    }
}

/* "2 events and 30.00 credits more than when it was billed" */
static void tell_since_billed(struct telling *telling)
{
    const struct reason_usage *usage = &telling->in->usage;
    bool fewer = usage->billed_events < 0 || (usage->billed_events == 0 && usage->billed_credits < 0);
    long long events = (long long)(fewer ? -usage->billed_events : usage->billed_events);
    char text[DECIMAL_TEXT_MAX];

    if (usage->billed_events != 0 || usage->billed_credits != 0) {
        decimal_format(fewer ? -usage->billed_credits : usage->billed_credits, CREDIT_DIGITS, text);
        words_add(&telling->words, "%lld event%s and %s credits %s than when it was billed", events, text_plural(events),
                  text, fewer ? "fewer" : "more");
    }
}

static void tell_usage(struct telling *telling)
{
    const struct reason_usage *usage = &telling->in->usage;

    tell_events(telling, usage->late_events, usage->late_credits, "late", "");
    tell_events(telling, usage->voided_events, usage->voided_credits, "voided", "");
    tell_events(telling, usage->earlier_events, usage->earlier_credits, "late or voided", " of earlier months");
    tell_since_billed(telling);
}

/* A table's facts, as one list. */
#define LIST(facts, rows, row_count) ((struct facts_list){(const char *)(facts)->rows, (facts)->row_count, sizeof *(facts)->rows})
#define COMPARE(telling, before, now, rows, row_count, tell) \
    compare(telling, LIST(before, rows, row_count), LIST(now, rows, row_count), tell)

static void tell_facts(struct telling *telling)
{
    const struct account_facts *before = telling->in->before.facts;
    const struct account_facts *now = telling->in->now.facts;

    COMPARE(telling, before, now, changes, change_count, tell_change);
    COMPARE(telling, before, now, settings, setting_count, tell_setting);
    COMPARE(telling, before, now, grants, grant_count, tell_grant);
    COMPARE(telling, before, now, addresses, address_count, tell_address);
    COMPARE(telling, before, now, adjustments, adjustment_count, tell_adjustment);
}

static void tell_holds(struct telling *telling)
{
    const struct reason_in *in = telling->in;

    if (in->held_before[0] != '\0') {
        words_add(&telling->words, "was held: %s", in->held_before);
    }
    if (in->held_now != NULL) {
        words_add(&telling->words, "would be held now: %s%s%s%s", hold_reason_name(in->held_now->reason),
                  in->held_now->subject[0] != '\0' ? " " : "", in->held_now->subject,
                  in->kept ? ", what was issued stands" : "");
    }
}

void reason_words(struct reason_in in, char out[REASON_TEXT_MAX])
{
    struct telling telling = {.in = &in, .words = words_begin(out, REASON_TEXT_MAX)};

    tell_holds(&telling);
    size_t holds = telling.words.used;
    tell_account(&telling);
    tell_usage(&telling);
    if (in.before.facts != NULL) {
        tell_facts(&telling);
    }
    for (size_t i = 0; i < in.change_count; i++) {
        words_add(&telling.words, "%s", in.changes[i].words);
    }
    if (telling.words.used == holds && telling.words.left_out == 0) {
        words_add(&telling.words, "computed otherwise by this version of the program");
    }
    words_end(&telling.words);
}
