-- 0009_voids.sql: rows that were taken out again.
-- Types and versions as in 0001_codes.sql.

-- voids: takes a row of another table out, from recorded_at on and for good. Key: table_name, id. It may
-- arrive before the row that it names.
CREATE TABLE voids (
    -- the table
    table_name TEXT NOT NULL
        CHECK (table_name IN ('billing_addresses', 'plan_changes', 'overage_settings', 'credit_grants', 'payments',
                             'adjustments', 'usage_events')),
    -- key of the row; an event id in two months is voided in both
    id TEXT NOT NULL
        CHECK (length(CAST(id AS BLOB)) BETWEEN 1 AND 64 AND instr(id, char(0)) = 0
               AND id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- why, for people
    reason TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 500 AND instr(reason, char(0)) = 0),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (table_name, id, recorded_at)
) STRICT;

CREATE TRIGGER voids_insert BEFORE INSERT ON voids
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM voids AS known
        WHERE known.table_name = NEW.table_name AND known.id = NEW.id
          AND known.reason IS NEW.reason
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM voids AS newer
                              WHERE newer.table_name = NEW.table_name AND newer.id = NEW.id
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM voids AS known
                  WHERE known.table_name = NEW.table_name AND known.id = NEW.id
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM voids AS known
                  WHERE known.table_name = NEW.table_name AND known.id = NEW.id
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM voids WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER voids_inserted AFTER INSERT ON voids
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER voids_update BEFORE UPDATE ON voids
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER voids_delete BEFORE DELETE ON voids
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;
