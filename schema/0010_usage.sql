-- 0010_usage.sql: usage events and upstream's own count of them.
--
-- Upstream writes and reads the view usage_events. Beneath it, for size and
-- speed: usage_rows, integers only, where the month is the high bits of the key,
-- so that a month is a range of keys and lies together; and usage_ids, by which
-- an event is found again. Types and versions as in 0001_codes.sql.

-- One event (R5). Nothing but the trigger of usage_events and the import write here.
CREATE TABLE usage_rows (
    -- (month index << 36) + number within the month from 0; the month index counts months from January 1970
    key INTEGER PRIMARY KEY CHECK (key BETWEEN 0 AND (96360 << 36) - 1),
    -- number of the account in account_ids
    account INTEGER NOT NULL CHECK (account BETWEEN 1 AND 2147483647),
    -- number of the model in model_ids
    model INTEGER NOT NULL CHECK (model BETWEEN 1 AND 2147483647),
    -- occurred_at: milliseconds since the month's start
    at INTEGER NOT NULL CHECK (at BETWEEN 0 AND 2678399999),
    -- credits as metered on Auto, millionths
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 100000000000),
    -- instant when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    -- tokens of the request (R6); NULL: not known
    tokens INTEGER CHECK (tokens BETWEEN 0 AND 1000000000),
    -- hundredths of a credit that the product showed the customer; NULL: nothing
    credits_shown INTEGER CHECK (credits_shown BETWEEN 0 AND 1000000000000)
) STRICT;

-- The events of which the customer was shown credits: a month without any is scanned without that column.
CREATE INDEX usage_rows_shown ON usage_rows (key) WHERE credits_shown IS NOT NULL;

