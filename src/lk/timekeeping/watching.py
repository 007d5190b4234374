"""Each process watches its machine's clock from its start on; what it cannot know, it asks a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import structlog

from lk import clock, db
from lk.history.actions import record
from lk.timekeeping.queries import Doubt, clock_doubt, open_doubts, settled_doubt
from lk.timekeeping.rules import Clocks
from lk.timekeeping.tables import ClockDoubt
from lk.tokens import new_public_id

log = structlog.get_logger()

Words = ParamSpec("Words")
Done = TypeVar("Done")

_MILLISECOND = timedelta(milliseconds=1)


class ClockJumped(Exception):
    """The clock jumped meanwhile: what was begun by the old one is undone, and waits."""


def read_clocks() -> Clocks:
    return Clocks(clock.wall(), clock.ran())


_since = read_clocks()
"""By these the clock is judged: this process's start, or what a person called right."""


def begin() -> None:
    """From here on the clock is watched: what it says now is believed."""
    global _since
    _since = read_clocks()


def has_jumped() -> bool:
    """As far as this process can tell, without asking the database."""
    return not clock.is_set_by_hand() and _since.jumped_until(read_clocks())


def refuse_if_jumped() -> None:
    """At the end of a transaction that decided by the clock. Raises ClockJumped."""
    if has_jumped():
        raise ClockJumped


def expected_now() -> Clocks:
    """The clocks as they should be; a jump that nobody called right is left out."""
    now = read_clocks()
    return Clocks(_since.wall_at(now.ran), now.ran) if _since.jumped_until(now) else now


async def is_clock_right() -> bool:
    """False while a clock of any process is in doubt. Raises a doubt about this one's, and ends it once it is back."""
    global _since
    if clock.is_set_by_hand():
        return True
    now = read_clocks()
    for doubt in await open_doubts():
        if doubt.machine == machine() and doubt.as_expected.agrees_with(now):
            await _end(doubt)
    if _since.jumped_until(now):
        settled = await settled_doubt(machine())
        if settled is not None and settled.as_said.ran >= _since.ran and settled.as_said.agrees_with(now):
            _since = settled.as_said
        else:
            await _doubt(now)
    return await clock_doubt() is None


def by_clock(work: Callable[Words, Awaitable[Done]]) -> Callable[Words, Awaitable[Done | None]]:
    """`work` that waits while a clock is in doubt; None where it did."""

    @wraps(work)
    async def sure(*args: Words.args, **named: Words.kwargs) -> Done | None:
        if not await is_clock_right():
            return None
        try:
            return await work(*args, **named)
        except ClockJumped:
            log.warning("clock_jumped_meanwhile")
            return None

    return sure


async def _doubt(now: Clocks) -> None:
    row = ClockDoubt(
        machine=machine(), ran_ms=now.ran // _MILLISECOND, expected_at=_since.wall_at(now.ran), said_at=now.wall
    )
    async with db.write("clock"):
        if not await db.insert_once(row):
            return
        gained = _since.gain_until(now) // timedelta(minutes=1)
        await record("clock_doubted", doubt=row.id, gained_minutes=gained)
    log.error("clock_jumped", expected=row.expected_at.isoformat(), said=row.said_at.isoformat())


async def _end(doubt: Doubt) -> None:
    async with db.write("clock"):
        changed = await db.execute(
            "UPDATE clock_doubts SET ended_at = {} WHERE id = {} AND ended_at IS NULL", clock.now(), doubt.id
        )
        if changed:
            await record("clock_came_back", doubt=doubt.id)
    log.warning("clock_came_back", doubt=doubt.id)


@cache
def machine() -> str:
    """This start of this machine: processes of it share the clock that nobody can set."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return new_public_id()
