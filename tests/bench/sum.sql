-- y: the sum that reading the month's events once costs at least.
SELECT sum(quantity) FROM usage_rows WHERE key >= :month << 36 AND key < (:month + 1) << 36;
