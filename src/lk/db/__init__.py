"""The database: one current engine, `write()` as the unit of work, `read()` beneath the ORM for what is asked often.

Piccolo's queries go to the same engine: inside `write()` they are a part of it, outside they read what is committed.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

import asyncpg
from piccolo.columns import Column
from piccolo.table import Table

from lk.config import Settings, settings
from lk.db import statements
from lk.db.postgres import PostgresEngine
from lk.db.postgres_transaction import PostgresTransaction
from lk.db.rows import as_dicts, as_type
from lk.db.sqlite import SqliteEngine
from lk.db.sqlite_transaction import SqliteTransaction
from lk.db.statements import Counter, counted, placeholders
from lk.db.transactions import (
    DatabaseBusy,
    DatabaseError,
    DatabaseUnavailable,
    Transaction,
    TransactionLost,
    shared,
)

__all__ = [
    "CONSTRAINT_ERRORS",
    "AnyEngine",
    "Counter",
    "DatabaseBusy",
    "DatabaseError",
    "DatabaseUnavailable",
    "PostgresEngine",
    "SqliteEngine",
    "Transaction",
    "TransactionLost",
    "close",
    "counted",
    "engine",
    "engine_for",
    "execute",
    "insert_many",
    "insert_once",
    "pg_connection",
    "placeholders",
    "read",
    "read_as",
    "read_one_as",
    "read_rows",
    "run",
    "run_in_writer",
    "shared",
    "stream",
    "use",
    "write",
    "write_many",
]

T = TypeVar("T")
Row = TypeVar("Row")
AnyEngine = SqliteEngine | PostgresEngine

CONSTRAINT_ERRORS = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)
"""What a statement raises that breaks a rule of the schema."""

# Piccolo looks for its engine by this name.
os.environ["PICCOLO_CONF"] = "lk.piccolo_conf"

_current: AnyEngine | None = None


def engine() -> AnyEngine:
    """The current engine; the settings' one where nothing else was asked for by `use()`."""
    global _current
    if _current is None:
        _current = engine_for(settings())
    return _current


def use(other: AnyEngine | None) -> None:
    """From here on everything in the process, Piccolo's tables included, works on `other`; None: on the settings' one.

    Closing the one used before is its owner's affair.
    """
    global _current
    _current = other


def engine_for(read: Settings) -> AnyEngine:
    return SqliteEngine(read.sqlite_path) if read.is_sqlite else PostgresEngine(read.database_url)


async def close() -> None:
    """Lets go of connections and threads; whatever comes next opens them again."""
    if _current is not None:
        await _current.close()


