"""A small schema for trying the engines, and a look at the data from outside them."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from piccolo.columns import BigInt, Boolean, Date, Timestamptz, Varchar
from piccolo.table import Table

from lk import db


class Note(Table):
    key = Varchar(unique=True)
    written_at = Timestamptz(null=True, default=None)
    due_on = Date(null=True, default=None)
    is_read = Boolean(default=False)
    amount = BigInt(default=0)


# Judged at COMMIT only: the way to make a COMMIT fail.
LINK = """
CREATE TABLE link (note_id BIGINT NOT NULL REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)
"""


async def make_tables() -> None:
    await Note.create_table()
    await Note.raw(LINK)


async def point_nowhere() -> None:
    """Inside a transaction: its COMMIT will fail."""
    await Note.raw("INSERT INTO link (note_id) VALUES (999)")


async def add(key: str, amount: int = 0) -> None:
    await Note.insert(Note(key=key, amount=amount))


async def raise_amount(key: str) -> None:
    """Reads, thinks, writes: what loses updates where nobody waits."""
    note: Any = await Note.select(Note.amount).where(Note.key == key).first()
    await asyncio.sleep(0.005)
    await Note.update({Note.amount: note["amount"] + 1}).where(Note.key == key)


def stored(engine: db.AnyEngine) -> dict[str, int]:
    """Amounts by key, as another program sees them."""
    return asyncio.run(stored_now(engine))


async def stored_now(engine: db.AnyEngine) -> dict[str, int]:
    return dict(await rows_from_outside(engine, "SELECT key, amount FROM note ORDER BY key"))


async def rows_from_outside(engine: db.AnyEngine, sql: str) -> list[Any]:
    if isinstance(engine, db.SqliteEngine):
        connection = sqlite3.connect(engine.file.path, isolation_level=None)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()
    other = await asyncpg.connect(engine.url)
    try:
        return [tuple(row) for row in await other.fetch(sql)]
    finally:
        await other.close()


def postgres_arguments(url: str) -> dict[str, Any]:
    """The stock engine's form of a URL."""
    parts = urlsplit(url)
    return {
        "host": parts.hostname,
        "port": parts.port,
        "user": parts.username,
        "password": parts.password,
        "database": parts.path.removeprefix("/"),
    }
