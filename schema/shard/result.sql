-- result.sql: what a result file holds, which `close --shard K/N` writes and
-- `merge` reads: a shard's accounts with the sums of their usage and the digest
-- of their bills, and what the shard saw of the database. A SQLite file of its
-- own, no part of the database. Types as in 0001_codes.sql.

-- The one row of the file.
CREATE TABLE result (
    shard           INTEGER PRIMARY KEY CHECK (shard BETWEEN 1 AND 1000), -- K
    shards          INTEGER NOT NULL CHECK (shards BETWEEN shard AND 1000), -- of N (lib/shard.h: whose accounts these are)
    month           INTEGER NOT NULL CHECK (month BETWEEN 197001 AND 999912 AND month % 100 BETWEEN 1 AND 12), -- month billed, yyyymm
    as_of           INTEGER NOT NULL CHECK (as_of BETWEEN 0 AND 253402300799999), -- instant: rows recorded until then were seen (R3)
    program_version TEXT    NOT NULL CHECK (length(CAST(program_version AS BLOB)) <= 31), -- version of monthend
    rules_version   TEXT    NOT NULL CHECK (length(CAST(rules_version AS BLOB)) <= 31), -- version of the billing rules
    catalogue       TEXT    NOT NULL CHECK (length(catalogue) = 64), -- SHA-256 of the catalogue and the month's policies, hexadecimal
    runs            INTEGER NOT NULL CHECK (runs >= 0), -- runs of the month that its database had issued by then
    first_month     INTEGER NOT NULL CHECK (first_month BETWEEN 197001 AND month), -- the earliest month whose usage it read (grants)
    events_read     INTEGER NOT NULL CHECK (events_read >= 0), -- events of the month known at the as-of, of the shard's accounts as all that follows
    events_voided   INTEGER NOT NULL CHECK (events_voided BETWEEN 0 AND events_read), -- of those, voided
    first_minute    INTEGER NOT NULL CHECK (first_minute >= 0), -- events in the month's first minute
    last_minute     INTEGER NOT NULL CHECK (last_minute >= 0), -- events in its last minute
    voids           INTEGER NOT NULL CHECK (voids >= 0), -- voided events of the months from first_month on
    voids_sum       INTEGER NOT NULL, -- sum of a hash of each of them, modulo 2^64
    accounts        INTEGER NOT NULL CHECK (accounts >= 0) -- rows of the table
) STRICT;

-- The shard's accounts: those known at the as-of in order of account_id, then those that have usage but no row.
CREATE TABLE accounts (
    account        INTEGER PRIMARY KEY CHECK (account >= 1), -- place in the order, from 1
    account_id     TEXT    NOT NULL CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64), -- the account
    bill           TEXT    NOT NULL CHECK (length(bill) IN (0, 64)), -- SHA-256 of what is known of it and of its bill, '': it has no row in accounts
    unknown_model  TEXT    NOT NULL CHECK (length(CAST(unknown_model AS BLOB)) <= 64), -- model of its first event without a rate, '': none
    unknown_at     INTEGER NOT NULL CHECK (unknown_at BETWEEN 0 AND 253402300799999), -- instant of that event, or 0
    unknown_events INTEGER NOT NULL CHECK (unknown_events >= 0) -- events of the month without a rate
) STRICT;

-- Credits and events of the month by account and model.
CREATE TABLE models (
    account INTEGER NOT NULL REFERENCES accounts (account),
    model   TEXT    NOT NULL CHECK (length(CAST(model AS BLOB)) BETWEEN 1 AND 64), -- its name
    credits INTEGER NOT NULL CHECK (credits BETWEEN 0 AND 1000000000001), -- hundredths; the greatest: more than can be billed
    events  INTEGER NOT NULL CHECK (events >= 0),
    PRIMARY KEY (account, model)
) STRICT, WITHOUT ROWID;

-- Credits and events between the breakpoints of those accounts that have some (R19).
CREATE TABLE cells (
    account INTEGER NOT NULL REFERENCES accounts (account),
    start   INTEGER NOT NULL CHECK (start BETWEEN 0 AND 253402300799999), -- instant
    credits INTEGER NOT NULL CHECK (credits BETWEEN 0 AND 1000000000001), -- as above
    events  INTEGER NOT NULL CHECK (events >= 0),
    PRIMARY KEY (account, start)
) STRICT, WITHOUT ROWID;

-- The month's days (source_totals).
CREATE TABLE days (
    day      INTEGER PRIMARY KEY CHECK (day BETWEEN 1 AND 31),
    events   INTEGER NOT NULL CHECK (events >= 0), -- not voided
    quantity INTEGER NOT NULL CHECK (quantity >= 0) -- millionths
) STRICT;

-- What usage the database had, whoever's: every month with usage until the month billed.
CREATE TABLE months (
    month  INTEGER PRIMARY KEY CHECK (month BETWEEN 197001 AND 999912), -- yyyymm
    events INTEGER NOT NULL CHECK (events >= 0), -- rows
    seen   INTEGER NOT NULL CHECK (seen BETWEEN 0 AND events), -- of a month that was read, those before the first that was not known at the as-of
    known  INTEGER NOT NULL CHECK (known BETWEEN 0 AND events), -- of a month that was read, those known at the as-of
    lane_0 INTEGER NOT NULL, -- the digest of those (lib/fact_digest.h)
    lane_1 INTEGER NOT NULL,
    lane_2 INTEGER NOT NULL,
    lane_3 INTEGER NOT NULL
) STRICT;

-- A few events, to be found again in the database that issues.
CREATE TABLE samples (
    month       INTEGER NOT NULL CHECK (month BETWEEN 197001 AND 999912), -- yyyymm
    event_id    TEXT    NOT NULL CHECK (length(CAST(event_id AS BLOB)) BETWEEN 1 AND 64),
    account_id  TEXT    NOT NULL CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64),
    at          INTEGER NOT NULL CHECK (at >= 0), -- milliseconds since the month's start
    model       TEXT    NOT NULL CHECK (length(CAST(model AS BLOB)) BETWEEN 1 AND 64),
    quantity    INTEGER NOT NULL CHECK (quantity >= 0), -- millionths
    tokens      INTEGER NOT NULL CHECK (tokens >= -1), -- -1: not known
    recorded_at INTEGER NOT NULL CHECK (recorded_at >= 0), -- instant
    number      INTEGER NOT NULL CHECK (number >= 0), -- within its month, in the order in which the database got them
    PRIMARY KEY (month, event_id)
) STRICT, WITHOUT ROWID;

-- SHA-256, hexadecimal, of all rows above: table by table in this file's order, by primary key; each value as its
-- length in bytes, ':', and its text.
CREATE TABLE seal (
    digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 64)
) STRICT;
