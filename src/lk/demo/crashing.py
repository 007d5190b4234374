"""lk is broken off in the middle of the bill run, of the delivery, of autopay; a restart does the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Coroutine
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from lk import clock, db
from lk.autopay.charging import charge_due
from lk.cycle.actions import run_due
from lk.cycle.outages import beat
from lk.cycle.queries import done_steps
from lk.cycle.rules import Step, steps_due
from lk.demo.breaking import Fuse, broken_off, outlive_claims, restart
from lk.demo.living_town import Town, at
from lk.demo.mishaps import Mishaps, Work
from lk.demo.ticks import money_ticks
from lk.demo.wire import ANSWERED
from lk.tariffs.queries import calendars, first_period

POINTS = (
    "INSERT INTO payments",
    "POST /v3/payments",
    ANSWERED,
    "UPDATE payments SET status",
    "INSERT INTO ledger_entries",
    "UPDATE autopay_months SET status",
)
"""Where autopay is broken off: what is charged side by side has no other order."""
_STEPS = {Step.BILL: Work.BILL, Step.DELIVER: Work.DELIVER}
_GUESSED_LENGTH = 30
"""Of a work that nobody has seen done: in statements."""
_NO_BILLS_UNTIL = 25
"""The day of the month."""


class Crashes:
    """`counts`: how often each work was broken off."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.counts: Counter[Work] = Counter()
        self._lengths: dict[Work, int] = {}

    async def run_month(self, instant: datetime, mishaps: Mishaps) -> None:
        """All steps that are owed, broken off at any statement, as often as is planned."""
        with clock.fixed_at(instant):
            work = await _work_owed() if clock.today().day > _NO_BILLS_UNTIL else None
        if work is not None:
            instant = await self._break_as_planned(work, instant, mishaps)
        with clock.fixed_at(instant), db.counted() as counter:
            await run_due()
        if work is not None:
            self._lengths[work] = max(1, len(counter.statements))

    async def _break_as_planned(self, work: Work, instant: datetime, mishaps: Mishaps) -> datetime:
        """When the last of the processes is there; a minute outlasts any claim."""
        dice = Random(f"{self.town.seed}:break:{instant}")  # noqa: S311 - a story, not a secret
        for _ in range(mishaps.breaks.get(work, 0)):
            fuse = Fuse(at=dice.randint(1, self._lengths.get(work, _GUESSED_LENGTH)))
            with clock.fixed_at(instant):
                is_broken = await self._break(work, run_due(), fuse)
            if is_broken:
                instant += timedelta(minutes=1)
                with clock.fixed_at(instant):
                    await outlive_claims()
                    await restart()
        return instant

    async def charge(self, day: date) -> None:
        """All that is due, broken off on the way; the next process begins in a minute, or too late not to ask first."""
        instant = at(day, 10)
        dice = Random(f"{self.town.seed}:charge:{day}")  # noqa: S311 - a story, not a secret
        await beat()
        due = await _charges_due()
        fuse = Fuse(what=dice.choice(POINTS), at=dice.randint(1, max(1, due)))
        if await self._break(Work.CHARGE, charge_due(), fuse):
            with clock.fixed_at(instant + timedelta(minutes=dice.choice((1, 7)))):
                await restart()
                await money_ticks()

    async def _break(self, work: Work, process: Coroutine[Any, Any, object], fuse: Fuse) -> bool:
        wire = self.town.acquirer.wire
        wire.fuse = fuse
        is_broken = await broken_off(process, fuse, wire.is_under_way)
        wire.fuse = None
        await wire.all_arrived()
        self.counts[work] += is_broken
        return is_broken


async def _work_owed() -> Work | None:
    """The first of the steps that are owed now which is broken off now and then; None: none of those is."""
    owed = steps_due(await calendars(), await first_period(), clock.now(), await done_steps(), clock.start_of_day)
    return next((_STEPS[each.step] for each in owed if each.step in _STEPS), None)


async def _charges_due() -> int:
    rows = await db.read_rows(
        "SELECT count(*) FROM autopay_months WHERE status = 'planned' AND next_at <= {}", clock.now()
    )
    return int(rows[0][0])
