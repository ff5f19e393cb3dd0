/* The row sheets: who writes which, and on which thread. */
#include "reports/row_sheets.h"

#include <stdatomic.h>
#include <stdio.h>

#include "reports/tables.h"
#include "reports/thread.h"

typedef enum err_code (*sheet_work)(struct workbook *workbook, int id, size_t room, struct err *err);

/* The longest first, that the threads end together. */
static const int LONGEST_FIRST[ROW_SHEETS] = {ROWS_LINES,     ROWS_INVOICES,    ROWS_STATEMENT,
                                              ROWS_TO_DO,     ROWS_RECEIVABLES, ROWS_MODELS,
                                              ROWS_SHOWN,     ROWS_BREAKEVEN,   ROWS_PLAN_FIT,
                                              ROWS_DIFFERENCES};

struct sharing { /* what the threads share */
    struct workbook *workbook;
    sheet_work work;
    atomic_int next; /* in LONGEST_FIRST */
    struct err errs[ROW_SHEETS]; /* by sheet */
};

struct worker {
    struct sharing *sharing;
    size_t room; /* of the book, for its cells */
    pthread_t thread;
    bool begun;
};

static void *worker_run(void *context)
{
    const struct worker *worker = context;
    struct sharing *sharing = worker->sharing;

    for (int place = atomic_fetch_add(&sharing->next, 1); place < ROW_SHEETS; place = atomic_fetch_add(&sharing->next, 1)) {
        int id = LONGEST_FIRST[place];
        if (workbook_has(&sharing->workbook->in, id)) {
            (void)!sharing->work(sharing->workbook, id, worker->room, &sharing->errs[id]); /* kept there */
        }
    }
    return NULL;
}

/* Do the work for every sheet. Of several errors the first sheet's is told: the same whoever was the first to fail. */
static enum err_code share(struct workbook *workbook, sheet_work work, struct err *err)
{
    struct sharing sharing = {.workbook = workbook, .work = work};
    struct worker workers[BOOK_ROOMS] = {{0}};
    int threads = workbook->in.run->threads < BOOK_ROOMS ? workbook->in.run->threads : BOOK_ROOMS;

    for (int i = 0; i < threads || i == 0; i++) {
        workers[i] = (struct worker){.sharing = &sharing, .room = (size_t)i};
        workers[i].begun = i > 0 && thread_begin(&workers[i].thread, worker_run, &workers[i]);
    }
    worker_run(&workers[0]);
    for (int i = 1; i < BOOK_ROOMS; i++) {
        if (workers[i].begun) {
            pthread_join(workers[i].thread, NULL);
        }
    }
    for (int id = 0; id < ROW_SHEETS; id++) {
        if (sharing.errs[id].code != ERR_NONE) {
            return err_set(err, sharing.errs[id].code, "%s", sharing.errs[id].text);
        }
    }
    return ERR_NONE;
}

static enum err_code sheet_prepare(struct workbook *workbook, int id, size_t room, struct err *err)
{
    const struct workbook_in *in = &workbook->in;
    const struct row_layout *layout = &ROW_LAYOUTS[id];
    bool full = workbook_holds_all(in->run->workbook, in->totals->lines);

    (void)room;
    (void)snprintf(workbook->paths[id], sizeof workbook->paths[id], "%s/%s", in->directory, table_file(layout->table));
    struct row_sheet_in rows_in = {
        .layout = layout,
        .path = workbook->paths[id],
        .limit = full ? SIZE_MAX : layout->largest,
        .page_rows = in->page_rows,
    };
    return row_sheet_prepare(&workbook->rows[id], rows_in, err);
}

enum err_code row_sheets_prepare(struct workbook *workbook, struct err *err)
{
    return share(workbook, sheet_prepare, err);
}

/* Links need all rows of the sheets that they lead to, in the files' order. */
static struct row_links links_of(const struct workbook *workbook, int id)
{
    const struct row_sheet *rows = workbook->rows;
    bool whole = id == ROWS_INVOICES && rows[ROWS_INVOICES].all && rows[ROWS_LINES].all && rows[ROWS_STATEMENT].all;

    return whole ? (struct row_links){&rows[ROWS_LINES], &rows[ROWS_STATEMENT]} : (struct row_links){0};
}

static enum err_code sheet_fill(struct workbook *workbook, int id, size_t room, struct err *err)
{
    workbook->rows[id].sheet.room = &workbook->book.rooms[room];
    return row_sheet_fill(&workbook->rows[id], links_of(workbook, id), err);
}

/* All of their pages first: the library's list of sheets is no thread's own. */
enum err_code row_sheets_write(struct workbook *workbook, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (int i = 0; i < ROW_SHEETS && code == ERR_NONE; i++) {
        if (workbook_has(&workbook->in, i)) {
            code = row_sheet_begin(&workbook->rows[i], &workbook->book, err);
        }
    }
    return code == ERR_NONE ? share(workbook, sheet_fill, err) : code;
}
