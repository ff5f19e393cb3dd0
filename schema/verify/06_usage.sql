-- 06_usage.sql: usage to credits (R5 to R8).

-- R8: the month's voided events, by key. (Events of other months are found by id in 07_grants.sql.)
DROP TABLE IF EXISTS temp.voided_keys;
CREATE TEMP TABLE voided_keys (key INTEGER PRIMARY KEY) STRICT;
INSERT OR IGNORE INTO temp.voided_keys
SELECT i.key
FROM temp.known_voids AS v
CROSS JOIN temp.the_run AS r
CROSS JOIN usage_ids AS i ON i.month = r.month_index AND i.event_id = v.id
WHERE v.table_name = 'usage_events';

-- R7: every event of the month that counts, one pass in storage order, summed up by account and model.
--
-- R5, R6: quantity x multiplier x requests, in millionths of millionths, rounded half up to 0.01 credit, which is
-- 10,000,000,000 of them, and at least 0.01 for a quantity above 0. Most events fit: the product stays below
-- 9 x 10^18. For the others quantity x multiplier is taken apart into whole hundredths and a rest first, with the
-- quantity as a x 100000 + b. More than 10^10 credits are out of bounds (R27) and count as 10^10 credits and 0.01.
--
-- Each event is added to its sum where it stands: GROUP BY would sort the month's events for that, which takes several
-- times as long.
DROP TABLE IF EXISTS temp.usage_sums;
CREATE TEMP TABLE usage_sums (
    place INTEGER PRIMARY KEY, -- (account << 31) + model
    events INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    unknown_events INTEGER NOT NULL
) STRICT;
INSERT INTO temp.usage_sums AS s
SELECT (account << 31) + model, 1,
       coalesce(min(1000000000001, max(quantity > 0,
           CASE WHEN quantity <= 9000000000000000000 / multiplier / requests
                THEN (quantity * multiplier * requests + 5000000000) / 10000000000
                ELSE whole * requests + remainder / 100000 * requests / 100000
                     + (remainder / 100000 * requests % 100000 * 100000 + remainder % 100000 * requests + 5000000000) / 10000000000
           END)), 0),
       multiplier IS NULL
FROM (SELECT *,
             quantity / 100000 * multiplier / 100000
                 + (quantity / 100000 * multiplier % 100000 * 100000 + quantity % 100000 * multiplier) / 10000000000
                 AS whole,
             (quantity / 100000 * multiplier % 100000 * 100000 + quantity % 100000 * multiplier) % 10000000000 AS remainder
      FROM (SELECT u.account, u.model, u.quantity, k.multiplier,
                   iif(u.tokens > k.request_token_limit,
                       (u.tokens + k.request_token_limit - 1) / k.request_token_limit, 1) AS requests
            FROM temp.the_run AS r
            CROSS JOIN usage_rows AS u ON u.key >= r.month_index << 36 AND u.key < (r.month_index + 1) << 36
            LEFT JOIN temp.known_rates AS k
                 ON k.model = u.model AND k.effective_from <= r.month_start + u.at AND k.effective_until > r.month_start + u.at
            WHERE u.recorded_at <= r.as_of AND u.key NOT IN (SELECT key FROM temp.voided_keys)))
WHERE true
ON CONFLICT (place) DO UPDATE
SET events = s.events + 1, credits = s.credits + excluded.credits, unknown_events = s.unknown_events + excluded.unknown_events;

DROP TABLE IF EXISTS temp.month_usage;
CREATE TEMP TABLE month_usage (
    account INTEGER NOT NULL,
    model INTEGER NOT NULL,
    events INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    unknown_events INTEGER NOT NULL, -- without a rate in force (R27)
    PRIMARY KEY (account, model)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.month_usage
SELECT place >> 31, place & 2147483647, events, credits, unknown_events FROM temp.usage_sums ORDER BY place;
DROP TABLE temp.usage_sums;

DROP TABLE IF EXISTS temp.account_usage;
CREATE TEMP TABLE account_usage (
    account INTEGER NOT NULL PRIMARY KEY,
    events INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    unknown_events INTEGER NOT NULL
) STRICT;
INSERT INTO temp.account_usage
SELECT a.account, coalesce(sum(u.events), 0), coalesce(sum(u.credits), 0), coalesce(sum(u.unknown_events), 0)
FROM temp.asked AS a
LEFT JOIN temp.month_usage AS u ON u.account = a.account
GROUP BY a.account;
