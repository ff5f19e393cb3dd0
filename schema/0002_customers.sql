-- 0002_customers.sql: the dictionary of accounts, what is known of each, and voids.
-- Types and versions as in 0001_catalogue.sql.

-- Dictionary of accounts: a number for each account_id as it first appears in any table, usage included.
CREATE TABLE account_ids (
    -- the number, from 1 without a gap
    account INTEGER PRIMARY KEY CHECK (account BETWEEN 1 AND 2147483647),
    -- the id, as in every table with an account_id
    account_id TEXT NOT NULL UNIQUE
        CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64 AND instr(account_id, char(0)) = 0
               AND account_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*')
) STRICT;

CREATE TRIGGER account_ids_insert BEFORE INSERT ON account_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: an account keeps its number')
    WHERE EXISTS (SELECT 1 FROM account_ids WHERE account = NEW.account)
       OR EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
END;

CREATE TRIGGER account_ids_inserted AFTER INSERT ON account_ids
WHEN NEW.account > 1
BEGIN
    SELECT RAISE(ABORT, 'numbers are given from 1 without a gap')
    WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account = NEW.account - 1);
END;

CREATE TRIGGER account_ids_update BEFORE UPDATE ON account_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: an account keeps its number');
END;

CREATE TRIGGER account_ids_delete BEFORE DELETE ON account_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: an account keeps its number');
END;

-- accounts: who is billed. Key: account_id.
CREATE TABLE accounts (
    -- the account
    account_id TEXT NOT NULL REFERENCES account_ids (account_id)
        CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64 AND instr(account_id, char(0)) = 0
               AND account_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- name for people
    name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 500 AND instr(name, char(0)) = 0),
    -- ISO 4217; another currency is another account
    currency TEXT NOT NULL REFERENCES currency_codes (currency) CHECK (length(currency) = 3),
    -- instant from whose month on it is billed (R2)
    created_at INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 253402300799999),
    -- instant of a first paid plan elsewhere (R10); NULL: none
    first_paid_at INTEGER CHECK (first_paid_at BETWEEN 0 AND 253402300799999),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (account_id, recorded_at)
) STRICT;

CREATE TRIGGER accounts_insert BEFORE INSERT ON accounts
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM accounts AS known
        WHERE known.account_id = NEW.account_id
          AND (known.name, known.currency, known.created_at, known.first_paid_at) IS
              (NEW.name, NEW.currency, NEW.created_at, NEW.first_paid_at)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM accounts AS newer
                              WHERE newer.account_id = NEW.account_id
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM accounts AS known
                  WHERE known.account_id = NEW.account_id
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM accounts AS known
                  WHERE known.account_id = NEW.account_id
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change currency')
    WHERE EXISTS (SELECT 1 FROM accounts AS known
                  WHERE known.account_id = NEW.account_id AND known.currency <> NEW.currency);
    SELECT RAISE(ABORT, 'conflict: the account has payments in another currency')
    WHERE EXISTS (SELECT 1 FROM payments AS other
                  WHERE other.account_id = NEW.account_id AND other.currency <> NEW.currency
                    AND NOT EXISTS (SELECT 1 FROM voids WHERE table_name = 'payments'
                                      AND id = other.payment_id));
    SELECT RAISE(ABORT, 'conflict: the account has adjustments in another currency')
    WHERE EXISTS (SELECT 1 FROM adjustments AS other
                  WHERE other.account_id = NEW.account_id AND other.currency <> NEW.currency
                    AND NOT EXISTS (SELECT 1 FROM voids WHERE table_name = 'adjustments'
                                      AND id = other.adjustment_id));
    SELECT RAISE(ABORT, 'currency is not a known code of ISO 4217')
    WHERE NOT EXISTS (SELECT 1 FROM currency_codes WHERE currency = NEW.currency);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM accounts WHERE rowid = NEW.rowid);
    INSERT INTO account_ids (account_id)
    SELECT NEW.account_id WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
END;

