"""The SQLite file: made once, opened with the same settings every time, its troubles told in one sentence."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import piccolo.engine.sqlite  # noqa: F401 - first its converters, then those below

from lk.db.rows import instant
from lk.db.transactions import DatabaseBusy, DatabaseUnavailable, Rows

_OPENING_SECONDS = 5.0
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32768",
)
FOR_WRITER = ("PRAGMA busy_timeout = 0",)
# Only the writer moves the log into the file: several that do can corrupt it in SQLite before 3.51.3.
FOR_READER = ("PRAGMA query_only = ON", "PRAGMA wal_autocheckpoint = 0", "PRAGMA busy_timeout = 100")

_SENTENCES = {
    sqlite3.SQLITE_CANTOPEN: "не открывается: проверьте права на файл и его папку",
    sqlite3.SQLITE_READONLY: "открывается только на чтение: проверьте права на файл и его папку",
    sqlite3.SQLITE_PERM: "недоступна: проверьте права на файл и его папку",
    sqlite3.SQLITE_AUTH: "недоступна: проверьте права на файл и его папку",
    sqlite3.SQLITE_NOTADB: "не читается: это не файл базы данных, восстановите его из копии",
    sqlite3.SQLITE_CORRUPT: "повреждена: восстановите её из копии",
    sqlite3.SQLITE_IOERR: "не читается: ошибка диска",
    sqlite3.SQLITE_FULL: "не записывается: на диске нет места",
}


class SqliteFile:
    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).resolve()

    def create(self) -> None:
        """Makes an empty file, readable by its owner only, if there is none."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            return
        except OSError as error:
            raise self.unavailable(sqlite3.SQLITE_CANTOPEN) from error

    def open(self, further_pragmas: Iterable[str]) -> sqlite3.Connection:
        """A connection without implicit transactions, for any thread. Raises DatabaseUnavailable, DatabaseBusy."""
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(self.path))}?mode=rw",
                uri=True,
                timeout=_OPENING_SECONDS,
                isolation_level=None,
                detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
                check_same_thread=False,
                cached_statements=512,
            )
        except sqlite3.Error as error:
            raise self.translated(error) from error
        try:
            for pragma in (*_PRAGMAS, *further_pragmas):
                connection.execute(pragma).fetchall()
        except sqlite3.Error as error:
            connection.close()
            raise self.translated(error) from error
        return connection

    def identity(self) -> tuple[int, int] | None:
        """Which file lies at the path now."""
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def translated(self, error: sqlite3.Error) -> Exception:
        """The error for the operator; what the statement itself is to blame for stays as it is."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return self.busy()
        if code not in _SENTENCES:
            return error
        if code == sqlite3.SQLITE_CANTOPEN and not self.path.exists():
            return DatabaseUnavailable(f"база данных {self.path} не найдена: её создаёт команда lk migrate")
        return self.unavailable(code)

    def busy(self) -> DatabaseBusy:
        return DatabaseBusy(f"база данных {self.path} занята другой записью: повторите позже")

    def unavailable(self, code: int) -> DatabaseUnavailable:
        """Why, by SQLite's code."""
        return DatabaseUnavailable(f"база данных {self.path} {_SENTENCES[code]}")


def run_on(connection: sqlite3.Connection, sql: str, args: Sequence[Any]) -> Rows:
    cursor = connection.execute(sql, args)
    rows = cursor.fetchall()
    return [column[0] for column in cursor.description or ()], rows


def _day(value: bytes) -> date:
    return date.fromisoformat(value.decode())


# Every integer column of the schema holds integers, so that nothing has to be looked at a second time in Python;
# Piccolo would, and would forget the offset of an instant. Days agree with it, only faster.
sqlite3.converters.pop("INTEGER", None)
sqlite3.register_converter("DATE", _day)
sqlite3.register_converter("TIMESTAMPTZ", lambda value: instant(value.decode()))
