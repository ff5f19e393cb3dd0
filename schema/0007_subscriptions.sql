-- 0007_subscriptions.sql: what accounts asked for and were given: plans, overage, bonus credits.
-- Types and versions as in 0001_codes.sql.

-- plan_changes: an account goes to a plan (R9). Key: change_id.
CREATE TABLE plan_changes (
    -- the row
    change_id TEXT NOT NULL
        CHECK (length(CAST(change_id AS BLOB)) BETWEEN 1 AND 64 AND instr(change_id, char(0)) = 0
               AND change_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- the account
    account_id TEXT NOT NULL REFERENCES account_ids (account_id)
        CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64 AND instr(account_id, char(0)) = 0
               AND account_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- instant of the change
    effective_at INTEGER NOT NULL CHECK (effective_at BETWEEN 0 AND 253402300799999),
    -- code of the plan; it may be unknown to plans: such an account is held (R27)
    plan TEXT NOT NULL
        CHECK (length(CAST(plan AS BLOB)) BETWEEN 1 AND 64 AND instr(plan, char(0)) = 0
               AND plan NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (change_id, recorded_at)
) STRICT;

-- A close reads all accounts' rows in this order, without their tables.
CREATE INDEX plan_changes_by_account ON plan_changes (account_id, change_id, recorded_at, effective_at, plan);

CREATE TRIGGER plan_changes_insert BEFORE INSERT ON plan_changes
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM plan_changes AS known
        WHERE known.change_id = NEW.change_id
          AND (known.account_id, known.effective_at, known.plan) IS
              (NEW.account_id, NEW.effective_at, NEW.plan)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM plan_changes AS newer
                              WHERE newer.change_id = NEW.change_id
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM plan_changes AS known
                  WHERE known.change_id = NEW.change_id
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM plan_changes AS known
                  WHERE known.change_id = NEW.change_id
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change account_id')
    WHERE EXISTS (SELECT 1 FROM plan_changes AS known
                  WHERE known.change_id = NEW.change_id AND known.account_id <> NEW.account_id);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM plan_changes WHERE rowid = NEW.rowid);
    INSERT INTO account_ids (account_id)
    SELECT NEW.account_id WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
END;

CREATE TRIGGER plan_changes_inserted AFTER INSERT ON plan_changes
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER plan_changes_update BEFORE UPDATE ON plan_changes
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER plan_changes_delete BEFORE DELETE ON plan_changes
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- overage_settings: may an account use more than it has, and how much (R20). Key: setting_id.
CREATE TABLE overage_settings (
    -- the row
    setting_id TEXT NOT NULL
        CHECK (length(CAST(setting_id AS BLOB)) BETWEEN 1 AND 64 AND instr(setting_id, char(0)) = 0
               AND setting_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- the account
    account_id TEXT NOT NULL REFERENCES account_ids (account_id)
        CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64 AND instr(account_id, char(0)) = 0
               AND account_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- instant from which it holds
    effective_at INTEGER NOT NULL CHECK (effective_at BETWEEN 0 AND 253402300799999),
    -- 1: overage is on
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    -- most overage of a month, hundredths of a credit; NULL: no cap
    cap_credits INTEGER CHECK (cap_credits BETWEEN 0 AND 1000000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (setting_id, recorded_at)
) STRICT;

CREATE INDEX overage_settings_by_account
    ON overage_settings (account_id, setting_id, recorded_at, effective_at, enabled, cap_credits);

CREATE TRIGGER overage_settings_insert BEFORE INSERT ON overage_settings
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM overage_settings AS known
        WHERE known.setting_id = NEW.setting_id
          AND (known.account_id, known.effective_at, known.enabled, known.cap_credits) IS
              (NEW.account_id, NEW.effective_at, NEW.enabled, NEW.cap_credits)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM overage_settings AS newer
                              WHERE newer.setting_id = NEW.setting_id
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM overage_settings AS known
                  WHERE known.setting_id = NEW.setting_id
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM overage_settings AS known
                  WHERE known.setting_id = NEW.setting_id
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change account_id')
    WHERE EXISTS (SELECT 1 FROM overage_settings AS known
                  WHERE known.setting_id = NEW.setting_id AND known.account_id <> NEW.account_id);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM overage_settings WHERE rowid = NEW.rowid);
    INSERT INTO account_ids (account_id)
    SELECT NEW.account_id WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
END;

CREATE TRIGGER overage_settings_inserted AFTER INSERT ON overage_settings
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER overage_settings_update BEFORE UPDATE ON overage_settings
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER overage_settings_delete BEFORE DELETE ON overage_settings
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- credit_grants: bonus credits (R17). Key: grant_id.
CREATE TABLE credit_grants (
    -- the row
    grant_id TEXT NOT NULL
        CHECK (length(CAST(grant_id AS BLOB)) BETWEEN 1 AND 64 AND instr(grant_id, char(0)) = 0
               AND grant_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- the account
    account_id TEXT NOT NULL REFERENCES account_ids (account_id)
        CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64 AND instr(account_id, char(0)) = 0
               AND account_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- hundredths of a credit
    credits INTEGER NOT NULL CHECK (credits BETWEEN 0 AND 1000000000000),
    -- instant from which they can be used
    starts_at INTEGER NOT NULL CHECK (starts_at BETWEEN 0 AND 253402300799999),
    -- instant from which they cannot
    expires_at INTEGER NOT NULL CHECK (expires_at BETWEEN 0 AND 253402300799999),
    -- why, for people
    reason TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 500 AND instr(reason, char(0)) = 0),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (grant_id, recorded_at),
    CHECK (starts_at < expires_at)
) STRICT;

CREATE INDEX credit_grants_by_account ON credit_grants (account_id, grant_id, recorded_at);

CREATE TRIGGER credit_grants_insert BEFORE INSERT ON credit_grants
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM credit_grants AS known
        WHERE known.grant_id = NEW.grant_id
          AND (known.account_id, known.credits, known.starts_at, known.expires_at, known.reason) IS
              (NEW.account_id, NEW.credits, NEW.starts_at, NEW.expires_at, NEW.reason)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM credit_grants AS newer
                              WHERE newer.grant_id = NEW.grant_id
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM credit_grants AS known
                  WHERE known.grant_id = NEW.grant_id
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM credit_grants AS known
                  WHERE known.grant_id = NEW.grant_id
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change account_id')
    WHERE EXISTS (SELECT 1 FROM credit_grants AS known
                  WHERE known.grant_id = NEW.grant_id AND known.account_id <> NEW.account_id);
    SELECT RAISE(ABORT, 'starts_at is not before expires_at')
    WHERE NEW.starts_at >= NEW.expires_at;
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM credit_grants WHERE rowid = NEW.rowid);
    INSERT INTO account_ids (account_id)
    SELECT NEW.account_id WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
END;

CREATE TRIGGER credit_grants_inserted AFTER INSERT ON credit_grants
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER credit_grants_update BEFORE UPDATE ON credit_grants
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER credit_grants_delete BEFORE DELETE ON credit_grants
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;
