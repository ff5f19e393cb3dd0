/*
 * Owns the places of a shard's accounts.
 */
#include "batch/places.h"

#include <assert.h>
#include <stdlib.h>

#include "schema/store_facts.h"
#include "schema/store_usage.h"

struct reading {
    struct places *places;
    struct shard shard;
};

static enum err_code take(void *context, int32_t number, const char *account_id, struct err *err)
{
    const struct reading *reading = context;
    struct places *places = reading->places;

    (void)err;
    assert(number >= 0 && (size_t)number < places->number_count);
    if (shard_has(reading->shard, account_id)) {
        places->of_number[number] = (int32_t)places->count++;
    }
    return ERR_NONE;
}

enum err_code places_read(struct store *store, struct shard shard, struct places *places, struct err *err)
{
    struct reading reading = {places, shard};

    if (accounts_count(store, &places->number_count, err) != ERR_NONE) {
        return err->code;
    }
    if (shard.count == 0) {
        places->count = places->number_count;
        return ERR_NONE;
    }
    places->of_number = calloc(places->number_count + 1, sizeof *places->of_number);
    if (places->of_number == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    for (size_t i = 0; i < places->number_count; i++) {
        places->of_number[i] = PLACE_ELSEWHERE;
    }
    return account_ids(store, take, &reading, err);
}

void places_release(struct places *places)
{
    free(places->of_number);
    *places = (struct places){0};
}

bool places_elsewhere(const struct places *places, int32_t number)
{
    return places->of_number != NULL && places->of_number[number] == PLACE_ELSEWHERE;
}

size_t places_of(const struct places *places, int32_t number)
{
    assert(!places_elsewhere(places, number));

    return (size_t)(places->of_number == NULL ? number : places->of_number[number]);
}
