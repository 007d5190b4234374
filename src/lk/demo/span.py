"""The two years that the town has lived through, seen from its present."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lk import clock
from lk.period import Period
from lk.tariffs.rules import Calendar, calendar_for

MONTHS = 24
PRICES_SINCE = Period(2024, 7)
"""From here on the price file knows every combination that the town uses."""


@dataclass(frozen=True, slots=True)
class Span:
    """`first` is the first billed month, `last` the newest one whose bill run has begun, `now` the town's present."""

    first: Period
    last: Period
    now: datetime

    @property
    def before(self) -> Period:
        """The month in which the town's meters were installed."""
        return self.first.previous

    @property
    def months(self) -> list[Period]:
        """The billed ones and the one under way."""
        return [self.first + at for at in range(self.last.next - self.first + 1)]


def span_until(now: datetime, calendars: list[Calendar]) -> Span:
    today = clock.local_date(now)
    month = Period.of(today)
    is_run = today >= calendar_for(calendars, month).bill_run_on(month)
    return Span(max(month + -MONTHS, PRICES_SINCE), month if is_run else month.previous, now)


def moment(period: Period, day: int, hour: int, minute: int = 0) -> datetime:
    """By the company's clock."""
    return clock.start_of_day(period.day(day)) + timedelta(hours=hour, minutes=minute)
