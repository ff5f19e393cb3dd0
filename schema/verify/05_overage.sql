-- 05_overage.sql: the overage switch and its cap over the month (R20).

-- Downgrades to `free` that landed: the last change of its month, to free, from a paid plan.
DROP TABLE IF EXISTS temp.landings_on_free;
CREATE TEMP TABLE landings_on_free (account INTEGER NOT NULL, landed_at INTEGER NOT NULL) STRICT;
INSERT INTO temp.landings_on_free
SELECT account, unixepoch(format('%d-%02d-01', month / 100, month % 100), '+1 month') * 1000
FROM (SELECT s.*, row_number() OVER (PARTITION BY s.account, s.month
                                     ORDER BY s.effective_at DESC, s.change_id DESC) AS from_last
      FROM temp.plan_steps AS s)
WHERE from_last = 1 AND rank = 0 AND held_before > 0;
CREATE INDEX temp.landings_on_free_by_account ON landings_on_free (account, landed_at);

-- The settings that count: made on a paid plan, after the plan changes of their instant. The plan held is that of the
-- last change before, or, where that change is of the same month, the highest of the month so far.
DROP TABLE IF EXISTS temp.counted_settings;
CREATE TEMP TABLE counted_settings (
    account INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    setting_id TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    cap_credits INTEGER,
    PRIMARY KEY (account, effective_at, setting_id)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.counted_settings
SELECT k.account, k.effective_at, k.setting_id, k.enabled, k.cap_credits
FROM temp.known_settings AS k
WHERE 0 < (SELECT iif(s.month = CAST(strftime('%Y%m', k.effective_at / 1000, 'unixepoch') AS INTEGER),
                      s.held_after, s.rank)
           FROM temp.plan_steps AS s
           WHERE s.account = k.account AND s.effective_at <= k.effective_at
           ORDER BY s.effective_at DESC, s.change_id DESC LIMIT 1);

-- The month in segments: from S with what stands then, and from each instant of the month with settings that count,
-- with the last of them.
DROP TABLE IF EXISTS temp.switch_segments;
CREATE TEMP TABLE switch_segments (
    account INTEGER NOT NULL,
    place INTEGER NOT NULL, -- 1, 2, 3 ...
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    is_on INTEGER NOT NULL,
    cap_credits INTEGER,    -- NULL: none
    PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;
INSERT INTO temp.switch_segments
WITH last_before AS ( -- S itself belongs to the month
    SELECT c.*, row_number() OVER (PARTITION BY c.account ORDER BY c.effective_at DESC, c.setting_id DESC) AS from_last
    FROM temp.counted_settings AS c, temp.the_run AS r
    WHERE c.effective_at < r.month_start),
last_of_instant AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.account, c.effective_at ORDER BY c.setting_id DESC) AS from_last
    FROM temp.counted_settings AS c, temp.the_run AS r
    WHERE c.effective_at >= r.month_start),
points AS (
    SELECT m.account, r.month_start AS from_at,
           coalesce(b.enabled, 0) AND NOT EXISTS (
               SELECT 1 FROM temp.landings_on_free AS f
               WHERE f.account = m.account AND f.landed_at > b.effective_at AND f.landed_at <= r.month_start) AS is_on,
           b.cap_credits
    FROM temp.account_month AS m
    CROSS JOIN temp.the_run AS r
    LEFT JOIN last_before AS b ON b.account = m.account AND b.from_last = 1
    WHERE NOT EXISTS (SELECT 1 FROM last_of_instant AS i WHERE i.account = m.account AND i.effective_at = r.month_start)
    UNION ALL
    SELECT account, effective_at, enabled, cap_credits FROM last_of_instant WHERE from_last = 1)
SELECT p.account, row_number() OVER by_time, p.from_at, lead(p.from_at, 1, r.month_end) OVER by_time, p.is_on, p.cap_credits
FROM points AS p, temp.the_run AS r
WINDOW by_time AS (PARTITION BY p.account ORDER BY p.from_at);
