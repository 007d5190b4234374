"""A unit of work on a connection of PostgreSQL's pool, and what its errors mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import asyncpg

from lk.db.transactions import (
    DatabaseBusy,
    DatabaseUnavailable,
    Rows,
    Transaction,
    TransactionLost,
    name_of,
    uninterrupted,
)

if TYPE_CHECKING:
    from lk.db.postgres import PostgresEngine

Connection = Any
"""An asyncpg connection, straight or lent by the pool."""

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 60
_BUSY = (
    TimeoutError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
    asyncpg.TooManyConnectionsError,
)
_UNAVAILABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.DiskFullError,
    asyncpg.InternalClientError,
)
KNOWN = (*_BUSY, *_UNAVAILABLE)


class PostgresTransaction(Transaction):
    def __init__(self, engine: PostgresEngine, locks: Sequence[str], allow_nested: bool, patience: float) -> None:
        super().__init__(locks, allow_nested, patience)
        self.engine = engine
        self.connection: Connection = None
        self._statement_seconds = max(STATEMENT_SECONDS, patience)

    @property
    def is_lost(self) -> bool:
        try:
            return bool(self.connection.is_closed())
        except asyncpg.InterfaceError:
            # A connection that broke has left the pool by itself, and answers nothing any more.
            return True

    async def run(self, sql: str, args: Sequence[Any] = ()) -> Rows:
        try:
            return as_rows(await self._sound_connection().fetch(sql, *args, timeout=self._statement_seconds))
        except KNOWN as error:
            raise translated(error) from error

    async def fetch_off_loop(self, sql: str, args: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return (await self.run(sql, args))[1]

    async def execute(self, sql: str, args: Sequence[Any]) -> int:
        """Rows affected."""
        try:
            status = await self._sound_connection().execute(sql, *args, timeout=self._statement_seconds)
        except KNOWN as error:
            raise translated(error) from error
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        listed = list(rows)
        try:
            await self._sound_connection().executemany(sql, listed, timeout=self._statement_seconds)
        except KNOWN as error:
            raise translated(error) from error
        return len(listed)

    async def copy_in(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        try:
            await self._sound_connection().copy_records_to_table(
                table, columns=list(columns), records=rows, timeout=self._statement_seconds
            )
        except KNOWN as error:
            raise translated(error) from error

    @property
    def _current(self) -> ContextVar[Transaction | None]:
        return self.engine.current_transaction  # type: ignore[return-value]

    async def _begin(self) -> None:
        try:
            self.connection = await self.engine.acquire()
        except KNOWN as error:
            raise translated(error) from error
        try:
            await self.run("BEGIN")
            if self.patience != self.engine.patience:
                await self.run("SELECT set_config('lock_timeout', $1, TRUE)", [f"{self.patience * 1000:.0f}"])
            await self._take(self.locks)
        except BaseException:
            await uninterrupted(self._abandon())
            raise

    async def _take(self, locks: Sequence[str]) -> None:
        for name, is_shared in map(name_of, locks):
            take = "pg_advisory_xact_lock_shared" if is_shared else "pg_advisory_xact_lock"
            await self.run(f"SELECT {take}(hashtextextended($1, 0))", [name])

    async def _commit(self) -> None:
        try:
            status = await self._sound_connection().execute("COMMIT", timeout=self._statement_seconds)
        except KNOWN as error:
            raise translated(error) from error
        # After a failed statement COMMIT is answered with ROLLBACK, and without an error.
        if status != "COMMIT":
            raise TransactionLost("база данных отменила запись целиком: повторите её")

    async def _undo(self) -> None:
        try:
            if not self.is_lost and self.connection.is_in_transaction():
                await self.connection.execute("ROLLBACK", timeout=CONNECT_SECONDS)
        except (*KNOWN, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._throw_away()

    async def _let_go(self) -> None:
        try:
            await self.engine.release(self.connection)
        except (*KNOWN, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._throw_away()

    def _throw_away(self) -> None:
        with suppress(asyncpg.InterfaceError):
            self.connection.terminate()

    async def _abandon(self) -> None:
        await self._undo()
        await self._let_go()

    def _sound_connection(self) -> Connection:
        if self.is_lost:
            raise TransactionLost("база данных отменила запись целиком: повторите её")
        return self.connection


def as_rows(records: Sequence[Any]) -> Rows:
    return (list(records[0].keys()) if records else []), records


def translated(error: BaseException) -> DatabaseBusy | DatabaseUnavailable:
    if isinstance(error, _BUSY):
        return DatabaseBusy("база данных занята: повторите позже")
    return DatabaseUnavailable("база данных недоступна: проверьте сервер PostgreSQL и LK_DATABASE_URL")
