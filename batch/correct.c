/*
 * A reprocessing, account by account.
 */
#include "batch/correct.h"

#include <stdlib.h>
#include <string.h>

#include "batch/why.h"

static const char *const SERIES[SERIES_COUNT] = {
    [SERIES_INVOICE] = "INV", [SERIES_CREDIT] = "CN", [SERIES_DEBIT] = "DN"};

struct correcting {
    struct correcting_in in;
    struct learned *learned;
    struct documents *documents;
    struct why *why;
    char reason[REASON_TEXT_MAX]; /* of the account at hand */
    int64_t numbers[SERIES_COUNT];
    struct issued_account issued; /* of the account at hand */
    struct bill nothing;          /* of an account that is no longer listed */
    struct bill note;
    struct correction_room room;
    size_t room_max;
};

const char *series_code(enum series series)
{
    return SERIES[series];
}

static enum series series_find(const char *code)
{
    enum series series = SERIES_INVOICE;

    while (strcmp(SERIES[series], code) != 0) {
        series++;
    }
    return series;
}

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

static enum err_code why_begin(struct correcting *correcting, struct err *err)
{
    const struct correcting_in *in = &correcting->in;
    struct why_in why = {
        .store = in->store,
        .month = in->month,
        .catalogue = in->catalogue,
        .policies = in->policies,
        .learned = correcting->learned,
    };

    why.accounts = correcting_accounts(correcting, &why.account_count);
    return why_open(why, &correcting->why, err);
}

enum err_code correcting_open(struct correcting_in in, struct correcting **correcting, struct err *err)
{
    struct correcting *opened = calloc(1, sizeof *opened);
    struct learned_query query = {in.month, in.before, in.as_of, in.catalogue};

    if (opened == NULL) {
        return out_of_memory(err);
    }
    opened->in = in;
    enum err_code code = learned_read(in.store, query, &opened->learned, err);
    if (code == ERR_NONE) {
        code = documents_open(in.store, in.month, in.before, in.catalogue, &opened->documents, err);
    }
    for (int series = 0; series < SERIES_COUNT && code == ERR_NONE; series++) {
        code = documents_before(in.store, in.month, SERIES[series], in.before, &opened->numbers[series], err);
    }
    if (code == ERR_NONE) {
        code = why_begin(opened, err);
    }
    if (code != ERR_NONE) {
        correcting_close(opened);
        return code;
    }
    *correcting = opened;
    return ERR_NONE;
}

void correcting_close(struct correcting *correcting)
{
    if (correcting == NULL) {
        return;
    }
    learned_free(correcting->learned);
    documents_close(correcting->documents);
    why_close(correcting->why);
    free(correcting->room.sorted);
    free(correcting->room.done);
    free(correcting->room.lines);
    free(correcting);
}

const struct learned *correcting_learned(const struct correcting *correcting)
{
    return correcting->learned;
}

const int32_t *correcting_accounts(const struct correcting *correcting, size_t *count)
{
    *count = 0;
    return correcting->in.everyone ? NULL : learned_accounts(correcting->learned, count);
}

int64_t correcting_numbers(const struct correcting *correcting, enum series series)
{
    return correcting->numbers[series];
}

const struct issued_account *correcting_issued(const struct correcting *correcting)
{
    return &correcting->issued;
}

static enum err_code room_for(struct correcting *correcting, size_t lines, struct err *err)
{
    struct correction_room *room = &correcting->room;

    if (lines <= correcting->room_max) {
        return ERR_NONE;
    }
    free(room->sorted);
    free(room->done);
    free(room->lines);
    *room = (struct correction_room){
        .sorted = calloc(2 * lines, sizeof *room->sorted),
        .done = calloc(2 * lines, sizeof *room->done),
        .lines = calloc(2 * lines, sizeof *room->lines),
    };
    correcting->room_max = 2 * lines;
    return room->sorted == NULL || room->done == NULL || room->lines == NULL ? out_of_memory(err) : ERR_NONE;
}

/* R28: the note that makes up the difference to what was issued. */
static enum err_code note_make(struct correcting *correcting, const struct bill *bill, struct issuing *issuing,
                               struct err *err)
{
    const struct issued_account *issued = &correcting->issued;

    if (room_for(correcting, issued->line_count + bill->line_count + 1, err) != ERR_NONE) {
        return err->code;
    }
    correcting->note = correction(
        (struct correction_in){
            .issued = issued->lines,
            .issued_count = issued->line_count,
            .lines = bill->lines,
            .line_count = bill->line_count,
            .issued_collected_minor = issued->collected_minor,
            .collected_minor = bill->collected_minor,
        },
        correcting->room);
    if (correcting->note.line_count > 0) {
        issuing->document = &correcting->note;
        issuing->series = series_find(correction_series(correcting->note.total_minor));
        issuing->corrects = issued->invoice;
        issuing->corrects_number = issued->invoice_number;
    }
    return ERR_NONE;
}

enum err_code correcting_account(struct correcting *correcting, struct month_account *account, bool *known,
                                 struct issuing *issuing, struct err *err)
{
    struct issued_account *issued = &correcting->issued;
    struct issuing made = {.corrects_number = "", .reason = ""};
    enum err_code code = documents_read(correcting->documents, account->facts->account_id, account->facts->account, issued,
                                        err);

    if (code != ERR_NONE) {
        return code;
    }
    *known = account->listed || issued->document_count > 0;
    if (!*known) {
        return ERR_NONE;
    }
    if (!account->listed) {
        correcting->nothing = (struct bill){.collected_minor = account->bill->collected_minor};
        account->bill = &correcting->nothing;
    }
    made.was_minor = issued->total_minor;
    if (account->bill->status == BILL_HELD) {
        made.kept = issued->document_count > 0;
    } else if (issued->document_count > 0) {
        code = note_make(correcting, account->bill, &made, err);
    } else if (account->bill->status == BILL_INVOICED) {
        made.document = account->bill;
    }
    if (code == ERR_NONE && (made.document != NULL || made.kept)) {
        made.reason = correcting->reason;
        code = why_account(correcting->why, account, issued, correcting->reason, err);
    }
    if (code == ERR_NONE) {
        *issuing = made;
    }
    return code;
}
