CREATE TABLE IF NOT EXISTS objects (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('payment', 'payment_method', 'refund')),
    id TEXT NOT NULL UNIQUE,
    created_us INTEGER NOT NULL,
    status TEXT NOT NULL,
    body TEXT NOT NULL,
    due_us INTEGER,
    due_as TEXT
) STRICT;

CREATE INDEX IF NOT EXISTS objects_due ON objects (due_us) WHERE due_us IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_created ON objects (kind, created_us);
CREATE INDEX IF NOT EXISTS objects_refunds ON objects (json_extract(body, '$.payment_id')) WHERE kind = 'refund';

CREATE TABLE IF NOT EXISTS checkouts (
    token TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL UNIQUE REFERENCES objects (id),
    return_url TEXT NOT NULL,
    payee TEXT NOT NULL,
    saves_card INTEGER NOT NULL,
    card_key TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS outcomes (
    method_id TEXT PRIMARY KEY,
    outcome TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS keys (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    kept_us INTEGER NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS keys_kept ON keys (kept_us);

CREATE TABLE IF NOT EXISTS moves (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('capture', 'refund')),
    payment_id TEXT NOT NULL REFERENCES objects (id),
    object_id TEXT NOT NULL UNIQUE,
    amount_kopecks INTEGER NOT NULL CHECK (amount_kopecks > 0),
    metadata TEXT NOT NULL,
    moved_at TEXT NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS moves_payment ON moves (payment_id);

CREATE TRIGGER IF NOT EXISTS moves_are_never_changed BEFORE UPDATE ON moves
BEGIN
    SELECT RAISE(ABORT, 'the log of money moves is append-only');
END;

CREATE TRIGGER IF NOT EXISTS moves_are_never_deleted BEFORE DELETE ON moves
BEGIN
    SELECT RAISE(ABORT, 'the log of money moves is append-only');
END;
