"""A payment's states, and what to do about one whose end is not known yet. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from lk.acquirer.answers import Canceled, Outcome, Pending, Succeeded, Unknown
from lk.identity.rules import Limit
from lk.ledger.rules import Part
from lk.outcome import Problem

LEAST_KOPECKS = 1_00
MOST_KOPECKS = 300_000_00

SAME_KEY_FOR = timedelta(hours=23)
"""The acquirer honours a key for 24 hours; an hour is left for clocks that differ."""

GONE_AFTER = timedelta(minutes=10)
"""Longer than any call takes: what the acquirer does not list by then of a card that was unlinked never began."""

CARD_UNLINKED = "card_unlinked"
"""The reason of a charge that was not sent any more, because its card was unlinked."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Open payments of these ages are asked about with this pause."""

    from_age: timedelta
    until_age: timedelta
    pause: timedelta


ASKING = (
    Asking(timedelta(0), timedelta(minutes=10), pause=timedelta(seconds=10)),
    Asking(timedelta(minutes=10), timedelta(hours=2), pause=timedelta(minutes=1)),
    Asking(timedelta(hours=2), timedelta(days=3650), pause=timedelta(hours=1)),
)
_RETURN_PAUSE = timedelta(seconds=3)

STARTS_PER_USER = Limit(30, timedelta(hours=1))


class PaymentStatus(StrEnum):
    CREATED = "created"
    UNKNOWN = "unknown"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self in (PaymentStatus.SUCCEEDED, PaymentStatus.CANCELED)


_ORDER = {PaymentStatus.CREATED: 0, PaymentStatus.UNKNOWN: 1, PaymentStatus.PENDING: 2}


class Step(StrEnum):
    """How to learn the end of an open payment."""

    ASK = "ask"
    SEND_AGAIN = "send_again"
    FIND = "find"


class Way(StrEnum):
    """How the payer pays on the acquirer's page."""

    CARD = "card"
    SBP = "sbp"


class Returned(StrEnum):
    """How much of a payment went back to its payer."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


def returned_of(amount_kopecks: int, refunded_kopecks: int) -> Returned:
    if refunded_kopecks <= 0:
        return Returned.NOTHING
    return Returned.ALL if refunded_kopecks >= amount_kopecks else Returned.PART


def judge_amount(kopecks: int) -> list[Problem]:
    if kopecks < LEAST_KOPECKS:
        return [Problem("amount_too_small", field="amount", params={"least": LEAST_KOPECKS})]
    if kopecks > MOST_KOPECKS:
        return [Problem("amount_too_large", field="amount", params={"most": MOST_KOPECKS})]
    return []


def intent_key(account_id: int, user_id: int, nonce: str, kopecks: int, mark: str, part: Part = Part.PRINCIPAL) -> str:
    """The same form sent twice is the same intent; another sum typed into it, or another card, is another one.

    `mark`: of the means.
    """
    what = "penalty" if part is Part.PENALTY else "hand"
    return f"{what}:{account_id}:{user_id}:{nonce}-{mark}:{kopecks}"


def next_status(current: PaymentStatus, outcome: Outcome) -> PaymentStatus | None:
    """Where an outcome moves a payment: forward only. None: it says nothing new."""
    reached = _reached(outcome)
    if current.is_final:
        return None
    return reached if reached.is_final or _ORDER[reached] >= _ORDER[current] else None


def next_step(
    status: PaymentStatus,
    is_known_there: bool,
    age: timedelta,
    *,
    is_card_gone: bool = False,
    is_too_late: bool = False,
) -> Step | None:
    """`is_known_there`: the acquirer's id of the payment is known; `is_card_gone`: the card it charges was unlinked.

    `is_too_late`: the payer was promised that nothing is taken after a day that is over. None: the payment has ended.
    """
    if status.is_final:
        return None
    if is_known_there:
        return Step.ASK
    may_send = age < SAME_KEY_FOR and not is_card_gone and not is_too_late
    return Step.SEND_AGAIN if may_send else Step.FIND


def not_found(age: timedelta, *, is_card_gone: bool) -> Outcome:
    """What it means that the acquirer's complete list has no such payment."""
    if is_card_gone:
        return Canceled(CARD_UNLINKED) if age >= GONE_AFTER else Unknown("card_gone")
    return Unknown("not_listed", is_alarm=True)


def may_ask_on_return(asked_at: datetime | None, now: datetime) -> bool:
    """The payer came back from the acquirer's page and is waiting."""
    return asked_at is None or now - asked_at >= _RETURN_PAUSE


def paid_on(captured_on: date | None, created_on: date, today: date) -> date:
    """The day that counts is the acquirer's, never before the intent and never in the future."""
    return min(max(captured_on or today, created_on), today)


def stands_in_the_way(status: PaymentStatus, has_page: bool) -> bool:
    """Its money may be gone already, without our knowing; while the acquirer's page waits, it is not."""
    return not status.is_final and not has_page


def _reached(outcome: Outcome) -> PaymentStatus:
    match outcome:
        case Succeeded():
            return PaymentStatus.SUCCEEDED
        case Canceled():
            return PaymentStatus.CANCELED
        case Pending():
            return PaymentStatus.PENDING
        case Unknown():
            return PaymentStatus.UNKNOWN
        case _:
            assert_never(outcome)
