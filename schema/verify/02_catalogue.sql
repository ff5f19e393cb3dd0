-- 02_catalogue.sql: prices and limits as known at the as-of (R1, R3). Of a key's
-- rows the one recorded last until then counts; it holds from effective_from until
-- the next row's. FAR stands for "for ever": 9223372036854775807.

-- R2: the plans; `free` always exists.
DROP TABLE IF EXISTS temp.known_plans;
CREATE TEMP TABLE known_plans (plan TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, rank INTEGER NOT NULL) STRICT;
INSERT INTO temp.known_plans
SELECT plan, name, rank
FROM (SELECT p.*, row_number() OVER (PARTITION BY p.plan ORDER BY p.recorded_at DESC) AS newest
      FROM plans AS p, temp.the_run AS r
      WHERE p.recorded_at <= r.as_of)
WHERE newest = 1;
INSERT OR IGNORE INTO temp.known_plans VALUES ('free', 'Free', 0);

-- R4: rows from E on never count in this month.
DROP TABLE IF EXISTS temp.known_prices;
CREATE TEMP TABLE known_prices (
    plan TEXT NOT NULL,
    currency TEXT NOT NULL,
    effective_from INTEGER NOT NULL,
    monthly_price INTEGER NOT NULL,
    overage_price INTEGER, -- NULL: the plan has no overage
    PRIMARY KEY (plan, currency, effective_from)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_prices
SELECT plan, currency, effective_from, monthly_price, overage_price
FROM (SELECT p.*, row_number() OVER (PARTITION BY p.plan, p.currency, p.effective_from
                                     ORDER BY p.recorded_at DESC) AS newest
      FROM plan_prices AS p, temp.the_run AS r
      WHERE p.recorded_at <= r.as_of AND p.effective_from < r.month_end)
WHERE newest = 1;

DROP TABLE IF EXISTS temp.known_allowances;
CREATE TEMP TABLE known_allowances (
    plan TEXT NOT NULL,
    effective_from INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    PRIMARY KEY (plan, effective_from)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_allowances
SELECT plan, effective_from, monthly_credits
FROM (SELECT p.*, row_number() OVER (PARTITION BY p.plan, p.effective_from ORDER BY p.recorded_at DESC) AS newest
      FROM plan_allowances AS p, temp.the_run AS r
      WHERE p.recorded_at <= r.as_of AND p.effective_from < r.month_end)
WHERE newest = 1;

-- R5, R6: what an event of a model costs, by the model's number.
DROP TABLE IF EXISTS temp.known_rates;
CREATE TEMP TABLE known_rates (
    model INTEGER NOT NULL,
    effective_from INTEGER NOT NULL,
    effective_until INTEGER NOT NULL,
    multiplier INTEGER NOT NULL,
    request_token_limit INTEGER,
    PRIMARY KEY (model, effective_from)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_rates
SELECT i.model, k.effective_from,
       lead(k.effective_from, 1, 9223372036854775807) OVER (PARTITION BY i.model ORDER BY k.effective_from),
       k.multiplier, k.request_token_limit
FROM (SELECT p.*, row_number() OVER (PARTITION BY p.model, p.effective_from ORDER BY p.recorded_at DESC) AS newest
      FROM model_rates AS p, temp.the_run AS r
      WHERE p.recorded_at <= r.as_of) AS k
JOIN model_ids AS i ON i.name = k.model
WHERE k.newest = 1;

-- R16
DROP TABLE IF EXISTS temp.known_countries;
CREATE TEMP TABLE known_countries (
    country TEXT NOT NULL,
    effective_from INTEGER NOT NULL,
    effective_until INTEGER NOT NULL,
    eligible INTEGER NOT NULL,
    PRIMARY KEY (country, effective_from)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_countries
SELECT country, effective_from,
       lead(effective_from, 1, 9223372036854775807) OVER (PARTITION BY country ORDER BY effective_from), eligible
FROM (SELECT p.*, row_number() OVER (PARTITION BY p.country, p.effective_from ORDER BY p.recorded_at DESC) AS newest
      FROM countries AS p, temp.the_run AS r
      WHERE p.recorded_at <= r.as_of)
WHERE newest = 1;

-- R24: an empty region equals none.
DROP TABLE IF EXISTS temp.known_taxes;
CREATE TEMP TABLE known_taxes (
    country TEXT NOT NULL,
    region TEXT NOT NULL,
    customer TEXT NOT NULL,
    name TEXT NOT NULL,
    effective_from INTEGER NOT NULL,
    effective_until INTEGER NOT NULL,
    percent INTEGER NOT NULL,
    per_document INTEGER NOT NULL, -- 1: rounded once for the document's sum
    PRIMARY KEY (country, region, customer, name, effective_from)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.known_taxes
SELECT country, coalesce(region, ''), customer, name, effective_from,
       lead(effective_from, 1, 9223372036854775807)
           OVER (PARTITION BY country, coalesce(region, ''), customer, name ORDER BY effective_from),
       percent, coalesce(rounding = 'document', 0)
FROM (SELECT p.*, row_number() OVER (PARTITION BY p.country, coalesce(p.region, ''), p.customer, p.name, p.effective_from
                                     ORDER BY p.recorded_at DESC) AS newest
      FROM tax_rates AS p, temp.the_run AS r
      WHERE p.recorded_at <= r.as_of)
WHERE newest = 1;
