-- 0004_countries.sql: where plans can be bought and how they are taxed (R16, R24).
-- Types and versions as in 0001_codes.sql.

-- countries: where a paid plan can be bought (R16). Key: country, effective_from.
CREATE TABLE countries (
    -- ISO 3166-1 alpha-2
    country TEXT NOT NULL REFERENCES country_codes (country) CHECK (length(country) = 2),
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- 1: can be billed
    eligible INTEGER NOT NULL CHECK (eligible IN (0, 1)),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (country, effective_from, recorded_at)
) STRICT;

CREATE TRIGGER countries_insert BEFORE INSERT ON countries
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM countries AS known
        WHERE known.country = NEW.country AND known.effective_from = NEW.effective_from
          AND known.eligible IS NEW.eligible
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM countries AS newer
                              WHERE newer.country = NEW.country AND newer.effective_from = NEW.effective_from
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM countries AS known
                  WHERE known.country = NEW.country AND known.effective_from = NEW.effective_from
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM countries AS known
                  WHERE known.country = NEW.country AND known.effective_from = NEW.effective_from
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'country is not a known code of ISO 3166-1')
    WHERE NOT EXISTS (SELECT 1 FROM country_codes WHERE country = NEW.country);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM countries WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER countries_inserted AFTER INSERT ON countries
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER countries_update BEFORE UPDATE ON countries
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER countries_delete BEFORE DELETE ON countries
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- tax_rates: percentages (R24). Key: country, region, customer, effective_from, name; an empty region
-- equals NULL.
CREATE TABLE tax_rates (
    -- ISO 3166-1 alpha-2
    country TEXT NOT NULL REFERENCES country_codes (country) CHECK (length(country) = 2),
    -- part of ISO 3166-2 after the dash; NULL or empty: the whole country
    region TEXT
        CHECK (length(CAST(region AS BLOB)) <= 64 AND instr(region, char(0)) = 0
               AND region NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- who is taxed
    customer TEXT NOT NULL CHECK (customer IN ('any', 'consumer', 'business')),
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- name of the tax, as VAT
    name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 500 AND instr(name, char(0)) = 0),
    -- ten-thousandths of a percent; 0 ends the tax
    percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 1000000),
    -- once a line (also NULL) or once a document
    rounding TEXT CHECK (rounding IN ('line', 'document')),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999)
) STRICT;

CREATE UNIQUE INDEX tax_rates_key
    ON tax_rates (country, coalesce(region, ''), customer, effective_from, name, recorded_at);

CREATE TRIGGER tax_rates_insert BEFORE INSERT ON tax_rates
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM tax_rates AS known
        WHERE known.country = NEW.country
          AND coalesce(known.region, '') = coalesce(NEW.region, '')
          AND known.customer = NEW.customer
          AND known.effective_from = NEW.effective_from
          AND known.name = NEW.name
          AND (known.percent, coalesce(known.rounding, '')) IS
              (NEW.percent, coalesce(NEW.rounding, ''))
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM tax_rates AS newer
                              WHERE newer.country = NEW.country
                                AND coalesce(newer.region, '') = coalesce(NEW.region, '')
                                AND newer.customer = NEW.customer
                                AND newer.effective_from = NEW.effective_from
                                AND newer.name = NEW.name
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM tax_rates AS known
                  WHERE known.country = NEW.country
                    AND coalesce(known.region, '') = coalesce(NEW.region, '')
                    AND known.customer = NEW.customer
                    AND known.effective_from = NEW.effective_from
                    AND known.name = NEW.name
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM tax_rates AS known
                  WHERE known.country = NEW.country
                    AND coalesce(known.region, '') = coalesce(NEW.region, '')
                    AND known.customer = NEW.customer
                    AND known.effective_from = NEW.effective_from
                    AND known.name = NEW.name
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'country is not a known code of ISO 3166-1')
    WHERE NOT EXISTS (SELECT 1 FROM country_codes WHERE country = NEW.country);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM tax_rates WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER tax_rates_inserted AFTER INSERT ON tax_rates
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER tax_rates_update BEFORE UPDATE ON tax_rates
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER tax_rates_delete BEFORE DELETE ON tax_rates
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;
