/*
 * The difference of two multisets of lines, written as a note.
 */
#include "lib/correction.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static_assert((__int128)2 * PRICE_MINOR_MAX * CORRECTION_LINES_MAX < INT64_MAX, "a note's sum fits");

static int order_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

struct place { /* of a line, among those issued */
    int64_t document;
    int32_t number;
};

static int order_places(struct place a, struct place b)
{
    return a.document != b.document ? order_numbers(a.document, b.document) : order_numbers(a.number, b.number);
}

static struct place place_of(const struct issued_line *line)
{
    return (struct place){line->document, line->number};
}

static int compare_place(const void *key, const void *item)
{
    return order_places(*(const struct place *)key, place_of(item));
}

/* Marks what reversals take back; false: a line is not where it should be, or a reversal takes back what it cannot. */
static bool mark_taken_back(struct issued_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && order_places(place_of(&lines[i - 1]), place_of(&lines[i])) >= 0) {
            return false;
        }
        lines[i].taken_back = false;
    }
    for (size_t i = 0; i < count; i++) {
        struct place place = {lines[i].reverses_document, lines[i].reverses_number};
        if (place.document == 0) {
            continue;
        }
        struct issued_line *found = bsearch(&place, lines, count, sizeof *lines, compare_place);
        if (found == NULL || found->reverses_document != 0 || found->taken_back) {
            return false;
        }
        found->taken_back = true;
    }
    return true;
}

