-- 0026_kept.sql: what a run keeps of a month for the runs after it, so that they need not read its events again. All of it
-- follows from the facts as of the run, is sealed with it (0015_canonical.sql) and computed again by `verify`.
-- Append-only like the documents of the same run.

-- How many of the month's events the run saw.
CREATE TABLE run_events (
    run    INTEGER PRIMARY KEY CHECK (run >= 1) REFERENCES runs (run), -- the run
    events INTEGER NOT NULL CHECK (events >= voided), -- known at its as-of
    voided INTEGER NOT NULL CHECK (voided >= 0) -- of these voided
) STRICT;

-- The same by day, those left out that were voided. A day without events has no row.
CREATE TABLE run_days (
    run      INTEGER NOT NULL REFERENCES run_events (run), -- the run
    day      INTEGER NOT NULL CHECK (day BETWEEN 1 AND 31), -- of its month
    events   INTEGER NOT NULL CHECK (events > 0), -- how many
    quantity INTEGER NOT NULL CHECK (quantity >= 0), -- sum of their quantity, millionths of a credit
    PRIMARY KEY (run, day)
) STRICT, WITHOUT ROWID;

-- R19: what the month left of each grant that was part of it: that had begun before the month's end and was not over at its
-- start. Of accounts that the run did not hold.
CREATE TABLE grants_left (
    run        INTEGER NOT NULL REFERENCES runs (run), -- the run
    account_id TEXT    NOT NULL REFERENCES account_ids (account_id), -- the account
    grant_id   TEXT    NOT NULL CHECK (length(CAST(grant_id AS BLOB)) BETWEEN 1 AND 64), -- the grant
    credits    INTEGER NOT NULL CHECK (credits BETWEEN 0 AND 1000000000000), -- hundredths left at the month's end, or when it expired
    PRIMARY KEY (run, account_id, grant_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_events_insert BEFORE INSERT ON run_events
BEGIN
    SELECT RAISE(ABORT, 'immutable: what the run saw of its month is noted already')
    WHERE EXISTS (SELECT 1 FROM run_events WHERE run = NEW.run);
    SELECT RAISE(ABORT, 'immutable: what a run saw is noted only while it is at work')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run = NEW.run)
       OR EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run);
END;

CREATE TRIGGER run_events_update BEFORE UPDATE ON run_events
BEGIN
    SELECT RAISE(ABORT, 'immutable: what a run saw is never changed');
END;

CREATE TRIGGER run_events_delete BEFORE DELETE ON run_events
BEGIN
    SELECT RAISE(ABORT, 'immutable: what a run saw is never deleted');
END;

CREATE TRIGGER run_days_insert BEFORE INSERT ON run_days
BEGIN
    SELECT RAISE(ABORT, 'immutable: what the run saw of this day is noted already')
    WHERE EXISTS (SELECT 1 FROM run_days WHERE run = NEW.run AND day = NEW.day);
    SELECT RAISE(ABORT, 'immutable: what a run saw is noted only while it is at work')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run = NEW.run)
       OR EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run);
END;

CREATE TRIGGER run_days_update BEFORE UPDATE ON run_days
BEGIN
    SELECT RAISE(ABORT, 'immutable: what a run saw is never changed');
END;

CREATE TRIGGER run_days_delete BEFORE DELETE ON run_days
BEGIN
    SELECT RAISE(ABORT, 'immutable: what a run saw is never deleted');
END;

CREATE TRIGGER grants_left_insert BEFORE INSERT ON grants_left
BEGIN
    SELECT RAISE(ABORT, 'immutable: what the month left of this grant is noted already')
    WHERE EXISTS (SELECT 1 FROM grants_left
                  WHERE run = NEW.run AND account_id = NEW.account_id AND grant_id = NEW.grant_id);
    SELECT RAISE(ABORT, 'immutable: what is left of grants is noted only while the run is at work')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run = NEW.run)
       OR EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run);
END;

CREATE TRIGGER grants_left_update BEFORE UPDATE ON grants_left
BEGIN
    SELECT RAISE(ABORT, 'immutable: what a month left of a grant is never changed');
END;

CREATE TRIGGER grants_left_delete BEFORE DELETE ON grants_left
BEGIN
    SELECT RAISE(ABORT, 'immutable: what a month left of a grant is never deleted');
END;
