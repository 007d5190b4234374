"""A charge by autopay knows until when it may be sent: never after the due day, however long its answer is awaited."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-27T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Until when a charge may be sent"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(_create)
    return manager


async def _create() -> None:
    await ddl.run(COLUMNS)


COLUMNS = [
    "ALTER TABLE payments ADD COLUMN send_until TIMESTAMPTZ",
]
