"""Waiting letters are counted by an index that holds nothing else: `/metrics` reads it every fifteen seconds."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-27T04:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Waiting letters by state"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(_create)
    return manager


async def _create() -> None:
    await ddl.run(INDEXES)


INDEXES = [
    "CREATE INDEX messages_waiting ON messages (status, created_at) WHERE status IN ('queued', 'sending')",
]
