/*
 * Has a person looked at what the program brought along?
 */
#ifndef MONTHEND_SCHEMA_STORE_SHIPPED_H
#define MONTHEND_SCHEMA_STORE_SHIPPED_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/store.h"

/*
 * Are the tax rates known at the as-of those that `init` loaded from the
 * program itself, and did nobody review them? An import of tax_rates until the
 * as-of is a review, also one whose rows were all there already, but not one
 * whose rows were all refused; so is a row that upstream added. Whoever began
 * with a catalogue of their own has looked.
 */
ERR_MUST_USE enum err_code tax_rates_unreviewed(struct store *store, int64_t as_of, bool *unreviewed, struct err *err);

#endif
