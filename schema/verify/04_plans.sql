-- 04_plans.sql: plans over time (R9, R10) and the lines they make (R11 to R14).
--
-- R9 without a walk through the account's life: a downgrade waits until the next
-- month's first instant and the latest change wins, so the plan held at a month's
-- first instant is that of the last change before it, or `free`; and since only
-- upgrades take effect within a month, the plan held later in the month is the one of
-- highest rank among that plan and the month's changes so far.

-- Each change to a known plan (R27 passes the others over) with the ranks held before and after it.
DROP TABLE IF EXISTS temp.plan_steps;
CREATE TEMP TABLE plan_steps (
    account INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    change_id TEXT NOT NULL,
    plan TEXT NOT NULL,
    rank INTEGER NOT NULL,
    month INTEGER NOT NULL,       -- yyyymm of effective_at
    held_before INTEGER NOT NULL, -- ranks
    held_after INTEGER NOT NULL,
    PRIMARY KEY (account, effective_at, change_id)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.plan_steps
SELECT account, effective_at, change_id, plan, rank, month, held_before, max(held_before, rank)
FROM (SELECT account, effective_at, change_id, plan, rank, month,
             max(coalesce(first_value(rank_before) OVER in_month, 0),
                 coalesce(max(rank) OVER (in_month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)) AS held_before
      FROM (SELECT k.*, CAST(strftime('%Y%m', k.effective_at / 1000, 'unixepoch') AS INTEGER) AS month,
                   lag(k.rank) OVER (PARTITION BY k.account ORDER BY k.effective_at, k.change_id) AS rank_before
            FROM temp.known_changes AS k
            WHERE k.rank IS NOT NULL)
      WINDOW in_month AS (PARTITION BY account, month ORDER BY effective_at, change_id));

-- The account's month.
DROP TABLE IF EXISTS temp.account_month;
CREATE TEMP TABLE account_month (
    account INTEGER NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE,
    currency TEXT NOT NULL,
    digits INTEGER NOT NULL,
    rank_at_start INTEGER NOT NULL, -- after landings at S and before any change at exactly S
    rank_at_end INTEGER NOT NULL,   -- at the last instant
    plan_at_start TEXT NOT NULL,
    plan_at_end TEXT NOT NULL,
    first_paid INTEGER,             -- F (R10)
    first_paid_month INTEGER NOT NULL,
    price_date INTEGER NOT NULL,    -- R4
    period_start INTEGER NOT NULL,  -- of prorated lines (R12): 00:00 of F's day; S in other months
    remaining INTEGER NOT NULL,     -- R12's remaining / whole; 1 / 1 in other months
    whole INTEGER NOT NULL
) STRICT;
INSERT INTO temp.account_month
WITH held AS (
    SELECT a.account, a.account_id, a.currency, a.digits,
           coalesce((SELECT s.rank FROM temp.plan_steps AS s
                     WHERE s.account = a.account AND s.effective_at < r.month_start
                     ORDER BY s.effective_at DESC, s.change_id DESC LIMIT 1), 0) AS rank_at_start,
           coalesce((SELECT max(s.rank) FROM temp.plan_steps AS s
                     WHERE s.account = a.account AND s.effective_at >= r.month_start), 0) AS rank_in_month,
           min(coalesce(a.first_paid_at, 9223372036854775807),
               coalesce((SELECT min(s.effective_at) FROM temp.plan_steps AS s
                         WHERE s.account = a.account AND s.rank > 0), 9223372036854775807)) AS first_paid
    FROM temp.asked AS a, temp.the_run AS r),
dated AS (
    SELECT h.*, h.first_paid >= r.month_start AND h.first_paid < r.month_end AS first_paid_month,
           CAST(strftime('%d', h.first_paid / 1000, 'unixepoch') AS INTEGER) AS first_day,
           (r.month_end - r.month_start) / 86400000 AS days, r.month_start, r.month_end,
           (SELECT p.value FROM temp.known_policies AS p WHERE p.policy = 'proration') AS proration
    FROM held AS h, temp.the_run AS r)
SELECT d.account, d.account_id, d.currency, d.digits, d.rank_at_start, max(d.rank_at_start, d.rank_in_month),
       (SELECT p.plan FROM temp.known_plans AS p WHERE p.rank = d.rank_at_start),
       (SELECT p.plan FROM temp.known_plans AS p WHERE p.rank = max(d.rank_at_start, d.rank_in_month)),
       nullif(d.first_paid, 9223372036854775807),
       d.first_paid_month,
       iif(d.first_paid_month, d.first_paid, d.month_start),
       iif(d.first_paid_month, d.month_start + (d.first_day - 1) * 86400000, d.month_start),
       CASE WHEN NOT d.first_paid_month THEN 1
            WHEN d.proration = 'second' THEN (d.month_end - d.first_paid) / 1000
            WHEN d.proration = 'day_exclusive' THEN d.days - d.first_day
            ELSE d.days - d.first_day + 1 END,
       CASE WHEN NOT d.first_paid_month THEN 1
            WHEN d.proration = 'second' THEN (d.month_end - d.month_start) / 1000
            ELSE d.days END
FROM dated AS d;

-- R4: what the plans that an account may be charged for cost: the row in force at the price date, else the first
-- after it and before E. R18: what they include.
DROP TABLE IF EXISTS temp.account_prices;
CREATE TEMP TABLE account_prices (
    account INTEGER NOT NULL,
    plan TEXT NOT NULL,
    monthly_price INTEGER, -- NULL: no price (R27)
    overage_price INTEGER,
    PRIMARY KEY (account, plan)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.account_prices
WITH wanted AS (
    SELECT account, plan_at_start AS plan FROM temp.account_month
    UNION
    SELECT account, plan_at_end FROM temp.account_month
    UNION
    SELECT s.account, s.plan FROM temp.plan_steps AS s, temp.the_run AS r
    WHERE s.month = r.month AND s.rank > s.held_before),
dated AS (
    SELECT w.account, w.plan, m.currency, m.price_date,
           coalesce((SELECT max(p.effective_from) FROM temp.known_prices AS p
                     WHERE p.plan = w.plan AND p.currency = m.currency AND p.effective_from <= m.price_date),
                    (SELECT min(p.effective_from) FROM temp.known_prices AS p
                     WHERE p.plan = w.plan AND p.currency = m.currency)) AS effective_from
    FROM wanted AS w JOIN temp.account_month AS m ON m.account = w.account)
SELECT d.account, d.plan, p.monthly_price, p.overage_price
FROM dated AS d
LEFT JOIN temp.known_prices AS p ON p.plan = d.plan AND p.currency = d.currency AND p.effective_from = d.effective_from;

DROP TABLE IF EXISTS temp.account_allowance;
CREATE TEMP TABLE account_allowance (
    account INTEGER NOT NULL PRIMARY KEY,
    credits INTEGER -- of R17's plan; NULL: it has none (R27)
) STRICT;
INSERT INTO temp.account_allowance
WITH dated AS (
    SELECT m.*,
           coalesce((SELECT max(p.effective_from) FROM temp.known_allowances AS p
                     WHERE p.plan = m.plan_at_end AND p.effective_from <= m.price_date),
                    (SELECT min(p.effective_from) FROM temp.known_allowances AS p
                     WHERE p.plan = m.plan_at_end)) AS effective_from
    FROM temp.account_month AS m),
full_month AS (
    SELECT d.account, k.credits, d.remaining, d.whole,
           d.first_paid_month AND d.rank_at_end > 0
               AND (SELECT p.value FROM temp.known_policies AS p WHERE p.policy = 'first_month_allowance') = 'prorated'
               AS is_prorated
    FROM dated AS d
    LEFT JOIN temp.known_allowances AS k ON k.plan = d.plan_at_end AND k.effective_from = d.effective_from)
SELECT account,
       iif(is_prorated, credits / whole * remaining + (2 * (credits % whole) * remaining + whole) / (2 * whole), credits)
FROM full_month;

-- The month's upgrades, each with the plan bought before it in this month.
DROP TABLE IF EXISTS temp.upgrades;
CREATE TEMP TABLE upgrades (
    account INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    change_id TEXT NOT NULL,
    plan TEXT NOT NULL,
    earlier_plan TEXT,  -- NULL: it is the first
    earlier_at INTEGER,
    PRIMARY KEY (account, effective_at, change_id)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.upgrades
SELECT s.account, s.effective_at, s.change_id, s.plan, lag(s.plan) OVER in_month, lag(s.effective_at) OVER in_month
FROM temp.plan_steps AS s, temp.the_run AS r
WHERE s.month = r.month AND s.rank > s.held_before
WINDOW in_month AS (PARTITION BY s.account ORDER BY s.effective_at, s.change_id);

-- R16: where a billing address is asked for: every upgrade of the month, and where R11 applies the last one before S.
DROP TABLE IF EXISTS temp.purchases;
CREATE TEMP TABLE purchases (account INTEGER NOT NULL, purchased_at INTEGER NOT NULL) STRICT;
INSERT INTO temp.purchases
SELECT account, effective_at FROM temp.upgrades
UNION ALL
SELECT m.account, (SELECT max(s.effective_at) FROM temp.plan_steps AS s
                   WHERE s.account = m.account AND s.effective_at < r.month_start AND s.rank > s.held_before)
FROM temp.account_month AS m, temp.the_run AS r
WHERE m.rank_at_start > 0;

-- Every line of every bill, tax lines last. `part` and `step` order lines that arise at one instant (R25).
DROP TABLE IF EXISTS temp.expected_lines;
CREATE TEMP TABLE expected_lines (
    account INTEGER NOT NULL,
    part INTEGER NOT NULL, -- 1: plan lines, 2: overage, 3: adjustments, 4: tax
    step INTEGER NOT NULL,
    kind TEXT NOT NULL,
    plan TEXT,
    period_start INTEGER NOT NULL,
    period_end INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    unit TEXT NOT NULL,
    unit_whole INTEGER,
    unit_price INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    charged_at INTEGER NOT NULL,
    taxed_at INTEGER,      -- R24: instant of the charge that carries the tax; NULL: a tax line
    reference TEXT NOT NULL,
    tax_country TEXT,
    tax_name TEXT,
    rule TEXT NOT NULL,
    before_minor INTEGER NOT NULL DEFAULT 0, -- R14: what was already charged
    reason TEXT,           -- adjustments: as the customer reads it
    approved_by TEXT
) STRICT;
CREATE INDEX temp.expected_lines_by_account ON expected_lines (account, part, charged_at, reference, step);

-- R11
INSERT INTO temp.expected_lines (account, part, step, kind, plan, period_start, period_end, quantity, unit, unit_price,
                                 amount, charged_at, taxed_at, reference, rule)
SELECT m.account, 1, 0, 'plan', m.plan_at_start, r.month_start, r.month_end, 1, 'month', p.monthly_price,
       p.monthly_price, r.month_start, r.month_start, '', 'R11'
FROM temp.account_month AS m, temp.the_run AS r
JOIN temp.account_prices AS p ON p.account = m.account AND p.plan = m.plan_at_start
WHERE m.rank_at_start > 0 AND p.monthly_price IS NOT NULL;

-- R14: the sum of the month's plan lines so far is the price of the plan held so far: it telescopes.
INSERT INTO temp.expected_lines (account, part, step, kind, plan, period_start, period_end, quantity, unit, unit_price,
                                 amount, charged_at, taxed_at, reference, rule, before_minor)
SELECT u.account, 1, 1, 'plan_upgrade', u.plan, r.month_start, r.month_end, 1, 'month',
       new.monthly_price - coalesce(old.monthly_price, 0), new.monthly_price - coalesce(old.monthly_price, 0),
       u.effective_at, u.effective_at, u.change_id, 'R14', coalesce(old.monthly_price, 0)
FROM temp.upgrades AS u, temp.the_run AS r
JOIN temp.account_month AS m ON m.account = u.account
JOIN temp.account_prices AS new ON new.account = u.account AND new.plan = u.plan
LEFT JOIN temp.account_prices AS old ON old.account = u.account AND old.plan = coalesce(u.earlier_plan, m.plan_at_start)
                                    AND m.rank_at_start + (u.earlier_plan IS NOT NULL) > 0
WHERE NOT m.first_paid_month AND new.monthly_price IS NOT NULL;

-- R12: price x remaining / whole.
INSERT INTO temp.expected_lines (account, part, step, kind, plan, period_start, period_end, quantity, unit, unit_whole,
                                 unit_price, amount, charged_at, taxed_at, reference, rule)
SELECT u.account, 1, 2, 'plan_prorated', u.plan, m.period_start, r.month_end, m.remaining,
       iif((SELECT k.value FROM temp.known_policies AS k WHERE k.policy = 'proration') = 'second', 'seconds', 'days'),
       m.whole, p.monthly_price,
       p.monthly_price / m.whole * m.remaining
           + (2 * (p.monthly_price % m.whole) * m.remaining + m.whole) / (2 * m.whole),
       u.effective_at, u.effective_at, u.change_id, 'R12'
FROM temp.upgrades AS u, temp.the_run AS r
JOIN temp.account_month AS m ON m.account = u.account
JOIN temp.account_prices AS p ON p.account = u.account AND p.plan = u.plan
WHERE m.first_paid_month AND p.monthly_price IS NOT NULL;

-- R13: before each charge but the first comes minus the charge before it.
INSERT INTO temp.expected_lines (account, part, step, kind, plan, period_start, period_end, quantity, unit, unit_whole,
                                 unit_price, amount, charged_at, taxed_at, reference, rule)
SELECT u.account, 1, 1, 'plan_discount', l.plan, l.period_start, l.period_end, l.quantity, l.unit, l.unit_whole,
       -l.unit_price, -l.amount, u.effective_at, l.taxed_at, u.change_id, 'R13'
FROM temp.upgrades AS u
JOIN temp.expected_lines AS l ON l.account = u.account AND l.kind = 'plan_prorated' AND l.plan = u.earlier_plan;
