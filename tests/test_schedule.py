"""The ticks beside the pages."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from lk import schedule
from lk.schedule import every, seconds_since_beat, ticking
from tests.database import Database


def test_one_failing_tick_does_not_stop_the_next() -> None:
    ticks = 0

    async def three_ticks() -> None:
        stop = asyncio.Event()

        async def failing() -> None:
            nonlocal ticks
            ticks += 1
            if ticks == 3:
                stop.set()
            raise ArithmeticError

        await asyncio.wait_for(every(0.01, stop, failing), 10)

    asyncio.run(three_ticks())
    assert ticks == 3


def test_the_end_does_not_wait_longer_than_ten_seconds_for_what_hangs(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hanging(*_: object, **__: object) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(schedule, "run_due", hanging)
    monkeypatch.setattr(schedule, "PATIENCE_SECONDS", 0.2)

    async def begun_and_ended() -> float:
        async with ticking(True):
            await asyncio.sleep(0.1)
            ending_at = monotonic()
        return monotonic() - ending_at

    assert sqlite_database.run(begun_and_ended()) < 2
    assert schedule.PATIENCE_SECONDS < 10


def test_the_heart_beats_while_the_ticks_run(sqlite_database: Database) -> None:
    async def beaten() -> float | None:
        async with ticking(True):
            await asyncio.sleep(0.5)
        return seconds_since_beat()

    since = sqlite_database.run(beaten())
    assert since is not None
    assert since < 5
