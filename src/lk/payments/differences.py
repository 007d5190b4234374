"""Where the acquirer's books and ours differ, payment by payment and refund by refund. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from lk.acquirer.answers import Outcome, Succeeded, Unknown
from lk.acquirer.refunds import Refunded, RefundOutcome

ENDED_BY = timedelta(hours=3)
"""So long after a day's end it is compared: a page of the acquirer waits for its payer for an hour."""
OLD_AFTER = timedelta(hours=47)
"""An hour before the two days after which nothing may be unknown without a person who looks at it."""

NEVER_ARRIVED = "never_arrived"
"""The reason of what the acquirer's complete list does not hold, and whose key is never sent again."""

_DAY = timedelta(days=1)


class TaskKind(StrEnum):
    """What only a person can settle."""

    TAKEN_NOT_BOOKED = "taken_not_booked"
    BOOKED_NOT_TAKEN = "booked_not_taken"
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN_PAYMENT = "unknown_payment"
    REFUND_NOT_BOOKED = "refund_not_booked"
    REFUND_NOT_MADE = "refund_not_made"
    UNKNOWN_TOO_OLD = "unknown_too_old"


@dataclass(frozen=True, slots=True)
class Difference:
    """`subject` names it once for ever: the acquirer's id of the payment or the refund."""

    kind: TaskKind
    subject: str
    account_id: int | None = None
    payment_id: int | None = None
    params: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnPayment:
    """A payment of ours; `booked_kopecks` is what the ledger holds of it, None without an entry."""

    id: int
    account_id: int
    key: str
    acquirer_id: str | None
    amount_kopecks: int
    is_open: bool
    booked_kopecks: int | None


@dataclass(frozen=True, slots=True)
class OwnRefund:
    """A refund of ours; `booked_kopecks` as of a payment."""

    id: int
    account_id: int
    key: str
    acquirer_id: str | None
    is_open: bool
    booked_kopecks: int | None


def days_to_compare(first: date | None, done: frozenset[date], last: date) -> list[date]:
    """The oldest first; `first` is the day of the first payment, None where there was none."""
    if first is None:
        return []
    return [day for at in range((last - first).days + 1) if (day := first + at * _DAY) not in done]


def payment_difference(acquirer_id: str, there: Outcome | None, own: OwnPayment | None) -> Difference | None:
    """What the acquirer's payment and ours of the same id or intent say differently; None there: it knows of none."""
    told = None if there is None or isinstance(there, Unknown) else there.told
    booked = own.booked_kopecks if own and own.acquirer_id == acquirer_id else None
    if not isinstance(there, Succeeded) or told is None:
        return _of(own, TaskKind.BOOKED_NOT_TAKEN, acquirer_id, here=booked) if booked is not None else None
    if own is None:
        return _of(None, TaskKind.UNKNOWN_PAYMENT, acquirer_id, there=told.amount_kopecks, intent=told.intent_id)
    here = own.amount_kopecks if booked is None else booked
    if here != told.amount_kopecks:
        return _of(own, TaskKind.AMOUNT_DIFFERS, acquirer_id, there=told.amount_kopecks, here=here)
    return _of(own, TaskKind.TAKEN_NOT_BOOKED, acquirer_id, there=here) if booked is None else None


def refund_difference(
    acquirer_id: str, there: RefundOutcome | None, own: OwnRefund | None, paid: OwnPayment | None
) -> Difference | None:
    """The same of a refund; `paid` is our payment that it gives back, where there is one."""
    told = None if there is None or isinstance(there, Unknown) else there.told
    booked = own.booked_kopecks if own and own.acquirer_id == acquirer_id else None
    if not isinstance(there, Refunded) or told is None:
        return _of(paid, TaskKind.REFUND_NOT_MADE, acquirer_id, here=booked) if booked is not None else None
    if booked is None:
        return _of(paid, TaskKind.REFUND_NOT_BOOKED, acquirer_id, there=told.amount_kopecks)
    if booked != told.amount_kopecks:
        return _of(paid, TaskKind.AMOUNT_DIFFERS, acquirer_id, there=told.amount_kopecks, here=booked)
    return None


def _of(own: OwnPayment | None, kind: TaskKind, subject: str, **params: int | str) -> Difference:
    return Difference(kind, subject, own.account_id if own else None, own.id if own else None, params)
