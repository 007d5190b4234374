"""A refund's request, its states, and what to do about one whose end is not known yet. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, assert_never

from lk.acquirer.answers import Unknown
from lk.acquirer.refunds import RefundCanceled, Refunded, RefundOutcome, RefundPending
from lk.ledger.rules import Part
from lk.money import parse_rubles, to_rubles
from lk.outcome import Problem
from lk.payments.bodies import REFUND_DESCRIPTIONS
from lk.payments.rules import SAME_KEY_FOR, Step

LEAST_KOPECKS = 1_00
"""The acquirer gives back no less, but for the rest of a payment."""


class RefundStatus(StrEnum):
    """`waiting`: for a second person; `refused`: by that one; `canceled`: by the acquirer."""

    WAITING = "waiting"
    CREATED = "created"
    UNKNOWN = "unknown"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    REFUSED = "refused"

    @property
    def is_open(self) -> bool:
        """The acquirer was asked for it, or is about to be, and has not said how it ended."""
        return self in _ORDER


_ORDER = {RefundStatus.CREATED: 0, RefundStatus.UNKNOWN: 1, RefundStatus.PENDING: 2}

IN_FLIGHT = (RefundStatus.CREATED, RefundStatus.UNKNOWN)
"""The money may be on its way already, without our knowing: no second refund of the payment is begun meanwhile."""
LIVE = (RefundStatus.WAITING, *_ORDER, RefundStatus.SUCCEEDED)
"""What takes its part of the payment."""


def judge_refund(kopecks: int, left_kopecks: int, *, is_paid: bool, is_one_in_flight: bool) -> list[Problem]:
    """`left_kopecks`: what of the payment is neither given back nor meant to be."""
    if not is_paid:
        return [Problem("not_paid")]
    if is_one_in_flight:
        return [Problem("refund_in_flight")]
    if kopecks > left_kopecks:
        return [Problem("above_what_is_left", field="amount", params={"left": left_kopecks})]
    if kopecks < min(LEAST_KOPECKS, left_kopecks) or kopecks <= 0:
        return [Problem("amount_too_small", field="amount", params={"least": LEAST_KOPECKS})]
    return []


def refund_key(public_id: str) -> str:
    return f"refund:{public_id}"


def refund_body(
    payment_id: str,
    key: str,
    kopecks: int,
    *,
    refunded_kopecks: int,
    payment_body: Mapping[str, Any],
    part: Part = Part.PRINCIPAL,
) -> dict[str, Any]:
    """`POST /refunds` of the acquirer's API. `refunded_kopecks`: of this payment before, `payment_body`: its request.

    A part of a payment needs a receipt of its own; of a whole one the acquirer makes it by itself.
    """
    body: dict[str, Any] = {
        "payment_id": payment_id,
        "amount": _amount(kopecks),
        "description": REFUND_DESCRIPTIONS[part],
        "metadata": {"intent_id": key},
    }
    receipt = payment_body.get("receipt")
    if receipt and kopecks < parse_rubles(payment_body["amount"]["value"]):
        items = list(_items_back(receipt["items"], refunded_kopecks, kopecks))
        body["receipt"] = {"customer": receipt["customer"], "items": items}
    return body


def next_refund_status(current: RefundStatus, outcome: RefundOutcome) -> RefundStatus | None:
    """Where an outcome moves a refund: forward only. None: it says nothing new."""
    if not current.is_open:
        return None
    reached = _reached(outcome)
    return reached if not reached.is_open or _ORDER[reached] >= _ORDER[current] else None


def next_refund_step(status: RefundStatus, is_known_there: bool, age: timedelta) -> Step | None:
    """`age` since it was first meant to be sent. None: there is nothing to learn about it."""
    if not status.is_open:
        return None
    if is_known_there:
        return Step.ASK
    return Step.SEND_AGAIN if age < SAME_KEY_FOR else Step.FIND


def _reached(outcome: RefundOutcome) -> RefundStatus:
    match outcome:
        case Refunded():
            return RefundStatus.SUCCEEDED
        case RefundCanceled():
            return RefundStatus.CANCELED
        case RefundPending():
            return RefundStatus.PENDING
        case Unknown():
            return RefundStatus.UNKNOWN
        case _:
            assert_never(outcome)


def _items_back(items: Sequence[Mapping[str, Any]], before_kopecks: int, kopecks: int) -> Iterator[dict[str, Any]]:
    """The last items of the payment's receipt first: an advance goes back before what paid a debt."""
    for item in reversed(items):
        whole = parse_rubles(item["amount"]["value"])
        passed = min(whole, before_kopecks)
        back = min(whole - passed, kopecks)
        before_kopecks, kopecks = before_kopecks - passed, kopecks - back
        if back:
            yield {**item, "amount": _amount(back)}


def _amount(kopecks: int) -> dict[str, str]:
    return {"value": to_rubles(kopecks), "currency": "RUB"}
