-- 07_grants.sql: bonus credits (R19), event by event.
--
-- An event takes from the grants active at its instant in their order, and a grant's balance is what the events before
-- have left of it. So the grants can be taken one after the other: a pass over the events in R19's order gives the
-- first grant what it covers, a second pass the second grant what is left of them, and so on.

-- The events of accounts whose order matters: with grants, from the start of the earliest on; with several segments
-- of the overage switch, those of the month.
DROP TABLE IF EXISTS temp.ordered_accounts;
CREATE TEMP TABLE ordered_accounts (account INTEGER NOT NULL PRIMARY KEY, from_at INTEGER NOT NULL) STRICT;
INSERT INTO temp.ordered_accounts
SELECT account, min(from_at)
FROM (SELECT g.account, min(g.starts_at, r.month_start) AS from_at
      FROM temp.known_grants AS g, temp.the_run AS r
      UNION ALL
      SELECT s.account, r.month_start
      FROM temp.switch_segments AS s, temp.the_run AS r
      WHERE s.place > 1)
GROUP BY account;

DROP TABLE IF EXISTS temp.ordered_events;
CREATE TEMP TABLE ordered_events (
    number INTEGER PRIMARY KEY, -- 1, 2, 3 ... in R19's order: by occurred_at, then event_id
    account INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    credits INTEGER,            -- NULL: its model has no rate in force
    rest INTEGER                -- what grants have not covered
) STRICT;
-- Their rows, in storage order. The months with usage, the latest first: each step finds the last key before the month
-- found last.
DROP TABLE IF EXISTS temp.ordered_rows;
CREATE TEMP TABLE ordered_rows (
    key INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    model INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    tokens INTEGER
) STRICT;
INSERT INTO temp.ordered_rows
WITH RECURSIVE usage_months (month_index) AS (
    SELECT max(u.key) >> 36 FROM usage_rows AS u, temp.the_run AS r WHERE u.key < (r.month_index + 1) << 36
    UNION ALL
    SELECT (SELECT max(u.key) >> 36 FROM usage_rows AS u WHERE u.key < m.month_index << 36)
    FROM usage_months AS m
    WHERE m.month_index IS NOT NULL),
wanted_months AS MATERIALIZED (
    SELECT m.month_index, unixepoch('1970-01-01', m.month_index || ' months') * 1000 AS month_start
    FROM usage_months AS m
    WHERE unixepoch('1970-01-01', (m.month_index + 1) || ' months') * 1000
          > (SELECT min(o.from_at) FROM temp.ordered_accounts AS o)
    ORDER BY m.month_index)
SELECT u.key, u.account, w.month_start + u.at, u.model, u.quantity, u.tokens
FROM wanted_months AS w
CROSS JOIN temp.the_run AS r
CROSS JOIN usage_rows AS u ON u.key >= w.month_index << 36 AND u.key < (w.month_index + 1) << 36
CROSS JOIN temp.ordered_accounts AS o ON o.account = u.account
WHERE w.month_start + u.at >= o.from_at AND u.recorded_at <= r.as_of;
-- And in their order, by the ids of those months.
INSERT INTO temp.ordered_events (account, occurred_at, credits, rest)
WITH events AS (
    SELECT u.account, u.occurred_at, i.event_id, u.model, u.quantity, u.tokens
    FROM (SELECT DISTINCT key >> 36 AS month_index FROM temp.ordered_rows) AS m
    CROSS JOIN usage_ids AS i ON i.month = m.month_index
    CROSS JOIN temp.ordered_rows AS u ON u.key = i.key
    -- "|| substr": only of the rows that were found
    WHERE i.event_id || substr(u.key, 99) NOT IN (SELECT v.id FROM temp.known_voids AS v WHERE v.table_name = 'usage_events')),
rated AS (
    SELECT e.*, k.multiplier,
           iif(e.tokens > k.request_token_limit,
               (e.tokens + k.request_token_limit - 1) / k.request_token_limit, 1) AS requests
    FROM events AS e
    LEFT JOIN temp.known_rates AS k
         ON k.model = e.model AND k.effective_from <= e.occurred_at AND k.effective_until > e.occurred_at),
split AS (
    SELECT *,
           quantity / 100000 * multiplier / 100000
               + (quantity / 100000 * multiplier % 100000 * 100000 + quantity % 100000 * multiplier) / 10000000000
               AS whole,
           (quantity / 100000 * multiplier % 100000 * 100000 + quantity % 100000 * multiplier) % 10000000000 AS remainder
    FROM rated),
credited AS (
    SELECT account, occurred_at, event_id,
           min(1000000000001, max(quantity > 0,
               CASE WHEN quantity <= 9000000000000000000 / multiplier / requests -- as in 06_usage.sql
                    THEN (quantity * multiplier * requests + 5000000000) / 10000000000
                    ELSE whole * requests + remainder / 100000 * requests / 100000
                         + (remainder / 100000 * requests % 100000 * 100000 + remainder % 100000 * requests + 5000000000)
                           / 10000000000
               END)) AS credits
    FROM split)
SELECT account, occurred_at, credits, credits FROM credited ORDER BY account, occurred_at, event_id;
CREATE INDEX temp.ordered_events_by_account ON ordered_events (account, occurred_at);

-- What each event took from which grant.
DROP TABLE IF EXISTS temp.covered;
CREATE TEMP TABLE covered (
    place INTEGER NOT NULL,  -- of the grant
    number INTEGER NOT NULL, -- of the event
    credits INTEGER NOT NULL,
    PRIMARY KEY (place, number)
) STRICT, WITHOUT ROWID;

-- One pass: grant number `place` of every account that has so many.
DROP TABLE IF EXISTS temp.passes;
CREATE TEMP TABLE passes (place INTEGER PRIMARY KEY) STRICT;
CREATE TEMP TRIGGER grant_pass AFTER INSERT ON passes
BEGIN
    INSERT INTO covered
    SELECT NEW.place, number, credits
    FROM (SELECT e.number,
                 min(e.rest, max(0, g.credits - coalesce(sum(e.rest) OVER (PARTITION BY e.account ORDER BY e.number
                                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS credits
          FROM known_grants AS g
          CROSS JOIN ordered_events AS e
               ON e.account = g.account AND e.occurred_at >= g.starts_at AND e.occurred_at < g.expires_at
          WHERE g.place = NEW.place AND e.rest > 0)
    WHERE credits > 0;
    UPDATE ordered_events
    SET rest = rest - c.credits
    FROM covered AS c
    WHERE c.place = NEW.place AND c.number = ordered_events.number;
END;
INSERT INTO temp.passes SELECT DISTINCT g.place FROM temp.known_grants AS g ORDER BY g.place;
