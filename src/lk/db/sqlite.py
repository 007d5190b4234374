"""SQLite with two kept connections used inline: one that writes, one that reads and is never blocked by it.

A select by key is faster than a hop to another thread, so statements run where they are asked for; only COMMIT
(it waits for the disk), bulk work and streams go to a thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from piccolo.engine.sqlite import SQLiteEngine as StockEngine
from piccolo.engine.sqlite import TransactionType
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from lk.db import statements
from lk.db.batch import Batch
from lk.db.rows import as_dicts
from lk.db.sqlite_file import FOR_READER, FOR_WRITER, SqliteFile, run_on
from lk.db.sqlite_transaction import SqliteTransaction
from lk.db.transactions import (
    PATIENCE,
    DatabaseBusy,
    DatabaseUnavailable,
    Rows,
    Transaction,
    joined,
    uninterrupted,
)

T = TypeVar("T")


class SqliteEngine(StockEngine):
    """The embedded database in the file `path`, which has to exist: `create()` makes it, nothing else does."""

    def __init__(self, path: Path | str, patience: float = PATIENCE) -> None:
        # Piccolo's own constructor starts an event loop to ask for versions; making an engine touches nothing.
        self.file = SqliteFile(path)
        self.patience = patience
        self.engine_type = "sqlite"
        self.min_version_number = 3.35
        self.log_queries = self.log_responses = False
        self.query_id = 0
        self.connection_kwargs = {"database": str(self.file.path)}
        self.current_transaction = ContextVar("lk_sqlite_transaction", default=None)
        self.create = self.file.create
        self._writer: sqlite3.Connection | None = None
        self._writer_identity: tuple[int, int] | None = None
        self._writer_in_use = threading.Lock()
        self._reader: sqlite3.Connection | None = None
        self._worker: ThreadPoolExecutor | None = None
        self._turn: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None

    async def close(self) -> None:
        """Lets go of the file and of the worker thread; the next statement opens them again."""
        if self._worker is not None:
            self._worker.shutdown(wait=True)
        self._worker = self._turn = None
        self._discard_reader()
        self.discard_writer()

    def transaction(  # type: ignore[override]
        self,
        transaction_type: TransactionType = TransactionType.immediate,  # noqa: ARG002 - always IMMEDIATE
        allow_nested: bool = True,
        locks: Sequence[str] = (),
        patience: float | None = None,
    ) -> SqliteTransaction:
        return SqliteTransaction(self, locks, allow_nested, self.patience if patience is None else patience)

    def transaction_exists(self) -> bool:
        return self.joined() is not None

    def joined(self) -> SqliteTransaction | None:
        """This task's open transaction."""
        return joined(self.current_transaction)  # type: ignore[arg-type, return-value]

    def compiled(self, sql: str) -> str:
        return statements.with_question_marks(sql)

    async def fetch(self, sql: str, args: Sequence[Any] = ()) -> Rows:
        """Runs one statement: in this task's transaction; else on the reader, or in a transaction of its own."""
        statements.note(sql)
        transaction = self.joined()
        if transaction is not None:
            return await transaction.run(sql, args)
        if not statements.is_write(sql):
            return await self._read(sql, args)
        async with self.transaction() as single:
            return await single.run(sql, args)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> list[dict[str, Any]]:  # noqa: ARG002
        sql, args = querystring.compile_string(engine_type="sqlite")
        return as_dicts(await self.fetch(sql, args))

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> list[dict[str, Any]]:  # noqa: ARG002
        return as_dicts(await self.fetch(ddl))

    async def batch(self, query: Query[Any, Any], batch_size: int = 100, node: str | None = None) -> Batch:  # type: ignore[override]  # noqa: ARG002
        return Batch(self, query, batch_size)

    async def stream(self, sql: str, args: Sequence[Any] = (), size: int = 1000) -> AsyncIterator[Rows]:
        """Chunks of one snapshot, read in threads on a connection of its own: the loop stays free."""
        statements.note(sql)
        connection = self.file.open(FOR_READER)
        try:
            cursor = await uninterrupted(asyncio.to_thread(connection.execute, sql, args), connection.interrupt)
            names = [column[0] for column in cursor.description]
            while rows := await uninterrupted(asyncio.to_thread(cursor.fetchmany, size), connection.interrupt):
                yield names, rows
        except sqlite3.Error as error:
            raise self.file.translated(error) from error
        finally:
            connection.close()

    @asynccontextmanager
    async def schema_change(self, patience: float) -> AsyncIterator[Transaction]:
        """A transaction in which tables may be rebuilt: references are checked at its end instead of on the way."""
        transaction = self.transaction(allow_nested=False, patience=patience)
        transaction.is_schema_change = True
        async with transaction:
            yield transaction

    async def take_turn(self, patience: float) -> asyncio.Lock:
        """The right to write in this process, first come first served. Raises DatabaseBusy."""
        lock = self._lock_of_loop()
        try:
            async with asyncio.timeout(patience):
                await lock.acquire()
        except TimeoutError:
            raise self.file.busy() from None
        return lock

    async def begin(self, patience: float, is_schema_change: bool) -> sqlite3.Connection:
        """BEGIN IMMEDIATE on the writer, tried again without holding up the loop. Raises DatabaseBusy."""
        deadline = monotonic() + patience
        pause = 0.001
        while True:
            connection = self._try_to_begin(is_schema_change)
            if connection is not None:
                return connection
            if monotonic() >= deadline:
                raise self.file.busy()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.02)

    def end(self) -> None:
        self._writer_in_use.release()

    def discard_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def off_loop(self, work: Callable[..., T], *args: Any) -> T:
        if self._worker is None:
            self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lk-sqlite")
        return await asyncio.get_running_loop().run_in_executor(self._worker, work, *args)

    async def _read(self, sql: str, args: Sequence[Any]) -> Rows:
        deadline: float | None = None
        while True:
            try:
                return run_on(self._reader or self._open_reader(), sql, args)
            except sqlite3.Error as error:
                known = self.file.translated(error)
                if isinstance(known, DatabaseUnavailable):
                    self._discard_reader()
                if not isinstance(known, DatabaseBusy) or (deadline is not None and monotonic() >= deadline):
                    raise known from error
            deadline = deadline or monotonic() + self.patience
            await asyncio.sleep(0.01)

    def _try_to_begin(self, is_schema_change: bool) -> sqlite3.Connection | None:
        # The asyncio lock orders the tasks of one loop; this one keeps out the loops of other threads.
        if not self._writer_in_use.acquire(blocking=False):
            return None
        is_begun = False
        try:
            connection = self._current_writer()
            connection.execute(f"PRAGMA foreign_keys = {'OFF' if is_schema_change else 'ON'}")
            connection.execute("BEGIN IMMEDIATE")
            is_begun = True
        except sqlite3.Error as error:
            known = self.file.translated(error)
            if not isinstance(known, DatabaseBusy):
                self.discard_writer()
                raise known from error
            return None
        finally:
            if not is_begun:
                self._writer_in_use.release()
        return connection

    def _current_writer(self) -> sqlite3.Connection:
        """The kept writer, or a new one where another file took the path: what the old one wrote would be lost."""
        identity = self.file.identity()
        if self._writer is not None and identity == self._writer_identity:
            return self._writer
        if self._writer is not None:
            self.discard_writer()
            self._discard_reader()
        self._writer = self.file.open(FOR_WRITER)
        self._writer_identity = identity
        return self._writer

    def _open_reader(self) -> sqlite3.Connection:
        self._reader = self.file.open(FOR_READER)
        return self._reader

    def _discard_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _lock_of_loop(self) -> asyncio.Lock:
        loop = asyncio.get_running_loop()
        if self._turn is None or self._turn[0] is not loop:
            self._turn = loop, asyncio.Lock()
        return self._turn[1]
