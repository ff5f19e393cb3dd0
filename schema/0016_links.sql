-- 0016_links.sql: the chain that links the documents, and the one that links the
-- runs. Whoever changes, removes, adds or swaps what was issued breaks them; and
-- who knows the newest link of then (each close prints it) sees what was
-- removed from the end.

-- One link for every document, in the order of their numbers.
CREATE TABLE links (
    document INTEGER PRIMARY KEY CHECK (document >= 1) REFERENCES documents (document), -- the document
    digest   TEXT NOT NULL CHECK (length(digest) = 64), -- SHA-256 of its canonical text, hexadecimal
    link     TEXT NOT NULL UNIQUE CHECK (length(link) = 64) -- SHA-256 of the link before and the digest, both as hexadecimal text; before the first: 64 times 0
) STRICT;

-- One seal for every run that issued, in the order of their numbers.
CREATE TABLE seals (
    run    INTEGER PRIMARY KEY CHECK (run >= 1) REFERENCES run_ends (run), -- the run
    digest TEXT NOT NULL CHECK (length(digest) = 64), -- SHA-256 of its canonical text, hexadecimal
    seal   TEXT NOT NULL UNIQUE CHECK (length(seal) = 64) -- SHA-256 of the seal before and the digest, as above
) STRICT;

CREATE TRIGGER links_insert BEFORE INSERT ON links
BEGIN
    SELECT RAISE(ABORT, 'immutable: this document has its link already')
    WHERE EXISTS (SELECT 1 FROM links WHERE document = NEW.document OR link = NEW.link);
    SELECT RAISE(ABORT, 'documents are linked in their order')
    WHERE NEW.document <= (SELECT coalesce(max(document), 0) FROM links);
    SELECT RAISE(ABORT, 'immutable: links are added only while their run is at work')
    WHERE NOT EXISTS (SELECT 1 FROM documents d
                      WHERE d.document = NEW.document AND NOT EXISTS (SELECT 1 FROM run_ends e WHERE e.run = d.run));
END;

CREATE TRIGGER links_update BEFORE UPDATE ON links
BEGIN
    SELECT RAISE(ABORT, 'immutable: a link is never changed');
END;

CREATE TRIGGER links_delete BEFORE DELETE ON links
BEGIN
    SELECT RAISE(ABORT, 'immutable: a link is never deleted');
END;

CREATE TRIGGER seals_insert BEFORE INSERT ON seals
BEGIN
    SELECT RAISE(ABORT, 'immutable: this run is sealed already')
    WHERE EXISTS (SELECT 1 FROM seals WHERE run = NEW.run OR seal = NEW.seal);
    SELECT RAISE(ABORT, 'runs are sealed in their order, and only those that issued')
    WHERE NEW.run <= (SELECT coalesce(max(run), 0) FROM seals)
       OR NOT EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run AND outcome = 'issued');
END;

CREATE TRIGGER seals_update BEFORE UPDATE ON seals
BEGIN
    SELECT RAISE(ABORT, 'immutable: a seal is never changed');
END;

CREATE TRIGGER seals_delete BEFORE DELETE ON seals
BEGIN
    SELECT RAISE(ABORT, 'immutable: a seal is never deleted');
END;
