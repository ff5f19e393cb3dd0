-- 0008_money.sql: payments and adjustments.
-- Types and versions as in 0001_codes.sql.

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
