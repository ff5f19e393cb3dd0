/*
 * R28: notes as a table, and over random histories of an account-month what
 * must hold of all its documents together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/correction.h"
#include "tests/lib/random_world.h"

#define LINES_MAX 512
#define POOL_MAX 65536

/* Everything issued for the account-month so far, and what correction() works in. */
static struct {
    struct issued_line lines[LINES_MAX]; /* of all documents, reversals included */
    size_t count;
    int64_t documents;
    int64_t total_minor;
    int64_t collected_minor;
    char pool[POOL_MAX];
    size_t pool_used;
} issued;

static struct issued_line standing[LINES_MAX];
static const struct bill_line *sorted[2 * LINES_MAX];
static bool done[2 * LINES_MAX];
static struct bill_line note_lines[2 * LINES_MAX];
static int failures;

static void begin(void)
{
    issued.count = 0;
    issued.documents = 0;
    issued.total_minor = 0;
    issued.collected_minor = 0;
    issued.pool_used = 0;
}

/* A text that outlives the world it came from. */
static const char *keep(const char *text)
{
    char *copy = issued.pool + issued.pool_used;

    assert_true(issued.pool_used + strlen(text) + 1 <= sizeof issued.pool);
    issued.pool_used += strlen(text) + 1;
    return strcpy(copy, text);
}

static size_t stand(void)
{
    memcpy(standing, issued.lines, issued.count * sizeof *standing);
    size_t count = 0;

    assert_true(correction_standing(standing, issued.count, &count));
    return count;
}

/* One document more: an invoice or a note. */
static void issue(const struct bill *document)
{
    issued.documents++;
    for (size_t i = 0; i < document->line_count; i++) {
        assert_true(issued.count < LINES_MAX);
        struct issued_line *line = &issued.lines[issued.count++];
        *line = (struct issued_line){
            .line = document->lines[i],
            .document = issued.documents,
            .document_number = issued.documents == 1 ? "INV-2025-11-00000001" : "DN-2025-11-00000001",
            .number = (int32_t)i + 1,
            .description = "",
        };
        line->line.reason = keep(line->line.reason);
        line->line.detail = keep(line->line.detail);
        if (line->line.reversal) {
            line->reverses_document = line->line.issued->document;
            line->reverses_number = line->line.issued->number;
        }
        line->line.issued = NULL;
    }
    issued.total_minor += document->total_minor;
    issued.collected_minor += document->collected_minor;
}

static struct bill correct(const struct bill_line *lines, size_t count, int64_t collected_minor)
{
    return correction(
        (struct correction_in){
            .issued = standing,
            .issued_count = stand(),
            .lines = lines,
            .line_count = count,
            .issued_collected_minor = issued.collected_minor,
            .collected_minor = collected_minor,
        },
        (struct correction_room){sorted, done, note_lines});
}

/* The table: lines as "kind:subject:amount", a second number is the quantity (otherwise 1). */

static const char *const PLANS[] = {"free", "pro", "proplus"};

static void line_read(char *word, struct bill_line *line)
{
    char *rest = NULL;
    const char *kind = strtok_r(word, ":", &rest);
    const char *subject = strtok_r(NULL, ":", &rest);
    const char *amount = strtok_r(NULL, ":", &rest);
    const char *quantity = strtok_r(NULL, ":", &rest);

    *line = (struct bill_line){.plan = PLAN_UNKNOWN, .period_end = 30, .reference = "", .reason = "", .detail = ""};
    while (strcmp(line_kind_name(line->kind), kind) != 0) {
        line->kind++;
    }
    for (int plan = 0; plan < 3; plan++) {
        line->plan = strcmp(PLANS[plan], subject) == 0 ? plan : line->plan;
    }
    line->reason = line->kind == LINE_TAX || line->kind == LINE_ADJUSTMENT ? keep(subject) : "";
    line->detail = line->kind == LINE_TAX ? "DE" : "";
    line->amount_minor = strtoll(amount, NULL, 10);
    line->quantity = quantity == NULL ? 1 : strtoll(quantity, NULL, 10);
}

static size_t lines_read(const char *text, struct bill_line *lines)
{
    char copy[512];
    char *rest = NULL;
    size_t count = 0;

    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        line_read(word, &lines[count++]);
    }
    return count;
}

static struct bill bill_of(struct bill_line *lines, size_t count)
{
    struct bill bill = {.status = BILL_INVOICED, .lines = lines, .line_count = count};

    for (size_t i = 0; i < count; i++) {
        *(lines[i].kind == LINE_TAX ? &bill.tax_minor : &bill.subtotal_minor) += lines[i].amount_minor;
    }
    bill.total_minor = bill.subtotal_minor + bill.tax_minor;
    return bill;
}

