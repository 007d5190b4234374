"""The month as steps: which are owed is a pure function of calendar, now and what is done."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lk.period import Period
from lk.tariffs.rules import Calendar, calendar_for


class Step(StrEnum):
    """In the order in which a period takes them."""

    OPEN_WINDOW = "open_window"
    REMIND_FIRST = "remind_first"
    REMIND_AGAIN = "remind_again"
    REMIND_LAST = "remind_last"
    CLOSE_WINDOW = "close_window"
    BILL = "bill"
    DELIVER = "deliver"
    BILL_REST = "bill_rest"
    DELIVER_REST = "deliver_rest"
    REMIND_DUE = "remind_due"
    DUE = "due"


IN_ORDER = frozenset({Step.BILL, Step.DELIVER, Step.BILL_REST, Step.DELIVER_REST, Step.REMIND_DUE})
"""None of these may overtake an earlier one that is not done: they build on its bills."""

MORNING = timedelta(hours=9)
"""Letters that ask something of people go out when they are awake."""

DAYS_BEFORE_DUE = 3


@dataclass(frozen=True, slots=True)
class Owed:
    """A step that should have begun at `since` and is not done."""

    period: Period
    step: Step
    since: datetime


def begins_at(step: Step, period: Period, calendar: Calendar, start_of_day: Callable[[date], datetime]) -> datetime:
    """The instant from which a step is owed. `start_of_day` knows the company's zone."""
    window, run_on = calendar.window(period), calendar.bill_run_on(period)
    due_on = calendar.pay_by_on(period)
    match step:
        case Step.OPEN_WINDOW:
            return start_of_day(window.opens_on)
        case Step.REMIND_FIRST:
            return start_of_day(window.opens_on) + MORNING
        case Step.REMIND_AGAIN:
            return start_of_day(window.closes_on - timedelta(days=3)) + MORNING
        case Step.REMIND_LAST:
            return start_of_day(window.closes_on) + MORNING
        case Step.CLOSE_WINDOW | Step.BILL:
            return start_of_day(run_on)
        case Step.DELIVER:
            return start_of_day(calendar.print_by_on(period) + timedelta(days=1))
        case Step.BILL_REST | Step.DELIVER_REST:
            return start_of_day(max(period.last_day, run_on))
        case Step.REMIND_DUE:
            return start_of_day(due_on - timedelta(days=DAYS_BEFORE_DUE)) + MORNING
        case Step.DUE:
            return start_of_day(due_on + timedelta(days=1))


def steps_due(
    calendars: Sequence[Calendar],
    first: Period,
    now: datetime,
    done: Container[tuple[Period, Step]],
    start_of_day: Callable[[date], datetime],
) -> list[Owed]:
    """All steps owed at `now`, of every period since `first`, in the order in which they came to be owed."""
    owed = []
    period = first
    last = Period.of(now.date()).next
    while period <= last:
        calendar = calendar_for(calendars, period)
        for step in Step:
            since = begins_at(step, period, calendar, start_of_day)
            if since <= now and (period, step) not in done:
                owed.append(Owed(period, step, since))
        period = period.next
    order = list(Step)
    return sorted(owed, key=lambda each: (each.since, each.period, order.index(each.step)))


def reminded_until(step: Step, period: Period, calendar: Calendar) -> date:
    """The last day on which it helps to remind: that of the window, or the due day."""
    return calendar.pay_by_on(period) if step is Step.REMIND_DUE else calendar.window(period).closes_on
