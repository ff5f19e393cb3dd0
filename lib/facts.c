/*
 * Questions asked of an account's facts.
 */
#include "lib/facts.h"

const struct address_fact *facts_address(const struct account_facts *facts, int64_t at)
{
    const struct address_fact *found = NULL;

    for (size_t i = 0; i < facts->address_count && facts->addresses[i].effective_at <= at; i++) {
        found = &facts->addresses[i];
    }
    return found;
}

int64_t facts_grant_credits(const struct account_facts *facts, size_t grant)
{
    return facts->grants[grant].starts_at < facts->left_at ? facts->grants[grant].left : facts->grants[grant].credits;
}