-- The key of each event by its id, which is unique within its month (R8).
CREATE TABLE usage_ids (
    -- month index of occurred_at
    month INTEGER NOT NULL CHECK (month BETWEEN 0 AND 96359),
    -- the event's id
    event_id TEXT NOT NULL CHECK (length(CAST(event_id AS BLOB)) BETWEEN 1 AND 64),
    -- its row in usage_rows
    key INTEGER NOT NULL,
    PRIMARY KEY (month, event_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_rows_insert BEFORE INSERT ON usage_rows
BEGIN
    SELECT RAISE(ABORT, 'immutable: an event is never replaced')
    WHERE EXISTS (SELECT 1 FROM usage_rows WHERE key = NEW.key);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
END;

CREATE TRIGGER usage_rows_update BEFORE UPDATE ON usage_rows
BEGIN
    SELECT RAISE(ABORT, 'immutable: an event is never changed; void it and send it again under a new id');
END;

CREATE TRIGGER usage_rows_delete BEFORE DELETE ON usage_rows
BEGIN
    SELECT RAISE(ABORT, 'immutable: an event is never deleted; see voids');
END;

CREATE TRIGGER usage_ids_insert BEFORE INSERT ON usage_ids
BEGIN
    SELECT RAISE(ABORT, 'conflict: this event_id is there in this month')
    WHERE EXISTS (SELECT 1 FROM usage_ids WHERE month = NEW.month AND event_id = NEW.event_id);
    SELECT RAISE(ABORT, 'conflict: the event of this key has its event_id') -- with another one it could be voided
    WHERE EXISTS (SELECT 1 FROM usage_rows WHERE key = NEW.key);
END;

CREATE TRIGGER usage_ids_update BEFORE UPDATE ON usage_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: an event is never changed; void it and send it again under a new id');
END;

CREATE TRIGGER usage_ids_delete BEFORE DELETE ON usage_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: an event is never deleted; see voids');
END;

-- usage_events: requests of customers (R5-R8), to write and to read. Key: event_id
-- within the month of occurred_at. Columns: event_id; account_id; occurred_at, instant;
-- model, its name; quantity, credits as metered on Auto, millionths; tokens or NULL;
-- credits_shown, hundredths of a credit, or NULL; recorded_at, instant.
CREATE VIEW usage_events (event_id, account_id, occurred_at, model, quantity, tokens, credits_shown, recorded_at) AS
SELECT i.event_id, a.account_id, unixepoch('1970-01-01', i.month || ' months') * 1000 + r.at, m.name, r.quantity,
       r.tokens, r.credits_shown, r.recorded_at
FROM usage_ids AS i
JOIN usage_rows AS r ON r.key = i.key
JOIN account_ids AS a ON a.account = r.account
JOIN model_ids AS m ON m.model = r.model;

-- The bounds are checked here, too: under the caller's OR IGNORE a failing CHECK
-- beneath would leave an event half written.
CREATE TRIGGER usage_events_insert INSTEAD OF INSERT ON usage_events
BEGIN
    SELECT RAISE(ABORT, 'event_id is not an id: 1 to 64 bytes, no control characters')
    WHERE typeof(NEW.event_id) <> 'text' OR NOT (length(CAST(NEW.event_id AS BLOB)) BETWEEN 1 AND 64
        AND instr(NEW.event_id, char(0)) = 0
        AND NEW.event_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*');
    SELECT RAISE(ABORT, 'account_id is not an id: 1 to 64 bytes, no control characters')
    WHERE typeof(NEW.account_id) <> 'text' OR NOT (length(CAST(NEW.account_id AS BLOB)) BETWEEN 1 AND 64
        AND instr(NEW.account_id, char(0)) = 0
        AND NEW.account_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*');
    SELECT RAISE(ABORT, 'model is not a code: 1 to 64 bytes, no control characters')
    WHERE typeof(NEW.model) <> 'text' OR NOT (length(CAST(NEW.model AS BLOB)) BETWEEN 1 AND 64
        AND instr(NEW.model, char(0)) = 0
        AND NEW.model NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*');
    SELECT RAISE(ABORT, 'occurred_at is not an instant: Unix milliseconds of the years 1970 to 9999')
    WHERE typeof(NEW.occurred_at) <> 'integer' OR NEW.occurred_at NOT BETWEEN 0 AND 253402300799999;
    SELECT RAISE(ABORT, 'quantity is not millionths of a credit from 0 to 100,000 credits')
    WHERE typeof(NEW.quantity) <> 'integer' OR NEW.quantity NOT BETWEEN 0 AND 100000000000;
    SELECT RAISE(ABORT, 'tokens is not a count from 0 to 1,000,000,000')
    WHERE NEW.tokens IS NOT NULL AND (typeof(NEW.tokens) <> 'integer' OR NEW.tokens NOT BETWEEN 0 AND 1000000000);
    SELECT RAISE(ABORT, 'credits_shown is not hundredths of a credit from 0 to 10,000,000,000 credits')
    WHERE NEW.credits_shown IS NOT NULL
      AND (typeof(NEW.credits_shown) <> 'integer' OR NEW.credits_shown NOT BETWEEN 0 AND 1000000000000);
    SELECT RAISE(ABORT, 'recorded_at is not an instant: Unix milliseconds of the years 1970 to 9999')
    WHERE typeof(NEW.recorded_at) <> 'integer' OR NEW.recorded_at NOT BETWEEN 0 AND 253402300799999;
    SELECT RAISE(IGNORE) -- the same event again (R8)
    FROM usage_ids AS i
    JOIN usage_rows AS r ON r.key = i.key
    JOIN account_ids AS a ON a.account = r.account
    JOIN model_ids AS m ON m.model = r.model
    WHERE i.month = strftime('%Y', NEW.occurred_at / 1000, 'unixepoch') * 12
                    + strftime('%m', NEW.occurred_at / 1000, 'unixepoch') - 23641
      AND i.event_id = NEW.event_id
      AND unixepoch('1970-01-01', i.month || ' months') * 1000 + r.at = NEW.occurred_at
      AND (a.account_id, m.name, r.quantity, r.tokens, r.credits_shown) IS
          (NEW.account_id, NEW.model, NEW.quantity, NEW.tokens, NEW.credits_shown);
    SELECT RAISE(ABORT, 'conflict: this event_id is there in this month with other content')
    FROM usage_ids AS i
    WHERE i.month = strftime('%Y', NEW.occurred_at / 1000, 'unixepoch') * 12
                    + strftime('%m', NEW.occurred_at / 1000, 'unixepoch') - 23641
      AND i.event_id = NEW.event_id;
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    INSERT INTO account_ids (account_id)
    SELECT NEW.account_id WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
    INSERT INTO model_ids (name)
    SELECT NEW.model WHERE NOT EXISTS (SELECT 1 FROM model_ids WHERE name = NEW.model);
    INSERT INTO usage_ids (month, event_id, key)
    SELECT month, NEW.event_id,
           coalesce((SELECT max(key) + 1 FROM usage_rows WHERE key >= month << 36 AND key < (month + 1) << 36),
                    month << 36)
    FROM (SELECT strftime('%Y', NEW.occurred_at / 1000, 'unixepoch') * 12
                 + strftime('%m', NEW.occurred_at / 1000, 'unixepoch') - 23641 AS month);
    INSERT INTO usage_rows (key, account, model, at, quantity, recorded_at, tokens, credits_shown)
    SELECT i.key,
           (SELECT account FROM account_ids WHERE account_id = NEW.account_id),
           (SELECT model FROM model_ids WHERE name = NEW.model),
           NEW.occurred_at - unixepoch('1970-01-01', i.month || ' months') * 1000,
           NEW.quantity, NEW.recorded_at, NEW.tokens, NEW.credits_shown
    FROM usage_ids AS i
    WHERE i.month = strftime('%Y', NEW.occurred_at / 1000, 'unixepoch') * 12
                    + strftime('%m', NEW.occurred_at / 1000, 'unixepoch') - 23641
      AND i.event_id = NEW.event_id;
END;

-- source_totals: upstream's own count of a UTC day's events, voided ones left out; the close compares. Key:
-- day.
CREATE TABLE source_totals (
    -- the day, yyyymmdd
    day INTEGER NOT NULL
        CHECK (day BETWEEN 19700101 AND 99991231
               AND CAST(day AS TEXT) IS strftime('%Y%m%d', format('%d-%02d-%02d', day / 10000, day / 100 % 100,
                                                                    day % 100), '0 days')),
    -- how many
    events INTEGER NOT NULL CHECK (events BETWEEN 0 AND 1000000000),
    -- sum of their quantity, millionths of a credit
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 1000000000000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (day, recorded_at)
) STRICT;

CREATE TRIGGER source_totals_insert BEFORE INSERT ON source_totals
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM source_totals AS known
        WHERE known.day = NEW.day
          AND (known.events, known.quantity) IS
              (NEW.events, NEW.quantity)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM source_totals AS newer
                              WHERE newer.day = NEW.day
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM source_totals AS known
                  WHERE known.day = NEW.day
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM source_totals AS known
                  WHERE known.day = NEW.day
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM source_totals WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER source_totals_inserted AFTER INSERT ON source_totals
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER source_totals_update BEFORE UPDATE ON source_totals
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER source_totals_delete BEFORE DELETE ON source_totals
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;
