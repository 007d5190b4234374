"""A unit of work on SQLite's one writing connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from lk.db.sqlite_file import run_on
from lk.db.transactions import Rows, Transaction, TransactionLost, uninterrupted

if TYPE_CHECKING:
    from lk.db.sqlite import SqliteEngine

T = TypeVar("T")


class SqliteTransaction(Transaction):
    def __init__(self, engine: SqliteEngine, locks: Sequence[str], allow_nested: bool, patience: float) -> None:
        super().__init__(locks, allow_nested, patience)
        self.engine = engine
        self.is_schema_change = False

    @property
    def is_lost(self) -> bool:
        return not self.connection.in_transaction

    async def run(self, sql: str, args: Sequence[Any] = ()) -> Rows:
        try:
            return run_on(self._sound_connection(), sql, args)
        except sqlite3.Error as error:
            raise self.engine.file.translated(error) from error

    async def execute(self, sql: str, args: Sequence[Any]) -> int:
        """Rows affected."""
        try:
            return max(self._sound_connection().execute(sql, args).rowcount, 0)
        except sqlite3.Error as error:
            raise self.engine.file.translated(error) from error

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        return await self.off_loop(lambda connection: max(connection.executemany(sql, rows).rowcount, 0))

    async def fetch_off_loop(self, sql: str, args: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return await self.off_loop(lambda connection: connection.execute(sql, args).fetchall())

    async def off_loop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work(connection)` in the worker thread; a cancellation interrupts the statement it is at."""
        connection = self._sound_connection()
        try:
            return await uninterrupted(self.engine.off_loop(work, connection), connection.interrupt)
        except sqlite3.Error as error:
            raise self.engine.file.translated(error) from error

    @property
    def _current(self) -> ContextVar[Transaction | None]:
        return self.engine.current_transaction  # type: ignore[return-value]

    async def _begin(self) -> None:
        self._turn = await self.engine.take_turn(self.patience)
        try:
            self.connection = await self.engine.begin(self.patience, self.is_schema_change)
        except BaseException:
            self._turn.release()
            raise

    async def _take(self, locks: Sequence[str]) -> None:
        """Nothing to do: there is one writer."""

    async def _commit(self) -> None:
        connection = self._sound_connection()
        try:
            if self.is_schema_change:
                _refuse_broken_references(connection)
            await self.engine.off_loop(connection.execute, "COMMIT")
        except sqlite3.Error as error:
            raise self.engine.file.translated(error) from error

    async def _undo(self) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        except sqlite3.Error:
            self.engine.discard_writer()

    async def _let_go(self) -> None:
        self.engine.end()
        self._turn.release()

    def _sound_connection(self) -> sqlite3.Connection:
        # Without this check the statements after SQLite's own rollback would each commit by themselves.
        if not self.connection.in_transaction:
            raise TransactionLost("база данных отменила запись целиком: повторите её")
        return self.connection


def _refuse_broken_references(connection: sqlite3.Connection) -> None:
    broken = list(islice(connection.execute("PRAGMA foreign_key_check"), 3))
    if broken:
        raise sqlite3.IntegrityError(f"rows that point nowhere: {broken}")
