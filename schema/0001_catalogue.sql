-- 0001_catalogue.sql: known codes, the dictionary of models, and the catalogue (R1).
--
-- Types, in all tables: an instant is Unix milliseconds UTC, a month yyyymm, a day
-- yyyymmdd, money minor units of the currency, a unit price and a quantity
-- millionths, credits hundredths, a percentage ten-thousandths of a percent.
--
-- Versions: rows are added and never changed. The trigger before each INSERT
-- decides, in this order: a duplicate changes nothing; a conflict and a backdated
-- row are refused. It looks before SQLite does, so that INSERT OR REPLACE finds
-- nothing to replace; RAISE(ABORT) holds whatever the statement's OR clause says.
-- The rowid is a second key that OR REPLACE could hit: one that exists is refused,
-- too, and so is one below 1, which could pass for the -1 that a trigger sees where
-- SQLite has not chosen yet. (WITHOUT ROWID would spare that, but SQLite 3.40 and
-- 3.41.0 report such tables as damaged in PRAGMA integrity_check when their key is
-- not their first columns.)
-- Dictionaries are filled with WHERE NOT EXISTS, because the caller's OR REPLACE
-- overrides an OR IGNORE inside a trigger.

-- Currencies of ISO 4217 in which one can be billed.
CREATE TABLE currency_codes (
    -- the code, three capital letters
    currency TEXT NOT NULL PRIMARY KEY CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    -- decimals of an amount
    digits INTEGER NOT NULL CHECK (digits BETWEEN 0 AND 4)
) STRICT, WITHOUT ROWID;

INSERT INTO currency_codes (currency, digits) VALUES
    ('AED', 2), ('AFN', 2), ('ALL', 2), ('AMD', 2), ('AOA', 2), ('ARS', 2), ('AUD', 2), ('AWG', 2), ('AZN', 2),
    ('BAM', 2), ('BBD', 2), ('BDT', 2), ('BGN', 2), ('BHD', 3), ('BIF', 0), ('BMD', 2), ('BND', 2), ('BOB', 2),
    ('BOV', 2), ('BRL', 2), ('BSD', 2), ('BTN', 2), ('BWP', 2), ('BYN', 2), ('BZD', 2), ('CAD', 2), ('CDF', 2),
    ('CHE', 2), ('CHF', 2), ('CHW', 2), ('CLF', 4), ('CLP', 0), ('CNY', 2), ('COP', 2), ('COU', 2), ('CRC', 2),
    ('CUP', 2), ('CVE', 2), ('CZK', 2), ('DJF', 0), ('DKK', 2), ('DOP', 2), ('DZD', 2), ('EGP', 2), ('ERN', 2),
    ('ETB', 2), ('EUR', 2), ('FJD', 2), ('FKP', 2), ('GBP', 2), ('GEL', 2), ('GHS', 2), ('GIP', 2), ('GMD', 2),
    ('GNF', 0), ('GTQ', 2), ('GYD', 2), ('HKD', 2), ('HNL', 2), ('HTG', 2), ('HUF', 2), ('IDR', 2), ('ILS', 2),
    ('INR', 2), ('IQD', 3), ('IRR', 2), ('ISK', 0), ('JMD', 2), ('JOD', 3), ('JPY', 0), ('KES', 2), ('KGS', 2),
    ('KHR', 2), ('KMF', 0), ('KPW', 2), ('KRW', 0), ('KWD', 3), ('KYD', 2), ('KZT', 2), ('LAK', 2), ('LBP', 2),
    ('LKR', 2), ('LRD', 2), ('LSL', 2), ('LYD', 3), ('MAD', 2), ('MDL', 2), ('MGA', 2), ('MKD', 2), ('MMK', 2),
    ('MNT', 2), ('MOP', 2), ('MRU', 2), ('MUR', 2), ('MVR', 2), ('MWK', 2), ('MXN', 2), ('MXV', 2), ('MYR', 2),
    ('MZN', 2), ('NAD', 2), ('NGN', 2), ('NIO', 2), ('NOK', 2), ('NPR', 2), ('NZD', 2), ('OMR', 3), ('PAB', 2),
    ('PEN', 2), ('PGK', 2), ('PHP', 2), ('PKR', 2), ('PLN', 2), ('PYG', 0), ('QAR', 2), ('RON', 2), ('RSD', 2),
    ('RUB', 2), ('RWF', 0), ('SAR', 2), ('SBD', 2), ('SCR', 2), ('SDG', 2), ('SEK', 2), ('SGD', 2), ('SHP', 2),
    ('SLE', 2), ('SOS', 2), ('SRD', 2), ('SSP', 2), ('STN', 2), ('SVC', 2), ('SYP', 2), ('SZL', 2), ('THB', 2),
    ('TJS', 2), ('TMT', 2), ('TND', 3), ('TOP', 2), ('TRY', 2), ('TTD', 2), ('TWD', 2), ('TZS', 2), ('UAH', 2),
    ('UGX', 0), ('USD', 2), ('USN', 2), ('UYI', 0), ('UYU', 2), ('UYW', 4), ('UZS', 2), ('VED', 2), ('VES', 2),
    ('VND', 0), ('VUV', 0), ('WST', 2), ('XAD', 2), ('XAF', 0), ('XCD', 2), ('XCG', 2), ('XOF', 0), ('XPF', 0),
    ('YER', 2), ('ZAR', 2), ('ZMW', 2), ('ZWG', 2);

