"""Look-alike letters in meter numbers, letters to the e-mail on record, what ends with accounts and users."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-24T17:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Look-alike letters, letters to the e-mail on record, closed accounts and users"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(
        [
            _folded("meters", "serial_key", "TRUE"),
            _folded("registrations", "meter_key", "finished_at IS NULL"),
            "ALTER TABLE registrations ADD COLUMN is_to_record BOOLEAN NOT NULL DEFAULT FALSE",
            "CREATE INDEX accounts_closed ON accounts (closed_on) WHERE closed_on IS NOT NULL",
            # One that tells apart letters that have waited since the same moment.
            "DROP INDEX messages_due",
            "CREATE INDEX messages_due ON messages (next_at, id) WHERE status IN ('queued', 'sending')",
            "CREATE INDEX users_closed ON users (closed_at) WHERE closed_at IS NOT NULL",
        ]
    )


def _folded(table: str, column: str, where: str) -> str:
    """As `text.fold_serial_number` does it from now on."""
    letters = f"replace(replace(replace({column}, 'O', '0'), 'I', '1'), 'У', 'Y')"
    return (
        f"UPDATE {table} SET {column} = ltrim({letters}, '0') "  # noqa: S608
        f"WHERE {where} AND ({column} LIKE '%O%' OR {column} LIKE '%I%' OR {column} LIKE '%У%')"
    )
