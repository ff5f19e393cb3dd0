-- 0025_usage_parts.sql: the events of an account side by side, for whoever asks for those of a few accounts and not for a
-- whole month (reprocess, explain, grants that reach back).
--
-- Made after a month's events, by `monthend index`, and never by an import or a close: an index that each new event
-- has to be sorted into would cost more than the event. Rows are never changed and the keys of a month only grow, so
-- what a part covers stays true for good; events that come later lie behind the last part and are read one by one
-- until another part covers them. All of it follows from usage_rows: `verify` makes it again and compares.

-- Keys of one month, [first_key, end_key), whose rows usage_places finds. The parts of a month follow each other from
-- its first key without a gap.
CREATE TABLE usage_parts (
    part      INTEGER PRIMARY KEY CHECK (part BETWEEN 1 AND 4194303), -- number of the part in this database
    first_key INTEGER NOT NULL UNIQUE CHECK (first_key >= 0), -- the first key that it covers
    end_key   INTEGER NOT NULL, -- the first one that it does not
    CHECK (end_key > first_key AND end_key - first_key <= 8388608),
    CHECK (first_key >> 36 = (end_key - 1) >> 36)
) STRICT;

-- The events of up to four accounts in one part, those of numbers block * 4 to block * 4 + 3, account by account and by
-- key: a sorted copy of their rows, so that an account's events lie side by side. schema/store_usage_places.h says how
-- they are written. A block without events has no row.
CREATE TABLE usage_places (
    place  INTEGER PRIMARY KEY CHECK (place >= 536870912), -- (part << 29) + block
    events BLOB    NOT NULL CHECK (length(events) > 28)
) STRICT;

CREATE TRIGGER usage_parts_insert BEFORE INSERT ON usage_parts
BEGIN
    SELECT RAISE(ABORT, 'immutable: this part is there already')
    WHERE EXISTS (SELECT 1 FROM usage_parts WHERE part = NEW.part OR first_key = NEW.first_key);
    SELECT RAISE(ABORT, 'the parts of a month follow each other without a gap')
    WHERE NEW.first_key <> coalesce((SELECT max(end_key) FROM usage_parts WHERE first_key >> 36 = NEW.first_key >> 36),
                                    NEW.first_key >> 36 << 36);
END;

CREATE TRIGGER usage_parts_update BEFORE UPDATE ON usage_parts
BEGIN
    SELECT RAISE(ABORT, 'immutable: a part of the usage is never changed');
END;

CREATE TRIGGER usage_parts_delete BEFORE DELETE ON usage_parts
BEGIN
    SELECT RAISE(ABORT, 'immutable: a part of the usage is never deleted');
END;

CREATE TRIGGER usage_places_insert BEFORE INSERT ON usage_places
BEGIN
    SELECT RAISE(ABORT, 'immutable: this place is noted already')
    WHERE EXISTS (SELECT 1 FROM usage_places WHERE place = NEW.place);
    SELECT RAISE(ABORT, 'no such part of the usage, or another one has begun')
    WHERE NEW.place >> 29 IS NOT (SELECT max(part) FROM usage_parts);
END;

CREATE TRIGGER usage_places_update BEFORE UPDATE ON usage_places
BEGIN
    SELECT RAISE(ABORT, 'immutable: where an event lies is never changed');
END;

CREATE TRIGGER usage_places_delete BEFORE DELETE ON usage_places
BEGIN
    SELECT RAISE(ABORT, 'immutable: where an event lies is never deleted');
END;

-- The way back from an event's key to its event_id: usage_ids is in order of ids, and a second order of it would cost an
-- import as much as the first. So every 256th id of a month, in their order, is an anchor, and of each key it is noted
-- behind which anchor its id lies. Ids that come later lie between the same anchors.
CREATE TABLE usage_anchors (
    month    INTEGER NOT NULL CHECK (month BETWEEN 0 AND 96359), -- month index, as in usage_ids
    anchor   INTEGER NOT NULL CHECK (anchor BETWEEN 0 AND 4294967294), -- 0, 1, 2 ...
    event_id TEXT    NOT NULL, -- the first id behind it; of anchor 0 '': before all
    PRIMARY KEY (month, anchor)
) STRICT, WITHOUT ROWID;

-- The anchors of up to 1024 keys from first_key on: four bytes a number, the lowest first; 4294967295: there is no such key.
CREATE TABLE usage_id_places (
    first_key INTEGER PRIMARY KEY CHECK (first_key >= 0), -- the first of them
    anchors   BLOB NOT NULL CHECK (length(anchors) BETWEEN 4 AND 4096 AND length(anchors) % 4 = 0)
) STRICT;

CREATE TRIGGER usage_anchors_insert BEFORE INSERT ON usage_anchors
BEGIN
    SELECT RAISE(ABORT, 'immutable: this anchor is there already')
    WHERE EXISTS (SELECT 1 FROM usage_anchors WHERE month = NEW.month AND anchor = NEW.anchor);
END;

CREATE TRIGGER usage_anchors_update BEFORE UPDATE ON usage_anchors
BEGIN
    SELECT RAISE(ABORT, 'immutable: an anchor is never changed');
END;

CREATE TRIGGER usage_anchors_delete BEFORE DELETE ON usage_anchors
BEGIN
    SELECT RAISE(ABORT, 'immutable: an anchor is never deleted');
END;

CREATE TRIGGER usage_id_places_insert BEFORE INSERT ON usage_id_places
BEGIN
    SELECT RAISE(ABORT, 'immutable: where these ids lie is noted already')
    WHERE EXISTS (SELECT 1 FROM usage_id_places WHERE first_key = NEW.first_key);
END;

CREATE TRIGGER usage_id_places_update BEFORE UPDATE ON usage_id_places
BEGIN
    SELECT RAISE(ABORT, 'immutable: where an id lies is never changed');
END;

CREATE TRIGGER usage_id_places_delete BEFORE DELETE ON usage_id_places
BEGIN
    SELECT RAISE(ABORT, 'immutable: where an id lies is never deleted');
END;
