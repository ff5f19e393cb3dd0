-- 12_controls.sql: the controls once more, from the stored documents and statements
-- on one side and the facts on the other. They are named as in controls.csv.

DROP TABLE IF EXISTS temp.controls;
CREATE TEMP TABLE controls (
    control TEXT NOT NULL PRIMARY KEY,
    expected INTEGER NOT NULL,
    actual INTEGER NOT NULL,
    digits INTEGER NOT NULL -- decimals of the two
) STRICT;

-- What each account's statement says; the second way, where a reprocessing had no reason to look again.
DROP TABLE IF EXISTS temp.stated;
CREATE TEMP TABLE stated (
    account INTEGER PRIMARY KEY,
    is_held INTEGER NOT NULL,
    is_counted INTEGER NOT NULL, -- in the report's sums over accounts: of a reprocessing, those that it looked at
    events INTEGER NOT NULL,
    credits INTEGER NOT NULL, -- bonus, included, overage and unbilled
    bonus INTEGER NOT NULL
) STRICT;
INSERT INTO temp.stated
SELECT b.account, coalesce(s.status, b.status) = 'held', r.kind = 'close' OR s.run IS NOT NULL, coalesce(s.events, b.events),
       coalesce(s.bonus + s.included + s.overage + s.unbilled, b.bonus + b.included + b.overage + b.unbilled),
       coalesce(s.bonus, b.bonus)
FROM temp.bills AS b
CROSS JOIN temp.the_run AS r
LEFT JOIN statements AS s ON s.run = r.run AND s.account_id = b.account_id;

-- The month's events as they are there: those that count, and those that were voided.
DROP TABLE IF EXISTS temp.month_events;
CREATE TEMP TABLE month_events (events INTEGER NOT NULL, quantity INTEGER NOT NULL, voided INTEGER NOT NULL) STRICT;
INSERT INTO temp.month_events
SELECT a.events - v.events, a.quantity - v.quantity, v.events
FROM (SELECT count(*) AS events, coalesce(sum(u.quantity), 0) AS quantity
      FROM temp.the_run AS r
      CROSS JOIN usage_rows AS u ON u.key >= r.month_index << 36 AND u.key < (r.month_index + 1) << 36
      WHERE u.recorded_at <= r.as_of) AS a,
     (SELECT count(*) AS events, coalesce(sum(u.quantity), 0) AS quantity
      FROM temp.the_run AS r
      CROSS JOIN temp.voided_keys AS v
      JOIN usage_rows AS u ON u.key = v.key
      WHERE u.recorded_at <= r.as_of) AS v;

-- Every event of the month is accounted for: of runs that looked at everyone.
INSERT INTO temp.controls
SELECT 'events read = rated + voided + orphan + held', m.events + m.voided,
       (SELECT coalesce(sum(s.events), 0) FROM temp.stated AS s) + m.voided
       + (SELECT coalesce(sum(u.events), 0) FROM temp.month_usage AS u
          WHERE u.account NOT IN (SELECT l.account FROM temp.listed AS l))
       + (SELECT coalesce(sum(u.events), 0) FROM temp.account_usage AS u
          WHERE u.account IN (SELECT s.account FROM temp.stated AS s WHERE s.is_held)),
       0
FROM temp.the_run AS r, temp.month_events AS m
WHERE r.kind <> 'close' OR r.earlier_run IS NULL;

-- What the run noted of them, for a reprocessing that does not read them all again.
INSERT INTO temp.controls
SELECT 'events as noted = events read', coalesce(e.events, 0), m.events + m.voided, 0
FROM temp.the_run AS r CROSS JOIN temp.month_events AS m LEFT JOIN run_events AS e ON e.run = r.run
UNION ALL
SELECT 'voided events as noted = voided', coalesce(e.voided, 0), m.voided, 0
FROM temp.the_run AS r CROSS JOIN temp.month_events AS m LEFT JOIN run_events AS e ON e.run = r.run
UNION ALL
SELECT 'events by day as noted = events that count', coalesce((SELECT sum(d.events) FROM run_days AS d WHERE d.run = r.run), 0),
       m.events, 0
FROM temp.the_run AS r CROSS JOIN temp.month_events AS m
UNION ALL
SELECT 'quantity by day as noted = quantity that counts',
       coalesce((SELECT sum(d.quantity) FROM run_days AS d WHERE d.run = r.run), 0), m.quantity, 6
FROM temp.the_run AS r CROSS JOIN temp.month_events AS m;

