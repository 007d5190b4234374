"""When autopay takes what, and what follows a refusal. Pure; every number is of the product's rules on autopay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lk.cards.rules import Term, term
from lk.outcome import Problem
from lk.period import Period

DAYS = range(1, 11)
USUAL_DAY = 5
LEAST_KOPECKS = 1_00
MOST_KOPECKS = 100_000_00

NOTICE_FROM = timedelta(hours=9)
"""Of the day before the charge."""
CHARGE_FROM = timedelta(hours=10)
SOON = timedelta(minutes=15)
LATER_REFUSALS = 3
SOON_REFUSALS = 5

NEVER_AGAIN = frozenset(
    {
        "card_expired",
        "invalid_card_number",
        "invalid_csc",
        "payment_method_restricted",
        "permission_revoked",
        "fraud_suspected",
        "country_forbidden",
    }
)
"""Reasons after which this card is never charged again."""
ON_LATER_DAYS = frozenset({"insufficient_funds", "payment_method_limit_exceeded", "issuer_unavailable"})
TECHNICAL = frozenset({"internal_timeout", "rejected_by_timeout"})


class Mode(StrEnum):
    """`bill`: what is owed, up to a limit; `fixed`: the same sum every month, owed or not."""

    BILL = "bill"
    FIXED = "fixed"


class MonthStatus(StrEnum):
    PLANNED = "planned"
    CHARGING = "charging"
    PAID = "paid"
    SKIPPED = "skipped"
    NOTHING = "nothing"
    ABOVE = "above"
    REFUSED = "refused"
    MISSED = "missed"
    OFF = "off"

    @property
    def is_open(self) -> bool:
        return self in (MonthStatus.PLANNED, MonthStatus.CHARGING)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the resident set: `sum_kopecks` is the limit in mode bill, the sum itself in mode fixed."""

    mode: Mode
    sum_kopecks: int
    day: int


def judge_wish(wish: Wish) -> list[Problem]:
    field = "limit" if wish.mode is Mode.BILL else "amount"
    found = []
    if wish.sum_kopecks < LEAST_KOPECKS:
        found.append(Problem("sum_too_small", field=field, params={"least": LEAST_KOPECKS}))
    if wish.sum_kopecks > MOST_KOPECKS:
        found.append(Problem("sum_too_large", field=field, params={"most": MOST_KOPECKS}))
    if wish.day not in DAYS:
        found.append(Problem("day_out_of_range", field="day", params={"first": DAYS[0], "last": DAYS[-1]}))
    return found


def judge_card(expires: Period | None, today: date, *, is_barred: bool) -> list[Problem]:
    """`is_barred`: the bank will never take it."""
    if term(expires, today) is Term.OVER:
        return [Problem("card_over", field="card")]
    return [Problem("card_barred", field="card")] if is_barred else []


def charge_on(period: Period, day: int, due_on: date) -> date:
    """The day on which the bill of `period` is paid: in the month after it, never after the due day."""
    month = period.next
    return min(date(month.year, month.month, day), due_on)


@dataclass(frozen=True, slots=True)
class Plan:
    """`charge_on` None: the day went by, nothing will be charged for this month."""

    charge_on: date | None


def plan_for(usual_on: date, due_on: date, begun_on: date, noticed_on: date) -> Plan | None:
    """What to tell the resident on `noticed_on`; None: nothing yet.

    The day is named at least a day before. A month whose day was over, or was there, when autopay began is left to
    its resident: it begins with the next one.
    """
    if usual_on <= begun_on:
        return Plan(None)
    if noticed_on < usual_on - timedelta(days=1):
        return None
    charged_on = max(usual_on, noticed_on + timedelta(days=1))
    return Plan(charged_on if charged_on <= due_on else None)


def day_ahead(usual_on: date, due_on: date, begun_on: date, today: date) -> date | None:
    """When the month is charged whose notice is still to come; None: it will be let pass."""
    plan = plan_for(usual_on, due_on, begun_on, max(today, usual_on - timedelta(days=1)))
    return plan.charge_on if plan else None


