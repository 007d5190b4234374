"""I10: a reading counts for a period only by its window, in the company's zone, and never for one billed before it.

What staff or an import brings, or a phone carried, counts by the day it was taken, all else by the day it came. A
period that was billed by then gives way to the first unbilled one, but never to one after a closed account's last bill.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lk.breaches import breach
from lk.config import settings
from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.looking import Look
from lk.language import N_
from lk.period import Period
from lk.tariffs.calendar import Calendar, calendar_for
from lk.tariffs.queries import calendars

BY_DAY_TAKEN = ("agent", "import")

_OTHER_MONTH = breach(N_("показание %(id)s: засчитано за %(counted)s, а пришло за %(came)s"))
_BILLED_ALREADY = breach(N_("показание %(id)s: засчитано за месяц, счёт за который уже был"))
_NEVER_BILLED = breach(
    N_("показание %(id)s: засчитано за %(counted)s, а последний счёт закрытого лицевого — за %(last)s")
)


class Counted(NamedTuple):
    """An accepted reading of the dial as it runs."""

    id: int
    period: int
    taken_on: date
    received_at: datetime
    source: str


class Stranded(NamedTuple):
    """What was read of an account before it was closed, in a period after the one of its newest bill."""

    id: int
    period: int
    closed_on: date
    last: int


class Extended(NamedTuple):
    """A window that lk's own outage made longer, from the moment of the decision on."""

    period: int
    days: int
    decided_at: datetime


class Windows:
    """Until which day a reading still counts for a month."""

    def __init__(self, dated: Sequence[Calendar], extended: Sequence[Extended], zone: ZoneInfo) -> None:
        self._dated, self._zone = dated, zone
        self._extended = {each.period: each for each in extended}
        self._closes: dict[int, date] = {}

    def period_of(self, reading: Counted, *, is_carried: bool = False) -> int:
        is_by_day = is_carried or reading.source in BY_DAY_TAKEN
        day = reading.taken_on if is_by_day else reading.received_at.astimezone(self._zone).date()
        month = day.year * 100 + day.month
        if day <= self._closes_on(_before(month), reading.received_at):
            return _before(month)
        return month if day <= self._closes_on(month, reading.received_at) else _after(month)

    def last_billed(self, closed_on: date) -> int:
        """An account closed on the day of a run or later is billed once more, at the next."""
        period = Period.of(closed_on)
        is_before_run = closed_on < calendar_for(self._dated, period).bill_run_on(period)
        return period.number if is_before_run else _after(period.number)

    def _closes_on(self, month: int, known_at: datetime) -> date:
        if month not in self._closes:
            period = Period.from_number(month)
            self._closes[month] = period.day(calendar_for(self._dated, period).readings_close)
        extended = self._extended.get(month)
        is_longer = extended is not None and extended.decided_at <= known_at
        return self._closes[month] + timedelta(extended.days if extended and is_longer else 0)


def _before(month: int) -> int:
    return month - (89 if month % 100 == 1 else 1)


def _after(month: int) -> int:
    return month + (89 if month % 100 == 12 else 1)


async def readings_count_by_their_window(look: Look, tally: Tally) -> None:
    extended = await look.aside.rows("SELECT period, days, decided_at FROM extensions WHERE kind = 'window'")
    windows = Windows(await calendars(), [Extended(*row) for row in extended], settings().time_zone)
    async for first, last in look.ranges("readings"):
        rows = [Counted(*row) for row in await look.aside.rows(_ACCEPTED, first, last)]
        tally.checked += len(rows)
        moved = [row for row in rows if windows.period_of(row) != row.period]
        carried = {row[0] for row in await look.aside.rows(_CARRIED, first, last)} if moved else set()
        moved = [row for row in moved if row.id not in carried or windows.period_of(row, is_carried=True) != row.period]
        later = {row[0] for row in await look.aside.rows(_MOVED_ON, first, last)} if moved else set()
        tally.add(
            _OTHER_MONTH(id=row.id, counted=_month(row.period), came=_month(windows.period_of(row)))
            for row in moved
            if row.period < windows.period_of(row) or row.id not in later
        )
        tally.add(_BILLED_ALREADY(id=row[0]) for row in await look.aside.rows(_BILLED_BEFORE, first, last))
        stranded = [Stranded(*row) for row in await look.aside.rows(_AFTER_LAST_BILL, first, last)]
        tally.add(
            _NEVER_BILLED(id=row.id, counted=_month(row.period), last=_month(row.last))
            for row in stranded
            if row.last >= windows.last_billed(row.closed_on)
        )


def _month(number: int) -> str:
    return str(Period.from_number(number))


_ACCEPTED = (
    "SELECT id, period, taken_on, received_at, source FROM readings "
    "WHERE id BETWEEN {} AND {} AND kind = 'regular' AND status = 'accepted'"
)

_CARRIED = "SELECT reading_id FROM carried_readings WHERE reading_id BETWEEN {} AND {} AND taken_at IS NOT NULL"

# The month before theirs was billed when they came or were decided: by a bill of then, or one that stands for it.
_MOVED_ON = (
    "SELECT r.id FROM readings r WHERE r.id BETWEEN {} AND {} AND r.kind = 'regular' AND r.status = 'accepted' "
    "AND EXISTS (SELECT 1 FROM bills b WHERE b.account_id = r.account_id AND b.status <> 'reversed' "
    "AND b.period = r.period - CASE WHEN r.period % 100 = 1 THEN 89 ELSE 1 END "
    "AND (b.created_at <= coalesce(r.decided_at, r.received_at) OR b.replaces_id IS NOT NULL))"
)

# One that waited for a person was counted anew by the reading.
_BILLED_BEFORE = (
    "SELECT r.id FROM readings r JOIN bills b ON b.account_id = r.account_id AND b.period = r.period "
    "AND b.status <> 'reversed' WHERE r.id BETWEEN {} AND {} AND r.kind = 'regular' AND r.status = 'accepted' "
    "AND b.issued_at < coalesce(r.decided_at, r.received_at) AND b.replaces_id IS NULL"
)

_AFTER_LAST_BILL = (
    "SELECT r.id, r.period, a.closed_on, (SELECT max(b.period) FROM bills b WHERE b.account_id = a.id "
    "AND b.status <> 'reversed') AS last FROM readings r JOIN accounts a ON a.id = r.account_id "
    "WHERE r.id BETWEEN {} AND {} AND r.kind <> 'initial' AND r.status = 'accepted' AND r.taken_on <= a.closed_on "
    "AND r.period > (SELECT max(b.period) FROM bills b WHERE b.account_id = a.id AND b.status <> 'reversed')"
)