INSERT INTO temp.controls
SELECT iif(r.kind <> 'close' OR r.earlier_run IS NULL, 'credits = bonus + included + overage + unbilled',
           'credits of the accounts billed = bonus + included + overage + unbilled'),
       (SELECT coalesce(sum(u.credits), 0) FROM temp.account_usage AS u
        WHERE u.account IN (SELECT s.account FROM temp.stated AS s WHERE s.is_counted AND NOT s.is_held)),
       (SELECT coalesce(sum(s.credits), 0) FROM temp.stated AS s WHERE s.is_counted), 2
FROM temp.the_run AS r;

-- R19: of the grants that are over neither at S nor begin at E or later: what was left of them at S, what came, what the
-- statements say was used, what was left when they expired, and what is left at E.
INSERT INTO temp.controls
SELECT 'grants: opening + granted - used - expired = closing',
       coalesce(sum(iif(g.starts_at < r.month_start, g.credits - g.used_before, g.credits)
                    - iif(g.expires_at <= r.month_end, g.credits - g.used, 0)), 0)
       - (SELECT coalesce(sum(s.bonus), 0) FROM temp.stated AS s WHERE s.is_counted AND NOT s.is_held),
       coalesce(sum(iif(g.expires_at > r.month_end, g.credits - g.used, 0)), 0), 2
FROM temp.the_run AS r
LEFT JOIN (SELECT k.account, k.credits, k.starts_at, k.expires_at,
                  coalesce(sum(c.credits), 0) AS used,
                  coalesce(sum(iif(e.occurred_at < (SELECT x.month_start FROM temp.the_run AS x), c.credits, 0)), 0) AS used_before
           FROM temp.known_grants AS k
           JOIN temp.stated AS s ON s.account = k.account AND s.is_counted AND NOT s.is_held
           LEFT JOIN temp.ordered_events AS e
                ON e.account = k.account AND e.occurred_at >= k.starts_at AND e.occurred_at < k.expires_at
           LEFT JOIN temp.covered AS c ON c.place = k.place AND c.number = e.number
           GROUP BY k.account, k.place) AS g ON g.expires_at > r.month_start
WHERE r.kind <> 'close' OR r.earlier_run IS NULL
GROUP BY r.run;

-- R15: the plan lines of all documents add up to what the highest plan of the month alone would have cost.
INSERT INTO temp.controls
SELECT iif(r.kind <> 'close' OR r.earlier_run IS NULL, 'highest plan alone = plan lines, accounts (R15)',
           'highest plan alone = plan lines, accounts billed (R15)'),
       count(*), sum(t.charged = t.alone), 0
FROM temp.the_run AS r,
     (SELECT b.account,
             coalesce((SELECT sum(l.amount) FROM temp.issued AS i JOIN document_lines AS l ON l.document = i.document
                       WHERE i.account = b.account AND l.kind LIKE 'plan%'), 0) AS charged,
             iif(coalesce(m.rank_at_end, 0) = 0, 0,
                 p.monthly_price / m.whole * m.remaining
                 + (2 * (p.monthly_price % m.whole) * m.remaining + m.whole) / (2 * m.whole)) AS alone
      FROM temp.bills AS b
      JOIN temp.stated AS s ON s.account = b.account AND s.is_counted AND NOT s.is_held
      LEFT JOIN temp.account_month AS m ON m.account = b.account -- none: it is in no such month any more (R2)
      LEFT JOIN temp.account_prices AS p ON p.account = m.account AND p.plan = m.plan_at_end
      WHERE b.status <> 'held' AND (m.account IS NULL OR p.account IS NOT NULL)) AS t
GROUP BY r.run;

-- R26
INSERT INTO temp.controls
SELECT 'invoice numbers without a gap (R26)', count(*), coalesce(max(d.number), 0), 0
FROM temp.the_run AS r JOIN documents AS d ON d.month = r.month AND d.series = 'INV' AND d.run <= r.run;

INSERT INTO temp.controls
SELECT 'sums within range, failures', 0, count(*), 0
FROM temp.the_run AS r JOIN documents AS d ON d.run = r.run
WHERE d.series = 'INV' AND max(abs(d.subtotal), abs(d.tax), abs(d.total), abs(d.collected), abs(d.due)) > 10000000000000;

