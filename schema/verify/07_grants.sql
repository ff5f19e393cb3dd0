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

-- The months with their usage, the latest first: each step finds the last key before the month found last.
DROP TABLE IF EXISTS temp.ordered_months;
CREATE TEMP TABLE ordered_months (month_index INTEGER PRIMARY KEY, month_start INTEGER NOT NULL) STRICT;
INSERT INTO temp.ordered_months
WITH RECURSIVE usage_months (month_index) AS (
    SELECT max(u.key) >> 36 FROM usage_rows AS u, temp.the_run AS r WHERE u.key < (r.month_index + 1) << 36
    UNION ALL
    SELECT (SELECT max(u.key) >> 36 FROM usage_rows AS u WHERE u.key < m.month_index << 36)
    FROM usage_months AS m
    WHERE m.month_index IS NOT NULL
    LIMIT 96361) -- all months there are: keys of a damaged table may lead around for ever
SELECT m.month_index, unixepoch('1970-01-01', m.month_index || ' months') * 1000
FROM usage_months AS m
WHERE unixepoch('1970-01-01', (m.month_index + 1) || ' months') * 1000
      > (SELECT min(o.from_at) FROM temp.ordered_accounts AS o);

-- R8: what is voided in them.
DROP TABLE IF EXISTS temp.ordered_voided;
CREATE TEMP TABLE ordered_voided (key INTEGER PRIMARY KEY) STRICT;
INSERT OR IGNORE INTO temp.ordered_voided
SELECT i.key
FROM temp.known_voids AS v
CROSS JOIN temp.ordered_months AS m
CROSS JOIN usage_ids AS i ON i.month = m.month_index AND i.event_id = v.id
WHERE v.table_name = 'usage_events';

-- Which of two events of an account at one instant comes first (R19: by event_id) changes no sum: they find the same
-- grants active and lie in the same segment, and together they take from them what they would take in the other order.
-- Only sums are compared, so the ids are not read: the month's ids would take as long as its events.
DROP TABLE IF EXISTS temp.ordered_events;
CREATE TEMP TABLE ordered_events (
    number INTEGER PRIMARY KEY, -- 1, 2, 3 ... by account, then occurred_at
    account INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    credits INTEGER,            -- NULL: its model has no rate in force
    rest INTEGER                -- what grants have not covered
) STRICT;
INSERT INTO temp.ordered_events (account, occurred_at, credits, rest)
WITH events AS (
    SELECT u.account, m.month_start + u.at AS occurred_at, u.key, u.model, u.quantity, u.tokens
    FROM temp.ordered_months AS m
    CROSS JOIN temp.the_run AS r
    CROSS JOIN usage_rows AS u ON u.key >= m.month_index << 36 AND u.key < (m.month_index + 1) << 36
    CROSS JOIN temp.ordered_accounts AS o ON o.account = u.account
    WHERE m.month_start + u.at >= o.from_at AND u.recorded_at <= r.as_of
      AND u.key NOT IN (SELECT v.key FROM temp.ordered_voided AS v)),
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
    SELECT account, occurred_at, key,
           min(1000000000001, max(quantity > 0,
               CASE WHEN quantity <= 9000000000000000000 / multiplier / requests -- as in 06_usage.sql
                    THEN (quantity * multiplier * requests + 5000000000) / 10000000000
                    ELSE whole * requests + remainder / 100000 * requests / 100000
                         + (remainder / 100000 * requests % 100000 * 100000 + remainder % 100000 * requests + 5000000000)
                           / 10000000000
               END)) AS credits
    FROM split)
SELECT account, occurred_at, credits, credits FROM credited ORDER BY account, occurred_at, key;
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
