/*
 * store_known.h - R3 as SQL: which row of a key counts at the as-of ?1. For
 * the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_KNOWN_H
#define MONTHEND_SCHEMA_STORE_KNOWN_H

/* `t` is the newest version of its key that is known at ?1. */
#define KNOWN(table, id)                                                                                               \
    "t.recorded_at <= ?1 AND NOT EXISTS (SELECT 1 FROM " table " n WHERE n." id " = t." id                             \
    " AND n.recorded_at > t.recorded_at AND n.recorded_at <= ?1) "

/* No void of `t` is known at ?1; voids are for good, whatever versions they have. */
#define NOT_VOIDED(table, id)                                                                                          \
    "AND NOT EXISTS (SELECT 1 FROM voids v WHERE v.table_name = '" table "' AND v.id = t." id                          \
    " AND v.recorded_at <= ?1) "

#endif
