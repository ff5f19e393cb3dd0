-- 01_run.sql: the run that is computed a second time, and whom it was to look at.
--
-- The files of this folder compute every bill of a run a second way: in SQL, by
-- other means than lib/ and without its code, so that a mistake in one is caught
-- by the other. They are run in the order of their names over the facts of the
-- database and write temporary tables only. Each can be read, and tried in the
-- sqlite3 shell, by whoever knows the rules (R numbers) and SQL:
--
--     CREATE TEMP TABLE asked_run AS SELECT 1 AS run;
--     .read schema/verify/01_run.sql
--     ...
--     SELECT * FROM differences;
--
-- Types are the database's (0001_codes.sql): instants in milliseconds, money in
-- minor units, credits in hundredths, quantities, multipliers and unit prices in
-- millionths, percentages in ten-thousandths of a percent.
--
-- Arithmetic is exact. SQLite turns a sum or product beyond 64 bits into a floating
-- point number without a word; therefore every temporary table is STRICT (an integer
-- column refuses such a number), and every product is split so that no step
-- can leave 64 bits within the bounds of the facts. a * b / c is computed as
--
--     (a / c) * b  +  (a % c) * (b / c)  +  (a % c) * (b % c) / c
--
-- whose last term alone is not whole; "rounded half up" is then (2 * x + c) / (2 * c).

-- The run at hand.
DROP TABLE IF EXISTS temp.the_run;
CREATE TEMP TABLE the_run (
    run INTEGER NOT NULL,
    kind TEXT NOT NULL,
    month INTEGER NOT NULL,
    month_index INTEGER NOT NULL, -- months since January 1970: the high bits of usage keys
    as_of INTEGER NOT NULL,
    month_start INTEGER NOT NULL, -- S
    month_end INTEGER NOT NULL,   -- E
    earlier_run INTEGER           -- the run of this month before it; NULL: it is the first
) STRICT;
INSERT INTO temp.the_run
SELECT r.run, r.kind, r.month, (r.month / 100 - 1970) * 12 + r.month % 100 - 1, r.as_of,
       unixepoch(format('%d-%02d-01', r.month / 100, r.month % 100)) * 1000,
       unixepoch(format('%d-%02d-01', r.month / 100, r.month % 100), '+1 month') * 1000,
       (SELECT e.run FROM run_ends AS e
        WHERE e.month = r.month AND e.outcome = 'issued' AND e.run < r.run
        ORDER BY e.run DESC LIMIT 1)
FROM runs AS r
WHERE r.run = (SELECT a.run FROM temp.asked_run AS a);

-- R3: the policies as in force at S, and their defaults.
DROP TABLE IF EXISTS temp.known_policies;
CREATE TEMP TABLE known_policies (policy TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO temp.known_policies
SELECT policy, value
FROM (SELECT p.policy, p.value, p.effective_from, p.recorded_at,
             row_number() OVER (PARTITION BY p.policy ORDER BY p.effective_from DESC, p.recorded_at DESC) AS newest
      FROM policies AS p, temp.the_run AS r
      WHERE p.recorded_at <= r.as_of AND p.effective_from <= r.month_start)
WHERE newest = 1;
INSERT OR IGNORE INTO temp.known_policies VALUES ('proration', 'day_inclusive'), ('first_month_allowance', 'full');

-- R2, R3: the accounts of the month, as known.
DROP TABLE IF EXISTS temp.listed;
CREATE TEMP TABLE listed (
    account_id TEXT NOT NULL PRIMARY KEY,
    account INTEGER NOT NULL, -- its number
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    digits INTEGER NOT NULL,  -- minor digits of the currency
    first_paid_at INTEGER     -- R10
) STRICT, WITHOUT ROWID;
INSERT INTO temp.listed
SELECT a.account_id, i.account, a.name, a.currency, c.digits, a.first_paid_at
FROM (SELECT k.*, row_number() OVER (PARTITION BY k.account_id ORDER BY k.recorded_at DESC) AS newest
      FROM accounts AS k, temp.the_run AS r
      WHERE k.recorded_at <= r.as_of) AS a
CROSS JOIN temp.the_run AS r
JOIN account_ids AS i ON i.account_id = a.account_id
JOIN currency_codes AS c ON c.currency = a.currency
WHERE a.newest = 1 AND a.created_at < r.month_end;

-- Whom the run was to bill: the first close everyone listed; a later one those whom the runs before it held (R27). A
-- reprocessing (R28) may look at everyone, and everyone's documents must be right then.
DROP TABLE IF EXISTS temp.asked;
CREATE TEMP TABLE asked (
    account INTEGER NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    digits INTEGER NOT NULL,
    first_paid_at INTEGER,
    is_due INTEGER NOT NULL -- the run owes it a statement
) STRICT;
INSERT INTO temp.asked
SELECT l.account, l.account_id, l.name, l.currency, l.digits, l.first_paid_at,
       l.last_status IS NULL OR r.kind = 'close' AND l.was_held
FROM (SELECT s.*, s.last_status = 'held' AND NOT EXISTS (SELECT 1 FROM documents AS d, temp.the_run AS r
                                                          WHERE d.month = r.month AND d.account = s.account
                                                            AND d.run < r.run) AS was_held
      FROM (SELECT k.*, (SELECT s.status FROM runs AS e
                   CROSS JOIN statements AS s ON s.run = e.run AND s.account_id = k.account_id
                   WHERE e.month = r.month AND e.run < r.run
                   ORDER BY e.run DESC LIMIT 1) AS last_status
      FROM temp.listed AS k, temp.the_run AS r) AS s) AS l, temp.the_run AS r
WHERE r.kind <> 'close' OR r.earlier_run IS NULL OR l.was_held;
