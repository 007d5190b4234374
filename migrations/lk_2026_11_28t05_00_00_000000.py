"""Changes of prices are found by an index of their own; print runs that the site makes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-28T05:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "An index of changed prices, print runs"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    content = "BLOB" if ddl.is_sqlite() else "BYTEA"
    await ddl.run(ddl.table(name, body.replace("{content}", content)) for name, body in TABLES.items())
    await ddl.run(INDEXES)


TABLES = {
    "print_runs": """
        public_id TEXT NOT NULL UNIQUE,
        period INTEGER NOT NULL,
        asked_by BIGINT NOT NULL REFERENCES agents (id),
        asked_at TIMESTAMPTZ NOT NULL,
        fence BIGINT NOT NULL DEFAULT 0,
        claim_ends_at TIMESTAMPTZ NOT NULL,
        done BIGINT NOT NULL DEFAULT 0,
        expected BIGINT,
        bytes BIGINT NOT NULL DEFAULT 0,
        finished_at TIMESTAMPTZ,
        ends_at TIMESTAMPTZ,
        is_failed BOOLEAN NOT NULL DEFAULT FALSE,
        CHECK (finished_at IS NOT NULL OR NOT is_failed)
    """,
    # A file of the ZIP; `place` is its place in it.
    "print_run_files": """
        print_run_id BIGINT NOT NULL REFERENCES print_runs (id) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        name TEXT NOT NULL,
        content {content} NOT NULL,
        UNIQUE (print_run_id, place)
    """,
}

INDEXES = [
    "CREATE INDEX events_of_prices ON events (id) WHERE kind IN ('prices_set', 'prices_withdrawn', 'norms_set', "
    "'norms_withdrawn', 'bands_set', 'bands_withdrawn', 'penalty_rate_set', 'penalty_rate_withdrawn', "
    "'calendar_set', 'calendar_withdrawn')",
    "CREATE UNIQUE INDEX print_runs_one_waiting ON print_runs (period) WHERE finished_at IS NULL",
]
