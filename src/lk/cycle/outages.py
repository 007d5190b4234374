"""lk was down itself: what residents could not do on the last day they may still do a little later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from lk import clock, db
from lk.autopay.extending import extend_months
from lk.cycle.queries import is_begun
from lk.cycle.rules import Step
from lk.history.actions import record
from lk.payments.catching_up import LONGEST_QUIET, note_silence
from lk.period import Period
from lk.tariffs.calendar import Calendar, calendar_for
from lk.tariffs.queries import calendars
from lk.tariffs.tables import Extension
from lk.timekeeping.queries import clock_doubt
from lk.timekeeping.watching import expected_now, has_jumped

log = structlog.get_logger()

SHORTEST = timedelta(hours=1)
"""So much of a last day has to be lost before a day is given for it."""
DAYS_AT_MOST = 3
_DAY = timedelta(days=1)

_beaten: timedelta | None = None
"""How long the machine had run when this process noted last that it is alive."""


@dataclass(frozen=True, slots=True)
class Outage:
    began_at: datetime
    ended_at: datetime

    def takes(self, day: date, start_of_day: Callable[[date], datetime]) -> bool:
        """Whether an hour of the day or more was lost."""
        first, last = start_of_day(day), start_of_day(day + _DAY)
        return min(self.ended_at, last) - max(self.began_at, first) >= SHORTEST

    @property
    def days(self) -> int:
        """Whole days to give for it, 1 to 3."""
        return min(DAYS_AT_MOST, -((self.began_at - self.ended_at) // _DAY))


def windows_cut(
    outage: Outage, dated: Sequence[Calendar], start_of_day: Callable[[date], datetime]
) -> Iterator[Period]:
    """Periods whose last day to send a reading was lost, as it stood before."""
    period, last = Period.of(outage.began_at.date()).previous, Period.of(outage.ended_at.date()).next
    while period <= last:
        if outage.takes(calendar_for(dated, period).window(period).closes_on, start_of_day):
            yield period
        period = period.next


async def note_outage() -> None:
    """At the start of a process: if nobody beat for a while, extends what was cut short; charges wait for the acquirer.

    Once, whoever starts first. While a clock is in doubt nobody knows how long it was.
    """
    async with db.write("outage", "autopay"):
        if not clock.is_set_by_hand() and (has_jumped() or await clock_doubt() is not None):
            return
        began_at, now = await last_beat(), clock.now()
        await beat()
        if began_at is None:
            return
        if now - began_at > LONGEST_QUIET:
            await note_silence(began_at)
        if now - began_at < SHORTEST:
            return
        outage = Outage(began_at, now)
        log.warning("was_down", since=began_at.isoformat())
        await _extend_windows(outage)
        await _extend_due_days(outage)


async def keep_beating() -> None:
    """Every minute. After a silence of its own – frozen, or without a database – it is as at the start of a process."""
    is_back = _beaten is not None and clock.ran() - _beaten > LONGEST_QUIET
    await (note_outage if is_back and not clock.is_set_by_hand() else beat)()


async def beat() -> None:
    """The process is alive and ticks: by the clock as it should be, though it has jumped."""
    global _beaten
    now = (clock.now() if clock.is_set_by_hand() else expected_now().wall).isoformat()
    async with db.write("outage"):
        if not await db.execute("UPDATE settings SET value = {} WHERE name = 'heartbeat'", now):
            await db.execute("INSERT INTO settings (name, value) VALUES ('heartbeat', {})", now)
    _beaten = clock.ran()


async def last_beat() -> datetime | None:
    rows = await db.read("SELECT value FROM settings WHERE name = 'heartbeat'")
    return datetime.fromisoformat(rows[0]["value"]) if rows else None


async def _extend_windows(outage: Outage) -> None:
    for period in windows_cut(outage, await calendars(), clock.start_of_day):
        if not await is_begun(period, Step.BILL):
            await _extend(period, "window", outage.days)


async def _extend_due_days(outage: Outage) -> None:
    """Bills due on a lost day, and autopay by it, get as many days more; the later days first: none is moved twice."""
    lost = [day for day in _days(outage) if outage.takes(day, clock.start_of_day)]
    if not lost:
        return
    due = await db.read_rows(
        "SELECT DISTINCT period, due_on FROM bills WHERE due_on >= {} AND due_on <= {} AND status = 'issued' "
        "AND delivered_on IS NOT NULL ORDER BY due_on DESC",
        lost[0],
        lost[-1],
    )
    for number in {number for number, _ in due}:
        period = Period.from_number(number)
        if not await _extend(period, "due", outage.days):
            continue
        for day in [day for other, day in due if other == number]:
            await db.execute(
                "UPDATE bills SET due_on = {} WHERE due_on = {} AND period = {} AND status = 'issued'",
                day + timedelta(outage.days),
                day,
                number,
            )
            await extend_months(period, day, outage.days)


def _days(outage: Outage) -> Iterator[date]:
    day = clock.local_date(outage.began_at)
    while day <= clock.local_date(outage.ended_at):
        yield day
        day += _DAY


async def _extend(period: Period, kind: str, days: int) -> bool:
    """False where it was extended before: not twice."""
    row = Extension(period=period.number, kind=kind, days=days, decided_at=clock.now())
    if not await db.insert_once(row):
        return False
    await record("period_extended", period=str(period), what=kind, days=days)
    return True
