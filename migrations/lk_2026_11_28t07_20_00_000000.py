"""What a phone says of when a reading was taken, though it does not count by it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-28T07:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "What a phone says of when a reading was taken, though it does not count by it"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(
        [
            "ALTER TABLE carried_readings ADD COLUMN claimed_at TIMESTAMPTZ",
            "UPDATE carried_readings SET claimed_at = taken_at",
        ]
    )
