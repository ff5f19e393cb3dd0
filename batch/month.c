/*
 * One month computed from one snapshot of the database.
 */
#include "batch/month_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "batch/orphans.h"
#include "batch/places.h"
#include "batch/progress.h"
#include "batch/room.h"
#include "batch/scan.h"
#include "batch/stop.h"
#include "lib/calendar.h"
#include "schema/store_catalogue.h"
#include "schema/store_facts_ahead.h"
#include "schema/store_grants_kept.h"

/* Facts are read in order; what is issued goes into some indexes in any order, which grow with the accounts. */
#define CACHE_BYTES_MIN ((size_t)8 << 20)
#define CACHE_BYTES_PER_ACCOUNT ((size_t)64)


/* The sums of the account that comes next lie anywhere: they are on their way while this one is billed. */
static void look_ahead(const struct month *month, const struct facts_ahead *ahead)
{
    const struct account_facts *coming = facts_ahead_coming(ahead);

    if (coming != NULL && !places_elsewhere(&month->places, coming->account)) {
        usage_expect_month(&month->table, (int32_t)places_of(&month->places, coming->account));
    }
}

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

static struct timeline_in period_of(const struct month *month, const struct account_facts *facts)
{
    return (struct timeline_in){facts, &month->catalogue, month->table.month_start, month->table.month_end};
}

static enum err_code room_for(struct month *month, const struct account_facts *facts, struct err *err)
{
    size_t breaks_max = breakpoints_max(period_of(month, facts));

    if (bill_space_for(&month->space, facts, err) != ERR_NONE ||
        room_grow(&month->breaks, &month->breaks_max, breaks_max, sizeof *month->breaks, err) != ERR_NONE) {
        return err->code;
    }
    return room_grow(&month->cells_left, &month->cells_left_max, breaks_max, sizeof *month->cells_left, err);
}

static enum err_code places_open(struct month *month, struct err *err)
{
    if (places_read(month->in.store, month->in.shard, &month->places, err) != ERR_NONE) {
        return err->code;
    }
    month->listed = calloc(month->places.count + 1, sizeof *month->listed);
    month->known = calloc(month->places.count + 1, sizeof *month->known);
    return month->listed == NULL || month->known == NULL ? out_of_memory(err) : ERR_NONE;
}

/* The usage table of the accounts that have a place, without cells yet. */
static enum err_code table_open(struct month *month, struct err *err)
{
    size_t count = month->places.count;

    month->table = (struct usage_table){
        .catalogue = &month->catalogue,
        .month_start = month_start_ms(month->in.month),
        .month_end = month_end_ms(month->in.month),
        .accounts = room_scattered(count + 1, sizeof *month->table.accounts),
        .account_count = count,
        .models = room_scattered(count * month->catalogue.model_count + 1, sizeof *month->table.models),
    };
    if (month->table.accounts == NULL || month->table.models == NULL) {
        return out_of_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        month->table.accounts[i].unknown_model = -1;
    }
    return ERR_NONE;
}

static enum err_code prices_open(struct month *month, struct err *err)
{
    const struct month_in *in = &month->in;

    if (in->catalogue != NULL) {
        month->catalogue = *in->catalogue;
        month->policies = in->policies;
        return ERR_NONE;
    }
    if (catalogue_read(in->store, in->as_of, &month->catalogue, err) != ERR_NONE) {
        return err->code;
    }
    return policies_read(in->store, in->month, in->as_of, &month->policies, err);
}

/* A database that holds one shard alone knows no runs: all shards, and the merge of them, read the same earlier usage. What
 * stands for it in what the run saw is the same. */
static enum err_code kept_open(struct month *month, struct err *err)
{
    const struct month_in *in = &month->in;

    month->again = in->rescan || in->catalogue != NULL || in->source != NULL || in->shard.count != 0;
    return in->catalogue != NULL ? ERR_NONE : grants_kept_open(in->store, in->month, in->as_of, &month->kept, err);
}

