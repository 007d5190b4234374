"""A connection of its own for long looks: the loop stays free, nobody waits for it, and it sees what is committed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from lk import db
from lk.db import statements
from lk.db.postgres_transaction import as_rows
from lk.db.rows import as_type
from lk.db.sqlite_file import FOR_READER, run_on
from lk.db.transactions import Rows, uninterrupted

Row = TypeVar("Row")
Fetch = Callable[[str, Sequence[object]], Awaitable[Rows]]

PATIENCE_SECONDS = 900
"""For one statement of a server."""


class Aside:
    """Statements with `{}` for each value, as for `db.read`; each sees one snapshot of its own."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    async def rows(self, sql: str, *args: object) -> Sequence[Sequence[Any]]:
        """Bare rows."""
        statements.note(sql)
        return (await self._fetch(db.engine().compiled(sql), args))[1]

    async def rows_as(self, row_type: type[Row], sql: str, *args: object) -> list[Row]:
        """As `db.read_as` gives them."""
        statements.note(sql)
        return as_type(row_type, await self._fetch(db.engine().compiled(sql), args))

    async def number(self, sql: str, *args: object) -> int:
        """The one value of the one row; nothing is 0."""
        return int((await self.rows(sql, *args))[0][0] or 0)


@asynccontextmanager
async def aside() -> AsyncIterator[Aside]:
    """Raises DatabaseBusy, DatabaseUnavailable."""
    current = db.engine()
    if isinstance(current, db.PostgresEngine):
        async with current.connection(in_pool=False) as connection:
            yield Aside(_on_server(connection))
        return
    connection = current.file.open(FOR_READER)
    try:
        yield Aside(_in_thread(connection))
    except sqlite3.Error as error:
        raise current.file.translated(error) from error
    finally:
        connection.close()


def _on_server(connection: Any) -> Fetch:
    async def fetch(sql: str, args: Sequence[object]) -> Rows:
        return as_rows(await connection.fetch(sql, *args, timeout=PATIENCE_SECONDS))

    return fetch


def _in_thread(connection: sqlite3.Connection) -> Fetch:
    async def fetch(sql: str, args: Sequence[object]) -> Rows:
        return await uninterrupted(asyncio.to_thread(run_on, connection, sql, args), connection.interrupt)

    return fetch
