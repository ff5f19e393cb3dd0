-- 0014_corrections.sql: what the notes of a reprocessing say besides their lines
-- (R28). Append-only like the documents that they belong to.

-- Where a line of a note points: at the issued line that it takes back, or that it
-- replaces. A line without a row here replaces nothing.
CREATE TABLE line_corrections (
    document          INTEGER NOT NULL, -- the note
    line              INTEGER NOT NULL, -- its line
    reversal          INTEGER NOT NULL CHECK (reversal IN (0, 1)), -- flag: 1 takes the line back, 0 replaces it
    corrects_document INTEGER NOT NULL, -- the document that has the line corrected
    corrects_line     INTEGER NOT NULL, -- that line
    PRIMARY KEY (document, line),
    FOREIGN KEY (document, line) REFERENCES document_lines (document, line),
    FOREIGN KEY (corrects_document, corrects_line) REFERENCES document_lines (document, line),
    CHECK (corrects_document < document)
) STRICT, WITHOUT ROWID;

-- A line is taken back once, and replaced by one line at most.
CREATE UNIQUE INDEX line_corrections_once ON line_corrections (corrects_document, corrects_line, reversal);

-- Why a reprocessing issued a document, in words.
CREATE TABLE document_reasons (
    document INTEGER PRIMARY KEY CHECK (document >= 1) REFERENCES documents (document), -- the document
    reason   TEXT    NOT NULL CHECK (length(reason) >= 1) -- for people
) STRICT;

CREATE TRIGGER documents_corrects BEFORE INSERT ON documents
WHEN NEW.corrects IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a note corrects the invoice of its account and month')
    WHERE NOT EXISTS (SELECT 1 FROM documents WHERE document = NEW.corrects AND series = 'INV' AND month = NEW.month
                        AND account_id = NEW.account_id);
END;

CREATE TRIGGER line_corrections_insert BEFORE INSERT ON line_corrections
BEGIN
    SELECT RAISE(ABORT, 'immutable: where this line points is noted already')
    WHERE EXISTS (SELECT 1 FROM line_corrections WHERE document = NEW.document AND line = NEW.line);
    SELECT RAISE(ABORT, 'immutable: lines are added only while their run is at work')
    WHERE EXISTS (SELECT 1 FROM documents d JOIN run_ends e ON e.run = d.run WHERE d.document = NEW.document);
    SELECT RAISE(ABORT, 'a line of a note points at a line of its account and month that stands')
    WHERE NOT EXISTS (SELECT 1 FROM documents d JOIN documents c ON c.account_id = d.account_id AND c.month = d.month
                      WHERE d.document = NEW.document AND d.series <> 'INV' AND c.document = NEW.corrects_document)
       OR EXISTS (SELECT 1 FROM line_corrections WHERE document = NEW.corrects_document AND line = NEW.corrects_line
                    AND reversal = 1)
       OR EXISTS (SELECT 1 FROM line_corrections WHERE corrects_document = NEW.corrects_document
                    AND corrects_line = NEW.corrects_line AND reversal = NEW.reversal);
    SELECT RAISE(ABORT, 'a reversal is minus the quantity and the amount of the line that it takes back')
    WHERE NEW.reversal = 1
      AND NOT EXISTS (SELECT 1 FROM document_lines l JOIN document_lines c ON c.document = NEW.corrects_document
                                                                          AND c.line = NEW.corrects_line
                      WHERE l.document = NEW.document AND l.line = NEW.line
                        AND (l.kind, l.plan, l.tax_country, l.tax_name, l.period_start, l.period_end, l.unit,
                             l.unit_whole, l.unit_price, l.quantity, l.amount) IS
                            (c.kind, c.plan, c.tax_country, c.tax_name, c.period_start, c.period_end, c.unit,
                             c.unit_whole, c.unit_price, -c.quantity, -c.amount));
END;

CREATE TRIGGER line_corrections_update BEFORE UPDATE ON line_corrections
BEGIN
    SELECT RAISE(ABORT, 'immutable: where an issued line points is never changed');
END;

CREATE TRIGGER line_corrections_delete BEFORE DELETE ON line_corrections
BEGIN
    SELECT RAISE(ABORT, 'immutable: where an issued line points is never deleted');
END;

