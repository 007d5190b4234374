"""The month's days: when readings are asked for, bills made, delivered and due."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from lk.period import Period

DAYS_TO_PAY_AFTER_DELIVERY = 10
MONTHS_DAYS = 28
"""Every month has these days, so a calendar of them never needs a shorter month's exception."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which readings are asked for, both inclusive; the last `extended_days` of them were added."""

    opens_on: date
    closes_on: date
    extended_days: int = 0

    def __contains__(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on


@dataclass(frozen=True, slots=True)
class Extension:
    """Whole days by which an outage of lk itself moved the end of a period's window, and its due day."""

    window_days: int = 0
    due_days: int = 0


NOT_EXTENDED = Extension()
_NONE: Mapping[int, Extension] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Calendar:
    """The month's days from `valid_from` on. `bill_by` and `pay_by` are days of the month after the period.

    `extensions` by period number are those of the periods that were moved.
    """

    valid_from: date
    readings_open: int = 15
    readings_close: int = 25
    bill_run: int = 26
    print_by: int = 27
    bill_by: int = 1
    pay_by: int = 10
    extensions: Mapping[int, Extension] = dataclasses.field(default_factory=lambda: _NONE, compare=False)

    def __post_init__(self) -> None:
        days = (1, self.readings_open, self.readings_close, self.bill_run, self.print_by, MONTHS_DAYS)
        if list(days) != sorted(days) or self.readings_close == self.bill_run:
            raise ValueError("the window, the bill run and the print run follow each other within days 1 to 28")
        if not 1 <= self.bill_by <= self.pay_by <= MONTHS_DAYS:
            raise ValueError("the bill comes before it is due, within days 1 to 28")

    def extension(self, period: Period) -> Extension:
        return self.extensions.get(period.number, NOT_EXTENDED)

    def window(self, period: Period) -> Window:
        days = self.extension(period).window_days
        return Window(period.day(self.readings_open), period.day(self.readings_close) + timedelta(days), days)

    def bill_run_on(self, period: Period) -> date:
        return period.day(self.bill_run) + timedelta(self.extension(period).window_days)

    def print_by_on(self, period: Period) -> date:
        return period.day(self.print_by) + timedelta(self.extension(period).window_days)

    def bill_by_on(self, period: Period) -> date:
        return period.next.day(self.bill_by)

    def pay_by_on(self, period: Period) -> date:
        return period.next.day(self.pay_by) + timedelta(self.extension(period).due_days)

    def due_on(self, period: Period, delivered_on: date) -> date:
        """The last day to pay: a bill delivered late leaves the same ten days."""
        latest = max(period.next.day(self.pay_by), delivered_on + timedelta(DAYS_TO_PAY_AFTER_DELIVERY))
        return latest + timedelta(self.extension(period).due_days)


DEFAULT_CALENDAR = Calendar(valid_from=date(1970, 1, 1))
LAW_2026 = Calendar(valid_from=date(2026, 3, 1), bill_by=5, pay_by=15)
"""Bill by the 5th, payment by the 15th: the law since 1 March 2026."""


def calendar_for(calendars: Iterable[Calendar], period: Period) -> Calendar:
    """The calendar in force on the period's first day. Raises LookupError where none is."""
    in_force = [calendar for calendar in calendars if calendar.valid_from <= period.first_day]
    if not in_force:
        raise LookupError(f"no calendar is in force in {period}")
    return max(in_force, key=lambda calendar: calendar.valid_from)


def period_of_run(day: date, calendars: Iterable[Calendar]) -> Period:
    """The period of the first bill run after `day`; on the day of a run that of the next one."""
    month = Period.of(day)
    return month if day < calendar_for(calendars, month).bill_run_on(month) else month.next


def period_of_reading(day: date, calendar: Calendar, first_unbilled: Period) -> Period:
    """The period for which a reading of `day` counts: days to the window's end this one, later days the next.

    `calendar` is that of the day's own month. A period already billed gives way to `first_unbilled`.
    """
    month = Period.of(day)
    if day <= calendar.window(month.previous).closes_on:
        month = month.previous
    elif day > calendar.window(month).closes_on:
        month = month.next
    return max(month, first_unbilled)


@dataclass(frozen=True, slots=True)
class Billed:
    """How far an account was billed: its first and last live bills, and the day it was closed, if it was."""

    first: Period | None
    last: Period | None
    closed_on: date | None

    def unbilled(self, period: Period, calendars: Iterable[Calendar]) -> Period:
        """The period itself, or the first unbilled one where it was billed already.

        What was taken before the account's first bill was never billed and stays where it belongs. Where the account's
        last bill was made there is no next one: what comes counts for that bill, which has to be made anew.
        """
        if self.first is None or self.last is None or period < self.first:
            return period
        if self.closed_on is not None and self.last >= period_of_run(self.closed_on, calendars):
            return self.last
        return max(period, self.last.next)