-- The documents of this run, by currency.
DROP TABLE IF EXISTS temp.run_sums;
CREATE TEMP TABLE run_sums (
    currency TEXT NOT NULL PRIMARY KEY,
    digits INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    subtotal_tax INTEGER NOT NULL,
    total INTEGER NOT NULL,
    stated INTEGER NOT NULL -- totals of the statements; of a reprocessing, all documents of their accounts' month
) STRICT;
INSERT INTO temp.run_sums
SELECT c.currency, c.digits,
       coalesce((SELECT sum(l.amount) FROM documents AS d JOIN document_lines AS l ON l.document = d.document
                 WHERE d.run = r.run AND d.currency = c.currency), 0),
       coalesce((SELECT sum(d.subtotal + d.tax) FROM documents AS d WHERE d.run = r.run AND d.currency = c.currency), 0),
       coalesce((SELECT sum(d.total) FROM documents AS d WHERE d.run = r.run AND d.currency = c.currency), 0),
       coalesce((SELECT sum(s.total) FROM statements AS s
                 WHERE s.run = r.run AND s.currency = c.currency AND s.status <> 'held'), 0)
FROM temp.the_run AS r, currency_codes AS c
WHERE c.currency IN (SELECT s.currency FROM statements AS s WHERE s.run = r.run AND s.status <> 'held'
                     UNION SELECT d.currency FROM documents AS d WHERE d.run = r.run);
INSERT INTO temp.controls
SELECT 'lines = invoices (' || currency || ')', lines, total, digits FROM temp.run_sums
UNION ALL
SELECT 'subtotal + tax = invoices (' || currency || ')', subtotal_tax, total, digits FROM temp.run_sums;
INSERT INTO temp.controls
SELECT 'invoices = statement (' || s.currency || ')', s.total, s.stated, s.digits
FROM temp.run_sums AS s, temp.the_run AS r
WHERE r.kind = 'close';
INSERT INTO temp.controls -- R28: of the accounts that the run looked at
SELECT 'all documents = statement (' || s.currency || ')',
       coalesce((SELECT sum(d.total) FROM temp.issued AS i JOIN documents AS d ON d.document = i.document
                 JOIN statements AS t ON t.run = r.run AND t.account_id = i.account_id AND t.status <> 'held'
                 WHERE d.currency = s.currency), 0),
       s.stated, s.digits
FROM temp.run_sums AS s, temp.the_run AS r
WHERE r.kind <> 'close';

-- What the run noted of itself when it ended.
INSERT INTO temp.controls
SELECT 'accounts invoiced as noted = documents', e.invoiced, (SELECT count(*) FROM documents AS d WHERE d.run = r.run), 0
FROM temp.the_run AS r JOIN run_ends AS e ON e.run = r.run
WHERE r.kind = 'close'
UNION ALL
SELECT 'accounts without a charge as noted = statements', e.no_charge,
       (SELECT count(*) FROM statements AS s WHERE s.run = r.run AND s.status = 'no_charge'), 0
FROM temp.the_run AS r JOIN run_ends AS e ON e.run = r.run
WHERE r.kind = 'close'
UNION ALL
SELECT 'accounts held as noted = held accounts', e.held, (SELECT count(*) FROM held_accounts AS h WHERE h.run = r.run), 0
FROM temp.the_run AS r JOIN run_ends AS e ON e.run = r.run
WHERE r.kind = 'close';

-- Upstream's own count of a day's events (data.md, source_totals), beside what is there.
INSERT INTO temp.controls
WITH totals AS (
    SELECT day, events, quantity
    FROM (SELECT t.*, row_number() OVER (PARTITION BY t.day ORDER BY t.recorded_at DESC) AS newest
          FROM source_totals AS t, temp.the_run AS r
          WHERE t.day / 100 = r.month AND t.recorded_at <= r.as_of)
    WHERE newest = 1),
days AS (
    SELECT r.month * 100 + u.at / 86400000 + 1 AS day, count(*) AS events, sum(u.quantity) AS quantity
    FROM temp.the_run AS r
    CROSS JOIN usage_rows AS u ON u.key >= r.month_index << 36 AND u.key < (r.month_index + 1) << 36
    WHERE u.recorded_at <= r.as_of AND u.key NOT IN (SELECT v.key FROM temp.voided_keys AS v)
      AND EXISTS (SELECT 1 FROM totals)
    GROUP BY 1),
named AS (
    SELECT t.*, format('%d-%02d-%02d', t.day / 10000, t.day / 100 % 100, t.day % 100) AS name,
           coalesce(d.events, 0) AS events_read, coalesce(d.quantity, 0) AS quantity_read
    FROM totals AS t LEFT JOIN days AS d ON d.day = t.day)
SELECT 'source events = events read, ' || name, events, events_read, 0 FROM named
UNION ALL
SELECT 'source quantity = quantity read, ' || name, quantity, quantity_read, 6 FROM named;
