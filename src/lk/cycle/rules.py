"""The month as steps: which are owed is a pure function of calendar, now and what is done."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lk.notifications.rules import MORNING, is_quiet
from lk.period import Period
from lk.tariffs.rules import Calendar, calendar_for

AtHour = Callable[[date, int], datetime]
"""The instant at which an hour of a day begins at the company: it knows the zone."""


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

REMINDERS = (Step.REMIND_FIRST, Step.REMIND_AGAIN, Step.REMIND_LAST, Step.REMIND_DUE)
DAYS_BEFORE_DUE = 3


@dataclass(frozen=True, slots=True)
class Owed:
    """A step that should have begun at `since` and is not done."""

    period: Period
    step: Step
    since: datetime


def begins_at(step: Step, period: Period, calendar: Calendar, at_hour: AtHour) -> datetime:
    """The instant from which a step is owed."""
    window, run_on = calendar.window(period), calendar.bill_run_on(period)
    due_on = calendar.pay_by_on(period)
    match step:
        case Step.OPEN_WINDOW:
            return at_hour(window.opens_on, 0)
        case Step.REMIND_FIRST:
            return at_hour(window.opens_on, MORNING)
        case Step.REMIND_AGAIN:
            return at_hour(max(window.opens_on, window.closes_on - timedelta(days=3)), MORNING)
        case Step.REMIND_LAST:
            return at_hour(window.closes_on, MORNING)
        case Step.CLOSE_WINDOW | Step.BILL:
            return at_hour(run_on, 0)
        case Step.DELIVER:
            return at_hour(calendar.print_by_on(period) + timedelta(days=1), 0)
        case Step.BILL_REST | Step.DELIVER_REST:
            return at_hour(max(period.last_day, run_on), 0)
        case Step.REMIND_DUE:
            return at_hour(due_on - timedelta(days=DAYS_BEFORE_DUE), MORNING)
        case Step.DUE:
            return at_hour(due_on + timedelta(days=1), 0)


def steps_due(
    calendars: Sequence[Calendar],
    first: Period,
    now: datetime,
    done: Container[tuple[Period, Step]],
    at_hour: AtHour,
) -> list[Owed]:
    """All steps owed at `now`, of every period since `first`, in the order in which they came to be owed."""
    owed = []
    period = first
    last = Period.of(now.date()).next
    while period <= last:
        calendar = calendar_for(calendars, period)
        owed += [
            Owed(period, step, since)
            for step in Step
            if (period, step) not in done and (since := begins_at(step, period, calendar, at_hour)) <= now
        ]
        period = period.next
    order = list(Step)
    return sorted(owed, key=lambda each: (each.since, each.period, order.index(each.step)))


def reminded_until(step: Step, period: Period, calendar: Calendar) -> date:
    """The last day on which it helps to remind: that of the window, or the due day."""
    return calendar.pay_by_on(period) if step is Step.REMIND_DUE else calendar.window(period).closes_on


class Reminding(StrEnum):
    """`later`: people sleep, it waits for the morning. `never`: its day is over, or the next reminder is there too."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


def reminding(step: Step, period: Period, calendar: Calendar, local: datetime, at_hour: AtHour) -> Reminding:
    """Whether a reminder that is owed still helps. `local`: now, as the company's clocks show it."""
    is_night = is_quiet(local.hour)
    day = local.date() + timedelta(days=is_night and local.hour >= MORNING)
    told_at = at_hour(day, MORNING) if is_night else local
    if day > reminded_until(step, period, calendar):
        return Reminding.NEVER
    followers = REMINDERS[REMINDERS.index(step) + 1 : -1]
    if any(begins_at(each, period, calendar, at_hour) <= told_at for each in followers):
        return Reminding.NEVER
    return Reminding.LATER if is_night else Reminding.NOW