bool correction_standing(struct issued_line *lines, size_t count, size_t *standing)
{
    size_t kept = 0;

    if (!mark_taken_back(lines, count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (lines[i].reverses_document == 0 && !lines[i].taken_back) {
            lines[kept++] = lines[i];
        }
    }
    *standing = kept;
    return true;
}

/* Plan, or tax: an adjustment has neither. */
static int order_subjects(const struct bill_line *a, const struct bill_line *b)
{
    int order = order_numbers(a->plan, b->plan);

    if (order != 0 || a->kind != LINE_TAX) {
        return order;
    }
    order = strcmp(a->detail, b->detail);
    return order != 0 ? order : strcmp(a->reason, b->reason);
}

/* R28's order by what makes two lines the same; 0: they are. */
static int order_lines(const struct bill_line *a, const struct bill_line *b)
{
    const int64_t left[] = {a->period_start, a->period_end, a->unit,      a->whole,
                            a->quantity,     a->unit_price, a->amount_minor};
    const int64_t right[] = {b->period_start, b->period_end, b->unit,      b->whole,
                             b->quantity,     b->unit_price, b->amount_minor};
    int order = order_numbers(a->kind, b->kind);

    if (order == 0) {
        order = order_subjects(a, b);
    }
    for (size_t i = 0; order == 0 && i < sizeof left / sizeof left[0]; i++) {
        order = order_numbers(left[i], right[i]);
    }
    return order;
}

/* Equal lines stay in the order of their array. */
static int compare_lines(const void *left, const void *right)
{
    const struct bill_line *a = *(const struct bill_line *const *)left;
    const struct bill_line *b = *(const struct bill_line *const *)right;
    int order = order_lines(a, b);

    return order != 0 ? order : (a > b) - (a < b);
}

/* The two sides sorted, and which lines of each the other side has, too. */
struct matching {
    struct correction_in in;
    const struct bill_line **issued; /* sorted */
    const struct bill_line **lines;  /* sorted */
    bool *issued_done; /* by position in `in`: it stays; later also: it has been replaced */
    bool *line_done;   /* by position in `in`: it was issued */
};

static size_t issued_index(const struct matching *matching, const struct bill_line *line)
{
    return (size_t)((const struct issued_line *)(const void *)line - matching->in.issued); /* its first member */
}

static_assert(offsetof(struct issued_line, line) == 0, "an issued line is found by its line");

static void sort(struct matching *matching)
{
    const struct correction_in *in = &matching->in;

    for (size_t i = 0; i < in->issued_count; i++) {
        matching->issued[i] = &in->issued[i].line;
        matching->issued_done[i] = false;
    }
    for (size_t i = 0; i < in->line_count; i++) {
        matching->lines[i] = &in->lines[i];
        matching->line_done[i] = false;
    }
    if (in->issued_count > 0) {
        qsort(matching->issued, in->issued_count, sizeof *matching->issued, compare_lines);
    }
    if (in->line_count > 0) {
        qsort(matching->lines, in->line_count, sizeof *matching->lines, compare_lines);
    }
}

static void match(struct matching *matching)
{
    size_t issued = 0;
    size_t line = 0;

    while (issued < matching->in.issued_count && line < matching->in.line_count) {
        int order = order_lines(matching->issued[issued], matching->lines[line]);
        if (order == 0) {
            matching->issued_done[issued_index(matching, matching->issued[issued])] = true;
            matching->line_done[matching->lines[line] - matching->in.lines] = true;
        }
        issued += order <= 0;
        line += order >= 0;
    }
}

static struct bill_line reversal_of(const struct issued_line *issued)
{
    struct bill_line line = issued->line;

    line.quantity = -line.quantity;
    line.amount_minor = -line.amount_minor;
    line.reversal = true;
    line.issued = issued;
    return line;
}

/* An issued line that is taken back and not replaced yet, now replaced by `line`; NULL: there is none.
 * `same_subject`: of the same plan or tax. */
static const struct issued_line *find_replaced(struct matching *matching, const struct bill_line *line,
                                               bool same_subject)
{
    for (size_t i = 0; i < matching->in.issued_count; i++) {
        const struct bill_line *issued = &matching->in.issued[i].line;
        if (!matching->issued_done[i] && issued->kind == line->kind &&
            (!same_subject || order_subjects(issued, line) == 0)) {
            matching->issued_done[i] = true;
            return &matching->in.issued[i];
        }
    }
    return NULL;
}

/* What each new line replaces: first by plan or tax, then whatever is left of its kind. */
static void pair(struct matching *matching, struct bill_line *lines, size_t count)
{
    for (int same_subject = 1; same_subject >= 0; same_subject--) {
        for (size_t i = 0; i < count; i++) {
            if (lines[i].issued == NULL) {
                lines[i].issued = find_replaced(matching, &lines[i], same_subject == 1);
            }
        }
    }
}

static void sum_up(struct bill *note, const struct correction_in *in)
{
    for (size_t i = 0; i < note->line_count; i++) {
        const struct bill_line *line = &note->lines[i];
        *(line->kind == LINE_TAX ? &note->tax_minor : &note->subtotal_minor) += line->amount_minor;
    }
    note->total_minor = note->subtotal_minor + note->tax_minor;
    note->collected_minor = in->collected_minor - in->issued_collected_minor;
    note->due_minor = note->total_minor - note->collected_minor;
}

struct bill correction(struct correction_in in, struct correction_room room)
{
    struct matching matching = {
        .in = in,
        .issued = room.sorted,
        .lines = room.sorted + in.issued_count,
        .issued_done = room.done,
        .line_done = room.done + in.issued_count,
    };
    struct bill note = {.status = BILL_INVOICED, .lines = room.lines};

    sort(&matching);
    match(&matching);
    for (size_t i = 0; i < in.issued_count; i++) {
        if (!matching.issued_done[i]) {
            note.lines[note.line_count++] = reversal_of(&in.issued[i]);
        }
    }
    size_t reversal_count = note.line_count;
    for (size_t i = 0; i < in.line_count; i++) {
        if (!matching.line_done[i]) {
            note.lines[note.line_count++] = in.lines[i];
        }
    }
    pair(&matching, note.lines + reversal_count, note.line_count - reversal_count);
    sum_up(&note, &in);
    return note;
}

const char *correction_series(int64_t total_minor)
{
    return total_minor > 0 ? "DN" : "CN";
}
