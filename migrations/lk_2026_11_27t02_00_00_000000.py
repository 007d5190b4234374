"""Doubts about the clock, and meters by the day until which they are verified."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-27T02:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Doubts about the clock"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(INDEXES)


TABLES = {
    "clock_doubts": """
        machine TEXT NOT NULL,
        ran_ms BIGINT NOT NULL,
        expected_at TIMESTAMPTZ NOT NULL,
        said_at TIMESTAMPTZ NOT NULL CHECK (said_at > expected_at),
        ended_at TIMESTAMPTZ,
        ended_by BIGINT REFERENCES agents (id),
        CHECK (ended_by IS NULL OR ended_at IS NOT NULL)
    """,
}

INDEXES = [
    "CREATE UNIQUE INDEX clock_doubts_open ON clock_doubts (machine) WHERE ended_at IS NULL",
    "CREATE INDEX meters_verified ON meters (verified_until) WHERE removed_on IS NULL",
]
