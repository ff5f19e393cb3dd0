/*
 * The digest of a month's result: SHA-256 over a canonical text of what every
 * account is billed. It does not depend on the as-of, so that a result seen in
 * a preview can be approved and then issued by `close --expect`.
 *
 * The text, fields separated by tabs, lines ended by LF, amounts in minor
 * units and scaled integers as in the database:
 *
 *     monthend result 1 <month as 202511>
 *     account <account_id> <status> <hold reason or -> <currency> <collected>
 *     line <kind> <plan or -> <period_start> <period_end> <quantity> <whole> <unit_price> <amount> <charged_at> <reference> <detail>
 *     note <invoice that it corrects> <collected>, and its lines, each with what it takes back or replaces (R28)
 */
#ifndef MONTHEND_BATCH_DIGEST_H
#define MONTHEND_BATCH_DIGEST_H

#include <nettle/sha2.h>

#include "lib/bill.h"
#include "lib/facts.h"

#define DIGEST_HEX_MAX 65

struct digest {
    struct sha256_ctx context;
    size_t used;
    char buffer[4096]; /* what comes next */
};

void digest_begin(struct digest *digest, int32_t month);
void digest_account(struct digest *digest, const struct account_facts *facts, const struct bill *bill,
                    const struct catalogue *catalogue);
/* R28: the note that is issued for the account, after digest_account of its month. */
void digest_note(struct digest *digest, const char *corrects_number, const struct bill *note,
                 const struct catalogue *catalogue);
void digest_end(struct digest *digest, char out[DIGEST_HEX_MAX]);

#endif
