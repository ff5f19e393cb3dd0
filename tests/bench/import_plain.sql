-- The yardstick of the import: a plain table of the file's columns with the key of usage_events, an id once a month.
CREATE TABLE usage_events (
    event_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    model TEXT NOT NULL,
    quantity NUMERIC NOT NULL,
    tokens INTEGER
);
CREATE UNIQUE INDEX usage_events_once ON usage_events (substr(occurred_at, 1, 7), event_id);