/* The note in the words of the table: "reverse 1.2 amount/quantity; kind amount/quantity for 1.2 = total". */
static void note_write(const struct bill *note, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < note->line_count; i++) {
        const struct bill_line *line = &note->lines[i];
        char place[32] = "";
        if (line->issued != NULL) {
            snprintf(place, sizeof place, "%" PRId64 ".%d", line->issued->document, (int)line->issued->number);
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s%s %" PRId64 "/%" PRId64 "%s%s", i > 0 ? "; " : "",
                                 line->reversal ? "reverse " : "", line->reversal ? place : line_kind_name(line->kind),
                                 line->amount_minor, line->quantity, !line->reversal && place[0] != '\0' ? " for " : "",
                                 line->reversal ? "" : place);
    }
    if (note->line_count > 0) {
        snprintf(out + used, size - used, " = %s %" PRId64, correction_series(note->total_minor), note->total_minor);
    }
}

static const struct {
    const char *name;
    const char *bills[4]; /* as each run found them; the first is the invoice */
    const char *note;     /* the last one; "": none */
} rows[] = {
    {"the same lines: no note", {"plan:pro:2000 overage:pro:400:100", "plan:pro:2000 overage:pro:400:100"}, ""},
    {"the same lines in another order", {"adjustment:a:5 adjustment:b:7", "adjustment:b:7 adjustment:a:5"}, ""},
    {"more overage: only its line changes, a debit note",
     {"plan:pro:2000 overage:pro:400:100", "plan:pro:2000 overage:pro:600:150"},
     "reverse 1.2 -400/-100; overage 600/150 for 1.2 = DN 200"},
    {"less overage: a credit note",
     {"plan:pro:2000 overage:pro:600:150", "plan:pro:2000 overage:pro:400:100"},
     "reverse 1.2 -600/-150; overage 400/100 for 1.2 = CN -200"},
    {"a line more points at nothing", {"plan:pro:2000", "plan:pro:2000 adjustment:a:-5"}, "adjustment -5/1 = CN -5"},
    {"nothing is left: every line is taken back",
     {"plan:pro:2000 tax:VAT:380:19", ""}, "reverse 1.1 -2000/-1; reverse 1.2 -380/-19 = CN -2380"},
    {"a correction of the lines alone is a credit note of 0.00",
     {"plan:pro:2000 plan_upgrade:proplus:2000", "plan:proplus:4000"},
     "reverse 1.1 -2000/-1; reverse 1.2 -2000/-1; plan 4000/1 for 1.1 = CN 0"},
    {"the same amount of another quantity is another line",
     {"overage:pro:400:100", "overage:pro:400:99"}, "reverse 1.1 -400/-100; overage 400/99 for 1.1 = CN 0"},
    {"another reason of an adjustment is no difference", {"adjustment:goodwill:5", "adjustment:apology:5"}, ""},
    {"another name of a tax is one", {"tax:VAT:5", "tax:GST:5"}, "reverse 1.1 -5/-1; tax 5/1 for 1.1 = CN 0"},
    {"of equal lines the earliest stay", {"adjustment:a:5 adjustment:b:5 adjustment:c:5", "adjustment:b:5"},
     "reverse 1.2 -5/-1; reverse 1.3 -5/-1 = CN -10"},
    {"equal lines count", {"adjustment:a:5", "adjustment:a:5 adjustment:b:5"}, "adjustment 5/1 = DN 5"},
    {"a new line replaces one of its plan before one of its kind",
     {"plan_prorated:pro:667 plan_prorated:proplus:1333", "plan_prorated:proplus:1200 plan_prorated:pro:700"},
     "reverse 1.1 -667/-1; reverse 1.2 -1333/-1; plan_prorated 1200/1 for 1.2; plan_prorated 700/1 for 1.1 = CN -100"},
    {"what comes before the issued lines hides none of them",
     {"tax:VAT:380", "plan:pro:2000 tax:VAT:380"}, "plan 2000/1 = DN 2000"},
    {"each reversed line is replaced once",
     {"tax:VAT:5", "tax:VAT:6 tax:VAT:7"}, "reverse 1.1 -5/-1; tax 6/1 for 1.1; tax 7/1 = DN 8"},
    {"a third run takes back the note's line and not the invoice's again",
     {"plan:pro:2000 overage:pro:400:100", "plan:pro:2000 overage:pro:600:150", "plan:pro:2000 overage:pro:700:175"},
     "reverse 2.2 -600/-150; overage 700/175 for 2.2 = DN 100"},
    {"back to the invoice: the note's line goes, the invoice's comes anew",
     {"overage:pro:400:100", "overage:pro:600:150", "overage:pro:400:100"},
     "reverse 2.2 -600/-150; overage 400/100 for 2.2 = CN -200"},
    {"after everything was taken back a line is charged by a note again",
     {"plan:pro:2000", "", "plan:pro:2000"}, "plan 2000/1 = DN 2000"},
};

