"""PostgreSQL with one pool per event loop, time limits everywhere and TLS that is verified or refused."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
from piccolo.engine.postgres import PostgresEngine as StockEngine
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from lk.db import statements
from lk.db.batch import Batch
from lk.db.postgres_transaction import (
    CONNECT_SECONDS,
    KNOWN,
    STATEMENT_SECONDS,
    Connection,
    PostgresTransaction,
    as_rows,
    translated,
)
from lk.db.rows import as_dicts
from lk.db.transactions import (
    PATIENCE,
    Rows,
    Transaction,
    joined,
    uninterrupted,
)

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_IDLE = "idle_in_transaction_session_timeout"

SILENT_SECONDS = 60
"""Longer than anything is thought over between two statements of a transaction."""


class PostgresEngine(StockEngine):
    """The database server at `url`; nothing is connected until the first statement."""

    def __init__(self, url: str, patience: float = PATIENCE, pool_size: int = 10) -> None:
        # Piccolo's own constructor connects to ask for the version; making an engine touches nothing.
        self.url = url
        self.patience = patience
        self.pool_size = pool_size
        self.config = connection_config(url, patience)
        self.engine_type = "postgres"
        self.min_version_number = 10
        self.log_queries = self.log_responses = False
        self.query_id = 0
        self.extensions = ()
        self.extra_nodes = {}
        self.pool = None
        self.current_transaction = ContextVar("lk_postgres_transaction", default=None)
        self._pools: dict[asyncio.AbstractEventLoop, asyncio.Task[asyncpg.Pool]] = {}

    def create(self) -> None:
        """Nothing to do: the server's administrator makes the database."""

    async def close(self) -> None:
        """Closes this loop's pool; the next statement opens another."""
        opening = self._pools.pop(asyncio.get_running_loop(), None)
        if opening is not None:
            pool = await opening
            await pool.close()

    def transaction(  # type: ignore[override]
        self, allow_nested: bool = True, locks: Sequence[str] = (), patience: float | None = None
    ) -> PostgresTransaction:
        return PostgresTransaction(self, locks, allow_nested, self.patience if patience is None else patience)

    def transaction_exists(self) -> bool:
        return self.joined() is not None

    def joined(self) -> PostgresTransaction | None:
        """This task's open transaction."""
        return joined(self.current_transaction)  # type: ignore[arg-type, return-value]

    def compiled(self, sql: str) -> str:
        return statements.with_numbers(sql)

    async def fetch(self, sql: str, args: Sequence[Any] = (), in_pool: bool = True) -> Rows:
        """Runs one statement: in this task's transaction, else by itself on a connection of the pool."""
        statements.note(sql)
        transaction = self.joined()
        if transaction is not None:
            return await transaction.run(sql, args)
        async with self.connection(in_pool) as connection:
            return as_rows(await connection.fetch(sql, *args))

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[dict[str, Any]]:
        sql, args = querystring.compile_string(engine_type="postgres")
        return as_dicts(await self.fetch(sql, args, in_pool))

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[dict[str, Any]]:
        return as_dicts(await self.fetch(ddl, (), in_pool))

    def transform_response_to_dicts(self, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return results

    async def stream(self, sql: str, args: Sequence[Any] = (), size: int = 1000) -> AsyncIterator[Rows]:
        """Chunks of one snapshot, on a connection of its own."""
        statements.note(sql)
        async with self.connection(in_pool=False) as connection, connection.transaction(readonly=True):
            cursor = await connection.cursor(sql, *args)
            while records := await cursor.fetch(size):
                yield as_rows(records)

    async def batch(self, query: Query[Any, Any], batch_size: int = 100, node: str | None = None) -> Batch:  # type: ignore[override]  # noqa: ARG002
        return Batch(self, query, batch_size)

    @asynccontextmanager
    async def schema_change(self, patience: float) -> AsyncIterator[Transaction]:
        """A transaction in which a statement may take as long as it needs; one such at a time."""
        async with self.transaction(allow_nested=False, locks=("lk migrate",), patience=patience) as transaction:
            yield transaction

    @asynccontextmanager
    async def connection(self, in_pool: bool = True) -> AsyncIterator[Connection]:
        """A connection, given back or closed at the end. Raises DatabaseBusy, DatabaseUnavailable."""
        try:
            connection = await self.acquire(in_pool)
            try:
                yield connection
            finally:
                await self.release(connection, in_pool)
        except KNOWN as error:
            raise translated(error) from error

    async def acquire(self, in_pool: bool = True) -> Connection:
        if not in_pool:
            # Whoever reads a long result may take their time.
            patient = {**self.config["server_settings"], _IDLE: "0"}
            return await asyncpg.connect(**{**self.config, "server_settings": patient})
        pool = await self._running_pool()
        return await pool.acquire(timeout=self.patience)

    async def release(self, connection: Connection, in_pool: bool = True) -> None:
        if not in_pool:
            await uninterrupted(connection.close(timeout=CONNECT_SECONDS))
            return
        pool = await self._running_pool()
        await pool.release(connection, timeout=CONNECT_SECONDS)

    async def _running_pool(self) -> asyncpg.Pool:
        loop = asyncio.get_running_loop()
        opening = self._pools.get(loop)
        if opening is None:
            self._pools = {other: pool for other, pool in self._pools.items() if not other.is_closed()}
            opening = self._pools[loop] = loop.create_task(self._open_pool())
        try:
            return await asyncio.shield(opening)
        except (*KNOWN, asyncpg.PostgresError):
            if self._pools.get(loop) is opening:
                del self._pools[loop]
            raise

    async def _open_pool(self) -> asyncpg.Pool:
        return await asyncpg.create_pool(min_size=1, max_size=self.pool_size, reset=_reset, **self.config)


def connection_config(url: str, patience: float = PATIENCE) -> dict[str, Any]:
    """asyncpg's arguments. A server elsewhere is verified, unless the URL itself says `sslmode=…`."""
    config: dict[str, Any] = {
        "dsn": url,
        "timeout": CONNECT_SECONDS,
        "command_timeout": STATEMENT_SECONDS,
        "server_settings": {
            "application_name": "lk",
            "timezone": "UTC",
            # Compiling a statement takes longer than any of ours runs.
            "jit": "off",
            "lock_timeout": f"{patience * 1000:.0f}",
            # A process frozen in the middle of a transaction lets go of its locks.
            _IDLE: f"{SILENT_SECONDS * 1000:.0f}",
        },
    }
    if not is_near(url) and "sslmode" not in parse_qs(urlsplit(url).query):
        config["ssl"] = ssl.create_default_context()
    return config


def is_near(url: str) -> bool:
    """On this very machine, where nobody can stand between."""
    parts = urlsplit(url)
    host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
    return not host or host in _LOOPBACK or host.startswith("/")


async def _reset(_: Connection) -> None:
    """Nothing more to put right: asyncpg rolls back, and lk's settings are local to a transaction."""
