-- 0012_ledger_accounts.sql: what the ledger's accounts are called in journal.csv
-- and journal.hledger. Finance adds a row to rename one; versions and triggers as
-- in 0001_codes.sql.

-- ledger_accounts: the name of each role. Key: role. A role without a row has the name that comes with the program.
CREATE TABLE ledger_accounts (
    -- what the account is for: what customers owe; revenue by kind, discounts as its reduction; adjustments; taxes; cash
    role TEXT NOT NULL
        CONSTRAINT "role is one of receivable, revenue_subscription, revenue_discount, revenue_overage, adjustment, tax_payable, cash"
        CHECK (role IN ('receivable', 'revenue_subscription', 'revenue_discount', 'revenue_overage', 'adjustment',
                        'tax_payable', 'cash')),
    -- parts between ':', each of letters, digits, any of - _ . & / + and single blanks, beginning with a letter or
    -- digit: what hledger and ledger take as it stands. Other characters than ASCII's are letters here, unless they
    -- are spaces or invisible. Not one that begins with a word of ledger's own: assert, check, expr.
    name TEXT NOT NULL
        CONSTRAINT "the name has parts between ':', each of letters, digits, - _ . & / + and single blanks and beginning with a letter or digit; its first word is not assert, check or expr"
        CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0
               AND name NOT GLOB '*[^-_.&/+ :0-9A-Za-z' || char(128) || '-' || char(1114111) || ']*'
               AND name NOT GLOB '[-_.&/+ :]*' AND name NOT GLOB '*:[-_.&/+ :]*'
               AND name NOT GLOB '*[ :]' AND name NOT GLOB '* [ :]*'
               AND name || ' ' NOT GLOB 'assert *' AND name || ' ' NOT GLOB 'check *' AND name || ' ' NOT GLOB 'expr *'
               AND name NOT GLOB '*[' || char(128, 45, 160, 173, 5760, 6158, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303,
                                          12288, 65279) || ']*'),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (role, recorded_at)
) STRICT;

CREATE TRIGGER ledger_accounts_insert BEFORE INSERT ON ledger_accounts
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM ledger_accounts AS known
        WHERE known.role = NEW.role
          AND known.name IS NEW.name
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM ledger_accounts AS newer
                              WHERE newer.role = NEW.role
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM ledger_accounts AS known
                  WHERE known.role = NEW.role
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM ledger_accounts AS known
                  WHERE known.role = NEW.role
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM ledger_accounts WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER ledger_accounts_inserted AFTER INSERT ON ledger_accounts
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER ledger_accounts_update BEFORE UPDATE ON ledger_accounts
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER ledger_accounts_delete BEFORE DELETE ON ledger_accounts
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; add a row with the name it should have');
END;
