"""The one next thing to do, and the month as a strip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lk.period import Period
from lk.tariffs.rules import Calendar


class NextThing(StrEnum):
    """What the lamp button of the home page is for."""

    SEND_READING = "send_reading"
    PAY = "pay"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """One account today. `due_on` of the newest bill; `is_read`: every meter has a reading of the period.

    `overdue_kopecks`: of what is owed, what should have been paid by now.
    """

    today: date
    calendar: Calendar
    owed_kopecks: int
    due_on: date | None
    has_meter: bool
    is_read: bool
    is_held: bool
    overdue_kopecks: int = 0
    is_paying: bool = False
    """A payment is under way of which the bank has not said how it ended."""
    autopay_kopecks: int = 0
    """What autopay will take of it by itself."""
    is_away: bool = False
    """Nobody is there through the end of the window: no reading is waited for."""

    @property
    def is_window_open(self) -> bool:
        return self.today in self.calendar.window(Period.of(self.today))

    @property
    def is_overdue(self) -> bool:
        """All of it."""
        return 0 < self.owed_kopecks == self.overdue_kopecks

    @property
    def wants_payment(self) -> bool:
        """By hand: nobody is to pay twice, and what is late waits for no autopay."""
        if self.is_paying or self.owed_kopecks <= 0:
            return False
        return self.overdue_kopecks > 0 or self.autopay_kopecks < self.owed_kopecks


def next_thing(facts: MonthFacts) -> NextThing:
    """What is late comes first, then what can be done only now, then what is owed."""
    is_waited_for = facts.has_meter and not (facts.is_read or facts.is_held or facts.is_away)
    wants_reading = facts.is_window_open and is_waited_for
    if facts.wants_payment and facts.overdue_kopecks > 0:
        return NextThing.PAY
    if wants_reading:
        return NextThing.SEND_READING
    return NextThing.PAY if facts.wants_payment else NextThing.NOTHING


@dataclass(frozen=True, slots=True)
class Strip:
    """Days as positions from 1 = the first day of the period's month."""

    period: Period
    length: int
    window: tuple[int, int]
    bill: int
    due: int
    today: int


def month_strip(facts: MonthFacts) -> Strip:
    """The month that still matters: the last one while its bill is to be paid, else this one."""
    this = Period.of(facts.today)
    is_last_open = facts.owed_kopecks > 0 and facts.today <= facts.calendar.pay_by_on(this.previous)
    period = this.previous if is_last_open else this
    window = facts.calendar.window(period)
    due = (facts.calendar.pay_by_on(period) - period.first_day).days + 1
    return Strip(
        period=period,
        length=due,
        window=(window.opens_on.day, window.closes_on.day),
        bill=(facts.calendar.bill_by_on(period) - period.first_day).days + 1,
        due=due,
        today=(facts.today - period.first_day).days + 1,
    )