enum err_code month_open(struct month_in in, struct month **month, struct err *err)
{
    struct month *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return out_of_memory(err);
    }
    opened->in = in;
    opened->month_first = in.month;
    if (prices_open(opened, err) != ERR_NONE || places_open(opened, err) != ERR_NONE || kept_open(opened, err) != ERR_NONE ||
        store_cache(in.store, CACHE_BYTES_MIN + opened->places.count * CACHE_BYTES_PER_ACCOUNT, err) != ERR_NONE) {
        month_free(opened);
        return err->code;
    }
    *month = opened;
    return ERR_NONE;
}

static void table_release(struct month *month)
{
    if (!month->shared) {
        free(month->table.accounts);
        free(month->table.cells);
        free(month->table.models);
    }
}

void month_free(struct month *month)
{
    if (month == NULL) {
        return;
    }
    if (month->in.catalogue == NULL) {
        catalogue_release(&month->catalogue);
    }
    table_release(month);
    places_release(&month->places);
    bill_space_release(&month->space);
    free(month->breaks);
    free(month->cells_left);
    free(month->listed);
    free(month->known);
    free(month->unseen);
    free(month->seen);
    free(month->shown.accounts);
    free(month->shown.cells);
    free(month->changes);
    free(month->back);
    grants_kept_close(month->kept);
    free(month);
}

const struct catalogue *month_catalogue(const struct month *month)
{
    return &month->catalogue;
}

struct policies month_policies(const struct month *month)
{
    return month->policies;
}

/* Without the sums all accounts' usage is added up. */
enum err_code month_restrict(struct month *month, struct usage_few few, const struct usage_totals *sums, struct err *err)
{
    month->only = few;
    month->sums = sums;
    return few.accounts == NULL || sums == NULL ? ERR_NONE
                                                : places_restrict(&month->places, few.accounts, few.count, err);
}

/* Lay out the account's cells where its consumption depends on order (R19). */
static enum err_code lay_out(struct month *month, const struct account_facts *facts, struct err *err)
{
    if (room_for(month, facts, err) != ERR_NONE) {
        return err->code;
    }
    struct timeline_in in = period_of(month, facts);
    struct timeline timeline = timeline_build(in, month->space.room.steps);
    size_t count = breakpoints(in, &timeline, month->breaks);
    if (count == 1) {
        return ERR_NONE; /* the month's start alone: the sums by model are enough */
    }
    struct usage_table *table = &month->table;
    if (room_grow(&table->cells, &month->cells_max, table->cell_count + count, sizeof *table->cells, err) != ERR_NONE) {
        return err->code;
    }
    struct usage_account *account = &table->accounts[places_of(&month->places, facts->account)];
    account->first_cell = (uint32_t)table->cell_count;
    account->cell_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        table->cells[table->cell_count++] = (struct usage_cell){.from = month->breaks[i]};
    }
    int32_t first = month_of(month->breaks[0]);
    if (first == month->in.month) {
        return ERR_NONE;
    }
    month->month_first = first < month->month_first ? first : month->month_first;
    if (room_grow(&month->back, &month->back_max, month->back_count + 1, sizeof *month->back, err) == ERR_NONE) {
        month->back[month->back_count++] = facts->account;
    }
    return err->code;
}

/* Call `each` for every account known at the as-of. */
static enum err_code each_account(struct month *month, struct facts_query query, const char *phase, struct err *err,
                                  enum err_code (*each)(struct month *, const struct account_facts *, void *, struct err *),
                                  void *context)
{
    struct facts_ahead *ahead = NULL;
    const struct account_facts *facts = NULL;
    bool threaded = month->in.ahead && month->in.threads > 1;
    struct progress progress;
    int64_t done = 0;

    size_t total = query.with_breakpoints ? 0 : month->only.accounts != NULL ? month->only.count : month->places.count;
    progress_begin(&progress, month->in.quiet, phase, "accounts", (int64_t)total);
    if (facts_ahead_open(month->in.store, query, threaded, &ahead, err) != ERR_NONE) {
        return err->code;
    }
    while (facts_ahead_next(ahead, &facts, err) == ERR_NONE && facts != NULL) {
        if (places_elsewhere(&month->places, facts->account)) {
            continue;
        }
        look_ahead(month, ahead);
        if (stop_check(err) != ERR_NONE || each(month, facts, context, err) != ERR_NONE) {
            break;
        }
        progress_show(&progress, ++done);
    }
    progress_over(&progress, done);
    facts_ahead_close(ahead);
    return err->code;
}

