-- 0005_policies.sql: the operator's choices.
-- Types and versions as in 0001_codes.sql.

-- policies: choices of the operator (data.md). Key: policy, effective_from.
CREATE TABLE policies (
    -- which choice
    policy TEXT NOT NULL,
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- what was chosen; numbers in decimal
    value TEXT NOT NULL,
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (policy, effective_from, recorded_at),
    CHECK (CASE policy
               WHEN 'proration' THEN value IN ('day_inclusive', 'day_exclusive', 'second')
               WHEN 'first_month_allowance' THEN value IN ('full', 'prorated')
               WHEN 'headroom_percent' THEN value = CAST(CAST(value AS INTEGER) AS TEXT)
                                            AND CAST(value AS INTEGER) BETWEEN 0 AND 100
               WHEN 'close_grace_hours' THEN value = CAST(CAST(value AS INTEGER) AS TEXT)
                                             AND CAST(value AS INTEGER) BETWEEN 0 AND 2000
               WHEN 'held_limit_percent' THEN value = CAST(CAST(value AS INTEGER) AS TEXT)
                                              AND CAST(value AS INTEGER) BETWEEN 0 AND 100
               ELSE 0
           END)
) STRICT;

CREATE TRIGGER policies_insert BEFORE INSERT ON policies
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM policies AS known
        WHERE known.policy = NEW.policy AND known.effective_from = NEW.effective_from
          AND known.value IS NEW.value
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM policies AS newer
                              WHERE newer.policy = NEW.policy AND newer.effective_from = NEW.effective_from
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM policies AS known
                  WHERE known.policy = NEW.policy AND known.effective_from = NEW.effective_from
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM policies AS known
                  WHERE known.policy = NEW.policy AND known.effective_from = NEW.effective_from
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM policies WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER policies_inserted AFTER INSERT ON policies
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER policies_update BEFORE UPDATE ON policies
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER policies_delete BEFORE DELETE ON policies
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;
