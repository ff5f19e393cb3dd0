-- 03_facts.sql: what was known at the as-of of the accounts asked for (R3). Of a
-- row's versions the one recorded last until then counts, and none where a void of
-- it is known. Rows of the month's end and later are of other months.

DROP TABLE IF EXISTS temp.known_voids;
CREATE TEMP TABLE known_voids (table_name TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (table_name, id)) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_voids
SELECT DISTINCT v.table_name, v.id
FROM voids AS v, temp.the_run AS r
WHERE v.recorded_at <= r.as_of;

-- Each holds until the account's next one.
DROP TABLE IF EXISTS temp.known_addresses;
CREATE TEMP TABLE known_addresses (
    account INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    effective_until INTEGER NOT NULL,
    country TEXT NOT NULL,
    region TEXT NOT NULL,
    customer TEXT NOT NULL -- business: the address carries a tax number (R24)
) STRICT;
INSERT INTO temp.known_addresses
SELECT account, effective_at,
       lead(effective_at, 1, 9223372036854775807) OVER (PARTITION BY account ORDER BY effective_at, address_id),
       country, coalesce(region, ''), iif(coalesce(tax_number, '') = '', 'consumer', 'business')
FROM (SELECT a.account, k.*, row_number() OVER (PARTITION BY k.address_id ORDER BY k.recorded_at DESC) AS newest
      FROM billing_addresses AS k, temp.the_run AS r
      JOIN temp.asked AS a ON a.account_id = k.account_id
      WHERE k.recorded_at <= r.as_of)
WHERE newest = 1 AND address_id NOT IN (SELECT id FROM temp.known_voids WHERE table_name = 'billing_addresses');
CREATE INDEX temp.known_addresses_by_account ON known_addresses (account, effective_at);

DROP TABLE IF EXISTS temp.known_changes;
CREATE TEMP TABLE known_changes (
    account INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    change_id TEXT NOT NULL,
    plan TEXT NOT NULL,
    rank INTEGER, -- of the plan; NULL: it is not in plans (R27)
    PRIMARY KEY (account, effective_at, change_id)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_changes
SELECT k.account, k.effective_at, k.change_id, k.plan, p.rank
FROM (SELECT a.account, c.*, row_number() OVER (PARTITION BY c.change_id ORDER BY c.recorded_at DESC) AS newest
      FROM plan_changes AS c, temp.the_run AS r
      JOIN temp.asked AS a ON a.account_id = c.account_id
      WHERE c.recorded_at <= r.as_of) AS k
CROSS JOIN temp.the_run AS r
LEFT JOIN temp.known_plans AS p ON p.plan = k.plan
WHERE k.newest = 1 AND k.effective_at < r.month_end
  AND k.change_id NOT IN (SELECT id FROM temp.known_voids WHERE table_name = 'plan_changes');

DROP TABLE IF EXISTS temp.known_settings;
CREATE TEMP TABLE known_settings (
    account INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    setting_id TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    cap_credits INTEGER,
    PRIMARY KEY (account, effective_at, setting_id)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_settings
SELECT k.account, k.effective_at, k.setting_id, k.enabled, k.cap_credits
FROM (SELECT a.account, s.*, row_number() OVER (PARTITION BY s.setting_id ORDER BY s.recorded_at DESC) AS newest
      FROM overage_settings AS s, temp.the_run AS r
      JOIN temp.asked AS a ON a.account_id = s.account_id
      WHERE s.recorded_at <= r.as_of) AS k
CROSS JOIN temp.the_run AS r
WHERE k.newest = 1 AND k.effective_at < r.month_end
  AND k.setting_id NOT IN (SELECT id FROM temp.known_voids WHERE table_name = 'overage_settings');

-- R19: an account's grants in the order in which they are consumed.
DROP TABLE IF EXISTS temp.known_grants;
CREATE TEMP TABLE known_grants (
    account INTEGER NOT NULL,
    place INTEGER NOT NULL, -- 1, 2, 3 ...
    grant_id TEXT NOT NULL,
    credits INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_grants
SELECT k.account, row_number() OVER (PARTITION BY k.account ORDER BY k.expires_at, k.grant_id), k.grant_id, k.credits,
       k.starts_at, k.expires_at
FROM (SELECT a.account, g.*, row_number() OVER (PARTITION BY g.grant_id ORDER BY g.recorded_at DESC) AS newest
      FROM credit_grants AS g, temp.the_run AS r
      JOIN temp.asked AS a ON a.account_id = g.account_id
      WHERE g.recorded_at <= r.as_of) AS k
CROSS JOIN temp.the_run AS r
WHERE k.newest = 1 AND k.starts_at < r.month_end
  AND k.grant_id NOT IN (SELECT id FROM temp.known_voids WHERE table_name = 'credit_grants');

-- R23, R25: of the month; a correction may have moved a row into it or out of it.
DROP TABLE IF EXISTS temp.known_adjustments;
CREATE TEMP TABLE known_adjustments (
    account INTEGER NOT NULL,
    adjustment_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    reason TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    PRIMARY KEY (account, adjustment_id)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_adjustments
SELECT k.account, k.adjustment_id, k.amount, k.reason, k.approved_by
FROM (SELECT a.account, j.*, row_number() OVER (PARTITION BY j.adjustment_id ORDER BY j.recorded_at DESC) AS newest
      FROM adjustments AS j, temp.the_run AS r
      JOIN temp.asked AS a ON a.account_id = j.account_id
      WHERE j.recorded_at <= r.as_of) AS k
CROSS JOIN temp.the_run AS r
WHERE k.newest = 1 AND k.month = r.month
  AND k.adjustment_id NOT IN (SELECT id FROM temp.known_voids WHERE table_name = 'adjustments');

DROP TABLE IF EXISTS temp.collected;
CREATE TEMP TABLE collected (account INTEGER NOT NULL PRIMARY KEY, amount INTEGER NOT NULL) STRICT;
INSERT INTO temp.collected
SELECT k.account, sum(k.amount)
FROM (SELECT a.account, p.*, row_number() OVER (PARTITION BY p.payment_id ORDER BY p.recorded_at DESC) AS newest
      FROM payments AS p, temp.the_run AS r
      JOIN temp.asked AS a ON a.account_id = p.account_id
      WHERE p.recorded_at <= r.as_of) AS k
CROSS JOIN temp.the_run AS r
WHERE k.newest = 1 AND k.month = r.month
  AND k.payment_id NOT IN (SELECT id FROM temp.known_voids WHERE table_name = 'payments')
GROUP BY k.account;