static struct facts_query query_of(const struct month *month)
{
    return (struct facts_query){
        .catalogue = &month->catalogue,
        .month = month->in.month,
        .as_of = month->in.as_of,
        .accounts = month->only.accounts,
        .account_count = month->only.count,
        .kept = month->again ? NULL : month->kept, /* another catalogue has used up grants otherwise */
    };
}

/* R2: accounts created after the month have no bill. */
static bool is_listed(const struct month *month, const struct account_facts *facts)
{
    return facts->created_at < month->table.month_end;
}

static enum err_code prepare(struct month *month, const struct account_facts *facts, void *context, struct err *err)
{
    (void)context;
    return is_listed(month, facts) ? lay_out(month, facts, err) : ERR_NONE;
}

const struct grants_kept *month_grants_kept(const struct month *month)
{
    return month->kept;
}

size_t month_seen_count(const struct month *month)
{
    return (size_t)(month_index(month->in.month) - month_index(month->month_first)) + 1;
}

struct usage_seen month_seen(const struct month *month, size_t index)
{
    return (struct usage_seen){month_from_index(month_index(month->month_first) + (int32_t)index), month->unseen[index]};
}

const struct fact_digest *month_seen_digest(const struct month *month, size_t index)
{
    return &month->seen[index];
}

bool month_seen_is_part(const struct month *month, size_t index)
{
    return index + 1 == month_seen_count(month) || !month_kept_counts(month);
}

const struct shown_account *month_shown(const struct month *month, size_t *count)
{
    *count = month->shown.accounts == NULL ? 0 : month->table.account_count;
    return month->shown.accounts;
}

enum err_code month_read_usage(struct month *month, struct err *err)
{
    struct facts_query query = query_of(month);

    query.with_breakpoints = true;
    if (table_open(month, err) != ERR_NONE ||
        each_account(month, query, "reading accounts", err, prepare, NULL) != ERR_NONE) {
        return err->code;
    }
    return month_usage_read(month, err);
}

bool month_rates_alike(const struct month *month, const struct month *other)
{
    return catalogue_rates_alike(&month->catalogue, &other->catalogue);
}

void month_share_usage(struct month *month, const struct month *other)
{
    assert(month->places.count == other->table.account_count && month_rates_alike(month, other));

    month->table = other->table;
    month->table.catalogue = &month->catalogue;
    month->counts = other->counts;
    month->shared = true;
}

/* What the customer was shown, into month->account. */
static void take_shown(struct month *month, size_t place, bool one_cell)
{
    const struct shown_account *shown = month->shown.accounts == NULL ? NULL : &month->shown.accounts[place];

    if (shown != NULL && shown->events > 0) {
        month->account.shown = shown;
        month->account.shown_cells = one_cell ? &shown->sums : &month->shown.cells[month->table.accounts[place].first_cell];
    }
}

/* The account as this month bills it, in month->account. */
static enum err_code bill_facts(struct month *month, const struct account_facts *facts, struct err *err)
{
    const struct usage_table *table = &month->table;
    size_t place = places_of(&month->places, facts->account);
    const struct usage_account *slot = &table->accounts[place];
    bool one_cell = slot->cell_count == 0;

    if (room_for(month, facts, err) != ERR_NONE) {
        return err->code;
    }
    month->known[place] = true;
    month->listed[place] = is_listed(month, facts);
    struct usage_model_cell total = usage_month_total(table, (int32_t)place);
    month->whole_month = (struct usage_cell){table->month_start, total.credits, total.events};
    const struct usage_cell *cells = one_cell ? &month->whole_month : &table->cells[slot->first_cell];
    size_t cell_count = one_cell ? 1 : slot->cell_count;
    month->bill = bill_month(
        (struct bill_in){
            .facts = facts,
            .catalogue = &month->catalogue,
            .policies = month->policies,
            .month = month->in.month,
            .cells = cells,
            .cell_count = cell_count,
            .month_events = total.events,
            .unknown_model = slot->unknown_model,
            .unknown_at = slot->unknown_at,
        },
        &month->space.room, &month->timeline);
    month->account = (struct month_account){
        .facts = facts,
        .listed = month->listed[place],
        .bill = &month->bill,
        .timeline = &month->timeline,
        .usage = total,
        .models = &table->models[place * month->catalogue.model_count],
        .grants = {period_of(month, facts), cells, cell_count, month->space.room.balances, month->cells_left},
    };
    take_shown(month, place, one_cell);
    return ERR_NONE;
}