CREATE TRIGGER currency_codes_insert BEFORE INSERT ON currency_codes
BEGIN
    SELECT RAISE(ABORT, 'immutable: the currencies come with the program');
END;

CREATE TRIGGER currency_codes_update BEFORE UPDATE ON currency_codes
BEGIN
    SELECT RAISE(ABORT, 'immutable: the currencies come with the program');
END;

CREATE TRIGGER currency_codes_delete BEFORE DELETE ON currency_codes
BEGIN
    SELECT RAISE(ABORT, 'immutable: the currencies come with the program');
END;

-- Countries of ISO 3166-1.
CREATE TABLE country_codes (
    -- the code, two capital letters
    country TEXT NOT NULL PRIMARY KEY CHECK (country GLOB '[A-Z][A-Z]')
) STRICT, WITHOUT ROWID;

INSERT INTO country_codes (country) VALUES
    ('AD'), ('AE'), ('AF'), ('AG'), ('AI'), ('AL'), ('AM'), ('AO'), ('AQ'), ('AR'), ('AS'), ('AT'), ('AU'),
    ('AW'), ('AX'), ('AZ'), ('BA'), ('BB'), ('BD'), ('BE'), ('BF'), ('BG'), ('BH'), ('BI'), ('BJ'), ('BL'),
    ('BM'), ('BN'), ('BO'), ('BQ'), ('BR'), ('BS'), ('BT'), ('BV'), ('BW'), ('BY'), ('BZ'), ('CA'), ('CC'),
    ('CD'), ('CF'), ('CG'), ('CH'), ('CI'), ('CK'), ('CL'), ('CM'), ('CN'), ('CO'), ('CR'), ('CU'), ('CV'),
    ('CW'), ('CX'), ('CY'), ('CZ'), ('DE'), ('DJ'), ('DK'), ('DM'), ('DO'), ('DZ'), ('EC'), ('EE'), ('EG'),
    ('EH'), ('ER'), ('ES'), ('ET'), ('FI'), ('FJ'), ('FK'), ('FM'), ('FO'), ('FR'), ('GA'), ('GB'), ('GD'),
    ('GE'), ('GF'), ('GG'), ('GH'), ('GI'), ('GL'), ('GM'), ('GN'), ('GP'), ('GQ'), ('GR'), ('GS'), ('GT'),
    ('GU'), ('GW'), ('GY'), ('HK'), ('HM'), ('HN'), ('HR'), ('HT'), ('HU'), ('ID'), ('IE'), ('IL'), ('IM'),
    ('IN'), ('IO'), ('IQ'), ('IR'), ('IS'), ('IT'), ('JE'), ('JM'), ('JO'), ('JP'), ('KE'), ('KG'), ('KH'),
    ('KI'), ('KM'), ('KN'), ('KP'), ('KR'), ('KW'), ('KY'), ('KZ'), ('LA'), ('LB'), ('LC'), ('LI'), ('LK'),
    ('LR'), ('LS'), ('LT'), ('LU'), ('LV'), ('LY'), ('MA'), ('MC'), ('MD'), ('ME'), ('MF'), ('MG'), ('MH'),
    ('MK'), ('ML'), ('MM'), ('MN'), ('MO'), ('MP'), ('MQ'), ('MR'), ('MS'), ('MT'), ('MU'), ('MV'), ('MW'),
    ('MX'), ('MY'), ('MZ'), ('NA'), ('NC'), ('NE'), ('NF'), ('NG'), ('NI'), ('NL'), ('NO'), ('NP'), ('NR'),
    ('NU'), ('NZ'), ('OM'), ('PA'), ('PE'), ('PF'), ('PG'), ('PH'), ('PK'), ('PL'), ('PM'), ('PN'), ('PR'),
    ('PS'), ('PT'), ('PW'), ('PY'), ('QA'), ('RE'), ('RO'), ('RS'), ('RU'), ('RW'), ('SA'), ('SB'), ('SC'),
    ('SD'), ('SE'), ('SG'), ('SH'), ('SI'), ('SJ'), ('SK'), ('SL'), ('SM'), ('SN'), ('SO'), ('SR'), ('SS'),
    ('ST'), ('SV'), ('SX'), ('SY'), ('SZ'), ('TC'), ('TD'), ('TF'), ('TG'), ('TH'), ('TJ'), ('TK'), ('TL'),
    ('TM'), ('TN'), ('TO'), ('TR'), ('TT'), ('TV'), ('TW'), ('TZ'), ('UA'), ('UG'), ('UM'), ('US'), ('UY'),
    ('UZ'), ('VA'), ('VC'), ('VE'), ('VG'), ('VI'), ('VN'), ('VU'), ('WF'), ('WS'), ('YE'), ('YT'), ('ZA'),
    ('ZM'), ('ZW');