def run(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` for commands: the database is closed in the loop that used it."""

    async def closing() -> T:
        try:
            return await work
        finally:
            await close()

    return asyncio.run(closing())


def write(*locks: str) -> Transaction:
    """The unit of work: `async with db.write("account 7") as unit:`; committed at its end, undone by an exception.

    Writers wait for each other: on SQLite all of them, on PostgreSQL those that name the same lock, so name what you
    read in order to decide, or `db.shared(…)` of it where many may at once. Inside another `write()` of the same task
    it becomes a part of that one, and only this part is undone when an exception leaves it. Queries of other tasks are
    refused inside. `unit.on_commit(callback)` runs after success, `await unit.rollback()` undoes everything at the end.
    Raises DatabaseBusy after ten seconds.
    """
    return engine().transaction(locks=locks)


async def read(sql: str, *args: object) -> list[dict[str, Any]]:
    """Rows of one statement with `{}` for each value: `await db.read("SELECT id FROM users WHERE login = {}", login)`.

    Columns of a table have the types of their declaration (bool, date, aware datetime in UTC). An expression has none
    on SQLite: MAX(taken_on) is text, EXISTS is 0 or 1; on PostgreSQL SUM of a BIGINT is a Decimal. `read_as` evens
    that out. In braces only `{}` means anything.
    """
    current = engine()
    return as_dicts(await current.fetch(_for_reading(current, sql), args))


async def read_as(row_type: type[Row], sql: str, *args: object) -> list[Row]:
    """The same as instances of a dataclass whose fields are named as the columns, in any order.

    A field of int (and NewTypes of it), bool, date, datetime, Period or an Enum gets exactly that, or None, whatever
    the expression and the engine. Raises TypeError when columns and fields differ.
    """
    current = engine()
    return as_type(row_type, await current.fetch(_for_reading(current, sql), args))


async def read_one_as(row_type: type[Row], sql: str, *args: object) -> Row | None:
    """The first row, or None."""
    rows = await read_as(row_type, sql, *args)
    return rows[0] if rows else None


async def read_rows(sql: str, *args: object) -> Sequence[Sequence[Any]]:
    """Bare rows, values in the order of the columns: for bulk work that cannot afford a value for each row.

    Inside `write()` they are fetched off the loop.
    """
    current = engine()
    compiled = _for_reading(current, sql)
    unit = current.joined()
    if unit is None:
        return (await current.fetch(compiled, args))[1]
    statements.note(sql)
    return await unit.fetch_off_loop(compiled, args)


def stream(row_type: type[Row], sql: str, *args: object, size: int = 1000) -> AsyncIterator[list[Row]]:
    """A long result in chunks of `size`, all of one snapshot; the loop stays free. Sees only what is committed."""
    current = engine()
    return _chunks(current, row_type, current.compiled(sql), args, size)


async def execute(sql: str, *args: object) -> int:
    """Runs a statement inside `write()`; returns the number of rows it changed."""
    unit, compiled = _writing(sql)
    return await unit.execute(compiled, args)


async def write_many(sql: str, rows: Iterable[Sequence[object]]) -> int:
    """Runs a statement inside `write()` once for each row of values, off the loop; returns how many rows it changed."""
    unit, compiled = _writing(sql)
    return await unit.execute_many(compiled, rows)


async def insert_many(table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Inserts rows of bare values inside `write()`, off the loop, the fastest way of the engine.

    Raises one of CONSTRAINT_ERRORS where a row breaks a rule of the schema.
    """
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({placeholders(columns)})"  # noqa: S608
    unit, compiled = _writing(sql)
    if isinstance(unit, PostgresTransaction):
        await unit.copy_in(table, columns, rows)
    elif rows:
        await unit.execute_many(compiled, rows)


async def insert_once(row: Table, *conflict_columns: Column) -> bool:
    """Inserts unless a row with the same unique key is there: True for exactly one of all who try at once.

    Without columns any unique key counts; with columns a conflict on another key raises. The winner's row gets its id.
    """
    insert = type(row).insert(row).on_conflict(target=conflict_columns or None, action="DO NOTHING")
    return bool(await insert.returning(type(row)._meta.primary_key))


async def run_in_writer(work: Callable[[sqlite3.Connection], T]) -> T:
    """SQLite, inside `write()`: `work(connection)` off the loop on the writing connection; it never commits."""
    unit, _ = _writing("")
    if not isinstance(unit, SqliteTransaction):
        raise RuntimeError("run_in_writer is for SQLite, pg_connection for PostgreSQL")
    return await unit.off_loop(work)


def pg_connection() -> Any:
    """PostgreSQL, inside `write()`: its asyncpg connection, for COPY."""
    unit, _ = _writing("")
    if not isinstance(unit, PostgresTransaction):
        raise RuntimeError("pg_connection is for PostgreSQL, run_in_writer for SQLite")
    return unit.connection


def _for_reading(current: AnyEngine, sql: str) -> str:
    if statements.is_write(sql) and current.joined() is None:
        raise RuntimeError(f"a statement that writes, outside write(): {sql}")
    return current.compiled(sql)


def _writing(sql: str) -> tuple[SqliteTransaction | PostgresTransaction, str]:
    current = engine()
    unit = current.joined()
    if unit is None:
        raise RuntimeError(f"outside write(): {sql}")
    statements.note(sql)
    return unit, current.compiled(sql)


async def _chunks(
    current: AnyEngine, row_type: type[Row], sql: str, args: Sequence[object], size: int
) -> AsyncIterator[list[Row]]:
    async for found in current.stream(sql, args, size):
        yield as_type(row_type, found)
