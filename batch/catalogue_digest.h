/*
 * The digest of a catalogue as a month sees it: SHA-256 over the text of its
 * rows and the month's policies. Two databases that hold the same rows have the
 * same, however their models are numbered (those of schema/store_seen.h are of one
 * database's very rows).
 */
#ifndef MONTHEND_BATCH_CATALOGUE_DIGEST_H
#define MONTHEND_BATCH_CATALOGUE_DIGEST_H

#include "batch/digest.h"
#include "lib/catalogue.h"

void catalogue_digest(const struct catalogue *catalogue, struct policies policies, char out[DIGEST_HEX_MAX]);

#endif
