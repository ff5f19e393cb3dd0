-- 11_compare.sql: the second way beside what was issued and noted. Every row of
-- `differences` is one value that is not what the data as of the run says.

DROP TABLE IF EXISTS temp.differences;
CREATE TEMP TABLE differences (
    account_id TEXT NOT NULL,
    place TEXT NOT NULL,    -- 'statement', 'document', 'line 3' ...
    what TEXT NOT NULL,
    expected ANY,           -- the second way; NULL: nothing
    stored ANY,             -- the database; NULL: nothing
    digits INTEGER          -- decimals of the two as amounts; NULL: they are no amounts
) STRICT;

-- Statements (0013_statements.sql) -------------------------------------------

INSERT INTO temp.differences
WITH compared (account_id, place, what, expected, stored, digits) AS (
    SELECT b.account_id, 'statement', 'status', b.status, NULL, NULL
    FROM temp.the_run AS r
    CROSS JOIN temp.bills AS b
    JOIN temp.asked AS a ON a.account = b.account AND a.is_due
    WHERE NOT EXISTS (SELECT 1 FROM statements AS s WHERE s.run = r.run AND s.account_id = b.account_id)
    UNION ALL
    SELECT s.account_id, 'statement', 'status', NULL, s.status, NULL
    FROM temp.the_run AS r JOIN statements AS s ON s.run = r.run
    WHERE s.account_id NOT IN (SELECT b.account_id FROM temp.bills AS b))
SELECT * FROM compared WHERE expected IS NOT stored;

DROP TABLE IF EXISTS temp.other_statements;
CREATE TEMP TABLE other_statements AS
SELECT b.account_id, b.digits, b.status, s.status AS s_status, b.plan_at_start, s.plan_at_start AS s_plan_at_start,
       b.plan_at_end, s.plan_at_end AS s_plan_at_end, b.first_paid_month, s.first_paid_month AS s_first_paid_month,
       b.country, s.country AS s_country, b.currency, s.currency AS s_currency, b.events, s.events AS s_events,
       b.credits, s.credits AS s_credits, b.bonus, s.bonus AS s_bonus, b.included, s.included AS s_included,
       b.overage, s.overage AS s_overage, b.unbilled, s.unbilled AS s_unbilled, b.allowance, s.allowance AS s_allowance,
       b.overage_amount, s.overage_amount AS s_overage_amount, b.total, s.total AS s_total
FROM temp.the_run AS r
CROSS JOIN temp.bills AS b
JOIN statements AS s ON s.run = r.run AND s.account_id = b.account_id
WHERE (b.status, b.plan_at_start, b.plan_at_end, b.first_paid_month, b.country, b.currency, b.events, b.credits, b.bonus,
       b.included, b.overage, b.unbilled, b.allowance, b.overage_amount, b.total)
      IS NOT
      (s.status, s.plan_at_start, s.plan_at_end, s.first_paid_month, s.country, s.currency, s.events, s.credits, s.bonus,
       s.included, s.overage, s.unbilled, s.allowance, s.overage_amount, s.total);
INSERT INTO temp.differences
WITH compared (account_id, place, what, expected, stored, digits) AS (
    SELECT account_id, 'statement', 'status', status, s_status, NULL FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'plan at start', plan_at_start, s_plan_at_start, NULL FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'plan at end', plan_at_end, s_plan_at_end, NULL FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'first paid month', first_paid_month, s_first_paid_month, NULL FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'country', country, s_country, NULL FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'currency', currency, s_currency, NULL FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'events', events, s_events, NULL FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'credits', credits, s_credits, 2 FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'bonus credits', bonus, s_bonus, 2 FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'included credits', included, s_included, 2 FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'overage credits', overage, s_overage, 2 FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'unbilled credits', unbilled, s_unbilled, 2 FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'allowance', allowance, s_allowance, 2 FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'overage amount', overage_amount, s_overage_amount, digits FROM temp.other_statements
    UNION ALL SELECT account_id, 'statement', 'total', total, s_total, digits FROM temp.other_statements)
SELECT * FROM compared WHERE expected IS NOT stored;