static void test_notes(void **state)
{
    static struct bill_line lines[64];
    char got[1024] = "";
    int failed = 0;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin();
        for (size_t j = 0; j < 4 && rows[i].bills[j] != NULL; j++) {
            size_t count = lines_read(rows[i].bills[j], lines);
            struct bill document = j == 0 ? bill_of(lines, count) : correct(lines, count, 0);
            note_write(&document, got, sizeof got);
            issue(&document);
        }
        if (strcmp(got, rows[i].note) != 0) {
            print_error("%s:\n  want '%s'\n  got  '%s'\n", rows[i].name, rows[i].note, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_series(void **state)
{
    (void)state;
    assert_string_equal(correction_series(1), "DN");
    assert_string_equal(correction_series(0), "CN");
    assert_string_equal(correction_series(-1), "CN");
}

/* Collected is the change in payments since the last document; due is what is left of the note. */
static void test_collected(void **state)
{
    static struct bill_line lines[8];
    (void)state;

    begin();
    struct bill invoice = bill_of(lines, lines_read("plan:pro:2000", lines));
    invoice.collected_minor = 1500;
    issue(&invoice);
    struct bill note = correct(lines, lines_read("plan:pro:2500", lines), 2600);
    assert_int_equal(note.collected_minor, 1100);
    assert_int_equal(note.due_minor, -600);
}

/* A bill of the most lines, all of them otherwise now: each is taken back and replaced, in a moment. */
static void test_largest_note(void **state)
{
    struct issued_line *lines = calloc(BILL_LINES_MAX, sizeof *lines);
    struct bill_line *new_lines = calloc(BILL_LINES_MAX, sizeof *new_lines);
    struct correction_room room = {calloc(CORRECTION_LINES_MAX, sizeof *room.sorted),
                                   calloc(CORRECTION_LINES_MAX, sizeof *room.done),
                                   calloc(CORRECTION_LINES_MAX, sizeof *room.lines)};
    (void)state;

    for (int i = 0; i < BILL_LINES_MAX; i++) {
        lines[i] = (struct issued_line){.line = {.kind = LINE_ADJUSTMENT, .plan = PLAN_UNKNOWN, .quantity = 1,
                                                 .amount_minor = PRICE_MINOR_MAX / BILL_LINES_MAX},
                                        .document = 1, .number = i + 1};
        new_lines[i] = (struct bill_line){.kind = LINE_ADJUSTMENT, .plan = PLAN_UNKNOWN, .quantity = 1,
                                          .amount_minor = -i, .reason = "", .detail = ""};
    }
    struct bill note = correction((struct correction_in){lines, BILL_LINES_MAX, new_lines, BILL_LINES_MAX, 0, 0}, room);
    assert_int_equal(note.line_count, CORRECTION_LINES_MAX);
    assert_true(note.total_minor == -PRICE_MINOR_MAX - (int64_t)BILL_LINES_MAX * (BILL_LINES_MAX - 1) / 2);
    for (int i = 0; i < BILL_LINES_MAX; i++) {
        assert_ptr_equal(note.lines[BILL_LINES_MAX + i].issued, &lines[i]);
    }
    free(lines);
    free(new_lines);
    free(room.sorted);
    free(room.done);
    free(room.lines);
}

/* Histories: each row of a random world becomes known at a step, and some are voided at a later one. */

#define STEPS 5
#define HISTORIES 2000

static struct world world;

/* Is row `index` of a table known at the step? Rows are known from a step of their own until another. */
static bool known(uint64_t seed, uint64_t table, size_t index, uint64_t step)
{
    uint64_t state = seed * 977 + table * 131071 + index;
    uint64_t from = random_next(&state) % (2 * STEPS); /* half of them from the start */
    uint64_t until = random_next(&state) % (6 * STEPS);

    from = from < STEPS ? 0 : from - STEPS;
    return step >= from && (until <= from || step < until);
}

/* Defines keep_NAME(): the rows of a table that are known at the step. */
#define KEEP_KNOWN(table, type, array, count)                               \
    static void keep_##array(uint64_t seed, uint64_t step)                  \
    {                                                                       \
        size_t kept = 0;                                                    \
        for (size_t i = 0; i < world.count; i++) {                          \
            if (known(seed, table, i, step)) {                              \
                world.array[kept++] = world.array[i];                       \
            }                                                               \
        }                                                                   \
        world.count = kept;                                                 \
    }

KEEP_KNOWN(1, struct plan_change_fact, changes, facts.change_count)
KEEP_KNOWN(2, struct overage_setting_fact, settings, facts.setting_count)
KEEP_KNOWN(3, struct credit_grant_fact, grants, facts.grant_count)
KEEP_KNOWN(4, struct payment_fact, payments, facts.payment_count)
KEEP_KNOWN(5, struct adjustment_fact, adjustments, facts.adjustment_count)
KEEP_KNOWN(6, struct world_event, events, event_count)
KEEP_KNOWN(7, struct plan_price, prices, catalogue.price_count)
KEEP_KNOWN(8, struct address_fact, addresses, facts.address_count)

/* The account-month as a run at this step finds it. Of some worlds also prices and addresses come late. */
static void world_at(uint64_t seed, uint64_t step)
{
    random_world(&world, seed);
    keep_changes(seed, step);
    keep_settings(seed, step);
    keep_grants(seed, step);
    keep_payments(seed, step);
    keep_adjustments(seed, step);
    keep_events(seed, step);
    if (seed % 4 == 0) {
        keep_prices(seed, step);
        keep_addresses(seed, step);
    }
    world_bill(&world);
}

static void check(uint64_t seed, const char *what, bool holds)
{
    if (!holds && failures++ < 20) {
        print_error("seed %" PRIu64 ": %s\n", seed, what);
    }
}

/* A run at the step: the first invoice, a note, or nothing. Returns whether it issued. */
static bool run(uint64_t seed, uint64_t step)
{
    world_at(seed, step);
    if (world.bill.status == BILL_HELD) {
        return false;
    }
    if (issued.documents == 0) {
        if (world.bill.status == BILL_INVOICED) {
            issue(&world.bill);
        }
        return world.bill.status == BILL_INVOICED;
    }
    struct bill note = correct(world.bill.lines, world.bill.line_count, world.bill.collected_minor);
    check(seed, "R25 due", note.due_minor == note.total_minor - note.collected_minor);
    if (note.line_count > 0) {
        issue(&note);
    }
    return note.line_count > 0;
}

/* By the letter of R28, apart from lib/. */
static bool same_line(const struct bill_line *a, const struct bill_line *b)
{
    return a->kind == b->kind && a->plan == b->plan && a->period_start == b->period_start &&
           a->period_end == b->period_end && a->quantity == b->quantity && a->unit == b->unit && a->whole == b->whole &&
           a->unit_price == b->unit_price && a->amount_minor == b->amount_minor &&
           (a->kind != LINE_TAX || (strcmp(a->reason, b->reason) == 0 && strcmp(a->detail, b->detail) == 0));
}

static bool stands_once_each(size_t count)
{
    bool used[LINES_MAX] = {false};
    size_t found = 0;

    for (size_t i = 0; i < world.bill.line_count; i++) {
        for (size_t j = 0; j < count; j++) {
            if (!used[j] && same_line(&world.bill.lines[i], &standing[j].line)) {
                used[j] = true;
                found++;
                break;
            }
        }
    }
    return found == count && found == world.bill.line_count;
}

/* The lines that stand are the bill's, and all documents together come to what the data now says. */
static void check_state(uint64_t seed)
{
    check(seed, "the lines that stand are the bill's", stands_once_each(stand()));
    check(seed, "all documents sum up to the bill", issued.total_minor == world.bill.total_minor);
}

static void test_documents_always_sum_up(void **state)
{
    int notes = 0;
    (void)state;
    failures = 0;

    for (uint64_t seed = 0; seed < HISTORIES; seed++) {
        begin();
        for (uint64_t step = 0; step < STEPS; step++) {
            bool issues = run(seed, step);
            notes += issues && issued.documents > 1;
            if (world.bill.status != BILL_HELD) {
                check_state(seed);
                check(seed, "R28 collected", !issues || issued.collected_minor == world.bill.collected_minor);
                check(seed, "a second run issues nothing", !run(seed, step));
            }
        }
    }
    assert_int_equal(failures, 0);
    assert_true(notes >= 1000); /* the histories do have something to correct */
}

/* Whatever was issued on the way, in whatever order knowledge came: the sum at the end is the same. */
static void test_the_way_does_not_matter(void **state)
{
    (void)state;
    failures = 0;

    for (uint64_t seed = 0; seed < HISTORIES; seed++) {
        int64_t totals[3];
        uint64_t shuffle = seed;
        for (int way = 0; way < 3; way++) {
            begin();
            for (uint64_t i = 0; i + 1 < STEPS && way > 0; i++) { /* straight, in order, in any order */
                run(seed, way == 1 ? i : random_next(&shuffle) % STEPS);
            }
            run(seed, STEPS - 1);
            totals[way] = issued.total_minor;
        }
        if (world.bill.status != BILL_HELD) {
            check(seed, "in order as straight", totals[1] == totals[0]);
            check(seed, "in any order as straight", totals[2] == totals[0]);
        }
    }
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_series),
        cmocka_unit_test(test_collected),
        cmocka_unit_test(test_largest_note),
        cmocka_unit_test(test_documents_always_sum_up),
        cmocka_unit_test(test_the_way_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
