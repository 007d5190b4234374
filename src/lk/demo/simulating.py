"""`lk simulate`: a town through months of its life, with the clock moved, in lk's real parts; then it is checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic

from lk import clock
from lk.cycle.actions import run_due
from lk.cycle.outages import beat
from lk.cycle.verify import Finding, verify
from lk.demo import desk, moving, paying, sending, troubles
from lk.demo.living_town import Town, at
from lk.demo.reckoning import Compared, Month, compare_energy, compare_payments, compared_in_words, months_of, table
from lk.demo.sending import Plan
from lk.demo.troubles import FOUND_ON, WrongTariff
from lk.migrating import migrate
from lk.period import Period

Report = Callable[[Month, float], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The months in the books, what `lk verify --full` found, and what the town knows better."""

    months: list[Month]
    findings: list[Finding]
    energy: Compared
    payments: Compared

    def in_words(self) -> str:
        return "\n".join((table(self.months), *compared_in_words(self.energy, self.payments)))

    @property
    def is_clean(self) -> bool:
        return not (self.energy.is_breach or self.payments.is_breach or any(each.breaches for each in self.findings))


async def simulate_in_empty(accounts: int, months: int, seed: int, report: Report | None = None) -> Outcome:
    """In the current database, brought up to date first. Raises TownNotEmpty."""
    await migrate()
    return await reckon(await live(accounts, months, seed, report))


async def live(accounts: int, months: int, seed: int, report: Report | None = None) -> Town:
    """`report` gets each month as it stands once it is over, and its seconds. Raises TownNotEmpty."""
    life = Life(Town.drawn(accounts, months, seed), report)
    await life.run()
    return life.town


async def reckon(town: Town) -> Outcome:
    with clock.fixed_at(town.span.now):
        return Outcome(
            await months_of(town, town.span.first, town.span.last),
            await verify(full=True),
            await compare_energy(town),
            await compare_payments(town),
        )


class Life:
    """The days one after another; what is done on each, at its hour."""

    def __init__(self, town: Town, report: Report | None) -> None:
        self.town, self._report = town, report
        self._plan: Plan = {}
        self._is_down = False
        self._began = monotonic()
        self._wrong: WrongTariff | None = None

    async def run(self) -> None:
        town = self.town
        with clock.fixed_at(at(town.span.before.last_day, 12)):
            await moving.hand_over(town)
            self._wrong = await troubles.load_wrong_tariff(town)
        for period in town.span.months:
            await self._begin(period)
            day = period.first_day
            while day <= period.last_day and at(day, 12) <= town.span.now:
                await self._day(day, period)
                day += timedelta(1)

    async def _begin(self, period: Period) -> None:
        town = self.town
        with clock.fixed_at(at(period.first_day, 0, 5)):
            town.debts[period.previous] = await paying.plan_payments(town, period)
            await self._tell(period.previous)
            self._plan = sending.plan_month(town, period)
            await moving.go_away(town, period)

    async def _tell(self, over: Period) -> None:
        if self._report and over >= self.town.span.first:
            (month,) = await months_of(self.town, over, over)
            self._report(month, monotonic() - self._began)
            self._began = monotonic()

    async def _day(self, day: date, period: Period) -> None:
        town = self.town
        if self._is_down:
            await self._come_back(day, period)
        else:
            await self._night(day, period)
        if troubles.has_outage(town, period) and day == period.day(25):
            self._is_down = True
            return
        with clock.fixed_at(at(day, 9)):
            await run_due()
        with clock.fixed_at(at(day, 10)):
            await paying.pay(town, day)
        with clock.fixed_at(at(day, 11)):
            await self._at_desk(day)
        with clock.fixed_at(at(day, 15)):
            await moving.move(town, day)
            if day.day == 3:
                await moving.open_cabinets(town)
        with clock.fixed_at(at(day, 20)):
            await sending.send(town, day, self._plan.pop(day.day, ()))
            await beat()

    async def _night(self, day: date, period: Period) -> None:
        with clock.fixed_at(at(day, 0, 1)):
            await beat()
            if day.day == 26 and troubles.has_restart(self.town, period):
                await troubles.break_off()
            await run_due()

    async def _come_back(self, day: date, period: Period) -> None:
        """In the afternoon of the next day; whoever wanted to send a reading meanwhile does it now."""
        self._is_down = False
        self._plan.setdefault(day.day, []).extend(self._plan.pop(day.day - 1, ()))
        with clock.fixed_at(at(day, 15)):
            await troubles.come_back(self.town, period)
            await run_due()

    async def _at_desk(self, day: date) -> None:
        await desk.look_through(self.town, day)
        if self._wrong is not None and day == FOUND_ON:
            await troubles.put_right(self.town, self._wrong)