-- R27: whom the run held, and why; who was billed before keeps what was issued, and is not held (R28).
INSERT INTO temp.differences
WITH compared (account_id, place, what, expected, stored, digits) AS (
    SELECT b.account_id, 'held account', 'reason',
           iif(EXISTS (SELECT 1 FROM documents AS d WHERE d.month = r.month AND d.account = b.account AND d.run < r.run),
               NULL, b.reason), h.reason, NULL
    FROM temp.the_run AS r
    CROSS JOIN temp.bills AS b
    JOIN statements AS s ON s.run = r.run AND s.account_id = b.account_id
    LEFT JOIN held_accounts AS h ON h.run = r.run AND h.account = b.account
    UNION ALL
    SELECT coalesce((SELECT i.account_id FROM account_ids AS i WHERE i.account = h.account), 'account ' || h.account),
           'held account', 'reason', NULL, h.reason, NULL
    FROM temp.the_run AS r JOIN held_accounts AS h ON h.run = r.run
    WHERE h.account NOT IN (SELECT b.account FROM temp.bills AS b))
SELECT * FROM compared WHERE expected IS NOT stored;

-- Documents --------------------------------------------------------------------

-- All that was issued for the accounts' month until this run: with notes it adds up to the bill (R28).
DROP TABLE IF EXISTS temp.issued;
CREATE TEMP TABLE issued (
    document INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    account INTEGER, -- of the run; NULL: the run was not to bill it
    place INTEGER NOT NULL, -- among the documents of the account's month
    is_new INTEGER NOT NULL -- this run issued it
) STRICT;
INSERT INTO temp.issued
SELECT d.document, d.account_id, b.account,
       row_number() OVER (PARTITION BY d.account_id ORDER BY d.document), d.run = r.run
FROM temp.the_run AS r
JOIN documents AS d ON d.month = r.month AND d.run <= r.run
LEFT JOIN temp.bills AS b ON b.account_id = d.account_id;
CREATE INDEX temp.issued_by_account ON issued (account, place);

-- Of accounts that are held the run issues nothing: what was issued before stays.
INSERT INTO temp.differences
WITH compared (account_id, place, what, expected, stored, digits) AS (
    SELECT i.account_id, 'document', 'issued', NULL, i.document, NULL
    FROM temp.issued AS i
    LEFT JOIN temp.bills AS b ON b.account = i.account
    WHERE i.is_new AND coalesce(b.status, 'held') = 'held')
SELECT * FROM compared WHERE expected IS NOT stored;

INSERT INTO temp.differences
WITH compared (account_id, place, what, expected, stored, digits) AS (
    SELECT b.account_id, 'document', 'account number', b.account, d.account, NULL
    FROM temp.issued AS i JOIN documents AS d ON d.document = i.document JOIN temp.bills AS b ON b.account = i.account
    WHERE i.is_new
    UNION ALL
    SELECT b.account_id, 'document', 'account name', l.name, d.account_name, NULL
    FROM temp.issued AS i JOIN documents AS d ON d.document = i.document JOIN temp.bills AS b ON b.account = i.account
    JOIN temp.listed AS l ON l.account_id = b.account_id
    WHERE i.is_new
    UNION ALL
    SELECT b.account_id, 'document', 'currency', b.currency || ' ' || b.digits, d.currency || ' ' || d.digits, NULL
    FROM temp.issued AS i JOIN documents AS d ON d.document = i.document JOIN temp.bills AS b ON b.account = i.account
    WHERE i.is_new
    UNION ALL
    SELECT b.account_id, 'document', 'as-of', r.as_of, d.as_of, NULL
    FROM temp.the_run AS r, temp.issued AS i JOIN documents AS d ON d.document = i.document
    JOIN temp.bills AS b ON b.account = i.account
    WHERE i.is_new
    UNION ALL -- the first document is an invoice, the others are notes that correct it
    SELECT b.account_id, 'document', 'series', iif(i.place = 1, 'INV', iif(d.total > 0, 'DN', 'CN')), d.series, NULL
    FROM temp.issued AS i JOIN documents AS d ON d.document = i.document JOIN temp.bills AS b ON b.account = i.account
    WHERE i.is_new
    UNION ALL
    SELECT b.account_id, 'document', 'corrects',
           (SELECT f.document FROM temp.issued AS f WHERE f.account = i.account AND f.place = 1 AND i.place > 1), d.corrects, NULL
    FROM temp.issued AS i JOIN documents AS d ON d.document = i.document JOIN temp.bills AS b ON b.account = i.account
    WHERE i.is_new)