CREATE TRIGGER document_reasons_insert BEFORE INSERT ON document_reasons
BEGIN
    SELECT RAISE(ABORT, 'immutable: the reason of this document is noted already')
    WHERE EXISTS (SELECT 1 FROM document_reasons WHERE document = NEW.document);
    SELECT RAISE(ABORT, 'immutable: reasons are added only while their run is at work')
    WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.document = NEW.document
                        AND NOT EXISTS (SELECT 1 FROM run_ends e WHERE e.run = d.run));
END;

CREATE TRIGGER document_reasons_update BEFORE UPDATE ON document_reasons
BEGIN
    SELECT RAISE(ABORT, 'immutable: the reason of an issued document is never changed');
END;

CREATE TRIGGER document_reasons_delete BEFORE DELETE ON document_reasons
BEGIN
    SELECT RAISE(ABORT, 'immutable: the reason of an issued document is never deleted');
END;

-- For auditors: each line of a note beside the line that it takes back or replaces, and why the note was issued.
CREATE VIEW corrections AS
SELECT n.invoice_number,
       n.line,
       n.account_id,
       n.month,
       CASE c.reversal WHEN 1 THEN 'takes back' WHEN 0 THEN 'replaces' ELSE 'adds' END AS does,
       o.invoice_number AS corrects_number,
       o.line AS corrects_line,
       n.kind,
       n.quantity,
       n.unit,
       n.unit_price,
       n.amount,
       n.currency,
       r.reason,
       n.document
FROM invoice_lines n
JOIN documents d ON d.document = n.document AND d.series <> 'INV'
LEFT JOIN line_corrections c ON c.document = n.document AND c.line = n.line
LEFT JOIN invoice_lines o ON o.document = c.corrects_document AND o.line = c.corrects_line
LEFT JOIN document_reasons r ON r.document = n.document;

-- For reprocessing: what was learned since a run -----------------------------

-- How far a run has seen a month's usage: all rows of usage_rows below this key
-- were known at its as-of. Keys only grow within a month, so that what was not
-- known then, or came later, is at it or above.
CREATE TABLE run_usage (
    run   INTEGER NOT NULL REFERENCES runs (run), -- the run
    month INTEGER NOT NULL CHECK (month BETWEEN 0 AND 96359), -- month index of the usage, as in usage_rows
    key   INTEGER NOT NULL CHECK (key >> 36 BETWEEN month AND month + 1), -- the key
    PRIMARY KEY (run, month)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_usage_insert BEFORE INSERT ON run_usage
BEGIN
    SELECT RAISE(ABORT, 'immutable: what the run saw of this month is noted already')
    WHERE EXISTS (SELECT 1 FROM run_usage WHERE run = NEW.run AND month = NEW.month);
    SELECT RAISE(ABORT, 'immutable: what a run saw is noted only while it is at work')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run = NEW.run)
       OR EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run);
END;

CREATE TRIGGER run_usage_update BEFORE UPDATE ON run_usage
BEGIN
    SELECT RAISE(ABORT, 'immutable: what a run saw is never changed');
END;

CREATE TRIGGER run_usage_delete BEFORE DELETE ON run_usage
BEGIN
    SELECT RAISE(ABORT, 'immutable: what a run saw is never deleted');
END;

CREATE INDEX statements_held ON statements (run, account_id) WHERE status = 'held';

-- Rows by the instant at which they became known. The + 0 keeps these indexes out of every query that does not ask
-- for them with the same words: a close reads tables in the order of their accounts.
CREATE INDEX accounts_by_recorded_at ON accounts (recorded_at + 0);
CREATE INDEX billing_addresses_by_recorded_at ON billing_addresses (recorded_at + 0);
CREATE INDEX plan_changes_by_recorded_at ON plan_changes (recorded_at + 0);
CREATE INDEX overage_settings_by_recorded_at ON overage_settings (recorded_at + 0);
CREATE INDEX credit_grants_by_recorded_at ON credit_grants (recorded_at + 0);
CREATE INDEX payments_by_recorded_at ON payments (recorded_at + 0);
CREATE INDEX adjustments_by_recorded_at ON adjustments (recorded_at + 0);
CREATE INDEX voids_by_recorded_at ON voids (table_name, recorded_at + 0);
