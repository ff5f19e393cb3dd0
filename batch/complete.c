/*
 * The command complete, which shells call: what could stand at a place of the
 * command line, one a line.
 *
 *     monthend complete DB accounts|months|runs|plans|tables [PREFIX]
 *
 * It only reads, and prints no message: a shell in the middle of a line has no
 * place for one. The exit status tells.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/clock.h"
#include "batch/command.h"
#include "lib/calendar.h"
#include "lib/facts.h"
#include "schema/store_catalogue.h"
#include "schema/store_facts.h"
#include "schema/store_import.h"
#include "schema/store_runs.h"

#define ACCOUNTS_MAX 200 /* more are of no help to anyone */

struct completing {
    const char *database;
    const char *prefix;
    struct store *store;
};

static void offer(const struct completing *completing, const char *word)
{
    if (strncmp(word, completing->prefix, strlen(completing->prefix)) == 0) {
        puts(word);
    }
}

static void offer_account(void *context, const char *account_id)
{
    offer(context, account_id);
}

static enum err_code accounts(const struct completing *completing, struct err *err)
{
    struct completing same = *completing;

    return account_ids_with(completing->store, completing->prefix, ACCOUNTS_MAX, offer_account, &same, err);
}

/* From the first account's to the present one. */
static enum err_code months(const struct completing *completing, struct err *err)
{
    int64_t now = clock_now_ms();
    int64_t first = INSTANT_NONE;
    char text[MONTH_TEXT_MAX];

    if (first_account_created(completing->store, now, &first, err) != ERR_NONE || first == INSTANT_NONE) {
        return err->code;
    }
    for (int32_t month = month_of(first); month <= month_of(now); month = month_of(month_end_ms(month))) {
        month_format(month, text);
        offer(completing, text);
    }
    return ERR_NONE;
}

static enum err_code runs(const struct completing *completing, struct err *err)
{
    struct run *found = NULL;
    size_t count = 0;
    char month[MONTH_TEXT_MAX];
    char name[64];

    if (runs_list(completing->store, 0, &found, &count, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < count; i++) {
        month_format(found[i].month, month);
        (void)snprintf(name, sizeof name, "%s/%d-%s", month, (int)found[i].sequence, found[i].kind);
        offer(completing, name);
    }
    free(found);
    return ERR_NONE;
}

static enum err_code plans(const struct completing *completing, struct err *err)
{
    struct catalogue catalogue = {0};

    if (catalogue_read(completing->store, clock_now_ms(), &catalogue, err) == ERR_NONE) {
        for (size_t i = 0; i < catalogue.plan_count; i++) {
            offer(completing, catalogue.plans[i].code);
        }
    }
    catalogue_release(&catalogue);
    return err->code;
}

static enum err_code tables(const struct completing *completing, struct err *err)
{
    (void)err;
    for (int i = 0; i < TABLE_COUNT; i++) {
        offer(completing, TABLES[i].name);
    }
    return ERR_NONE;
}

static const struct {
    const char *name;
    bool database; /* it is asked */
    enum err_code (*offer_all)(const struct completing *completing, struct err *err);
} KINDS[] = {
    {"accounts", true, accounts}, {"months", true, months}, {"runs", true, runs},
    {"plans", true, plans},       {"tables", false, tables},
};

static enum err_code complete(struct completing *completing, const char *kind, struct err *err)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(KINDS[i].name, kind) != 0) {
            continue;
        }
        if (!KINDS[i].database || store_open(completing->database, STORE_READ, 0, &completing->store, err) == ERR_NONE) {
            (void)KINDS[i].offer_all(completing, err); /* the error is in *err */
        }
        store_close(completing->store);
        return err->code;
    }
    return err_set(err, ERR_USAGE, "complete: '%.64s' is nothing to complete", kind);
}

int complete_command(int argc, char **argv)
{
    struct err err = {0};

    if (argc < 3) {
        return ERR_USAGE;
    }
    struct completing completing = {.database = argv[1], .prefix = argc > 3 ? argv[3] : ""};
    return (int)complete(&completing, argv[2], &err);
}