SELECT * FROM compared WHERE expected IS NOT stored;

-- Sums of all documents of the account's month; collected, where a document of this run says what it is now.
DROP TABLE IF EXISTS temp.issued_sums;
CREATE TEMP TABLE issued_sums (
    account INTEGER PRIMARY KEY,
    documents INTEGER NOT NULL,
    subtotal INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    total INTEGER NOT NULL,
    collected INTEGER NOT NULL,
    due INTEGER NOT NULL,
    is_new INTEGER NOT NULL
) STRICT;
INSERT INTO temp.issued_sums
SELECT b.account, count(d.document), coalesce(sum(d.subtotal), 0), coalesce(sum(d.tax), 0), coalesce(sum(d.total), 0),
       coalesce(sum(d.collected), 0), coalesce(sum(d.due), 0), coalesce(max(i.is_new), 0)
FROM temp.bills AS b
LEFT JOIN temp.issued AS i ON i.account = b.account
LEFT JOIN documents AS d ON d.document = i.document
WHERE b.status <> 'held'
GROUP BY b.account;
INSERT INTO temp.differences
WITH compared (account_id, place, what, expected, stored, digits) AS (
    SELECT b.account_id, 'documents', 'subtotal', b.subtotal, s.subtotal, b.digits
    FROM temp.issued_sums AS s JOIN temp.bills AS b ON b.account = s.account
    UNION ALL
    SELECT b.account_id, 'documents', 'tax', b.tax, s.tax, b.digits
    FROM temp.issued_sums AS s JOIN temp.bills AS b ON b.account = s.account
    UNION ALL
    SELECT b.account_id, 'documents', 'total', b.total, s.total, b.digits
    FROM temp.issued_sums AS s JOIN temp.bills AS b ON b.account = s.account
    UNION ALL
    SELECT b.account_id, 'documents', 'collected', b.collected, s.collected, b.digits
    FROM temp.issued_sums AS s JOIN temp.bills AS b ON b.account = s.account WHERE s.is_new
    UNION ALL
    SELECT b.account_id, 'documents', 'due', b.total - b.collected, s.due, b.digits
    FROM temp.issued_sums AS s JOIN temp.bills AS b ON b.account = s.account WHERE s.is_new)
SELECT * FROM compared WHERE expected IS NOT stored;

-- Lines --------------------------------------------------------------------------

-- R25: the expected lines in order, with the descriptions that the customer reads.
DROP TABLE IF EXISTS temp.numbered_lines;
CREATE TEMP TABLE numbered_lines AS
SELECT l.account, row_number() OVER (PARTITION BY l.account ORDER BY l.part, l.charged_at, l.reference, l.step,
                                     l.tax_country, l.tax_name, l.quantity) AS line,
       l.kind, l.plan, l.period_start, l.period_end, l.quantity, l.unit, l.unit_whole, l.unit_price, l.amount,
       l.charged_at, l.rule, l.reference, l.tax_country, l.tax_name,
       CASE l.kind
           WHEN 'plan' THEN l.name || ', month'
           WHEN 'plan_prorated' THEN l.name || ' ' || l.one || ' x ' || l.quantity || ' / ' || l.unit_whole || ' ' || l.unit
           WHEN 'plan_discount' THEN l.name || ' already charged ' || l.one || ', credited'
           WHEN 'plan_upgrade' THEN l.name || ' ' || l.one || ' less ' || l.other || ' already charged'
           WHEN 'overage' THEN l.one || ' credits over the allowance of ' || l.name
           WHEN 'adjustment' THEN l.reason || ' (approved by ' || l.approved_by || ')'
           ELSE l.tax_name || ' (' || l.tax_country || ')'
       END AS description