CREATE TRIGGER accounts_inserted AFTER INSERT ON accounts
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER accounts_update BEFORE UPDATE ON accounts
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER accounts_delete BEFORE DELETE ON accounts
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- billing_addresses: where an account is (R16, R24). Key: address_id. An empty region equals NULL.
CREATE TABLE billing_addresses (
    -- the row
    address_id TEXT NOT NULL
        CHECK (length(CAST(address_id AS BLOB)) BETWEEN 1 AND 64 AND instr(address_id, char(0)) = 0
               AND address_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- the account
    account_id TEXT NOT NULL REFERENCES account_ids (account_id)
        CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64 AND instr(account_id, char(0)) = 0
               AND account_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- instant from which it holds
    effective_at INTEGER NOT NULL CHECK (effective_at BETWEEN 0 AND 253402300799999),
    -- ISO 3166-1 alpha-2
    country TEXT NOT NULL REFERENCES country_codes (country) CHECK (length(country) = 2),
    -- part of ISO 3166-2 after the dash; NULL or empty: none
    region TEXT
        CHECK (length(CAST(region AS BLOB)) <= 64 AND instr(region, char(0)) = 0
               AND region NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- of a business; NULL or empty: a consumer (R24)
    tax_number TEXT CHECK (length(CAST(tax_number AS BLOB)) <= 500 AND instr(tax_number, char(0)) = 0),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (address_id, recorded_at)
) STRICT;

CREATE INDEX billing_addresses_by_account ON billing_addresses (account_id);

CREATE TRIGGER billing_addresses_insert BEFORE INSERT ON billing_addresses
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM billing_addresses AS known
        WHERE known.address_id = NEW.address_id
          AND (known.account_id, known.effective_at, known.country,
               coalesce(known.region, ''), coalesce(known.tax_number, '')) IS
              (NEW.account_id, NEW.effective_at, NEW.country,
               coalesce(NEW.region, ''), coalesce(NEW.tax_number, ''))
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM billing_addresses AS newer
                              WHERE newer.address_id = NEW.address_id
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM billing_addresses AS known
                  WHERE known.address_id = NEW.address_id
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM billing_addresses AS known
                  WHERE known.address_id = NEW.address_id
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change account_id')
    WHERE EXISTS (SELECT 1 FROM billing_addresses AS known
                  WHERE known.address_id = NEW.address_id AND known.account_id <> NEW.account_id);
    SELECT RAISE(ABORT, 'country is not a known code of ISO 3166-1')
    WHERE NOT EXISTS (SELECT 1 FROM country_codes WHERE country = NEW.country);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM billing_addresses WHERE rowid = NEW.rowid);
    INSERT INTO account_ids (account_id)
    SELECT NEW.account_id WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
END;

CREATE TRIGGER billing_addresses_inserted AFTER INSERT ON billing_addresses
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER billing_addresses_update BEFORE UPDATE ON billing_addresses
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER billing_addresses_delete BEFORE DELETE ON billing_addresses
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

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

CREATE INDEX plan_changes_by_account ON plan_changes (account_id);

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

CREATE INDEX overage_settings_by_account ON overage_settings (account_id);

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

CREATE INDEX credit_grants_by_account ON credit_grants (account_id);

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

-- payments: money collected or refunded (R25). Key: payment_id.
CREATE TABLE payments (
    -- the row
    payment_id TEXT NOT NULL
        CHECK (length(CAST(payment_id AS BLOB)) BETWEEN 1 AND 64 AND instr(payment_id, char(0)) = 0
               AND payment_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- the account
    account_id TEXT NOT NULL REFERENCES account_ids (account_id)
        CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64 AND instr(account_id, char(0)) = 0
               AND account_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- service month that it pays
    month INTEGER NOT NULL CHECK (month BETWEEN 197001 AND 999912 AND month % 100 BETWEEN 1 AND 12),
    -- instant of the payment
    collected_at INTEGER NOT NULL CHECK (collected_at BETWEEN 0 AND 253402300799999),
    -- minor units; negative: a refund
    amount INTEGER NOT NULL CHECK (amount BETWEEN -10000000000000 AND 10000000000000),
    -- ISO 4217; the account's
    currency TEXT NOT NULL REFERENCES currency_codes (currency) CHECK (length(currency) = 3),
    -- of the payment provider; NULL: none
    reference TEXT CHECK (length(CAST(reference AS BLOB)) <= 500 AND instr(reference, char(0)) = 0),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (payment_id, recorded_at)
) STRICT;

CREATE INDEX payments_by_account ON payments (account_id);

CREATE TRIGGER payments_insert BEFORE INSERT ON payments
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM payments AS known
        WHERE known.payment_id = NEW.payment_id
          AND (known.account_id, known.month, known.collected_at, known.amount, known.currency, known.reference) IS
              (NEW.account_id, NEW.month, NEW.collected_at, NEW.amount, NEW.currency, NEW.reference)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM payments AS newer
                              WHERE newer.payment_id = NEW.payment_id
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM payments AS known
                  WHERE known.payment_id = NEW.payment_id
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM payments AS known
                  WHERE known.payment_id = NEW.payment_id
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change account_id')
    WHERE EXISTS (SELECT 1 FROM payments AS known
                  WHERE known.payment_id = NEW.payment_id AND known.account_id <> NEW.account_id);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change currency')
    WHERE EXISTS (SELECT 1 FROM payments AS known
                  WHERE known.payment_id = NEW.payment_id AND known.currency <> NEW.currency);
    SELECT RAISE(ABORT, 'conflict: the account has another currency')
    WHERE EXISTS (SELECT 1 FROM accounts WHERE account_id = NEW.account_id AND currency <> NEW.currency);
    SELECT RAISE(ABORT, 'currency is not a known code of ISO 4217')
    WHERE NOT EXISTS (SELECT 1 FROM currency_codes WHERE currency = NEW.currency);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM payments WHERE rowid = NEW.rowid);
    INSERT INTO account_ids (account_id)
    SELECT NEW.account_id WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
END;

CREATE TRIGGER payments_inserted AFTER INSERT ON payments
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER payments_update BEFORE UPDATE ON payments
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER payments_delete BEFORE DELETE ON payments
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- adjustments: amounts added by hand (R23). Key: adjustment_id.
CREATE TABLE adjustments (
    -- the row
    adjustment_id TEXT NOT NULL
        CHECK (length(CAST(adjustment_id AS BLOB)) BETWEEN 1 AND 64 AND instr(adjustment_id, char(0)) = 0
               AND adjustment_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- the account
    account_id TEXT NOT NULL REFERENCES account_ids (account_id)
        CHECK (length(CAST(account_id AS BLOB)) BETWEEN 1 AND 64 AND instr(account_id, char(0)) = 0
               AND account_id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- service month whose invoice it is on
    month INTEGER NOT NULL CHECK (month BETWEEN 197001 AND 999912 AND month % 100 BETWEEN 1 AND 12),
    -- minor units; negative: in the customer's favour
    amount INTEGER NOT NULL CHECK (amount BETWEEN -10000000000000 AND 10000000000000),
    -- ISO 4217; the account's
    currency TEXT NOT NULL REFERENCES currency_codes (currency) CHECK (length(currency) = 3),
    -- as the customer reads it
    reason TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 500 AND instr(reason, char(0)) = 0),
    -- who approved it
    approved_by TEXT NOT NULL
        CHECK (length(CAST(approved_by AS BLOB)) <= 500 AND instr(approved_by, char(0)) = 0),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (adjustment_id, recorded_at)
) STRICT;

CREATE INDEX adjustments_by_account ON adjustments (account_id);

CREATE TRIGGER adjustments_insert BEFORE INSERT ON adjustments
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM adjustments AS known
        WHERE known.adjustment_id = NEW.adjustment_id
          AND (known.account_id, known.month, known.amount, known.currency, known.reason, known.approved_by) IS
              (NEW.account_id, NEW.month, NEW.amount, NEW.currency, NEW.reason, NEW.approved_by)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM adjustments AS newer
                              WHERE newer.adjustment_id = NEW.adjustment_id
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM adjustments AS known
                  WHERE known.adjustment_id = NEW.adjustment_id
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM adjustments AS known
                  WHERE known.adjustment_id = NEW.adjustment_id
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change account_id')
    WHERE EXISTS (SELECT 1 FROM adjustments AS known
                  WHERE known.adjustment_id = NEW.adjustment_id AND known.account_id <> NEW.account_id);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change currency')
    WHERE EXISTS (SELECT 1 FROM adjustments AS known
                  WHERE known.adjustment_id = NEW.adjustment_id AND known.currency <> NEW.currency);
    SELECT RAISE(ABORT, 'conflict: the account has another currency')
    WHERE EXISTS (SELECT 1 FROM accounts WHERE account_id = NEW.account_id AND currency <> NEW.currency);
    SELECT RAISE(ABORT, 'currency is not a known code of ISO 4217')
    WHERE NOT EXISTS (SELECT 1 FROM currency_codes WHERE currency = NEW.currency);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM adjustments WHERE rowid = NEW.rowid);
    INSERT INTO account_ids (account_id)
    SELECT NEW.account_id WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account_id = NEW.account_id);
