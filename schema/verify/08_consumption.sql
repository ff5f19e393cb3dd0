-- 08_consumption.sql: the allowance, overage and what is left unbilled (R17 to R22).

-- What passes the allowance, by segment of the overage switch: the month's sum until the segment's end less the
-- allowance, without what was past it before; of accounts with one segment and no grants the month's sum alone.
DROP TABLE IF EXISTS temp.past_allowance;
CREATE TEMP TABLE past_allowance (
    account INTEGER NOT NULL,
    place INTEGER NOT NULL,   -- of the segment
    bonus INTEGER NOT NULL,   -- credits that grants covered
    credits INTEGER NOT NULL, -- past the allowance
    PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.past_allowance
SELECT t.account, t.place, t.bonus, max(0, t.until_here - t.allowance) - max(0, t.until_here - t.rest - t.allowance)
FROM (SELECT s.*, sum(s.rest) OVER (PARTITION BY s.account ORDER BY s.place) AS until_here
      FROM (SELECT s.account, s.place, coalesce(a.credits, 0) AS allowance, coalesce(sum(e.credits - e.rest), 0) AS bonus,
                   coalesce(sum(e.rest), 0) AS rest
            FROM temp.ordered_accounts AS o
            CROSS JOIN temp.switch_segments AS s ON s.account = o.account
            JOIN temp.account_allowance AS a ON a.account = s.account
            LEFT JOIN temp.ordered_events AS e
                 ON e.account = s.account AND e.occurred_at >= s.from_at AND e.occurred_at < s.until_at
            GROUP BY s.account, s.place) AS s) AS t;
INSERT INTO temp.past_allowance
SELECT u.account, 1, 0, max(0, u.credits - coalesce(a.credits, 0))
FROM temp.account_usage AS u
JOIN temp.account_allowance AS a ON a.account = u.account
WHERE u.account NOT IN (SELECT o.account FROM temp.ordered_accounts AS o);

-- R19.3, R20: a pass over the segments: a cap limits all overage of the month so far.
DROP TABLE IF EXISTS temp.priced_segments;
CREATE TEMP TABLE priced_segments (
    account INTEGER NOT NULL,
    place INTEGER NOT NULL,
    credits INTEGER NOT NULL, -- past the allowance
    is_on INTEGER NOT NULL,   -- overage is on, and R17's plan has a price for it
    cap_credits INTEGER,
    PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.priced_segments
SELECT s.account, s.place, p.credits, s.is_on AND k.overage_price IS NOT NULL, s.cap_credits
FROM temp.switch_segments AS s
JOIN temp.past_allowance AS p ON p.account = s.account AND p.place = s.place
JOIN temp.account_month AS m ON m.account = s.account
JOIN temp.account_prices AS k ON k.account = s.account AND k.plan = m.plan_at_end;

DROP TABLE IF EXISTS temp.consumption;
CREATE TEMP TABLE consumption (
    account INTEGER NOT NULL PRIMARY KEY,
    events INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    bonus INTEGER NOT NULL,
    included INTEGER NOT NULL,
    overage INTEGER NOT NULL,
    unbilled INTEGER NOT NULL,
    overage_price INTEGER
) STRICT;
INSERT INTO temp.consumption
WITH RECURSIVE filled (account, place, overage) AS (
    SELECT account, 0, 0 FROM temp.account_month
    UNION ALL
    SELECT f.account, p.place,
           f.overage + CASE WHEN NOT p.is_on THEN 0
                            WHEN p.cap_credits IS NULL THEN p.credits
                            ELSE min(p.credits, max(0, p.cap_credits - f.overage)) END
    FROM filled AS f
    CROSS JOIN temp.priced_segments AS p ON p.account = f.account AND p.place = f.place + 1),
summed AS (SELECT account, max(overage) AS overage FROM filled GROUP BY account),
past AS (SELECT account, sum(bonus) AS bonus, sum(credits) AS credits FROM temp.past_allowance GROUP BY account)
SELECT u.account, u.events, u.credits, p.bonus, u.credits - p.bonus - p.credits, s.overage, p.credits - s.overage,
       k.overage_price
FROM temp.account_usage AS u
JOIN past AS p ON p.account = u.account
JOIN summed AS s ON s.account = u.account
JOIN temp.account_month AS m ON m.account = u.account
JOIN temp.account_prices AS k ON k.account = u.account AND k.plan = m.plan_at_end;

-- R21: overage credits x overage price, rounded half up once, in minor units: hundredths x millionths / (10^8 / 10^digits).
-- What cannot be charged within bounds is charged as 10^13 minor units and 1, which holds the account (R27).
INSERT INTO temp.expected_lines (account, part, step, kind, plan, period_start, period_end, quantity, unit, unit_price,
                                 amount, charged_at, taxed_at, reference, rule)
SELECT account, 2, 0, 'overage', plan_at_end, month_start, month_end, overage, 'credit', overage_price,
       iif(overage_price > 0 AND overage / unit > 10000000000000 / overage_price, 10000000000001,
           min(10000000000001, overage / unit * overage_price + overage % unit * (overage_price / unit)
                               + (2 * (overage % unit) * (overage_price % unit) + unit) / (2 * unit))),
       month_end - 1, month_end - 1, '', 'R21'
FROM (SELECT c.account, c.overage, c.overage_price, m.plan_at_end, r.month_start, r.month_end,
             CASE m.digits WHEN 0 THEN 100000000 WHEN 1 THEN 10000000 WHEN 2 THEN 1000000 WHEN 3 THEN 100000
                           ELSE 10000 END AS unit
      FROM temp.consumption AS c, temp.the_run AS r
      JOIN temp.account_month AS m ON m.account = c.account
      WHERE c.overage > 0);

-- R23
INSERT INTO temp.expected_lines (account, part, step, kind, period_start, period_end, quantity, unit, unit_price, amount,
                                 charged_at, taxed_at, reference, rule, reason, approved_by)
SELECT j.account, 3, 0, 'adjustment', r.month_start, r.month_end, 1, 'month', j.amount, j.amount, r.month_end - 1,
       r.month_end - 1, j.adjustment_id, 'R23', j.reason, j.approved_by
FROM temp.known_adjustments AS j, temp.the_run AS r;
