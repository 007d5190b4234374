"""A connection aside: it sees what is committed, leaves the loop free, and can be broken off."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from lk import db
from lk.db.aside import aside

LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT count(*) FROM n"


@dataclass(frozen=True)
class Counted:
    n: int


def test_it_reads_what_is_committed_and_nothing_else(engine: db.AnyEngine) -> None:
    async def counts() -> list[int]:
        async with aside() as looking:
            found = [await looking.number("SELECT count(*) FROM note")]
            async with db.write():
                await db.execute("INSERT INTO note (key, is_read, amount) VALUES ('a', TRUE, 0)")
                found.append(await looking.number("SELECT count(*) FROM note"))
            found.append(await looking.number("SELECT count(*) FROM note WHERE key = {}", "a"))
            found.append((await looking.rows_as(Counted, "SELECT count(*) AS n FROM note"))[0].n)
            return found

    assert db.run(counts()) == [0, 0, 1, 1]


def test_the_loop_turns_while_it_reads(engine: db.AnyEngine) -> None:
    async def turns() -> int:
        count = 0
        async with aside() as looking:
            reading = asyncio.create_task(looking.number(LONG, 300_000))
            while not reading.done():
                await asyncio.sleep(0.001)
                count += 1
            await reading
        return count

    assert db.run(turns()) > 3


def test_a_task_that_is_cancelled_waits_for_no_statement(sqlite: db.SqliteEngine) -> None:
    async def cancelled() -> None:
        async with aside() as looking:
            await looking.number(LONG, 10**9)

    async def broken_off() -> None:
        task = asyncio.create_task(cancelled())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)

    db.run(broken_off())
