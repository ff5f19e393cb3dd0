-- 0015_canonical.sql: documents and runs as text, from which their digests are
-- taken (0016_links.sql). Anyone can take them again:
--
--     sqlite3 m.db "SELECT text FROM canonical WHERE document = 1 ORDER BY line" | sha256sum
--
-- One line of text for the document, then one for each of its lines, all ended by LF.
-- Fields are parted by '|', integers and instants are written in decimal as the tables
-- hold them, a missing value is \N, and in texts a backslash is \\, a bar \|, a
-- line feed \n and a carriage return \r. The database's own numbers of runs and
-- accounts are left out, so that a document's text is that of the customer's document.

CREATE VIEW canonical_documents (document, text) AS
SELECT d.document,
       'document|' || d.month || '|' || replace(replace(replace(replace(d.series, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || d.number
       || '|' || replace(replace(replace(replace(d.account_id, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(d.account_name, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(d.currency, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || d.digits || '|' || d.lines || '|' || d.subtotal || '|' || d.tax || '|' || d.total || '|' || d.collected
       || '|' || d.due || '|' || d.as_of || '|' || coalesce(d.corrects, '\N')
       || '|' || coalesce((SELECT replace(replace(replace(replace(r.reason, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
                           FROM document_reasons AS r WHERE r.document = d.document), '\N')
FROM documents AS d;

CREATE VIEW canonical_lines (document, line, text) AS
SELECT l.document, l.line,
       'line|' || l.line
       || '|' || replace(replace(replace(replace(l.kind, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(l.description, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || coalesce(replace(replace(replace(replace(l.plan, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r'), '\N')
       || '|' || l.period_start || '|' || l.period_end || '|' || l.quantity
       || '|' || replace(replace(replace(replace(l.unit, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || coalesce(l.unit_whole, '\N') || '|' || l.unit_price || '|' || l.amount || '|' || l.charged_at
       || '|' || replace(replace(replace(replace(l.rule, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(l.reference, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || coalesce(replace(replace(replace(replace(l.tax_country, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r'), '\N')
       || '|' || coalesce(replace(replace(replace(replace(l.tax_name, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r'), '\N')
       || '|' || coalesce((SELECT c.reversal || '|' || c.corrects_document || '|' || c.corrects_line
                           FROM line_corrections AS c WHERE c.document = l.document AND c.line = l.line), '\N|\N|\N')
FROM document_lines AS l;

CREATE VIEW canonical (document, line, text) AS
SELECT document, 0, text FROM canonical_documents
UNION ALL
SELECT document, line, text FROM canonical_lines;

-- What a run was, whom it found how, what it saw (0019_run_digests.sql), and the newest link of the documents until it;
-- in order of part and place:
--
--     sqlite3 m.db "SELECT text FROM canonical_runs WHERE run = 1 ORDER BY part, place" | sha256sum
CREATE VIEW canonical_runs (run, part, place, text) AS
SELECT r.run, 1, '',
       'run|' || r.month
       || '|' || replace(replace(replace(replace(r.kind, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || r.as_of || '|' || r.noted_at
       || '|' || replace(replace(replace(replace(r.run_by, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(r.approved_by, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(r.program_version, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(r.rules_version, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(r.workbook, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
FROM runs AS r
UNION ALL
SELECT e.run, 2, '',
       'end|' || e.month
       || '|' || replace(replace(replace(replace(e.outcome, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || coalesce(e.sequence, '\N')
       || '|' || replace(replace(replace(replace(e.digest, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(e.reports_digest, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || e.invoiced || '|' || e.no_charge || '|' || e.held || '|' || e.ended_at
FROM run_ends AS e
UNION ALL
SELECT r.run, 3, '',
       'documents|' || (SELECT count(*) FROM documents AS d WHERE d.run = r.run)
       || '|' || coalesce((SELECT l.link FROM links AS l JOIN documents AS d ON d.document = l.document
                           WHERE d.run = r.run ORDER BY l.document DESC LIMIT 1), '\N')
FROM runs AS r
UNION ALL
SELECT s.run, 4, s.account_id,
       'statement|' || replace(replace(replace(replace(s.account_id, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(s.status, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(s.plan_at_start, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(s.plan_at_end, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || s.first_paid_month
       || '|' || replace(replace(replace(replace(s.country, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(s.currency, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || s.events || '|' || s.credits || '|' || s.bonus || '|' || s.included || '|' || s.overage || '|' || s.unbilled
       || '|' || s.allowance || '|' || s.overage_amount || '|' || s.total
FROM statements AS s
UNION ALL
SELECT h.run, 5, i.account_id,
       'held|' || replace(replace(replace(replace(i.account_id, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(h.reason, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
FROM held_accounts AS h
JOIN account_ids AS i ON i.account = h.account
UNION ALL
SELECT g.run, 8, g.part,
       'seen|' || replace(replace(replace(replace(g.kind, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(g.part, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || g.rows
       || '|' || replace(replace(replace(replace(g.digest, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
FROM run_digests AS g
UNION ALL
SELECT e.run, 9, '', 'events|' || e.events || '|' || e.voided
FROM run_events AS e
UNION ALL
SELECT d.run, 10, format('%02d', d.day), 'day|' || d.day || '|' || d.events || '|' || d.quantity
FROM run_days AS d
UNION ALL
SELECT g.run, 11, g.account_id || char(0) || g.grant_id,
       'left|' || replace(replace(replace(replace(g.account_id, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || replace(replace(replace(replace(g.grant_id, '\', '\\'), '|', '\|'), char(10), '\n'), char(13), '\r')
       || '|' || g.credits
FROM grants_left AS g;
