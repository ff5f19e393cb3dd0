/*
 * From facts to a bill: an account's month of plan changes, overage settings, grants, usage, payments and adjustments, under a
 * catalogue and policies of its own.
 *
 * Input: eight bytes of a seed; the bytes behind them are the choices of tests/lib/random_world.h, and where they end
 * the seed's numbers go on.
 * Claims: what the replay finds event by event; sums of parts are the whole; every tax by its own way; usage in any order and in
 * parts (tests/lib/properties.h).
 *
 * make test: 6000 inputs
 */
#include <string.h>

#include "tests/fuzz/target.h"
#include "tests/lib/properties.h"
#include "tests/lib/random_world.h"

#define SEED_BYTES 8

static struct world world;

static void differs(const struct properties *in, const char *what, int64_t want, int64_t got)
{
    (void)in;
    claim_same(what, want, got);
}

/* Every fourth world gets enormous events: then sums reach their bounds (R27). */
static bool enlarge(uint64_t *state)
{
    if (*state % 4 != 3) {
        return false;
    }
    for (size_t i = 0; i < world.event_count; i++) {
        world.events[i].event.quantity = random_up_to(state, QUANTITY_MAX);
        world.events[i].event.tokens = random_up_to(state, COUNT_MAX);
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct replay replay;
    struct properties in = {.world = &world, .differs = differs};
    uint64_t shuffle;

    if (size < SEED_BYTES) {
        return INPUT_PASSED_OVER;
    }
    memcpy(&in.seed, data, SEED_BYTES);
    shuffle = ~in.seed;
    random_from_bytes(data + SEED_BYTES, size - SEED_BYTES);
    random_world(&world, in.seed);
    bool enlarged = enlarge(&shuffle);
    random_from_bytes(NULL, 0);
    world_bill(&world);
    properties_of_usage(&in, &shuffle);
    if (world.bill.status != BILL_HELD) {
        properties_of_bill(&in);
    }
    if (enlarged) {
        return INPUT_TAKEN; /* the replay has no bounds, and goes from hundredth to hundredth */
    }
    replay = properties_of_replay(&in);
    if (world.bill.status != BILL_HELD) {
        (void)properties_of_taxes(&in, &replay);
    }
    return INPUT_TAKEN;
}
