"""A disk without room: the month stops and goes on when there is some, a reading is not said to be kept."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from lk import clock, db
from lk.cycle.actions import run_due
from lk.db import sqlite as engine_module
from lk.db.postgres_transaction import PostgresTransaction, translated
from lk.db.sqlite_file import FOR_WRITER
from lk.db.sqlite_transaction import SqliteTransaction
from lk.demo.breaking import outlive_claims
from tests.faults.conftest import IS_FULL
from tests.faults.months import LAST_DAY, Print, Street, built, what_is_left, what_is_there
from tests.readings.browser import READINGS, Browser
from tests.readings.fixtures import household, postgres, sqlite  # noqa: F401
from tests.readings.household import Household

FREE_PAGES = range(0, 12, 1 if IS_FULL else 3)
A_FEW = 3
"""Commits on PostgreSQL in small counts."""


class Disk:
    """Full from its `full_from`-th commit on; 0: it has room."""

    def __init__(self) -> None:
        self.full_from = 0
        self.commits = 0

    def is_full(self) -> bool:
        self.commits += 1
        return 0 < self.full_from <= self.commits


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """As each engine says it at a COMMIT."""
    disk, on_sqlite, on_server = Disk(), SqliteTransaction._commit, PostgresTransaction._commit

    async def commit_file(self: SqliteTransaction) -> None:
        if disk.is_full():
            raise self.engine.file.unavailable(sqlite3.SQLITE_FULL)
        await on_sqlite(self)

    async def commit_server(self: PostgresTransaction) -> None:
        if disk.is_full():
            raise translated(asyncpg.DiskFullError("could not write"))
        await on_server(self)

    monkeypatch.setattr(SqliteTransaction, "_commit", commit_file)
    monkeypatch.setattr(PostgresTransaction, "_commit", commit_server)
    return disk


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def street(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with built(request, tmp_path_factory.mktemp("street"), 40) as street:
        yield street


@pytest.fixture
def undisturbed(street: Street, tmp_path: Path) -> Print:
    with street.copied(tmp_path) as database:
        database.run(run_due(), LAST_DAY)
        return what_is_left(database)


async def _ends_with_room(disk: Disk) -> Print:
    """What is left once there is room again."""
    with pytest.raises(db.DatabaseUnavailable):
        await run_due()
    disk.full_from = 0
    await outlive_claims()
    await run_due()
    return await what_is_there()


def test_full_at_any_commit_the_month_goes_on_when_there_is_room(
    street: Street, undisturbed: Print, tmp_path: Path, disk: Disk
) -> None:
    disk.commits = 0
    with street.copied(tmp_path) as database:
        database.run(run_due(), LAST_DAY)
    commits = disk.commits
    for full_from in range(1, commits + 1, 1 if IS_FULL or not street.server else commits // A_FEW):
        with street.copied(tmp_path) as database:
            disk.commits, disk.full_from = 0, full_from
            assert database.run(_ends_with_room(disk), LAST_DAY) == undisturbed, full_from


@pytest.mark.parametrize("street", ["sqlite"], indirect=True)
def test_a_file_that_may_not_grow_stops_the_month_at_any_statement(
    street: Street, undisturbed: Print, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = 0
    for free in FREE_PAGES:
        with street.copied(tmp_path) as database, monkeypatch.context() as limited:
            (pages,) = database.rows("PRAGMA page_count")
            _limit(limited, pages["page_count"] + free)
            try:
                database.run(run_due(), LAST_DAY)
            except db.DatabaseUnavailable:
                stopped += 1
            limited.undo()
            database.run(outlive_claims())
            database.run(run_due(), LAST_DAY)
            assert what_is_left(database) == undisturbed
    assert stopped, "there was always room"


def _signed_in(household: Household) -> Browser:  # noqa: F811
    """In one session for all requests: each `Inside` would begin its own."""
    household.tokens["holder"] = household.session_of("holder")
    return Browser(household)


def _kept(household: Household) -> int:  # noqa: F811
    return len(household.readings())


def test_a_reading_for_which_there_is_no_room_is_not_said_to_be_kept_and_is_sent_again_as_typed(
    household: Household,  # noqa: F811
    disk: Disk,
) -> None:
    holder, scripted = _signed_in(household), Browser(household, has_scripts=True)
    disk.full_from = 1
    answer, told = holder.send(t1="5000", t2="2200"), scripted.send(t1="5000", t2="2200")
    assert (answer.status_code, told.status_code, _kept(household)) == (503, 503, 0)
    assert "Ничего не потеряно" in answer.text
    assert "Ничего не потеряно" in told.text

    disk.full_from = 0
    form = answer.text.partition("<main")[2].partition("</main>")[0]
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    assert again == {"_csrf_token": again["_csrf_token"], "meter": str(household.meter_id), "t1": "5000", "t2": "2200"}
    assert holder.post(READINGS, **again).status_code == 303
    assert _kept(household) == 1


def test_looking_needs_no_room(
    household: Household,  # noqa: F811
    disk: Disk,
) -> None:
    """That a session was used again is not worth a refusal."""
    holder = _signed_in(household)
    household.now += timedelta(days=2)
    disk.full_from = 1
    assert holder.look().status_code == 200
    assert disk.commits > 1, "nothing was to be noted"


def test_a_file_that_may_not_grow_takes_no_reading_until_it_may(
    sqlite: Household,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    holder = _signed_in(sqlite)
    with monkeypatch.context() as limited:
        (pages,) = db.run(db.read("PRAGMA page_count"))
        _limit(limited, pages["page_count"])
        db.run(_fill_up())
        assert holder.send(t1="5000", t2="2200").status_code == 503
        assert holder.look().status_code == 200
    assert _kept(sqlite) == 0
    assert holder.send(t1="5000", t2="2200").status_code == 303
    assert _kept(sqlite) == 1


def _limit(patched: pytest.MonkeyPatch, pages: int) -> None:
    """SQLite's own: it says that the disk is full wherever one more is wanted."""
    patched.setattr(engine_module, "FOR_WRITER", (*FOR_WRITER, f"PRAGMA max_page_count = {pages}"))


async def _fill_up() -> None:
    """Until no line of history has room."""
    line = "INSERT INTO events (kind, at, actor_kind, params) VALUES ('filler', {}, 'program', '-')"
    with pytest.raises(db.DatabaseUnavailable):
        for _ in range(1000):
            async with db.write():
                await db.execute(line, clock.now())
