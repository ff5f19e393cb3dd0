-- 0011_runs.sql: runs, the documents they issued, whom they held, and what was
-- imported. Append-only: what a run issued is never changed or deleted (R26).
--
-- Triggers refuse UPDATE and DELETE, and BEFORE INSERT every key that exists:
-- INSERT OR REPLACE would otherwise delete the old row without a delete trigger.
-- RAISE(ABORT) in a trigger holds whatever the statement's OR clause says.

-- Runs ---------------------------------------------------------------------

-- A run as noted before it reads anything. From here on no row recorded at or
-- before its as_of is taken (view horizon), unless the run is abandoned.
CREATE TABLE runs (
    run             INTEGER PRIMARY KEY CHECK (run BETWEEN 1 AND 2147483647), -- number of the run in this database
    month           INTEGER NOT NULL CHECK (month BETWEEN 197001 AND 999912 AND month % 100 BETWEEN 1 AND 12), -- month billed, yyyymm
    kind            TEXT    NOT NULL CHECK (kind IN ('close', 'reprocess')), -- what the run does
    as_of           INTEGER NOT NULL CHECK (as_of BETWEEN 0 AND 253402300799999), -- instant (Unix ms UTC): the run sees the rows recorded until then (R3)
    noted_at        INTEGER NOT NULL CHECK (noted_at BETWEEN 0 AND 253402300799999), -- instant, by the clock, at which the run began
    run_by          TEXT    NOT NULL CHECK (length(CAST(run_by AS BLOB)) <= 500), -- who ran it
    approved_by     TEXT    NOT NULL CHECK (length(CAST(approved_by AS BLOB)) <= 500), -- who approved the result, '': nobody was asked
    program_version TEXT    NOT NULL CHECK (length(CAST(program_version AS BLOB)) <= 31), -- version of monthend
    rules_version   TEXT    NOT NULL CHECK (length(CAST(rules_version AS BLOB)) <= 31), -- version of the billing rules
    workbook        TEXT    NOT NULL CHECK (workbook IN ('auto', 'full', 'summary', 'none')), -- what close.xlsx of the run holds; auto: by the number of lines
    CHECK (as_of <= noted_at)
) STRICT;

CREATE INDEX runs_by_as_of ON runs (as_of);
CREATE INDEX runs_by_month ON runs (month);

-- How a run ended. A run without a row here is at work, or crashed.
CREATE TABLE run_ends (
    run            INTEGER PRIMARY KEY REFERENCES runs (run), -- the run
    month          INTEGER NOT NULL, -- the run's month, yyyymm
    outcome        TEXT    NOT NULL CHECK (outcome IN ('issued', 'abandoned')), -- abandoned: it issued nothing and its as_of does not count
    sequence       INTEGER CHECK (sequence BETWEEN 1 AND 2147483647), -- issued: number of the run within its month, from 1 without a gap
    digest         TEXT    NOT NULL CHECK (length(digest) IN (0, 64)), -- issued: SHA-256 of the result, hexadecimal
    reports_digest TEXT    NOT NULL CHECK (length(reports_digest) IN (0, 64)), -- issued: SHA-256 of SHA256SUMS, hexadecimal
    invoiced       INTEGER NOT NULL CHECK (invoiced >= 0), -- accounts invoiced
    no_charge      INTEGER NOT NULL CHECK (no_charge >= 0), -- accounts without a line (R25)
    held           INTEGER NOT NULL CHECK (held >= 0), -- accounts held (R27)
    ended_at       INTEGER NOT NULL CHECK (ended_at BETWEEN 0 AND 253402300799999), -- instant, by the clock
    UNIQUE (month, sequence),
    CHECK ((outcome = 'issued') = (sequence IS NOT NULL))
) STRICT;

-- No backdating: the greatest as_of that counts, NULL when there is none.
CREATE VIEW horizon (as_of) AS
SELECT (SELECT r.as_of
        FROM runs r
        WHERE NOT EXISTS (SELECT 1 FROM run_ends e WHERE e.run = r.run AND e.outcome = 'abandoned')
        ORDER BY r.as_of DESC
        LIMIT 1);

