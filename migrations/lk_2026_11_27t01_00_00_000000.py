"""The month's board: how far a step has come, what is counted of a month, bill runs on trial."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-27T01:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The month's board"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(COLUMNS)
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(INDEXES)


COLUMNS = [
    "ALTER TABLE cycle_runs ADD COLUMN expected BIGINT",
    "ALTER TABLE cycle_runs ADD COLUMN through_id BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE cycle_runs ADD COLUMN last_id BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE cycle_runs ADD COLUMN resumed_at TIMESTAMPTZ",
]

TABLES = {
    "trial_runs": """
        period INTEGER NOT NULL,
        is_billed BOOLEAN NOT NULL,
        asked_by BIGINT NOT NULL REFERENCES agents (id),
        asked_at TIMESTAMPTZ NOT NULL,
        fence BIGINT NOT NULL,
        claim_ends_at TIMESTAMPTZ NOT NULL,
        resumed_at TIMESTAMPTZ,
        resumed_id BIGINT NOT NULL,
        through_id BIGINT NOT NULL,
        last_id BIGINT NOT NULL,
        finished_at TIMESTAMPTZ,
        is_failed BOOLEAN NOT NULL,
        bills BIGINT NOT NULL,
        estimated BIGINT NOT NULL,
        held BIGINT NOT NULL,
        put_aside BIGINT NOT NULL,
        waiting BIGINT NOT NULL,
        compared BIGINT NOT NULL,
        differing BIGINT NOT NULL,
        lines BIGINT NOT NULL,
        total_kopecks BIGINT NOT NULL,
        stored_kopecks BIGINT NOT NULL
    """,
    "trial_lines": """
        trial_id BIGINT NOT NULL REFERENCES trial_runs (id),
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        kind TEXT NOT NULL CHECK (kind IN ('held', 'put_aside', 'differs', 'missing', 'extra')),
        stored_kopecks BIGINT,
        computed_kopecks BIGINT,
        reason TEXT NOT NULL,
        UNIQUE (trial_id, account_id, kind)
    """,
}

INDEXES = [
    # The board counts a month by these alone.
    "CREATE INDEX readings_of_period ON readings (period, account_id) WHERE status = 'accepted' AND kind = 'regular'",
    "CREATE INDEX bills_held ON bills (period) WHERE status = 'held'",
    "CREATE INDEX ledger_received ON ledger_entries (effective_on, part, kind, amount_kopecks) "
    "WHERE kind IN ('payment', 'refund')",
    "CREATE INDEX autopay_months_of_period ON autopay_months (period, status)",
    "CREATE INDEX messages_dead ON messages (created_at) WHERE status = 'dead'",
    "CREATE UNIQUE INDEX trial_runs_one_open ON trial_runs (period) WHERE finished_at IS NULL",
]