END;

CREATE TRIGGER adjustments_inserted AFTER INSERT ON adjustments
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER adjustments_update BEFORE UPDATE ON adjustments
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER adjustments_delete BEFORE DELETE ON adjustments
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- voids: takes a row of another table out, from recorded_at on and for good. Key: table_name, id. It may
-- arrive before the row that it names.
CREATE TABLE voids (
    -- the table
    table_name TEXT NOT NULL
        CHECK (table_name IN ('billing_addresses', 'plan_changes', 'overage_settings', 'credit_grants', 'payments',
                             'adjustments', 'usage_events')),
    -- key of the row; an event id in two months is voided in both
    id TEXT NOT NULL
        CHECK (length(CAST(id AS BLOB)) BETWEEN 1 AND 64 AND instr(id, char(0)) = 0
               AND id NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- why, for people
    reason TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 500 AND instr(reason, char(0)) = 0),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (table_name, id, recorded_at)
) STRICT;

CREATE TRIGGER voids_insert BEFORE INSERT ON voids
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM voids AS known
        WHERE known.table_name = NEW.table_name AND known.id = NEW.id
          AND known.reason IS NEW.reason
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM voids AS newer
                              WHERE newer.table_name = NEW.table_name AND newer.id = NEW.id
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM voids AS known
                  WHERE known.table_name = NEW.table_name AND known.id = NEW.id
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM voids AS known
                  WHERE known.table_name = NEW.table_name AND known.id = NEW.id
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM voids WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER voids_inserted AFTER INSERT ON voids
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER voids_update BEFORE UPDATE ON voids
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER voids_delete BEFORE DELETE ON voids
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;
