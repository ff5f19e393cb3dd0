/*
 * Owns the places of the accounts that are asked for.
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

/* NULL: there is no memory. */
static int32_t *all_elsewhere(size_t number_count, struct err *err)
{
    int32_t *of_number = malloc((number_count + 1) * sizeof *of_number);

    if (of_number == NULL) {
        (void)!err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
        return NULL;
    }
    for (size_t i = 0; i < number_count; i++) {
        of_number[i] = PLACE_ELSEWHERE;
    }
    return of_number;
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
    places->of_number = all_elsewhere(places->number_count, err);
    return places->of_number == NULL ? err->code : account_ids(store, take, &reading, err);
}

enum err_code places_restrict(struct places *places, const int32_t *accounts, size_t count, struct err *err)
{
    int32_t *of_number = all_elsewhere(places->number_count, err);
    size_t places_given = 0;

    if (of_number == NULL) {
        return err->code;
    }
    for (size_t i = 0; i < count; i++) {
        assert(accounts[i] >= 0 && (size_t)accounts[i] < places->number_count && (i == 0 || accounts[i - 1] < accounts[i]));
        if (!places_elsewhere(places, accounts[i])) {
            of_number[accounts[i]] = (int32_t)places_given++;
        }
    }
    free(places->of_number);
    places->of_number = of_number;
    places->count = places_given;
    return ERR_NONE;
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
