-- 0003_models.sql: the dictionary of models, and what they cost in credits (R5, R6).
-- Types and versions as in 0001_codes.sql.

-- Dictionary of models: a number for each name as it first appears in model_rates or usage.
CREATE TABLE model_ids (
    -- the number, from 1 without a gap
    model INTEGER PRIMARY KEY CHECK (model BETWEEN 1 AND 2147483647),
    -- the model's name, as in model_rates.model and usage_events.model
    name TEXT NOT NULL UNIQUE
        CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 64 AND instr(name, char(0)) = 0
               AND name NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*')
) STRICT;

CREATE TRIGGER model_ids_insert BEFORE INSERT ON model_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: a model keeps its number')
    WHERE EXISTS (SELECT 1 FROM model_ids WHERE model = NEW.model)
       OR EXISTS (SELECT 1 FROM model_ids WHERE name = NEW.name);
END;

CREATE TRIGGER model_ids_inserted AFTER INSERT ON model_ids
WHEN NEW.model > 1
BEGIN
    SELECT RAISE(ABORT, 'numbers are given from 1 without a gap')
    WHERE NOT EXISTS (SELECT 1 FROM model_ids WHERE model = NEW.model - 1);
END;

CREATE TRIGGER model_ids_update BEFORE UPDATE ON model_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: a model keeps its number');
END;

CREATE TRIGGER model_ids_delete BEFORE DELETE ON model_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: a model keeps its number');
END;

-- model_rates: what a model costs in credits (R5, R6). Key: model, effective_from.
CREATE TABLE model_rates (
    -- name of the model
    model TEXT NOT NULL REFERENCES model_ids (name)
        CHECK (length(CAST(model AS BLOB)) BETWEEN 1 AND 64 AND instr(model, char(0)) = 0
               AND model NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- millionths: credits of one credit metered on Auto
    multiplier INTEGER NOT NULL CHECK (multiplier BETWEEN 1 AND 100000000),
    -- tokens of one request; a longer one counts as several (R6); NULL: no limit
    request_token_limit INTEGER CHECK (request_token_limit BETWEEN 1 AND 1000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (model, effective_from, recorded_at)
) STRICT;

CREATE TRIGGER model_rates_insert BEFORE INSERT ON model_rates
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM model_rates AS known
        WHERE known.model = NEW.model AND known.effective_from = NEW.effective_from
          AND (known.multiplier, known.request_token_limit) IS
              (NEW.multiplier, NEW.request_token_limit)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM model_rates AS newer
                              WHERE newer.model = NEW.model AND newer.effective_from = NEW.effective_from
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM model_rates AS known
                  WHERE known.model = NEW.model AND known.effective_from = NEW.effective_from
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM model_rates AS known
                  WHERE known.model = NEW.model AND known.effective_from = NEW.effective_from
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM model_rates WHERE rowid = NEW.rowid);
    INSERT INTO model_ids (name)
    SELECT NEW.model WHERE NOT EXISTS (SELECT 1 FROM model_ids WHERE name = NEW.model);
END;

CREATE TRIGGER model_rates_inserted AFTER INSERT ON model_rates
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER model_rates_update BEFORE UPDATE ON model_rates
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER model_rates_delete BEFORE DELETE ON model_rates
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;
