"""Files that operators send in the browser: checked first, loaded by the schedule, taken back where that can be."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-28T04:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Imports in the browser, and what was taken back of them"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(COLUMNS)
    await ddl.run(INDEXES)


TABLES = {
    "imports": """
        public_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL
            CHECK (kind IN ('accounts', 'meters', 'tariffs', 'norms', 'balances', 'readings', 'payments')),
        name TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        hash TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('checking', 'checked', 'loading', 'loaded', 'dropped', 'failed')),
        rows BIGINT NOT NULL DEFAULT 0,
        added BIGINT NOT NULL DEFAULT 0,
        updated BIGINT NOT NULL DEFAULT 0,
        unchanged BIGINT NOT NULL DEFAULT 0,
        problems BIGINT NOT NULL DEFAULT 0,
        notes TEXT NOT NULL DEFAULT '[]',
        asked_by BIGINT NOT NULL REFERENCES agents (id),
        asked_at TIMESTAMPTZ NOT NULL,
        checked_at TIMESTAMPTZ,
        load_asked_by BIGINT REFERENCES agents (id),
        finished_at TIMESTAMPTZ
    """,
    "import_pieces": """
        import_id BIGINT NOT NULL REFERENCES imports (id),
        what TEXT NOT NULL CHECK (what IN ('file', 'sample', 'shown', 'problems')),
        place INTEGER NOT NULL,
        content BYTEA NOT NULL,
        added_at TIMESTAMPTZ NOT NULL,
        UNIQUE (import_id, what, place)
    """,
    "import_undos": """
        public_id TEXT NOT NULL UNIQUE,
        import_id BIGINT NOT NULL REFERENCES imports (id),
        rows BIGINT NOT NULL,
        kept BIGINT NOT NULL,
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks >= 0),
        words TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('waiting', 'done', 'refused')),
        reason TEXT NOT NULL DEFAULT '',
        asked_by BIGINT NOT NULL REFERENCES agents (id),
        created_at TIMESTAMPTZ NOT NULL,
        decided_by BIGINT REFERENCES agents (id),
        decided_at TIMESTAMPTZ,
        CHECK (decided_by IS NULL OR decided_by <> asked_by)
    """,
    "undone_bank_payments": """
        undo_id BIGINT NOT NULL REFERENCES import_undos (id),
        external_id TEXT NOT NULL,
        account_number TEXT NOT NULL,
        account_id BIGINT REFERENCES accounts (id),
        paid_on DATE NOT NULL,
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks > 0),
        channel TEXT NOT NULL,
        loaded_at TIMESTAMPTZ NOT NULL,
        entry_key TEXT UNIQUE,
        undone_at TIMESTAMPTZ NOT NULL
    """,
}

COLUMNS = [
    "ALTER TABLE bank_payments ADD COLUMN import_id BIGINT REFERENCES imports (id)",
    "ALTER TABLE bank_payments ADD COLUMN times_undone INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE readings ADD COLUMN import_id BIGINT REFERENCES imports (id)",
    "ALTER TABLE readings ADD COLUMN displaced_by BIGINT REFERENCES imports (id)",
    "ALTER TABLE readings ADD COLUMN displaced_status TEXT CHECK (displaced_status IN ('accepted', 'held'))",
]

INDEXES = [
    "CREATE INDEX imports_of_hash ON imports (hash)",
    "CREATE INDEX imports_waiting ON imports (id) WHERE status IN ('checking', 'loading')",
    "CREATE UNIQUE INDEX import_undos_one_live ON import_undos (import_id) WHERE status <> 'refused'",
    "CREATE INDEX import_pieces_added ON import_pieces (added_at)",
    "CREATE INDEX bank_payments_of_import ON bank_payments (import_id) WHERE import_id IS NOT NULL",
    "CREATE INDEX readings_of_import ON readings (import_id) WHERE import_id IS NOT NULL",
    "CREATE INDEX readings_displaced ON readings (displaced_by) WHERE displaced_by IS NOT NULL",
    "CREATE INDEX undone_bank_payments_external ON undone_bank_payments (external_id)",
]