FROM (SELECT t.*,
             iif(t.value < 0, '-', '') || (abs(t.value) / t.scale)
                 || iif(t.decimals = 0, '', '.' || substr('000' || (abs(t.value) % t.scale), -t.decimals)) AS one,
             (t.before_minor / t.scale)
                 || iif(t.decimals = 0, '', '.' || substr('000' || (t.before_minor % t.scale), -t.decimals)) AS other
      FROM (SELECT x.*, p.name, d.decimals,
                   CASE d.decimals WHEN 0 THEN 1 WHEN 1 THEN 10 WHEN 2 THEN 100 WHEN 3 THEN 1000 ELSE 10000 END AS scale,
                   CASE x.kind WHEN 'plan_prorated' THEN x.unit_price WHEN 'plan_discount' THEN -x.amount
                               WHEN 'overage' THEN x.quantity ELSE x.amount + x.before_minor END AS value
            FROM temp.expected_lines AS x
            JOIN (SELECT b.account, k.kind, iif(k.kind = 'overage', 2, b.digits) AS decimals
                  FROM temp.bills AS b
                  CROSS JOIN (SELECT DISTINCT kind FROM temp.expected_lines) AS k) AS d
                 ON d.account = x.account AND d.kind = x.kind
            LEFT JOIN temp.known_plans AS p ON p.plan = x.plan) AS t) AS l;
CREATE INDEX temp.numbered_lines_by_account ON numbered_lines (account, line);

-- One document, which this run issued: line by line, value by value.
DROP TABLE IF EXISTS temp.line_pairs;
CREATE TEMP TABLE line_pairs AS
SELECT i.account_id, 'line ' || coalesce(l.line, e.line) AS place, b.digits,
       e.kind, l.kind AS s_kind, e.description, l.description AS s_description, e.plan, l.plan AS s_plan,
       e.period_start, l.period_start AS s_period_start, e.period_end, l.period_end AS s_period_end,
       e.quantity, l.quantity AS s_quantity, e.unit, l.unit AS s_unit, e.unit_whole, l.unit_whole AS s_unit_whole,
       e.unit_price, l.unit_price AS s_unit_price, e.amount, l.amount AS s_amount, e.charged_at, l.charged_at AS s_charged_at,
       e.rule, l.rule AS s_rule, e.reference, l.reference AS s_reference, e.tax_country, l.tax_country AS s_tax_country,
       e.tax_name, l.tax_name AS s_tax_name
FROM temp.issued_sums AS s
JOIN temp.issued AS i ON i.account = s.account
JOIN temp.bills AS b ON b.account = s.account
JOIN document_lines AS l ON l.document = i.document
LEFT JOIN temp.numbered_lines AS e ON e.account = s.account AND e.line = l.line
WHERE s.documents = 1 AND s.is_new
  AND (e.kind, e.description, e.plan, e.period_start, e.period_end, e.quantity, e.unit, e.unit_whole, e.unit_price,
       e.amount, e.charged_at, e.rule, e.reference, e.tax_country, e.tax_name)
      IS NOT
      (l.kind, l.description, l.plan, l.period_start, l.period_end, l.quantity, l.unit, l.unit_whole, l.unit_price,
       l.amount, l.charged_at, l.rule, l.reference, l.tax_country, l.tax_name)
UNION ALL -- lines that the document does not have; without a document, all of them
SELECT b.account_id, 'line ' || e.line, b.digits, e.kind, NULL, e.description, NULL, e.plan, NULL, e.period_start, NULL,
       e.period_end, NULL, e.quantity, NULL, e.unit, NULL, e.unit_whole, NULL, e.unit_price, NULL, e.amount, NULL,
       e.charged_at, NULL, e.rule, NULL, e.reference, NULL, e.tax_country, NULL, e.tax_name, NULL
FROM temp.issued_sums AS s
JOIN temp.bills AS b ON b.account = s.account
JOIN temp.numbered_lines AS e ON e.account = s.account
LEFT JOIN temp.issued AS i ON i.account = s.account
LEFT JOIN document_lines AS l ON l.document = i.document AND l.line = e.line
WHERE s.documents = 1 AND s.is_new AND l.document IS NULL;
INSERT INTO temp.differences
WITH compared (account_id, place, what, expected, stored, digits) AS (
    SELECT account_id, place, 'amount', amount, s_amount, digits FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'kind', kind, s_kind, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'description', description, s_description, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'plan', plan, s_plan, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'period start', period_start, s_period_start, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'period end', period_end, s_period_end, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'quantity', quantity, s_quantity, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'unit', unit, s_unit, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'whole of the unit', unit_whole, s_unit_whole, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'unit price', unit_price, s_unit_price, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'charged at', charged_at, s_charged_at, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'rule', rule, s_rule, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'reference', reference, s_reference, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'tax country', tax_country, s_tax_country, NULL FROM temp.line_pairs
    UNION ALL SELECT account_id, place, 'tax name', tax_name, s_tax_name, NULL FROM temp.line_pairs)
