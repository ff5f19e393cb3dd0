/*
 * What bill_month() works in.
 */
#include "batch/bill_space.h"

#include <stdlib.h>

#include "batch/room.h"

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
