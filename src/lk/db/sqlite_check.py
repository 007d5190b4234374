"""Whether an SQLite file is what it should be, before anything is built upon it."""

from __future__ import annotations

import sqlite3

from lk.db.sqlite_file import FOR_READER, SqliteFile
from lk.db.transactions import DatabaseUnavailable

_FIRST_BYTES = b"SQLite format 3\x00"


def refuse_unsound(file: SqliteFile, looked_through_bytes: int) -> None:
    """Raises DatabaseUnavailable for anything at the path that is no whole database; a missing file is none yet.

    A file of at most `looked_through_bytes` is read to its end, of a larger one the schema and the length.
    """
    path = file.path
    if not path.exists():
        return
    if not path.is_file():
        raise DatabaseUnavailable(f"база данных {path} не открывается: это папка, а не файл")
    size = path.stat().st_size
    if size == 0:
        raise DatabaseUnavailable(
            f"база данных {path} пуста: восстановите её из копии; чтобы начать новую, удалите этот файл"
        )
    try:
        with path.open("rb") as opened:
            is_database = opened.read(len(_FIRST_BYTES)) == _FIRST_BYTES
    except OSError:
        raise file.unavailable(sqlite3.SQLITE_CANTOPEN) from None
    if not is_database:
        raise file.unavailable(sqlite3.SQLITE_NOTADB)
    if not _is_whole(file, size, looked_through_bytes):
        raise file.unavailable(sqlite3.SQLITE_CORRUPT)


def _is_whole(file: SqliteFile, size: int, looked_through_bytes: int) -> bool:
    connection = file.open(FOR_READER)
    try:
        ((pages,),) = connection.execute("PRAGMA page_count")
        ((page_bytes,),) = connection.execute("PRAGMA page_size")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        if size < pages * page_bytes and not _has_log(file):
            return False
        return size > looked_through_bytes or connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
    except sqlite3.Error as error:
        raise file.translated(error) from error
    finally:
        connection.close()


def _has_log(file: SqliteFile) -> bool:
    """What was committed last may stand there still, and not in the file."""
    log = file.path.with_name(f"{file.path.name}-wal")
    return log.exists() and log.stat().st_size > 0
