-- 09_tax.sql: tax (R24).

-- Each line for the address in force when it was charged; a discount as the charge that it takes back.
DROP TABLE IF EXISTS temp.taxed_lines;
CREATE TEMP TABLE taxed_lines (
    account INTEGER NOT NULL,
    line INTEGER NOT NULL, -- rowid of expected_lines
    amount INTEGER NOT NULL,
    taxed_at INTEGER NOT NULL,
    country TEXT,          -- NULL: no address (R27)
    region TEXT,
    customer TEXT
) STRICT;
INSERT INTO temp.taxed_lines
SELECT l.account, l.rowid, l.amount, l.taxed_at, a.country, a.region, a.customer
FROM temp.expected_lines AS l
LEFT JOIN temp.known_addresses AS a
     ON a.account = l.account AND a.effective_at <= l.taxed_at AND a.effective_until > l.taxed_at;

-- Of the rates in force, for each tax name the most specific one that fits: the region's before the country's, then
-- the customer's kind before `any`. One of 0 % counts as well and makes no line. Half is rounded away from zero.
INSERT INTO temp.expected_lines (account, part, step, kind, period_start, period_end, quantity, unit, unit_price, amount,
                                 charged_at, reference, tax_country, tax_name, rule)
WITH fitting AS (
    SELECT l.account, l.amount, t.country, t.name, t.percent, t.per_document,
           row_number() OVER (PARTITION BY l.line, t.name ORDER BY t.region <> '' DESC, t.customer <> 'any' DESC) AS fit
    FROM temp.taxed_lines AS l
    CROSS JOIN temp.known_taxes AS t
         ON t.country = l.country AND t.region IN ('', l.region) AND t.customer IN ('any', l.customer)
        AND t.effective_from <= l.taxed_at AND t.effective_until > l.taxed_at),
rated AS (
    SELECT account, country, name, percent, sum(amount) AS taxed,
           sum(iif(per_document, amount, 0)) AS document_amount,
           sum(iif(per_document, 0, sign(amount) * (abs(amount) / 1000000 * percent
                                                     + (2 * (abs(amount) % 1000000) * percent + 1000000) / 2000000)))
               AS line_tax
    FROM fitting
    WHERE fit = 1 AND percent > 0
    GROUP BY account, country, name, percent)
SELECT t.account, 4, 0, 'tax', r.month_start, r.month_end, t.percent, '%', t.taxed,
       t.line_tax + sign(t.document_amount) * (abs(t.document_amount) / 1000000 * t.percent
                    + (2 * (abs(t.document_amount) % 1000000) * t.percent + 1000000) / 2000000),
       r.month_end - 1, '', t.country, t.name, 'R24'
FROM rated AS t, temp.the_run AS r;
