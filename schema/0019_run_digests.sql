-- 0019_run_digests.sql: digests of what each run saw, taken while it read: of the
-- facts and of the catalogue, part by part, so that a change is told by its place.
-- They are in the run's canonical text (0015_canonical.sql), and so under its seal.
--
-- How a digest is made, what it proves and what it does not: lib/fact_digest.h. What
-- the parts are: schema/store_seen.h. All of one kind are one digest:
--
--     sqlite3 m.db "SELECT text FROM canonical_digests WHERE run = 1 AND kind = 'facts' ORDER BY part" | sha256sum

CREATE TABLE run_digests (
    run    INTEGER NOT NULL REFERENCES runs (run), -- the run
    part   TEXT    NOT NULL CHECK (length(part) BETWEEN 1 AND 40), -- a table, usage_events with its month
    kind   TEXT    NOT NULL CHECK (kind IN ('facts', 'catalogue')), -- what it is a part of
    rows   INTEGER NOT NULL CHECK (rows >= 0), -- how many rows the run saw
    digest TEXT    NOT NULL CHECK (length(digest) = 64), -- of these rows, in any order, hexadecimal
    PRIMARY KEY (run, part)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_digests_insert BEFORE INSERT ON run_digests
BEGIN
    SELECT RAISE(ABORT, 'immutable: the digest of what the run saw is noted already')
    WHERE EXISTS (SELECT 1 FROM run_digests WHERE run = NEW.run AND part = NEW.part);
    SELECT RAISE(ABORT, 'immutable: what a run saw is noted only while it is at work')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run = NEW.run)
       OR EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run);
END;

CREATE TRIGGER run_digests_update BEFORE UPDATE ON run_digests
BEGIN
    SELECT RAISE(ABORT, 'immutable: the digest of what a run saw is never changed');
END;

CREATE TRIGGER run_digests_delete BEFORE DELETE ON run_digests
BEGIN
    SELECT RAISE(ABORT, 'immutable: the digest of what a run saw is never deleted');
END;

CREATE VIEW canonical_digests (run, kind, part, text) AS
SELECT run, kind, part, part || '|' || rows || '|' || digest
FROM run_digests;