SELECT * FROM compared WHERE expected IS NOT stored;

-- Others, an invoice and its notes or an invoice of before: what is left of all lines, by what R28 compares. A note
-- takes a line back by minus its quantity and amount at the same unit price, so what was taken back comes to 0.
INSERT INTO temp.differences
SELECT b.account_id, 'sum of ' || t.kind || coalesce(' ' || t.plan, '') || coalesce(' ' || t.tax_name, ''), 'amount',
       sum(t.expected), sum(t.stored), b.digits
FROM (SELECT s.account, e.kind, e.plan, e.tax_country, e.tax_name, iif(e.kind = 'tax', e.quantity, NULL) AS percent,
             e.period_start, e.period_end, e.unit, e.unit_whole, e.unit_price,
             e.quantity AS expected_quantity, 0 AS stored_quantity, e.amount AS expected, 0 AS stored
      FROM temp.issued_sums AS s
      JOIN temp.numbered_lines AS e ON e.account = s.account
      WHERE s.documents <> 1 OR NOT s.is_new
      UNION ALL
      SELECT s.account, l.kind, l.plan, l.tax_country, l.tax_name, iif(l.kind = 'tax', abs(l.quantity), NULL),
             l.period_start, l.period_end, l.unit, l.unit_whole, l.unit_price, 0, l.quantity, 0, l.amount
      FROM temp.issued_sums AS s
      JOIN temp.issued AS i ON i.account = s.account
      JOIN document_lines AS l ON l.document = i.document
      WHERE s.documents <> 1 OR NOT s.is_new) AS t
JOIN temp.bills AS b ON b.account = t.account
GROUP BY t.account, t.kind, t.plan, t.tax_country, t.tax_name, t.percent, t.period_start, t.period_end, t.unit,
         t.unit_whole, t.unit_price
HAVING sum(t.expected) <> sum(t.stored) OR sum(t.expected_quantity) <> sum(t.stored_quantity);

-- R19: what the month left of each grant that was part of it, of the accounts that the run found and did not hold.
INSERT INTO temp.differences
WITH expected AS (
    SELECT b.account_id, k.grant_id, k.credits - coalesce(sum(c.credits), 0) AS credits
    FROM temp.the_run AS r
    CROSS JOIN temp.known_grants AS k ON k.expires_at > r.month_start
    JOIN temp.bills AS b ON b.account = k.account AND b.status <> 'held'
    JOIN statements AS s ON s.run = r.run AND s.account_id = b.account_id AND s.status <> 'held'
    LEFT JOIN temp.ordered_events AS e
         ON e.account = k.account AND e.occurred_at >= k.starts_at AND e.occurred_at < k.expires_at
    LEFT JOIN temp.covered AS c ON c.place = k.place AND c.number = e.number
    GROUP BY k.account, k.place),
stored AS (
    SELECT g.account_id, g.grant_id, g.credits
    FROM temp.the_run AS r CROSS JOIN grants_left AS g ON g.run = r.run
    WHERE g.account_id IN (SELECT b.account_id FROM temp.bills AS b WHERE b.status <> 'held'))
SELECT e.account_id, 'grant ' || e.grant_id, 'left', e.credits, g.credits, 2
FROM expected AS e
LEFT JOIN stored AS g ON g.account_id = e.account_id AND g.grant_id = e.grant_id
WHERE g.credits IS NOT e.credits
UNION ALL
SELECT g.account_id, 'grant ' || g.grant_id, 'left', NULL, g.credits, 2
FROM stored AS g
WHERE NOT EXISTS (SELECT 1 FROM expected AS e WHERE e.account_id = g.account_id AND e.grant_id = g.grant_id);