def amount_of(wish: Wish, owed_kopecks: int) -> int:
    """What would be taken now, the limit aside."""
    return wish.sum_kopecks if wish.mode is Mode.FIXED else max(owed_kopecks, 0)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a charge is decided by. `planned_kopecks`: what the notice named.

    `is_off`: the access, the card or autopay itself ended. `is_busy`: another payment of the account may be taking
    money, or its payer is on the acquirer's page.
    """

    wish: Wish
    owed_kopecks: int
    planned_kopecks: int
    is_off: bool
    is_busy: bool
    today: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Charge:
    kopecks: int


@dataclass(frozen=True, slots=True)
class Wait:
    """For the other payment to end."""


@dataclass(frozen=True, slots=True)
class End:
    """Nothing is charged for this month."""

    status: MonthStatus


def decide(moment: Moment) -> Charge | Wait | End:
    """Whether to charge now, and how much: never more than the notice named."""
    if moment.is_off:
        return End(MonthStatus.OFF)
    if moment.today > moment.due_on:
        return End(MonthStatus.MISSED)
    if moment.is_busy:
        return Wait()
    if moment.wish.mode is Mode.FIXED:
        return Charge(moment.wish.sum_kopecks)
    if moment.owed_kopecks < LEAST_KOPECKS:
        return End(MonthStatus.NOTHING)
    if moment.owed_kopecks > moment.wish.sum_kopecks:
        return End(MonthStatus.ABOVE)
    return Charge(min(moment.owed_kopecks, moment.planned_kopecks))


def expected(wish: Wish, owed_kopecks: int, planned_kopecks: int, charge_on: date, due_on: date) -> Charge | Wait | End:
    """What would be decided on that day if all stayed as it stands."""
    return decide(Moment(wish, owed_kopecks, planned_kopecks, False, False, charge_on, due_on))


class After(StrEnum):
    """What follows a refusal. `soon` and `tomorrow` have a new key; after `ask` the resident has to do something."""

    SOON = "soon"
    TOMORROW = "tomorrow"
    SUSPEND = "suspend"
    ASK = "ask"
    OFF = "off"


def after_refusal(refusals: Sequence[str], today: date, due_on: date) -> After:
    """`refusals`: the reasons of this month's attempts, the newest last.

    A reason that nobody knows is one to ask the resident about.
    """
    reason = refusals[-1]
    if reason == CARD_UNLINKED:
        return After.OFF
    if reason in NEVER_AGAIN:
        return After.SUSPEND
    if reason in TECHNICAL and sum(each in TECHNICAL for each in refusals) < SOON_REFUSALS:
        return After.SOON
    is_for_later = reason in ON_LATER_DAYS and sum(each in ON_LATER_DAYS for each in refusals) < LATER_REFUSALS
    return After.TOMORROW if is_for_later and today < due_on else After.ASK


CARD_UNLINKED = "card_unlinked"


@dataclass(frozen=True, slots=True)
class MonthAhead:
    """One month of a rehearsal, kopecks: the bill expected, what is charged for it, and the balance after.

    `is_owed`: its bill was in the balance from the beginning.
    """

    period: Period
    charged_on: date
    bill_kopecks: int
    charged_kopecks: int
    balance_kopecks: int
    is_owed: bool


def rehearse(
    wish: Wish, balance_kopecks: int, expected: Sequence[tuple[Period, date, int]], *, owed_by: int = 0
) -> list[MonthAhead]:
    """How the balance would go; positive owes. `expected`: period, its due day and its bill.

    The first `owed_by` of them are in the balance already. In mode bill a month above the limit is paid by nobody.
    """
    months, now = [], balance_kopecks
    for at, (period, due_on, bill) in enumerate(expected):
        now += 0 if at < owed_by else bill
        taken = amount_of(wish, now)
        if wish.mode is Mode.BILL and (taken > wish.sum_kopecks or taken < LEAST_KOPECKS):
            taken = 0
        now -= taken
        months.append(MonthAhead(period, charge_on(period, wish.day, due_on), bill, taken, now, at < owed_by))
    return months
