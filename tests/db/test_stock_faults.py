"""Why lk has engines of its own: each fault of Piccolo's, shown, beside the same story that ends well here."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from piccolo.engine.postgres import PostgresEngine as StockPostgres
from piccolo.engine.sqlite import SQLiteEngine as StockSqlite
from piccolo.engine.sqlite import TransactionType

from lk import db
from tests.db.notes import Note, add, point_nowhere, postgres_arguments, raise_amount, stored, stored_now


@pytest.fixture
def stock(sqlite: db.SqliteEngine) -> StockSqlite:
    """Piccolo's engine on the same file."""
    engine = StockSqlite(str(sqlite.file.path), timeout=0.2)
    db.use(engine)  # type: ignore[arg-type]
    return engine


async def ten_at_once(transaction: Any) -> list[BaseException | None]:
    async def raise_once() -> None:
        async with transaction():
            await raise_amount("a")

    await add("a")
    return list(await asyncio.gather(*(raise_once() for _ in range(10)), return_exceptions=True))


def test_stock_transactions_that_read_then_write_fail_each_other(stock: StockSqlite, sqlite: db.SqliteEngine) -> None:
    results = asyncio.run(ten_at_once(stock.transaction))
    failed = [result for result in results if result is not None]
    assert failed
    assert all("database is locked" in str(result) for result in failed)
    assert stored(sqlite)["a"] < 10


def test_ours_wait_for_each_other(sqlite: db.SqliteEngine) -> None:
    assert db.run(ten_at_once(sqlite.transaction)) == [None] * 10
    assert stored(sqlite)["a"] == 10


async def write_after_a_failed_commit(transaction: Any) -> None:
    with pytest.raises(db.CONSTRAINT_ERRORS):
        async with transaction():
            await point_nowhere()
    async with transaction():
        await add("after")


def test_after_a_failed_commit_the_stock_engine_silently_loses_the_next_transaction(
    stock: StockSqlite, sqlite: db.SqliteEngine
) -> None:
    async def story() -> dict[str, int]:
        await write_after_a_failed_commit(stock.transaction)
        seen = await stored_now(sqlite)
        left = stock.current_transaction.get()
        assert left is not None
        await left.connection.close()
        return seen

    assert asyncio.run(story()) == {}


def test_after_a_failed_commit_our_next_transaction_is_stored(sqlite: db.SqliteEngine) -> None:
    db.run(write_after_a_failed_commit(sqlite.transaction))
    assert stored(sqlite) == {"after": 0}


async def raise_after_a_failed_commit(transaction: Any) -> None:
    with pytest.raises(db.CONSTRAINT_ERRORS):
        async with transaction():
            await point_nowhere()
    with pytest.raises(ValueError, match="undo"):
        async with transaction():
            await add("undone")
            raise ValueError("undo")


def test_after_a_failed_commit_the_stock_postgres_engine_stores_what_should_be_undone(
    postgres: db.PostgresEngine,
) -> None:
    async def story() -> None:
        stock = StockPostgres(config=postgres_arguments(postgres.url))
        db.use(stock)  # type: ignore[arg-type]
        await stock.start_connection_pool(min_size=1, max_size=2)
        await raise_after_a_failed_commit(stock.transaction)
        left = stock.current_transaction.get()
        assert left is not None
        assert stock.pool is not None
        await stock.pool.release(left.connection)
        await stock.close_connection_pool()

    asyncio.run(story())
    assert stored(postgres) == {"undone": 0}


def test_after_a_failed_commit_our_next_transaction_is_undone_as_it_should(engine: db.AnyEngine) -> None:
    db.run(raise_after_a_failed_commit(engine.transaction))
    assert stored(engine) == {}


def test_the_stock_engine_forgets_what_a_connection_was_told(stock: StockSqlite) -> None:
    assert asyncio.run(_cache_size_after_setting_it()) != 4321


def test_our_connections_are_kept(sqlite: db.SqliteEngine) -> None:
    assert db.run(_cache_size_after_setting_it()) == 4321


async def _cache_size_after_setting_it() -> int:
    await Note.raw("PRAGMA cache_size = 4321")
    (row,) = await Note.raw("PRAGMA cache_size")
    return int(row["cache_size"])


@contextmanager
def another_program_writing(path: Path) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def test_a_stock_begin_that_times_out_leaves_a_thread_behind(stock: StockSqlite, sqlite: db.SqliteEngine) -> None:
    async def story() -> int:
        before = threading.active_count()
        transaction = stock.transaction(transaction_type=TransactionType.immediate)
        with another_program_writing(sqlite.file.path), pytest.raises(sqlite3.OperationalError):
            async with transaction:
                pass
        left = threading.active_count() - before
        await transaction.connection.close()
        return left

    assert asyncio.run(story()) == 1


def test_our_begin_that_times_out_leaves_nothing_and_never_holds_up_the_loop(sqlite: db.SqliteEngine) -> None:
    async def story() -> None:
        await add("before")
        before = threading.active_count()
        ticking = asyncio.create_task(_longest_pause())
        with another_program_writing(sqlite.file.path), pytest.raises(db.DatabaseBusy):
            async with sqlite.transaction(patience=0.3):
                pass
        ticking.cancel()
        assert await ticking < 0.15
        assert threading.active_count() == before
        async with db.write():
            await add("after")

    db.run(story())
    assert stored(sqlite) == {"after": 0, "before": 0}


async def _longest_pause() -> float:
    loop, longest = asyncio.get_running_loop(), 0.0
    try:
        while True:
            begin = loop.time()
            await asyncio.sleep(0.005)
            longest = max(longest, loop.time() - begin)
    except asyncio.CancelledError:
        return longest


STOCK_UNCLOSED = """
import asyncio, sys
from piccolo.engine.sqlite import SQLiteEngine
kept = asyncio.run(SQLiteEngine(sys.argv[1]).get_connection())
"""
OURS_UNCLOSED = """
import asyncio, sys
from lk import db
async def main():
    await db.read("SELECT 1 AS one")
    async with db.write():
        await db.execute("DELETE FROM note")
db.use(db.SqliteEngine(sys.argv[1]))
asyncio.run(main())
"""


def test_a_process_with_an_unclosed_stock_connection_never_ends(sqlite: db.SqliteEngine) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        _run(STOCK_UNCLOSED, sqlite, seconds=4)


def test_a_process_with_our_engine_unclosed_ends(sqlite: db.SqliteEngine) -> None:
    assert _run(OURS_UNCLOSED, sqlite, seconds=30) == 0


def _run(program: str, engine: db.SqliteEngine, seconds: float) -> int:
    done = subprocess.run([sys.executable, "-c", program, str(engine.file.path)], timeout=seconds)
    return done.returncode
