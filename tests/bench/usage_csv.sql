-- The events of a month as a CSV file, their ids as they are or, with :hashed, as random as UUIDs are.
SELECT iif(:hashed, substr(lower(hex(sha3(i.event_id, 224))), 1, 32), i.event_id) AS event_id, a.account_id,
       strftime('%Y-%m-%dT%H:%M:%fZ', :start / 1000.0 + u.at / 1000.0, 'unixepoch') AS occurred_at, m.name AS model,
       printf('%d.%06d', u.quantity / 1000000, u.quantity % 1000000) AS quantity, u.tokens
FROM usage_ids AS i
CROSS JOIN usage_rows AS u ON u.key = i.key
CROSS JOIN account_ids AS a ON a.account = u.account
CROSS JOIN model_ids AS m ON m.model = u.model
WHERE i.month = :month AND (u.key & 68719476735) >= :first AND (u.key & 68719476735) < :first + :count;