CREATE TRIGGER country_codes_insert BEFORE INSERT ON country_codes
BEGIN
    SELECT RAISE(ABORT, 'immutable: the countries come with the program');
END;

CREATE TRIGGER country_codes_update BEFORE UPDATE ON country_codes
BEGIN
    SELECT RAISE(ABORT, 'immutable: the countries come with the program');
END;

CREATE TRIGGER country_codes_delete BEFORE DELETE ON country_codes
BEGIN
    SELECT RAISE(ABORT, 'immutable: the countries come with the program');
END;

-- Dictionary of models: a number for each name as it first appears in model_rates or usage.
CREATE TABLE model_ids (
    -- the number, from 1 without a gap
    model INTEGER PRIMARY KEY CHECK (model BETWEEN 1 AND 2147483647),
    -- the model's name, as in model_rates.model and usage_events.model
    name TEXT NOT NULL UNIQUE
        CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 64 AND instr(name, char(0)) = 0
               AND name NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*')
) STRICT;

CREATE TRIGGER model_ids_insert BEFORE INSERT ON model_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: a model keeps its number')
    WHERE EXISTS (SELECT 1 FROM model_ids WHERE model = NEW.model)
       OR EXISTS (SELECT 1 FROM model_ids WHERE name = NEW.name);
END;

CREATE TRIGGER model_ids_inserted AFTER INSERT ON model_ids
WHEN NEW.model > 1
BEGIN
    SELECT RAISE(ABORT, 'numbers are given from 1 without a gap')
    WHERE NOT EXISTS (SELECT 1 FROM model_ids WHERE model = NEW.model - 1);
END;

CREATE TRIGGER model_ids_update BEFORE UPDATE ON model_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: a model keeps its number');
END;

CREATE TRIGGER model_ids_delete BEFORE DELETE ON model_ids
BEGIN
    SELECT RAISE(ABORT, 'immutable: a model keeps its number');
END;

-- plans: what an account can be on (R2). Key: plan.
CREATE TABLE plans (
    -- code of the plan
    plan TEXT NOT NULL
        CHECK (length(CAST(plan AS BLOB)) BETWEEN 1 AND 64 AND instr(plan, char(0)) = 0
               AND plan NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- name for people
    name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 500 AND instr(name, char(0)) = 0),
    -- higher is better; free has 0, and no two plans have the same
    rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 1000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (plan, recorded_at),
    CHECK ((plan = 'free') = (rank = 0))
) STRICT;

