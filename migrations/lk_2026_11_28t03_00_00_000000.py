"""The code that a resident reads out to an agent who looks, and since when the agent may act."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-28T03:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Codes by which a resident lets an agent act during a look"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run([ddl.table("look_codes", CODES), *INDEXES, *CHANGES])


# The digits are derived from the row: nothing of them is stored.
CODES = """
    look_id BIGINT NOT NULL REFERENCES impersonations (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    shown_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    used_at TIMESTAMPTZ,
    CHECK (used_at IS NULL OR ended_at IS NOT NULL)
"""
INDEXES = [
    "CREATE UNIQUE INDEX look_codes_live ON look_codes (look_id) WHERE ended_at IS NULL",
    "CREATE INDEX look_codes_of_look ON look_codes (look_id)",
]
CHANGES = ["ALTER TABLE impersonations ADD COLUMN allowed_at TIMESTAMPTZ"]
