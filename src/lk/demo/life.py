"""The days of the simulated town one after another: what is done on each, at its hour, and what goes wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic

from lk import clock
from lk.autopay.charging import charge_due
from lk.cycle.actions import run_due
from lk.cycle.outages import beat
from lk.demo import carding, desk, giving_back, moving, paying, sending, troubles
from lk.demo.crashing import Crashes
from lk.demo.living_town import Town, at
from lk.demo.mishaps import BACK_AT, Downtime, Mishaps, Sky, mishaps_of
from lk.demo.post import Post
from lk.demo.reckoning import Month, months_of
from lk.demo.sending import Plan
from lk.demo.ticks import is_something_open, money_ticks, morning_ticks, night_ticks
from lk.demo.troubles import FOUND_ON, WrongTariff
from lk.period import Period

Report = Callable[[Month, float], None]

LOOKED_AFTER = (1, 3, 10, 26)
"""Minutes after which whatever is open is asked about; later once an hour."""
_DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class Part:
    """Of a day: at its usual hour and minute, and at those of a day on which lk comes back in the afternoon."""

    usual: tuple[int, int]
    after: tuple[int, int]
    live: Callable[[date], Awaitable[None]]


class Life:
    """`report` gets each month as it stands once it is over, and its seconds."""

    def __init__(self, town: Town, report: Report | None, *, has_faults: bool) -> None:
        self.town, self.has_faults = town, has_faults
        self.post = Post(town.acquirer.outbox, town.seed)
        self.crashes = Crashes(town)
        self.downtimes: list[Downtime] = []
        self._report, self._began = report, monotonic()
        self._mishaps = Mishaps()
        self._down: Downtime | None = None
        self._plan: Plan = {}
        self._wrong: WrongTariff | None = None
        self._parts = (
            Part((9, 0), (15, 10), self._announce),
            Part((9, 30), (15, 20), self._answer),
            Part((10, 0), (15, 30), self._charge),
            Part((10, 40), (15, 45), self._pay),
            Part((11, 20), (16, 0), self._at_desk),
            *(Part((hour, 5), (hour, 5), _nothing) for hour in (12, 14)),
            Part((15, 0), (17, 0), self._move),
            Part((16, 0), (18, 0), self._some_deeds),
            *(Part((hour, 5), (hour, 5), _nothing) for hour in (18,)),
            Part((20, 0), (20, 0), self._send),
            *(Part((hour, 5), (hour, 5), _nothing) for hour in (21, 23)),
        )

    async def run(self) -> None:
        town = self.town
        with clock.fixed_at(at(town.span.before.last_day, 12)):
            await moving.hand_over(town)
            self._wrong = await troubles.load_wrong_tariff(town)
        for period in town.span.months:
            await self._begin(period)
            day = period.first_day
            while day <= period.last_day and at(day + _DAY, 0) <= town.span.now:
                await self._day(day)
                day += _DAY
        # Nothing begins on the last day: what began before it has had its time to end.
        await self._night(clock.local_date(town.span.now))

    async def _begin(self, period: Period) -> None:
        town = self.town
        self._mishaps = mishaps_of(town.seed, period, town.span.first, has_faults=self.has_faults)
        with clock.fixed_at(at(period.first_day, 0, 5)):
            town.debts[period.previous] = await paying.plan_payments(town, period)
            await self._tell(period.previous)
            missed = [each for day in sorted(self._plan) for each in self._plan[day]]
            self._plan = sending.plan_month(town, period)
            if missed and self._down is not None:
                self._plan.setdefault(self._down.back.day, []).extend(missed)
            await moving.go_away(town, period)

    async def _tell(self, over: Period) -> None:
        if self._report and over >= self.town.span.first:
            (month,) = await months_of(self.town, over, over)
            self._report(month, monotonic() - self._began)
            self._began = monotonic()

    async def _day(self, day: date) -> None:
        if self._down is not None and day < self._down.back:
            self._put_off(day)
            return
        if self._down is not None:
            await self._come_back(self._down, day)
            self._down = None
            await self._live(day, [(each.after, each.live) for each in self._parts if each.after[0] >= BACK_AT])
            return
        await self._night(day)
        downtime = self._mishaps.downtime
        if downtime is not None and day == downtime.first and at(downtime.back, BACK_AT) < self.town.span.now:
            self._down = downtime
            self._put_off(day)
            return
        await self._live(day, [(each.usual, each.live) for each in self._parts])

    def _put_off(self, day: date) -> None:
        """Whoever wanted to send a reading on it does so when lk is back."""
        assert self._down is not None
        if Period.of(day) == Period.of(self._down.back):
            self._plan.setdefault(self._down.back.day, []).extend(self._plan.pop(day.day, []))

    async def _live(self, day: date, parts: list[tuple[tuple[int, int], Callable[[date], Awaitable[None]]]]) -> None:
        instants = [at(day, *hour) for hour, _ in parts]
        for (_, live), begins, ends in zip(parts, instants, [*instants[1:], at(day + _DAY, 0)], strict=True):
            self._change_sky(begins)
            with clock.fixed_at(begins):
                await live(day)
            await self._look_after(begins, ends)

    async def _look_after(self, begins: datetime, ends: datetime) -> None:
        for minutes in (0, *LOOKED_AFTER):
            instant = begins + timedelta(minutes=minutes)
            if instant >= ends:
                return
            self._change_sky(instant)
            with clock.fixed_at(instant):
                if not self.post.has_some and not await is_something_open():
                    return
                if minutes:
                    await money_ticks()
                await self.post.deliver(is_odd=self._mishaps.skies.get(clock.local_date(instant).day) is Sky.NOTICES)

    def _change_sky(self, instant: datetime) -> None:
        day, acquirer = clock.local_date(instant), self.town.acquirer
        sky = self._mishaps.skies.get(day.day)
        acquirer.wire.shares = self._mishaps.shares(day)
        acquirer.wire.is_down = self._mishaps.is_down(instant)
        acquirer.faults.late_success = {0: 0, 1: 1200, 2: 30 * 3600}[day.day % 2 + 1 if sky is Sky.LATE else 0]
        acquirer.faults.forget_keys = sky is Sky.FORGETFUL
        acquirer.faults.not_idempotent = sky is Sky.FORGETFUL
        acquirer.faults.pending_refunds = int(sky is Sky.REFUNDS)
        acquirer.faults.canceled_refunds = int(sky is Sky.REFUNDS and day.day % 2 == 0)

    async def _night(self, day: date) -> None:
        instant = at(day, 0, 1)
        with clock.fixed_at(instant):
            await beat()
        await self.crashes.run_month(instant, self._mishaps)
        self._change_sky(at(day, 3, 10))
        with clock.fixed_at(at(day, 3, 10)):
            await night_ticks()

    async def _come_back(self, down: Downtime, day: date) -> None:
        """In the afternoon."""
        self.downtimes.append(down)
        self._change_sky(at(day, BACK_AT))
        with clock.fixed_at(at(day, BACK_AT)):
            await troubles.come_back(self.town, down)
            for missed in _days(down.first, day):
                if Period.of(missed) == Period.of(day):
                    await moving.move(self.town, missed)
            await run_due()
            await night_ticks()

    async def _announce(self, _: date) -> None:
        await morning_ticks()
        await carding.read_letters(self.town)

    async def _answer(self, day: date) -> None:
        await carding.answer_letters(self.town, day)

    async def _charge(self, day: date) -> None:
        if day.day in self._mishaps.charge_breaks:
            await self.crashes.charge(day)
        else:
            await charge_due()
        await carding.read_letters(self.town)

    async def _pay(self, day: date) -> None:
        await paying.pay(self.town, [each for each in sorted(self.town.payments) if each < day])

    async def _at_desk(self, day: date) -> None:
        await desk.look_through(self.town, day)
        await giving_back.give_back(self.town, day)
        await giving_back.look_into_tasks(self.town)
        if self._wrong is not None and day >= FOUND_ON:
            await troubles.put_right(self.town, self._wrong)
            self._wrong = None

    async def _move(self, day: date) -> None:
        await moving.move(self.town, day)
        if day.day == 3:
            await moving.open_cabinets(self.town)

    async def _some_deeds(self, day: date) -> None:
        await carding.find_linked(self.town)
        await carding.some_deeds(self.town, day)

    async def _send(self, day: date) -> None:
        await sending.send(self.town, day, self._plan.pop(day.day, ()))
        await carding.read_letters(self.town)


async def _nothing(_: date) -> None:
    """Only what is open is looked after."""


def _days(first: date, last: date) -> Iterator[date]:
    while first < last:
        yield first
        first += _DAY