CREATE TRIGGER runs_insert BEFORE INSERT ON runs
BEGIN
    SELECT RAISE(ABORT, 'immutable: this run is noted already')
    WHERE EXISTS (SELECT 1 FROM runs WHERE run = NEW.run);
END;

CREATE TRIGGER runs_update BEFORE UPDATE ON runs
BEGIN
    SELECT RAISE(ABORT, 'immutable: a run is never changed');
END;

CREATE TRIGGER runs_delete BEFORE DELETE ON runs
BEGIN
    SELECT RAISE(ABORT, 'immutable: a run is never deleted');
END;

CREATE TRIGGER run_ends_insert BEFORE INSERT ON run_ends
BEGIN
    SELECT RAISE(ABORT, 'immutable: the run has ended already')
    WHERE EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run);
    SELECT RAISE(ABORT, 'no such run of this month')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run = NEW.run AND month = NEW.month);
    SELECT RAISE(ABORT, 'the runs of a month are numbered without a gap')
    WHERE NEW.sequence IS NOT NULL
      AND NEW.sequence <> 1 + (SELECT coalesce(max(sequence), 0) FROM run_ends WHERE month = NEW.month);
    SELECT RAISE(ABORT, 'a run that has issued documents is not abandoned')
    WHERE NEW.outcome = 'abandoned' AND EXISTS (SELECT 1 FROM documents WHERE run = NEW.run);
END;

CREATE TRIGGER run_ends_update BEFORE UPDATE ON run_ends
BEGIN
    SELECT RAISE(ABORT, 'immutable: the end of a run is never changed');
END;

CREATE TRIGGER run_ends_delete BEFORE DELETE ON run_ends
BEGIN
    SELECT RAISE(ABORT, 'immutable: the end of a run is never deleted');
END;

-- Documents ----------------------------------------------------------------

-- An invoice, credit note or debit note (R25, R26, R28). Money is in minor
-- units of the currency; the view invoices shows it as decimals.
CREATE TABLE documents (
    document     INTEGER PRIMARY KEY CHECK (document >= 1), -- number of the document in this database
    run          INTEGER NOT NULL REFERENCES runs (run), -- the run that issued it
    month        INTEGER NOT NULL, -- the service month, yyyymm
    series       TEXT    NOT NULL CHECK (series IN ('INV', 'CN', 'DN')), -- invoice, credit note, debit note
    number       INTEGER NOT NULL CHECK (number BETWEEN 1 AND 99999999), -- within month and series, from 1 without a gap (R26)
    account      INTEGER NOT NULL REFERENCES account_ids (account), -- number of the account
    account_id   TEXT    NOT NULL, -- its id
    account_name TEXT    NOT NULL, -- its name when the document was issued
    currency     TEXT    NOT NULL CHECK (length(currency) = 3), -- ISO 4217
    digits       INTEGER NOT NULL CHECK (digits BETWEEN 0 AND 4), -- minor digits of the currency
    lines        INTEGER NOT NULL CHECK (lines BETWEEN 1 AND 10000), -- how many document_lines it has
    subtotal     INTEGER NOT NULL, -- sum of the lines that are not tax, minor units
    tax          INTEGER NOT NULL, -- sum of the tax lines, minor units
    total        INTEGER NOT NULL CHECK (total BETWEEN -10000000000000 AND 10000000000000), -- subtotal + tax
    collected    INTEGER NOT NULL, -- payments for the account and month, minor units (R25)
    due          INTEGER NOT NULL, -- total - collected; may be negative
    as_of        INTEGER NOT NULL, -- issued_at: the as-of of the run
    corrects     INTEGER REFERENCES documents (document), -- notes: the document corrected (R28)
    UNIQUE (month, series, number),
    CHECK (total = subtotal + tax),
    CHECK (due = total - collected),
    CHECK ((series = 'INV') = (corrects IS NULL))
) STRICT;

CREATE INDEX documents_by_run ON documents (run);
CREATE INDEX documents_by_account ON documents (account, month);

