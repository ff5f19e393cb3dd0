-- Plain SQL for the aggregation alone: credits and events by account and segment (R5 to R8, R19's breakpoints), as of
-- a parameter, voids left out. What of it the close also has to do is what the close is compared with.
CREATE TEMP TABLE breaks (account INTEGER NOT NULL, from_at INTEGER NOT NULL, PRIMARY KEY (account, from_at)) WITHOUT ROWID;
INSERT OR IGNORE INTO breaks
SELECT a.account, b.at - :start
FROM (SELECT account_id, starts_at AS at FROM credit_grants WHERE recorded_at <= :as_of
      UNION ALL SELECT account_id, expires_at FROM credit_grants WHERE recorded_at <= :as_of
      UNION ALL SELECT account_id, effective_at FROM overage_settings WHERE recorded_at <= :as_of) AS b
JOIN account_ids AS a ON a.account_id = b.account_id
WHERE b.at >= :start AND b.at < :end;
INSERT OR IGNORE INTO breaks SELECT account, 0 FROM account_ids;

CREATE TEMP TABLE rates (model INTEGER NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL,
                         multiplier INTEGER NOT NULL, token_limit INTEGER, PRIMARY KEY (model, from_at)) WITHOUT ROWID;
INSERT INTO rates
SELECT m.model, r.effective_from - :start,
       coalesce(lead(r.effective_from) OVER (PARTITION BY r.model ORDER BY r.effective_from), 1 << 62) - :start,
       r.multiplier, r.request_token_limit
FROM model_rates AS r JOIN model_ids AS m ON m.name = r.model
WHERE r.recorded_at <= :as_of;

CREATE TEMP TABLE voided (key INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO voided
SELECT i.key FROM voids AS v CROSS JOIN usage_ids AS i ON i.month = :month AND i.event_id = v.id
WHERE v.table_name = 'usage_events' AND v.recorded_at <= :as_of;

SELECT count(*), sum(credits), sum(events)
FROM (SELECT u.account,
             (SELECT max(b.from_at) FROM breaks AS b WHERE b.account = u.account AND b.from_at <= u.at) AS segment,
             sum(max(u.quantity > 0,
                     (u.quantity * r.multiplier
                          * iif(u.tokens > r.token_limit, (u.tokens + r.token_limit - 1) / r.token_limit, 1)
                      + 5000000000) / 10000000000)) AS credits,
             count(*) AS events
      FROM usage_rows AS u
      CROSS JOIN rates AS r ON r.model = u.model AND r.from_at <= u.at AND r.until_at > u.at
      WHERE u.key >= :month << 36 AND u.key < (:month + 1) << 36 AND u.recorded_at <= :as_of
        AND u.key NOT IN (SELECT key FROM voided)
      GROUP BY u.account, segment);
