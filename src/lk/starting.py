"""What is looked at before anything is served: a database that is there, whole, writable and of this program's age."""

from __future__ import annotations

from lk import clock, db
from lk.config import settings
from lk.db.sqlite_check import refuse_unsound
from lk.db.sqlite_file import SqliteFile
from lk.migrating import SchemaTooNew, migrate, newer, pending

LOOKED_THROUGH_BYTES = 128 * 2**20
"""Smaller files are read whole at the start, in about a second; larger ones when they are backed up."""


class NotServable(Exception):
    """Does not start; the message says what to do."""


async def make_ready() -> None:
    """An embedded database is migrated; a server's schema is its operator's affair.

    Raises NotServable, DatabaseError.
    """
    if settings().is_sqlite:
        _look_at_file(SqliteFile(settings().sqlite_path))
        await migrate()
    else:
        await _refuse_other_schema()
    await _write_something()


def _look_at_file(file: SqliteFile) -> None:
    if not settings().is_demo and not file.path.parent.is_dir():
        raise NotServable(f"папки {file.path.parent} нет: подключите диск с базой или создайте её")
    refuse_unsound(file, LOOKED_THROUGH_BYTES)


async def _refuse_other_schema() -> None:
    if await newer():
        raise SchemaTooNew
    behind = await pending()
    if behind:
        raise NotServable(f"схема базы отстаёт на миграций: {len(behind)}; выполните lk migrate")


async def _write_something() -> None:
    """A full disk and rights to read only show themselves by a commit, and by nothing before it."""
    now = clock.now().isoformat()
    async with db.write("started"):
        if not await db.execute("UPDATE settings SET value = {} WHERE name = 'started_at'", now):
            await db.execute("INSERT INTO settings (name, value) VALUES ('started_at', {})", now)