CREATE TRIGGER plans_insert BEFORE INSERT ON plans
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM plans AS known
        WHERE known.plan = NEW.plan
          AND (known.name, known.rank) IS
              (NEW.name, NEW.rank)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM plans AS newer
                              WHERE newer.plan = NEW.plan
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM plans AS known
                  WHERE known.plan = NEW.plan
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM plans AS known
                  WHERE known.plan = NEW.plan
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a correction cannot change rank')
    WHERE EXISTS (SELECT 1 FROM plans AS known
                  WHERE known.plan = NEW.plan AND known.rank <> NEW.rank);
    SELECT RAISE(ABORT, 'conflict: free has rank 0, and no other plan')
    WHERE (NEW.plan = 'free') <> (NEW.rank = 0);
    SELECT RAISE(ABORT, 'conflict: another plan has this rank')
    WHERE EXISTS (SELECT 1 FROM plans AS other WHERE other.rank = NEW.rank AND other.plan <> NEW.plan);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM plans WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER plans_inserted AFTER INSERT ON plans
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER plans_update BEFORE UPDATE ON plans
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER plans_delete BEFORE DELETE ON plans
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- plan_prices: what a plan costs (R1, R4). Key: plan, currency, effective_from.
CREATE TABLE plan_prices (
    -- code of the plan
    plan TEXT NOT NULL
        CHECK (length(CAST(plan AS BLOB)) BETWEEN 1 AND 64 AND instr(plan, char(0)) = 0
               AND plan NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- ISO 4217
    currency TEXT NOT NULL REFERENCES currency_codes (currency) CHECK (length(currency) = 3),
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- minor units a month
    monthly_price INTEGER NOT NULL CHECK (monthly_price BETWEEN 0 AND 10000000000000),
    -- millionths of the currency's unit a credit; NULL: the plan has no overage
    overage_price INTEGER CHECK (overage_price BETWEEN 0 AND 1000000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (plan, currency, effective_from, recorded_at)
) STRICT;

CREATE TRIGGER plan_prices_insert BEFORE INSERT ON plan_prices
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM plan_prices AS known
        WHERE known.plan = NEW.plan
          AND known.currency = NEW.currency
          AND known.effective_from = NEW.effective_from
          AND (known.monthly_price, known.overage_price) IS
              (NEW.monthly_price, NEW.overage_price)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM plan_prices AS newer
                              WHERE newer.plan = NEW.plan
                                AND newer.currency = NEW.currency
                                AND newer.effective_from = NEW.effective_from
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM plan_prices AS known
                  WHERE known.plan = NEW.plan
                    AND known.currency = NEW.currency
                    AND known.effective_from = NEW.effective_from
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM plan_prices AS known
                  WHERE known.plan = NEW.plan
                    AND known.currency = NEW.currency
                    AND known.effective_from = NEW.effective_from
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'currency is not a known code of ISO 4217')
    WHERE NOT EXISTS (SELECT 1 FROM currency_codes WHERE currency = NEW.currency);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM plan_prices WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER plan_prices_inserted AFTER INSERT ON plan_prices
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER plan_prices_update BEFORE UPDATE ON plan_prices
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER plan_prices_delete BEFORE DELETE ON plan_prices
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- plan_allowances: credits included in a plan (R18). Key: plan, effective_from.
CREATE TABLE plan_allowances (
    -- code of the plan
    plan TEXT NOT NULL
        CHECK (length(CAST(plan AS BLOB)) BETWEEN 1 AND 64 AND instr(plan, char(0)) = 0
               AND plan NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- hundredths of a credit a month
    monthly_credits INTEGER NOT NULL CHECK (monthly_credits BETWEEN 0 AND 1000000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (plan, effective_from, recorded_at)
) STRICT;

CREATE TRIGGER plan_allowances_insert BEFORE INSERT ON plan_allowances
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM plan_allowances AS known
        WHERE known.plan = NEW.plan AND known.effective_from = NEW.effective_from
          AND known.monthly_credits IS NEW.monthly_credits
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM plan_allowances AS newer
                              WHERE newer.plan = NEW.plan AND newer.effective_from = NEW.effective_from
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM plan_allowances AS known
                  WHERE known.plan = NEW.plan AND known.effective_from = NEW.effective_from
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM plan_allowances AS known
                  WHERE known.plan = NEW.plan AND known.effective_from = NEW.effective_from
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM plan_allowances WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER plan_allowances_inserted AFTER INSERT ON plan_allowances
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER plan_allowances_update BEFORE UPDATE ON plan_allowances
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER plan_allowances_delete BEFORE DELETE ON plan_allowances
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

-- model_rates: what a model costs in credits (R5, R6). Key: model, effective_from.
CREATE TABLE model_rates (
    -- name of the model
    model TEXT NOT NULL REFERENCES model_ids (name)
        CHECK (length(CAST(model AS BLOB)) BETWEEN 1 AND 64 AND instr(model, char(0)) = 0
               AND model NOT GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'),
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- millionths: credits of one credit metered on Auto
    multiplier INTEGER NOT NULL CHECK (multiplier BETWEEN 1 AND 100000000),
    -- tokens of one request; a longer one counts as several (R6); NULL: no limit
    request_token_limit INTEGER CHECK (request_token_limit BETWEEN 1 AND 1000000000),
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (model, effective_from, recorded_at)
) STRICT;

CREATE TRIGGER model_rates_insert BEFORE INSERT ON model_rates
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM model_rates AS known
        WHERE known.model = NEW.model AND known.effective_from = NEW.effective_from
          AND (known.multiplier, known.request_token_limit) IS
              (NEW.multiplier, NEW.request_token_limit)
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM model_rates AS newer
                              WHERE newer.model = NEW.model AND newer.effective_from = NEW.effective_from
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM model_rates AS known
                  WHERE known.model = NEW.model AND known.effective_from = NEW.effective_from
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM model_rates AS known
                  WHERE known.model = NEW.model AND known.effective_from = NEW.effective_from
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM model_rates WHERE rowid = NEW.rowid);
    INSERT INTO model_ids (name)
    SELECT NEW.model WHERE NOT EXISTS (SELECT 1 FROM model_ids WHERE name = NEW.model);
END;

CREATE TRIGGER model_rates_inserted AFTER INSERT ON model_rates
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER model_rates_update BEFORE UPDATE ON model_rates
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER model_rates_delete BEFORE DELETE ON model_rates
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;

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

-- policies: choices of the operator (data.md). Key: policy, effective_from.
CREATE TABLE policies (
    -- which choice
    policy TEXT NOT NULL,
    -- instant from which it holds
    effective_from INTEGER NOT NULL CHECK (effective_from BETWEEN 0 AND 253402300799999),
    -- what was chosen; numbers in decimal
    value TEXT NOT NULL,
    -- when the row became known (R3)
    recorded_at INTEGER NOT NULL CHECK (recorded_at BETWEEN 0 AND 253402300799999),
    PRIMARY KEY (policy, effective_from, recorded_at),
    CHECK (CASE policy
               WHEN 'proration' THEN value IN ('day_inclusive', 'day_exclusive', 'second')
               WHEN 'first_month_allowance' THEN value IN ('full', 'prorated')
               WHEN 'headroom_percent' THEN value = CAST(CAST(value AS INTEGER) AS TEXT)
                                            AND CAST(value AS INTEGER) BETWEEN 0 AND 100
               WHEN 'close_grace_hours' THEN value = CAST(CAST(value AS INTEGER) AS TEXT)
                                             AND CAST(value AS INTEGER) BETWEEN 0 AND 2000
               WHEN 'held_limit_percent' THEN value = CAST(CAST(value AS INTEGER) AS TEXT)
                                              AND CAST(value AS INTEGER) BETWEEN 0 AND 100
               ELSE 0
           END)
) STRICT;

CREATE TRIGGER policies_insert BEFORE INSERT ON policies
BEGIN
    SELECT RAISE(IGNORE) -- a duplicate
    WHERE EXISTS (
        SELECT 1 FROM policies AS known
        WHERE known.policy = NEW.policy AND known.effective_from = NEW.effective_from
          AND known.value IS NEW.value
          AND (known.recorded_at = NEW.recorded_at
               OR NOT EXISTS (SELECT 1 FROM policies AS newer
                              WHERE newer.policy = NEW.policy AND newer.effective_from = NEW.effective_from
                                AND newer.recorded_at > known.recorded_at)));
    SELECT RAISE(ABORT, 'conflict: the same key and recorded_at are there with other content')
    WHERE EXISTS (SELECT 1 FROM policies AS known
                  WHERE known.policy = NEW.policy AND known.effective_from = NEW.effective_from
                    AND known.recorded_at = NEW.recorded_at);
    SELECT RAISE(ABORT, 'conflict: a newer version of this key is there, and history is not rewritten')
    WHERE EXISTS (SELECT 1 FROM policies AS known
                  WHERE known.policy = NEW.policy AND known.effective_from = NEW.effective_from
                    AND known.recorded_at > NEW.recorded_at);
    SELECT RAISE(ABORT, 'backdated: a run has seen the world as of this recorded_at')
    WHERE NEW.recorded_at <= (SELECT as_of FROM horizon);
    SELECT RAISE(ABORT, 'immutable: a row is never replaced')
    WHERE EXISTS (SELECT 1 FROM policies WHERE rowid = NEW.rowid);
END;

CREATE TRIGGER policies_inserted AFTER INSERT ON policies
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'immutable: a row is never replaced');
END;

CREATE TRIGGER policies_update BEFORE UPDATE ON policies
BEGIN
    SELECT RAISE(ABORT, 'immutable: add a row with a later recorded_at instead');
END;

CREATE TRIGGER policies_delete BEFORE DELETE ON policies
BEGIN
    SELECT RAISE(ABORT, 'immutable: rows are never deleted; see voids');
END;
