"""The oldest letter that is due is found at once, however many wait since the same moment."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-25T20:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Due letters by time and id"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(
        [
            "DROP INDEX messages_due",
            "CREATE INDEX messages_due ON messages (next_at, id) WHERE status IN ('queued', 'sending')",
        ]
    )