/* Only the plans of the changes are a catalogue's matter. */
enum err_code month_bill_facts(struct month *month, const struct account_facts *facts,
                               const struct month_account **account, struct err *err)
{
    if (room_grow(&month->changes, &month->changes_max, facts->change_count, sizeof *month->changes, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < facts->change_count; i++) {
        month->changes[i] = facts->changes[i];
        month->changes[i].plan = catalogue_plan(&month->catalogue, facts->changes[i].plan_code);
    }
    month->facts = *facts;
    month->facts.changes = month->changes;
    *account = &month->account;
    return bill_facts(month, &month->facts, err);
}

struct billing_visit {
    month_visit visit;
    void *context;
};

static enum err_code bill_account(struct month *month, const struct account_facts *facts, void *context, struct err *err)
{
    const struct billing_visit *billing = context;

    if (bill_facts(month, facts, err) != ERR_NONE) {
        return err->code;
    }
    return billing->visit(billing->context, &month->account, err);
}

enum err_code month_bill(struct month *month, month_visit visit, void *context, struct err *err)
{
    struct billing_visit billing = {visit, context};

    return each_account(month, query_of(month), "billing", err, bill_account, &billing);
}

bool month_knows_all(const struct month *month)
{
    bool all = true;

    for (int32_t i = 1; (size_t)i < month->places.number_count && all; i++) { /* they are numbered from 1 */
        all = places_elsewhere(&month->places, i) || month->known[places_of(&month->places, i)];
    }
    return all;
}

static bool is_orphan(const struct month *month, int32_t account)
{
    if (places_elsewhere(&month->places, account)) {
        return false;
    }
    size_t place = places_of(&month->places, account);
    return !month->listed[place] && usage_month_total(&month->table, (int32_t)place).events > 0;
}

static enum err_code orphans_gather(const struct month *month, struct orphans *orphans, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (int32_t i = 0; (size_t)i < month->places.number_count && code == ERR_NONE; i++) {
        code = is_orphan(month, i) ? orphans_add(orphans, month->in.store, i, err) : ERR_NONE;
    }
    orphans_sort(orphans);
    return code;
}

enum err_code month_orphans(struct month *month, month_orphan_visit visit, void *context, struct err *err)
{
    struct orphans orphans = {0};
    enum err_code code = orphans_gather(month, &orphans, err);

    for (size_t i = 0; code == ERR_NONE && i < orphans.count; i++) {
        const struct orphan *found = &orphans.items[i];
        size_t place = places_of(&month->places, found->account);
        struct month_orphan orphan = {
            .account_id = found->account_id,
            .account = found->account,
            .known = month->known[place],
            .usage = usage_month_total(&month->table, (int32_t)place),
        };
        code = visit(context, &orphan, err);
    }
    orphans_release(&orphans);
    return code;
}

struct month_sums month_sums(const struct month *month, int32_t account)
{
    const struct usage_table *table = &month->table;
    size_t place = places_of(&month->places, account);
    const struct usage_account *slot = &table->accounts[place];

    return (struct month_sums){
        slot,
        slot->cell_count == 0 ? NULL : &table->cells[slot->first_cell],
        &table->models[place * month->catalogue.model_count],
    };
}

struct usage_counts month_usage_counts(const struct month *month)
{
    return month->counts;
}

const struct usage_day *month_usage_days(const struct month *month)
{
    return month->table.sums.days;
}

struct usage_edges month_usage_edges(const struct month *month)
{
    return month->table.sums.edges;
}