-- One line of a document (R11-R14, R21, R23, R24), in the order of R25.
CREATE TABLE document_lines (
    document     INTEGER NOT NULL REFERENCES documents (document), -- the document
    line         INTEGER NOT NULL CHECK (line BETWEEN 1 AND 10000), -- from 1
    kind         TEXT    NOT NULL CHECK (kind IN ('plan', 'plan_prorated', 'plan_discount', 'plan_upgrade',
                                                  'overage', 'adjustment', 'tax')), -- what is charged
    description  TEXT    NOT NULL, -- as the customer reads it
    plan         TEXT, -- code of the plan; NULL on adjustment and tax
    period_start INTEGER NOT NULL, -- instant: what is charged covers [period_start, period_end)
    period_end   INTEGER NOT NULL, -- instant
    quantity     INTEGER NOT NULL, -- by unit: month 1; days and seconds whole; credit hundredths; % ten-thousandths
    unit         TEXT    NOT NULL CHECK (unit IN ('month', 'days', 'seconds', 'credit', '%')), -- of quantity
    unit_whole   INTEGER, -- days, seconds: of how many in the month; NULL otherwise
    unit_price   INTEGER NOT NULL, -- minor units; credit: millionths of the currency's unit; %: the amount taxed
    amount       INTEGER NOT NULL, -- minor units
    charged_at   INTEGER NOT NULL, -- instant at which the line arises
    rule         TEXT    NOT NULL, -- the billing rule behind it, as R12
    reference    TEXT    NOT NULL, -- change_id or adjustment_id behind it, '': none
    tax_country  TEXT, -- tax: the country; NULL otherwise
    tax_name     TEXT, -- tax: its name; NULL otherwise
    PRIMARY KEY (document, line),
    CHECK (period_start < period_end),
    CHECK ((unit IN ('days', 'seconds')) = (unit_whole IS NOT NULL)),
    CHECK ((kind IN ('adjustment', 'tax')) = (plan IS NULL)),
    CHECK ((kind = 'tax') = (tax_name IS NOT NULL)),
    CHECK ((kind = 'tax') = (tax_country IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Accounts that a run held, with the reason (R27).
CREATE TABLE held_accounts (
    run     INTEGER NOT NULL REFERENCES runs (run), -- the run that held it
    account INTEGER NOT NULL REFERENCES account_ids (account), -- number of the account
    reason  TEXT    NOT NULL CHECK (length(reason) BETWEEN 1 AND 64), -- R27's word
    PRIMARY KEY (run, account)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER documents_insert BEFORE INSERT ON documents
BEGIN
    SELECT RAISE(ABORT, 'immutable: this document exists already')
    WHERE EXISTS (SELECT 1 FROM documents WHERE document = NEW.document)
       OR EXISTS (SELECT 1 FROM documents
                  WHERE month = NEW.month AND series = NEW.series AND number = NEW.number);
    SELECT RAISE(ABORT, 'immutable: documents are added only while their run is at work')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run = NEW.run AND month = NEW.month AND as_of = NEW.as_of)
       OR EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run);
    SELECT RAISE(ABORT, 'document numbers run without a gap')
    WHERE NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM documents
                             WHERE month = NEW.month AND series = NEW.series);
    SELECT RAISE(ABORT, 'the account and its id do not belong together')
    WHERE NOT EXISTS (SELECT 1 FROM account_ids WHERE account = NEW.account AND account_id = NEW.account_id);
END;

CREATE TRIGGER documents_update BEFORE UPDATE ON documents
BEGIN
    SELECT RAISE(ABORT, 'immutable: an issued document is never changed');
END;

CREATE TRIGGER documents_delete BEFORE DELETE ON documents
BEGIN
    SELECT RAISE(ABORT, 'immutable: an issued document is never deleted');
END;

CREATE TRIGGER document_lines_insert BEFORE INSERT ON document_lines
BEGIN
    SELECT RAISE(ABORT, 'immutable: this line exists already')
    WHERE EXISTS (SELECT 1 FROM document_lines WHERE document = NEW.document AND line = NEW.line);
    SELECT RAISE(ABORT, 'immutable: lines are added only while their run is at work')
    WHERE NOT EXISTS (SELECT 1 FROM documents d
                      WHERE d.document = NEW.document AND NEW.line <= d.lines
                        AND NOT EXISTS (SELECT 1 FROM run_ends e WHERE e.run = d.run));
END;

CREATE TRIGGER document_lines_update BEFORE UPDATE ON document_lines
BEGIN
    SELECT RAISE(ABORT, 'immutable: an issued line is never changed');
END;

CREATE TRIGGER document_lines_delete BEFORE DELETE ON document_lines
BEGIN
    SELECT RAISE(ABORT, 'immutable: an issued line is never deleted');
END;

CREATE TRIGGER held_accounts_insert BEFORE INSERT ON held_accounts
BEGIN
    SELECT RAISE(ABORT, 'immutable: this held account is noted already')
    WHERE EXISTS (SELECT 1 FROM held_accounts WHERE run = NEW.run AND account = NEW.account);
    SELECT RAISE(ABORT, 'immutable: held accounts are added only while their run is at work')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run = NEW.run)
       OR EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run);
