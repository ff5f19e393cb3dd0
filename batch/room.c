/*
 * Room that grows.
 */
#include "batch/room.h"

#include <stdlib.h>
#include <string.h>

enum err_code room_grow(void *pointer, size_t *max, size_t needed, size_t size, struct err *err)
{
    if (needed <= *max) {
        return ERR_NONE;
    }
    size_t wanted = needed + needed / 2 + 16;
    void *items = NULL;
    memcpy(&items, pointer, sizeof items); /* the array's pointer, of whatever type */
    void *grown = realloc(items, wanted * size);
    if (grown == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    memcpy(pointer, &grown, sizeof grown);
    *max = wanted;
    return ERR_NONE;
}

enum err_code bill_space_for(struct bill_space *space, const struct account_facts *facts, struct err *err)
{
    struct bill_room *room = &space->room;

    if (room_grow(&room->steps, &space->steps_max, timeline_steps_max(facts), sizeof *room->steps, err) != ERR_NONE ||
        room_grow(&room->balances, &space->balances_max, facts->grant_count, sizeof *room->balances, err) != ERR_NONE ||
        room_grow(&room->used_in_month, &space->used_max, facts->grant_count, sizeof *room->used_in_month, err) != ERR_NONE) {
        return err->code;
    }
    return room_grow(&room->lines, &space->lines_max, BILL_LINES_MAX, sizeof *room->lines, err);
}

void bill_space_release(struct bill_space *space)
{
    free(space->room.steps);
    free(space->room.balances);
    free(space->room.used_in_month);
    free(space->room.lines);
    *space = (struct bill_space){0};
}
