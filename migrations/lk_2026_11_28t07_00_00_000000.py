"""Readings that were carried in a phone until there was a signal."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-28T07:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Readings that were carried in a phone until there was a signal"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run([ddl.table("carried_readings", CARRIED), INDEX])


# Sent again under its key it is the same reading. Without `taken_at` it counts by the time it came.
CARRIED = """
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    key TEXT NOT NULL,
    reading_id BIGINT NOT NULL REFERENCES readings (id),
    taken_at TIMESTAMPTZ,
    UNIQUE (account_id, key)
"""

INDEX = "CREATE INDEX carried_readings_of_reading ON carried_readings (reading_id)"
