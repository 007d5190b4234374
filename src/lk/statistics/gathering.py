"""Once a night one of the processes counts what the pages of statistics show."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from lk import clock, db
from lk.claims import ClaimLost
from lk.db.aside import Aside, aside
from lk.statistics.claiming import Held, claim, finish, let_go, part_done
from lk.statistics.counting import count_bills, count_cabinets, count_letters, count_money, count_readings
from lk.statistics.owing import count_owing

log = structlog.get_logger()

FROM = timedelta(hours=2)
"""Of the company's day: what the day before brought has come in."""


class Stopped(Exception):
    """The process ends; the next one goes on."""


Part = Callable[[Held, Aside], Awaitable[None]]


async def gather_nightly(stop: asyncio.Event | None = None) -> bool:
    """Whether this process did it now. A night that was missed is made up for by day; broken off, it goes on later."""
    today = clock.today()
    if clock.now() < clock.start_of_day(today) + FROM or await _is_done(today):
        return False
    held = await claim(today)
    if held is None:
        return False

    async def step() -> None:
        if stop is not None and stop.is_set():
            raise Stopped

    async def owing(held: Held, looking: Aside) -> None:
        await count_owing(held, looking, step)

    parts: tuple[Part, ...] = (count_readings, count_cabinets, count_letters, count_bills, count_money, owing)
    try:
        async with aside() as looking:
            for part in parts[held.parts_done :]:
                await step()
                await part(held, looking)
                await part_done(held)
            await finish(held)
    except ClaimLost:
        log.warning("claim_lost", statistics=str(today))
        return False
    except BaseException as interruption:
        with suppress(Exception):
            await let_go(held)
        if isinstance(interruption, Stopped):
            return False
        raise
    return True


async def _is_done(today: object) -> bool:
    return bool(await db.read("SELECT id FROM statistic_runs WHERE day = {} AND finished_at IS NOT NULL", today))
