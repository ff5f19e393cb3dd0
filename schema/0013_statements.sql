-- 0013_statements.sql: what a run found of each account, for the runs that look
-- back (R28, R30), and the indexes by which they do. Append-only like the
-- documents of the same run.

-- One row for every account of a run, whether invoiced, without a charge or held.
CREATE TABLE statements (
    run              INTEGER NOT NULL REFERENCES runs (run), -- the run
    account_id       TEXT    NOT NULL REFERENCES account_ids (account_id), -- the account
    status           TEXT    NOT NULL CHECK (status IN ('invoiced', 'no_charge', 'held')), -- R25, R27
    plan_at_start    TEXT    NOT NULL CHECK (length(CAST(plan_at_start AS BLOB)) BETWEEN 1 AND 64), -- code of the plan held at the month's first instant (R9)
    plan_at_end      TEXT    NOT NULL CHECK (length(CAST(plan_at_end AS BLOB)) BETWEEN 1 AND 64), -- code of the plan held at its last instant
    first_paid_month INTEGER NOT NULL CHECK (first_paid_month IN (0, 1)), -- flag (R10)
    country          TEXT    NOT NULL CHECK (length(country) IN (0, 2)), -- of the billing address at the month's last instant, '': none
    currency         TEXT    NOT NULL CHECK (length(currency) = 3), -- ISO 4217
    events           INTEGER NOT NULL CHECK (events >= 0), -- of the month; this and what follows are 0 when held
    credits          INTEGER NOT NULL CHECK (credits >= 0), -- hundredths
    bonus            INTEGER NOT NULL CHECK (bonus >= 0), -- hundredths consumed from grants (R19)
    included         INTEGER NOT NULL CHECK (included >= 0), -- hundredths consumed from the allowance
    overage          INTEGER NOT NULL CHECK (overage >= 0), -- hundredths charged (R21)
    unbilled         INTEGER NOT NULL CHECK (unbilled >= 0), -- hundredths past the limit (R22)
    allowance        INTEGER NOT NULL CHECK (allowance >= 0), -- hundredths (R18)
    overage_amount   INTEGER NOT NULL CHECK (overage_amount >= 0), -- of the overage line, minor units
    total            INTEGER NOT NULL CHECK (total BETWEEN -10000000000000 AND 10000000000000), -- of the month as this run found it, minor units; a note's is the difference
    PRIMARY KEY (run, account_id),
    CHECK (credits = bonus + included + overage + unbilled),
    CHECK (status = 'invoiced' OR (overage_amount = 0 AND total = 0)),
    CHECK (status <> 'held' OR (events = 0 AND credits = 0 AND allowance = 0))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER statements_insert BEFORE INSERT ON statements
BEGIN
    SELECT RAISE(ABORT, 'immutable: this statement exists already')
    WHERE EXISTS (SELECT 1 FROM statements WHERE run = NEW.run AND account_id = NEW.account_id);
    SELECT RAISE(ABORT, 'immutable: statements are added only while their run is at work')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run = NEW.run)
       OR EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run);
    SELECT RAISE(ABORT, 'no such account')
    WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
END;

CREATE TRIGGER statements_update BEFORE UPDATE ON statements
BEGIN
    SELECT RAISE(ABORT, 'immutable: a statement is never changed');
END;

CREATE TRIGGER statements_delete BEFORE DELETE ON statements
BEGIN
    SELECT RAISE(ABORT, 'immutable: a statement is never deleted');
END;

-- For auditors: every statement as its row of statement.csv, with its run.
CREATE VIEW statement AS
SELECT s.account_id,
       substr(r.month, 1, 4) || '-' || substr(r.month, 5, 2) AS month,
       s.status,
       s.plan_at_start,
       s.plan_at_end,
       s.first_paid_month,
       iif(s.status = 'held', NULL, s.events) AS events,
       iif(s.status = 'held', NULL, format('%d.%02d', s.credits / 100, s.credits % 100)) AS credits,
       iif(s.status = 'held', NULL, format('%d.%02d', s.bonus / 100, s.bonus % 100)) AS bonus_credits,
       iif(s.status = 'held', NULL, format('%d.%02d', s.included / 100, s.included % 100)) AS included_credits,
       iif(s.status = 'held', NULL, format('%d.%02d', s.overage / 100, s.overage % 100)) AS overage_credits,
       iif(s.status = 'held', NULL, format('%d.%02d', s.unbilled / 100, s.unbilled % 100)) AS unbilled_credits,
       iif(s.status = 'held', NULL, format('%d.%02d', s.allowance / 100, s.allowance % 100)) AS allowance,
       s.currency,
       iif(s.status = 'held', NULL,
           iif(s.total < 0, '-', '') || (abs(s.total) / s.scale)
               || iif(s.digits = 0, '', '.' || substr('000' || (abs(s.total) % s.scale), -s.digits))) AS total,
       s.run
FROM (SELECT x.*, c.digits,
             CASE c.digits WHEN 0 THEN 1 WHEN 1 THEN 10 WHEN 2 THEN 100 WHEN 3 THEN 1000 ELSE 10000 END AS scale
      FROM statements x LEFT JOIN currency_codes c ON c.currency = x.currency) s
JOIN runs r ON r.run = s.run;

-- What is open of an account: all its documents and payments are read through
-- these, in order of account_id and without their tables.
CREATE INDEX documents_by_account_id ON documents (account_id, month, run, total);
DROP INDEX payments_by_account;
CREATE INDEX payments_by_account ON payments (account_id, payment_id, recorded_at, month, amount);
