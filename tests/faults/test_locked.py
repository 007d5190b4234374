"""Somebody else holds the database: each reading is kept and said to be, or neither."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import pytest

from lk import clock, db
from lk.identity.actions import begin_session
from tests.database import Database, moscow
from tests.faults.conftest import counted
from tests.faults.months import Street, built
from tests.readings.inside import _app

OPEN_WINDOW = "2025-07-21T12:00"
LOCKS = counted([(1.0, 10.0), (12.0, 10.0), (60.0, 10.0)], [(0.6, 0.3)])
"""Seconds for which it is held, and for which lk waits."""
RESIDENTS = 20


@dataclass(frozen=True)
class Resident:
    """A signed-in browser and the one reading that it sends."""

    account_id: int
    page: str
    meter_id: int
    t1: int
    token: str


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def street(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with built(request, tmp_path_factory.mktemp("street"), 2 * RESIDENTS) as street:
        yield street


@asynccontextmanager
async def _held(database: Database) -> AsyncIterator[None]:
    """By another process's connection."""
    if isinstance(database.engine, db.SqliteEngine):
        other = sqlite3.connect(database.engine.file.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    server = await asyncpg.connect(database.url)
    await server.execute("BEGIN; LOCK TABLE readings IN ACCESS EXCLUSIVE MODE")
    yield
    await server.close()


async def _residents() -> list[Resident]:
    rows = await db.read(
        "SELECT a.id, a.public_id, m.id AS meter_id, u.id AS user_id, r.t1_kwh FROM accounts a "
        "JOIN meters m ON m.account_id = a.id JOIN users u ON u.id = a.id "
        "JOIN readings r ON r.meter_id = m.id AND r.kind = 'initial' WHERE m.zones = 1 ORDER BY a.id LIMIT {}",
        RESIDENTS,
    )
    async with db.write():
        return [
            Resident(
                row["id"],
                f"/accounts/{row['public_id']}/readings",
                row["meter_id"],
                row["t1_kwh"] + 99,
                await begin_session(row["user_id"], address=f"10.0.0.{row['id']}", device=""),
            )
            for row in rows
        ]


async def _answers(database: Database, residents: list[Resident], seconds: float) -> dict[int, int]:
    """Status by account; they come one after another while it is held, and a little longer."""
    transport = httpx.ASGITransport(app=_app())  # type: ignore[arg-type]

    async def sent(at: int, resident: Resident) -> int:
        await asyncio.sleep(1.2 * seconds * at / len(residents))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as http:
            http.cookies.set("lk_session", resident.token)
            form = {"meter": str(resident.meter_id), "t1": str(resident.t1), "confirmed": f"{resident.t1}"}
            return (await http.post(resident.page, data=form)).status_code

    async with _held(database):
        sending = [asyncio.create_task(sent(at, each)) for at, each in enumerate(residents)]
        await asyncio.sleep(seconds)
    statuses = await asyncio.gather(*sending)
    return {each.account_id: status for each, status in zip(residents, statuses, strict=True)}


async def _kept(residents: list[Resident]) -> set[int]:
    rows = await db.read("SELECT account_id, t1_kwh FROM readings WHERE status IN ('accepted', 'held')")
    found = {(row["account_id"], row["t1_kwh"]) for row in rows}
    return {each.account_id for each in residents if (each.account_id, each.t1) in found}


@pytest.mark.parametrize(("seconds", "patience"), LOCKS)
def test_readings_sent_to_a_locked_database_are_kept_exactly_where_that_was_said(
    street: Street, tmp_path: Path, seconds: float, patience: float
) -> None:
    async def story(database: Database) -> tuple[dict[int, int], set[int]]:
        residents = await _residents()
        answers = await _answers(database, residents, seconds)
        return answers, await _kept(residents)

    with street.copied(tmp_path) as database:
        _wait_for(database, patience)
        with clock.fixed_at(moscow(OPEN_WINDOW)):
            answers, kept = db.run(story(database))
    assert set(answers.values()) == ({303} if seconds < patience else {303, 503})
    assert kept == {account_id for account_id, status in answers.items() if status == 303}


def _wait_for(database: Database, patience: float) -> None:
    if isinstance(database.engine, db.SqliteEngine):
        db.use(db.SqliteEngine(database.engine.file.path, patience))
    else:
        db.use(db.PostgresEngine(database.url, patience))
