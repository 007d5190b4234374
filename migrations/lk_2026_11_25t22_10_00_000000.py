"""Readings and bills: penalty, opening balances, reversals, away mode, photos, extensions, payments from banks."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-25T22:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Readings and bills"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(COLUMNS)
    await ddl.run(ddl.measure(table, column) for table, column in MEASURES)
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(INDEXES)
    await ddl.run(SEED)


COLUMNS = [
    "ALTER TABLE bills ADD COLUMN method TEXT NOT NULL DEFAULT 'reading' "
    "CHECK (method IN ('reading', 'average', 'norm', 'away'))",
    "ALTER TABLE bills ADD COLUMN away_periods INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE bills ADD COLUMN replaces_id BIGINT REFERENCES bills (id)",
    "ALTER TABLE bills ADD COLUMN reversal_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE readings ADD COLUMN decided_at TIMESTAMPTZ",
    "ALTER TABLE readings ADD COLUMN decided_by BIGINT REFERENCES agents (id)",
    "ALTER TABLE readings ADD COLUMN decision TEXT NOT NULL DEFAULT ''",
]

MEASURES = [("bills", "penalty_kopecks"), ("bills", "opening_penalty_kopecks")]

TABLES = {
    "penalty_rates": """
        valid_from DATE NOT NULL UNIQUE,
        basis_points INTEGER NOT NULL CHECK (basis_points >= 0)
    """,
    "extensions": """
        period INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('window', 'due')),
        days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 3),
        decided_at TIMESTAMPTZ NOT NULL,
        UNIQUE (period, kind)
    """,
    "opening_balances": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        due_on DATE NOT NULL,
        principal_kopecks BIGINT NOT NULL,
        penalty_kopecks BIGINT NOT NULL CHECK (penalty_kopecks >= 0),
        loaded_at TIMESTAMPTZ NOT NULL,
        UNIQUE (account_id, due_on)
    """,
    "penalty_lines": """
        bill_id BIGINT NOT NULL REFERENCES bills (id),
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        for_bill_id BIGINT REFERENCES bills (id),
        for_opening_id BIGINT REFERENCES opening_balances (id),
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks <> 0),
        through_on DATE NOT NULL,
        why TEXT NOT NULL,
        CHECK ((for_bill_id IS NULL) <> (for_opening_id IS NULL))
    """,
    "bank_payments": """
        external_id TEXT NOT NULL UNIQUE,
        account_number TEXT NOT NULL,
        account_id BIGINT REFERENCES accounts (id),
        paid_on DATE NOT NULL,
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks > 0),
        channel TEXT NOT NULL,
        loaded_at TIMESTAMPTZ NOT NULL,
        assigned_by BIGINT REFERENCES agents (id)
    """,
    "reading_photos": """
        reading_id BIGINT NOT NULL UNIQUE REFERENCES readings (id),
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        content BYTEA NOT NULL,
        added_at TIMESTAMPTZ NOT NULL
    """,
    "away_declarations": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        user_id BIGINT REFERENCES users (id),
        until_on DATE NOT NULL,
        declared_at TIMESTAMPTZ NOT NULL,
        ended_at TIMESTAMPTZ
    """,
}

INDEXES = [
    "CREATE INDEX penalty_lines_account ON penalty_lines (account_id)",
    "CREATE INDEX penalty_lines_bill ON penalty_lines (bill_id)",
    "CREATE INDEX bank_payments_account ON bank_payments (account_id)",
    "CREATE INDEX bank_payments_unmatched ON bank_payments (loaded_at) WHERE account_id IS NULL",
    "CREATE UNIQUE INDEX away_declarations_one_live ON away_declarations (account_id) WHERE ended_at IS NULL",
    "CREATE INDEX bills_undelivered ON bills (account_id) WHERE status = 'issued' AND delivered_on IS NULL",
    # A balance is read from the index alone: the run asks for a million of them.
    "DROP INDEX ledger_account",
    "CREATE INDEX ledger_account ON ledger_entries (account_id, part, debit, amount_kopecks)",
    # What the program does is nobody's: most events.
    "DROP INDEX events_user",
    "CREATE INDEX events_user ON events (user_id, at) WHERE user_id IS NOT NULL",
    "CREATE UNIQUE INDEX bills_replaced_once ON bills (replaces_id) WHERE replaces_id IS NOT NULL",
]

SEED = [
    # The law's cap: the key rate, but not above that of 27 February 2022.
    "INSERT INTO penalty_rates (valid_from, basis_points) VALUES ('1970-01-01', 950)",
    # What earlier bills were made of, as their lines say.
    "UPDATE bills SET method = coalesce((SELECT min(c.method) FROM charges c WHERE c.bill_id = bills.id "
    "AND c.line = 'energy' AND c.method <> 'reading' AND NOT EXISTS (SELECT 1 FROM charges r "
    "WHERE r.bill_id = bills.id AND r.method = 'reading')), 'reading')",
]
