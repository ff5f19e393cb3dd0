/* The order of a sheet's rows: twice as many places as wanted, cut now and then to the largest. */
#include "reports/row_order.h"

#include <stdlib.h>

#define ROOM_FIRST 64

static int compare(const void *left, const void *right)
{
    const struct row_place *a = left;
    const struct row_place *b = right;

    if (a->key != b->key) {
        return a->key > b->key ? -1 : 1;
    }
    return (a->offset > b->offset) - (a->offset < b->offset);
}

void row_order_end(struct row_order *order)
{
    if (order->count > 1) {
        qsort(order->places, order->count, sizeof order->places[0], compare);
    }
    order->count = order->count > order->limit ? order->limit : order->count;
}

enum err_code row_order_add(struct row_order *order, struct row_place place, struct err *err)
{
    if (order->count == order->room) {
        size_t room = order->room == 0 ? ROOM_FIRST : 2 * order->room;
        struct row_place *places = realloc(order->places, room * sizeof *places);
        if (places == NULL) {
            return err_set(err, ERR_INTERNAL, "no memory to order %zu rows of the workbook", order->count + 1);
        }
        order->places = places;
        order->room = room;
    }
    order->places[order->count++] = place;
    if (order->count / 2 >= order->limit) {
        row_order_end(order);
    }
    return ERR_NONE;
}

void row_order_release(struct row_order *order)
{
    free(order->places);
    order->places = NULL;
    order->count = order->room = 0;
}