END;

CREATE TRIGGER held_accounts_update BEFORE UPDATE ON held_accounts
BEGIN
    SELECT RAISE(ABORT, 'immutable: a held account is never changed');
END;

CREATE TRIGGER held_accounts_delete BEFORE DELETE ON held_accounts
BEGIN
    SELECT RAISE(ABORT, 'immutable: a held account is never deleted');
END;

-- Imports ------------------------------------------------------------------

-- One row for each file imported.
CREATE TABLE imports (
    import      INTEGER PRIMARY KEY CHECK (import >= 1), -- number of the import
    file_name   TEXT    NOT NULL, -- as given, '-': standard input
    sha256      TEXT    NOT NULL CHECK (length(sha256) = 64), -- of the bytes read, hexadecimal
    table_name  TEXT    NOT NULL, -- the table
    inserted    INTEGER NOT NULL CHECK (inserted >= 0), -- rows of new keys
    corrected   INTEGER NOT NULL CHECK (corrected >= 0), -- rows that correct an earlier version
    duplicates  INTEGER NOT NULL CHECK (duplicates >= 0), -- rows that changed nothing
    rejected    INTEGER NOT NULL CHECK (rejected >= 0), -- rows written to --rejects
    stamped     INTEGER NOT NULL CHECK (stamped >= 0), -- rows whose recorded_at lay before the horizon: stamped with imported_at
    imported_at INTEGER NOT NULL CHECK (imported_at BETWEEN 0 AND 253402300799999), -- instant, by the clock or --recorded-at, or the first after the horizon
    imported_by TEXT    NOT NULL -- who
) STRICT;

CREATE TRIGGER imports_insert BEFORE INSERT ON imports
BEGIN
    SELECT RAISE(ABORT, 'immutable: this import is noted already')
    WHERE EXISTS (SELECT 1 FROM imports WHERE import = NEW.import);
END;

CREATE TRIGGER imports_update BEFORE UPDATE ON imports
BEGIN
    SELECT RAISE(ABORT, 'immutable: an import is never changed');
END;

CREATE TRIGGER imports_delete BEFORE DELETE ON imports
BEGIN
    SELECT RAISE(ABORT, 'immutable: an import is never deleted');
END;

-- For auditors -------------------------------------------------------------

-- invoices: every document as its CSV row, money as decimals.
CREATE VIEW invoices AS
SELECT d.series || '-' || substr(d.month, 1, 4) || '-' || substr(d.month, 5, 2) || '-'
           || format('%08d', d.number) AS invoice_number,
       CASE d.series WHEN 'INV' THEN 'invoice' WHEN 'CN' THEN 'credit_note' ELSE 'debit_note' END AS kind,
       d.account_id,
       d.account_name,
       substr(d.month, 1, 4) || '-' || substr(d.month, 5, 2) AS month,
       d.currency,
       d.lines,
       iif(d.subtotal < 0, '-', '') || (abs(d.subtotal) / d.scale)
           || iif(d.digits = 0, '', '.' || substr('000' || (abs(d.subtotal) % d.scale), -d.digits)) AS subtotal,
       iif(d.tax < 0, '-', '') || (abs(d.tax) / d.scale)
           || iif(d.digits = 0, '', '.' || substr('000' || (abs(d.tax) % d.scale), -d.digits)) AS tax,
       iif(d.total < 0, '-', '') || (abs(d.total) / d.scale)
           || iif(d.digits = 0, '', '.' || substr('000' || (abs(d.total) % d.scale), -d.digits)) AS total,
       iif(d.collected < 0, '-', '') || (abs(d.collected) / d.scale)
           || iif(d.digits = 0, '', '.' || substr('000' || (abs(d.collected) % d.scale), -d.digits)) AS collected,
       iif(d.due < 0, '-', '') || (abs(d.due) / d.scale)
           || iif(d.digits = 0, '', '.' || substr('000' || (abs(d.due) % d.scale), -d.digits)) AS due,
       strftime('%Y-%m-%dT%H:%M:%S', d.as_of / 1000, 'unixepoch')
           || iif(d.as_of % 1000 = 0, '', format('.%03d', d.as_of % 1000)) || 'Z' AS issued_at,
       (SELECT c.series || '-' || substr(c.month, 1, 4) || '-' || substr(c.month, 5, 2) || '-'
                   || format('%08d', c.number)
        FROM documents c WHERE c.document = d.corrects) AS corrects,
       d.run,
       d.document
