-- 10_bills.sql: what each account of the run is billed (R25), or why it is held (R27).

-- R27: what keeps an account from being billed rightly. The reason of the lowest number is the one.
DROP TABLE IF EXISTS temp.holds;
CREATE TEMP TABLE holds (account INTEGER NOT NULL, number INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
INSERT INTO temp.holds
SELECT account, 1, 'unknown_plan' FROM temp.known_changes WHERE rank IS NULL;
INSERT INTO temp.holds
SELECT p.account, iif(a.account IS NULL, 2, 3), iif(a.account IS NULL, 'no_address', 'ineligible_country')
FROM temp.purchases AS p
LEFT JOIN temp.known_addresses AS a
     ON a.account = p.account AND a.effective_at <= p.purchased_at AND a.effective_until > p.purchased_at
LEFT JOIN temp.known_countries AS c
     ON c.country = a.country AND c.effective_from <= p.purchased_at AND c.effective_until > p.purchased_at
WHERE a.account IS NULL OR coalesce(c.eligible, 0) = 0;
INSERT INTO temp.holds
SELECT account, 2, 'no_address' FROM temp.taxed_lines WHERE country IS NULL;
-- A base charge needs an address at S also where its price is not known.
INSERT INTO temp.holds
SELECT m.account, 2, 'no_address'
FROM temp.account_month AS m, temp.the_run AS r
WHERE m.rank_at_start > 0
  AND NOT EXISTS (SELECT 1 FROM temp.known_addresses AS a WHERE a.account = m.account AND a.effective_at <= r.month_start);
INSERT INTO temp.holds
SELECT account, 4, 'no_price' FROM temp.account_prices WHERE monthly_price IS NULL AND plan <> 'free';
INSERT INTO temp.holds
SELECT account, 5, 'no_allowance' FROM temp.account_allowance WHERE credits IS NULL;
INSERT INTO temp.holds
SELECT account, 6, 'unknown_model' FROM temp.account_usage WHERE unknown_events > 0
UNION ALL
SELECT account, 6, 'unknown_model' FROM temp.ordered_events WHERE credits IS NULL;
-- Credits of the month, and of each month before between two edges of the account's grants.
INSERT INTO temp.holds
SELECT account, 7, 'out_of_bounds' FROM temp.account_usage WHERE credits > 1000000000000
UNION ALL
SELECT account, 7, 'out_of_bounds'
FROM (SELECT e.account,
             (SELECT count(*) FROM temp.known_grants AS g WHERE g.account = e.account AND g.starts_at <= e.occurred_at)
             + (SELECT count(*) FROM temp.known_grants AS g WHERE g.account = e.account AND g.expires_at <= e.occurred_at)
             AS edges, strftime('%Y%m', e.occurred_at / 1000, 'unixepoch') AS month, e.credits
      FROM temp.ordered_events AS e, temp.the_run AS r
      WHERE e.occurred_at < r.month_start
        AND e.account IN (SELECT account FROM temp.ordered_events GROUP BY account HAVING sum(credits) > 1000000000000))
GROUP BY account, edges, month
HAVING sum(credits) > 1000000000000;

-- Sums of money, and the limits of a document: 10,000 lines and 64 tax lines.
DROP TABLE IF EXISTS temp.sums;
CREATE TEMP TABLE sums (
    account INTEGER NOT NULL PRIMARY KEY,
    lines INTEGER NOT NULL,
    subtotal INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    collected INTEGER NOT NULL,
    overage_amount INTEGER NOT NULL
) STRICT;
INSERT INTO temp.sums
SELECT m.account, count(l.account), coalesce(sum(iif(l.part < 4, l.amount, 0)), 0), coalesce(sum(iif(l.part = 4, l.amount, 0)), 0),
       coalesce(c.amount, 0), coalesce(sum(iif(l.part = 2, l.amount, 0)), 0)
FROM temp.account_month AS m
LEFT JOIN temp.expected_lines AS l ON l.account = m.account
LEFT JOIN temp.collected AS c ON c.account = m.account
GROUP BY m.account;
INSERT INTO temp.holds
SELECT account, 7, 'out_of_bounds' FROM temp.sums
WHERE lines > 10000 OR abs(subtotal) > 10000000000000 OR abs(tax) > 10000000000000
   OR abs(subtotal + tax) > 10000000000000 OR abs(collected) > 10000000000000
   OR abs(subtotal + tax - collected) > 10000000000000
UNION ALL
SELECT account, 7, 'out_of_bounds' FROM temp.expected_lines WHERE part = 2 AND amount > 10000000000000
UNION ALL
SELECT account, 7, 'out_of_bounds' FROM temp.expected_lines WHERE part = 4 GROUP BY account HAVING count(*) > 64;

DROP TABLE IF EXISTS temp.bills;
CREATE TEMP TABLE bills (
    account INTEGER NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    reason TEXT,
    plan_at_start TEXT NOT NULL,
    plan_at_end TEXT NOT NULL,
    first_paid_month INTEGER NOT NULL,
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    digits INTEGER NOT NULL,
    events INTEGER NOT NULL, -- this and what follows: 0 when held
    credits INTEGER NOT NULL,
    bonus INTEGER NOT NULL,
    included INTEGER NOT NULL,
    overage INTEGER NOT NULL,
    unbilled INTEGER NOT NULL,
    allowance INTEGER NOT NULL,
    overage_amount INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    subtotal INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    total INTEGER NOT NULL,
    collected INTEGER NOT NULL
) STRICT;
INSERT INTO temp.bills
SELECT m.account, m.account_id, iif(h.account IS NOT NULL, 'held', iif(s.lines > 0, 'invoiced', 'no_charge')), h.reason,
       m.plan_at_start, m.plan_at_end, m.first_paid_month,
       coalesce((SELECT a.country FROM temp.known_addresses AS a
                 WHERE a.account = m.account AND a.effective_at < r.month_end AND a.effective_until >= r.month_end), ''),
       m.currency, m.digits,
       iif(h.account IS NULL, c.events, 0), iif(h.account IS NULL, c.credits, 0), iif(h.account IS NULL, c.bonus, 0),
       iif(h.account IS NULL, c.included, 0), iif(h.account IS NULL, c.overage, 0), iif(h.account IS NULL, c.unbilled, 0),
       iif(h.account IS NULL, coalesce(a.credits, 0), 0), iif(h.account IS NULL, s.overage_amount, 0),
       iif(h.account IS NULL, s.lines, 0), iif(h.account IS NULL, s.subtotal, 0), iif(h.account IS NULL, s.tax, 0),
       iif(h.account IS NULL, s.subtotal + s.tax, 0), iif(h.account IS NULL, s.collected, 0)
FROM temp.account_month AS m
CROSS JOIN temp.the_run AS r
JOIN temp.consumption AS c ON c.account = m.account
JOIN temp.account_allowance AS a ON a.account = m.account
JOIN temp.sums AS s ON s.account = m.account
LEFT JOIN (SELECT account, reason, min(number) FROM temp.holds GROUP BY account) AS h ON h.account = m.account;
DELETE FROM temp.expected_lines WHERE account IN (SELECT account FROM temp.bills WHERE status = 'held');

-- R2, R28: an account that was billed for the month and by now was created after it comes to nothing: a reprocessing
-- takes all of it back. Its payments stay what they are.
INSERT INTO temp.bills
SELECT i.account, i.account_id, 'no_charge', NULL, 'free', 'free', 0,
       coalesce((SELECT k.country
                 FROM (SELECT x.*, row_number() OVER (PARTITION BY x.address_id ORDER BY x.recorded_at DESC) AS newest
                       FROM billing_addresses AS x
                       WHERE x.account_id = i.account_id AND x.recorded_at <= r.as_of) AS k
                 WHERE k.newest = 1 AND k.effective_at < r.month_end
                   AND k.address_id NOT IN (SELECT v.id FROM temp.known_voids AS v WHERE v.table_name = 'billing_addresses')
                 ORDER BY k.effective_at DESC, k.address_id DESC LIMIT 1), ''),
       a.currency, c.digits, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       coalesce((SELECT sum(k.amount)
                 FROM (SELECT x.*, row_number() OVER (PARTITION BY x.payment_id ORDER BY x.recorded_at DESC) AS newest
                       FROM payments AS x
                       WHERE x.account_id = i.account_id AND x.recorded_at <= r.as_of) AS k
                 WHERE k.newest = 1 AND k.month = r.month
                   AND k.payment_id NOT IN (SELECT v.id FROM temp.known_voids AS v WHERE v.table_name = 'payments')), 0)
FROM temp.the_run AS r
CROSS JOIN (SELECT x.*, row_number() OVER (PARTITION BY x.account_id ORDER BY x.recorded_at DESC) AS newest
            FROM accounts AS x, temp.the_run AS y
            WHERE x.recorded_at <= y.as_of
              AND x.account_id IN (SELECT d.account_id FROM documents AS d WHERE d.month = y.month AND d.run < y.run)
              AND x.account_id NOT IN (SELECT l.account_id FROM temp.listed AS l)) AS a
JOIN account_ids AS i ON i.account_id = a.account_id
JOIN currency_codes AS c ON c.currency = a.currency
WHERE r.kind <> 'close' AND a.newest = 1;
