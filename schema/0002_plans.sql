-- 0002_plans.sql: the catalogue's plans, what they cost and what they include (R1, R2, R4, R18).
-- Types and versions as in 0001_codes.sql.

-- plans: what an account can be on (R2). Key: plan.
CREATE TABLE plans (
    -- code of the plan
    plan TEXT NOT NULL
        CHECK (length(CAST(plan AS BLOB)) BETWEEN 1 AND 64 AND instr(plan, char(0)) = 0
               AND plan NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- name for people
    name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 500 AND instr(name, char(0)) = 0),
    -- higher is better; free has 0, and no two plans have the same
    rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 1000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (plan, recorded_at),
    CHECK ((plan = 'free') = (rank = 0))
) STRICT;

CREATE TRIGGER plans_insert BEFORE INSERT ON plans
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM plans AS known
        WHERE known.plan = NEW.plan
          AND (known.name, known.rank) IS
              (NEW.name, NEW.rank)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM plans AS newer
                              WHERE newer.plan = NEW.plan
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM plans AS known
                  WHERE known.plan = NEW.plan
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM plans AS known
                  WHERE known.plan = NEW.plan
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change rank')
    WHERE EXISTS (SELECT 1 FROM plans AS known
                  WHERE known.plan = NEW.plan AND known.rank <> NEW.rank);
    SELECT RAISE(ABORT, 'conflict: free has rank 0, and no other plan')
    WHERE (NEW.plan = 'free') <> (NEW.rank = 0);
    SELECT RAISE(ABORT, 'conflict: another plan has this rank')
    WHERE EXISTS (SELECT 1 FROM plans AS other WHERE other.rank = NEW.rank AND other.plan <> NEW.plan);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM plans WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER plans_inserted AFTER INSERT ON plans
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER plans_update BEFORE UPDATE ON plans
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER plans_delete BEFORE DELETE ON plans
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- plan_prices: what a plan costs (R1, R4). Key: plan, currency, effective_from.
CREATE TABLE plan_prices (
    -- code of the plan
    plan TEXT NOT NULL
        CHECK (length(CAST(plan AS BLOB)) BETWEEN 1 AND 64 AND instr(plan, char(0)) = 0
               AND plan NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- ISO 4217
    currency TEXT NOT NULL REFERENCES currency_codes (currency) CHECK (length(currency) = 3),
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- minor units a month
    monthly_price INTEGER NOT NULL CHECK (monthly_price BETWEEN 0 AND 10000000000000),
    -- millionths of the currency's unit a credit; NULL: the plan has no overage
    overage_price INTEGER CHECK (overage_price BETWEEN 0 AND 1000000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (plan, currency, effective_from, recorded_at)
) STRICT;

CREATE TRIGGER plan_prices_insert BEFORE INSERT ON plan_prices
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM plan_prices AS known
        WHERE known.plan = NEW.plan
          AND known.currency = NEW.currency
          AND known.effective_from = NEW.effective_from
          AND (known.monthly_price, known.overage_price) IS
              (NEW.monthly_price, NEW.overage_price)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM plan_prices AS newer
                              WHERE newer.plan = NEW.plan
                                AND newer.currency = NEW.currency
                                AND newer.effective_from = NEW.effective_from
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM plan_prices AS known
                  WHERE known.plan = NEW.plan
                    AND known.currency = NEW.currency
                    AND known.effective_from = NEW.effective_from
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM plan_prices AS known
                  WHERE known.plan = NEW.plan
                    AND known.currency = NEW.currency
                    AND known.effective_from = NEW.effective_from
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'currency is not a known code of ISO 4217')
    WHERE NOT EXISTS (SELECT 1 FROM currency_codes WHERE currency = NEW.currency);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM plan_prices WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER plan_prices_inserted AFTER INSERT ON plan_prices
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER plan_prices_update BEFORE UPDATE ON plan_prices
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER plan_prices_delete BEFORE DELETE ON plan_prices
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- plan_allowances: credits included in a plan (R18). Key: plan, effective_from.
CREATE TABLE plan_allowances (
    -- code of the plan
    plan TEXT NOT NULL
        CHECK (length(CAST(plan AS BLOB)) BETWEEN 1 AND 64 AND instr(plan, char(0)) = 0
               AND plan NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- hundredths of a credit a month
    monthly_credits INTEGER NOT NULL CHECK (monthly_credits BETWEEN 0 AND 1000000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (plan, effective_from, recorded_at)
) STRICT;

CREATE TRIGGER plan_allowances_insert BEFORE INSERT ON plan_allowances
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM plan_allowances AS known
        WHERE known.plan = NEW.plan AND known.effective_from = NEW.effective_from
          AND known.monthly_credits IS NEW.monthly_credits
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM plan_allowances AS newer
                              WHERE newer.plan = NEW.plan AND newer.effective_from = NEW.effective_from
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM plan_allowances AS known
                  WHERE known.plan = NEW.plan AND known.effective_from = NEW.effective_from
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM plan_allowances AS known
                  WHERE known.plan = NEW.plan AND known.effective_from = NEW.effective_from
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM plan_allowances WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER plan_allowances_inserted AFTER INSERT ON plan_allowances
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER plan_allowances_update BEFORE UPDATE ON plan_allowances
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER plan_allowances_delete BEFORE DELETE ON plan_allowances
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;
