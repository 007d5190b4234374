"""Money that nobody expected: what the acquirer took unbooked, and payments of banks that go back to their senders."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-27T05:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Stray money and returns of payments of banks"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(COLUMNS)
    await ddl.run(INDEXES)


TABLES = {
    "strays": """
        public_id TEXT NOT NULL UNIQUE,
        task_id BIGINT NOT NULL REFERENCES money_tasks (id),
        kind TEXT NOT NULL CHECK (kind IN ('booking', 'return')),
        acquirer_payment_id TEXT NOT NULL,
        account_id BIGINT REFERENCES accounts (id),
        key TEXT NOT NULL UNIQUE CHECK (length(key) <= 64),
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks > 0),
        card TEXT NOT NULL,
        words TEXT NOT NULL,
        status TEXT NOT NULL
            CHECK (status IN ('waiting', 'created', 'pending', 'unknown', 'succeeded', 'canceled', 'refused')),
        reason TEXT NOT NULL,
        body TEXT NOT NULL,
        acquirer_id TEXT UNIQUE,
        asked_by BIGINT NOT NULL REFERENCES agents (id),
        created_at TIMESTAMPTZ NOT NULL,
        decided_by BIGINT REFERENCES agents (id),
        decided_at TIMESTAMPTZ,
        asked_at TIMESTAMPTZ,
        finished_at TIMESTAMPTZ,
        CHECK (decided_by IS NULL OR decided_by <> asked_by),
        CHECK (kind = 'return' OR account_id IS NOT NULL)
    """,
    "bank_returns": """
        public_id TEXT NOT NULL UNIQUE,
        bank_payment_id BIGINT NOT NULL REFERENCES bank_payments (id),
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks > 0),
        words TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('waiting', 'returned', 'refused')),
        reason TEXT NOT NULL,
        asked_by BIGINT NOT NULL REFERENCES agents (id),
        created_at TIMESTAMPTZ NOT NULL,
        decided_by BIGINT REFERENCES agents (id),
        decided_at TIMESTAMPTZ,
        CHECK (decided_by IS NULL OR decided_by <> asked_by)
    """,
}

COLUMNS = [
    # What went back is nobody's: no account ever gets it.
    "ALTER TABLE bank_payments ADD COLUMN returned_at TIMESTAMPTZ CHECK (returned_at IS NULL OR account_id IS NULL)",
]

INDEXES = [
    # Booked or given back, once: what is canceled or refused may be decided anew.
    "CREATE UNIQUE INDEX strays_one_live ON strays (acquirer_payment_id) WHERE status NOT IN ('canceled', 'refused')",
    "CREATE INDEX strays_of_task ON strays (task_id)",
    "CREATE INDEX strays_of_account ON strays (account_id) WHERE account_id IS NOT NULL",
    "CREATE INDEX strays_open ON strays (created_at) WHERE status IN ('waiting', 'created', 'pending', 'unknown')",
    "CREATE UNIQUE INDEX bank_returns_one_live ON bank_returns (bank_payment_id) WHERE status <> 'refused'",
    "DROP INDEX bank_payments_unmatched",
    "CREATE INDEX bank_payments_unmatched ON bank_payments (loaded_at) "
    "WHERE account_id IS NULL AND returned_at IS NULL",
]
