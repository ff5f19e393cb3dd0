-- 0006_accounts.sql: the dictionary of accounts, and who and where they are.
-- Types and versions as in 0001_codes.sql.

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

-- A close reads all accounts in this order, without their table, and asks for the first month that has anyone in it.
CREATE INDEX accounts_in_order ON accounts (account_id, recorded_at, name, currency, created_at, first_paid_at);
CREATE INDEX accounts_by_created_at ON accounts (created_at);

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

-- A close reads all accounts' rows in this order, without their tables.
CREATE INDEX billing_addresses_by_account
    ON billing_addresses (account_id, address_id, recorded_at, effective_at, country, region, tax_number);

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
