"""A copy of an SQLite file as it was at one moment, while others read and write it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import sleep

from lk.backups.archive import BackupError
from lk.db.sqlite_file import FOR_READER, SqliteFile

PAGES_AT_ONCE = 1024
PAUSE_SECONDS = 0.002
"""After each four megabytes, so that the disk is not only ours."""

Progress = Callable[[int, int], None]


def copy_sqlite(source: SqliteFile, target: Path, progress: Progress) -> None:
    """Writers go on: the copy reads a snapshot of the moment it began at. Raises DatabaseError, BackupError."""
    reading = source.open(FOR_READER)
    writing = sqlite3.connect(target, isolation_level=None)
    try:
        # Without a transaction of its own SQLite would begin anew after every foreign commit.
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchall()

        def told(_: int, left: int, total: int) -> None:
            progress(total - left, total)
            sleep(PAUSE_SECONDS)

        reading.backup(writing, pages=PAGES_AT_ONCE, progress=told)
        reading.execute("COMMIT")
        # A single file, without a log beside it.
        writing.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise _translated(error, source) from error
    finally:
        writing.close()
        reading.close()
    check_sqlite(target)


def check_sqlite(path: Path) -> None:
    """Reads all of it. Raises BackupError."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchall()
        dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error:
        found, dangling = [], None
    finally:
        connection.close()
    if found != [("ok",)] or dangling is not None:
        raise BackupError("база данных повреждена: копия не прошла проверку, прежние копии не удаляйте")


def schema_of(path: Path) -> tuple[str, ...]:
    """Ids of the migrations that the copy has, oldest first."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT name FROM migration WHERE app_name = 'lk' ORDER BY name").fetchall()
    except sqlite3.Error:
        rows = []
    finally:
        connection.close()
    return tuple(name for (name,) in rows)


def _translated(error: sqlite3.Error, source: SqliteFile) -> Exception:
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
        return BackupError("для копии не хватило места на диске: ничего не сделано")
    known = source.translated(error)
    return known if known is not error else BackupError(f"база данных не копируется: {error}")