FROM (SELECT *, CASE digits WHEN 0 THEN 1 WHEN 1 THEN 10 WHEN 2 THEN 100 WHEN 3 THEN 1000 ELSE 10000 END AS scale
      FROM documents) d;

-- invoice_lines: every line as its CSV row; credits and percentages as decimals, too.
CREATE VIEW invoice_lines AS
SELECT l.series || '-' || substr(l.month, 1, 4) || '-' || substr(l.month, 5, 2) || '-'
           || format('%08d', l.number) AS invoice_number,
       l.line,
       l.account_id,
       substr(l.month, 1, 4) || '-' || substr(l.month, 5, 2) AS month,
       l.kind,
       l.description,
       l.plan,
       strftime('%Y-%m-%dT%H:%M:%S', l.period_start / 1000, 'unixepoch')
           || iif(l.period_start % 1000 = 0, '', format('.%03d', l.period_start % 1000)) || 'Z' AS period_start,
       strftime('%Y-%m-%dT%H:%M:%S', l.period_end / 1000, 'unixepoch')
           || iif(l.period_end % 1000 = 0, '', format('.%03d', l.period_end % 1000)) || 'Z' AS period_end,
       CASE l.unit
           WHEN 'credit' THEN iif(l.quantity < 0, '-', '') || format('%d.%02d', abs(l.quantity) / 100, abs(l.quantity) % 100)
           WHEN '%' THEN rtrim(rtrim(iif(l.quantity < 0, '-', '')
                                     || format('%d.%04d', abs(l.quantity) / 10000, abs(l.quantity) % 10000), '0'), '.')
           ELSE CAST(l.quantity AS TEXT)
       END AS quantity,
       l.unit || coalesce(' of ' || l.unit_whole, '') AS unit,
       CASE l.unit
           WHEN 'credit' THEN rtrim((l.unit_price / 1000000) || '.'
                                    || substr(format('%06d', l.unit_price % 1000000), 1, l.digits)
                                    || rtrim(substr(format('%06d', l.unit_price % 1000000), l.digits + 1), '0'), '.')
           ELSE iif(l.unit_price < 0, '-', '') || (abs(l.unit_price) / l.scale)
                || iif(l.digits = 0, '', '.' || substr('000' || (abs(l.unit_price) % l.scale), -l.digits))
       END AS unit_price,
       iif(l.amount < 0, '-', '') || (abs(l.amount) / l.scale)
           || iif(l.digits = 0, '', '.' || substr('000' || (abs(l.amount) % l.scale), -l.digits)) AS amount,
       l.currency,
       strftime('%Y-%m-%dT%H:%M:%S', l.charged_at / 1000, 'unixepoch')
           || iif(l.charged_at % 1000 = 0, '', format('.%03d', l.charged_at % 1000)) || 'Z' AS charged_at,
       l.rule,
       l.document
FROM (SELECT x.*, d.series, d.month, d.number, d.account_id, d.currency, d.digits,
             CASE d.digits WHEN 0 THEN 1 WHEN 1 THEN 10 WHEN 2 THEN 100 WHEN 3 THEN 1000 ELSE 10000 END AS scale
      FROM document_lines x JOIN documents d USING (document)) l;

-- For the close ------------------------------------------------------------

-- A close reads one month's payments and adjustments, in order of account_id.
CREATE INDEX payments_by_month ON payments (month, account_id);
CREATE INDEX adjustments_by_month ON adjustments (month, account_id);
