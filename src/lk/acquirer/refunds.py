"""What an answer about a refund means."""

from __future__ import annotations

from dataclasses import dataclass

from lk.acquirer.answers import (
    NOT_UNDERSTOOD,
    REQUEST_REFUSED,
    Unknown,
    is_of_own_fields,
    kopecks_in,
    parsed,
    text_in,
)


@dataclass(frozen=True, slots=True)
class RefundTold:
    """Whose refund it is, in the acquirer's own words; both ids are the acquirer's."""

    acquirer_id: str
    payment_id: str
    amount_kopecks: int


@dataclass(frozen=True, slots=True)
class Refunded:
    told: RefundTold


@dataclass(frozen=True, slots=True)
class RefundPending:
    told: RefundTold


@dataclass(frozen=True, slots=True)
class RefundCanceled:
    """`told` is None where the acquirer refused to begin."""

    reason: str
    told: RefundTold | None = None


RefundOutcome = Refunded | RefundPending | RefundCanceled | Unknown


def refund_created(status: int, content: bytes) -> RefundOutcome:
    """The answer to a request for a refund."""
    if status in (400, 422):
        return RefundCanceled(REQUEST_REFUSED) if is_of_own_fields(content) else Unknown("refused", is_alarm=True)
    return refund_shown(status, content)


def refund_shown(status: int, content: bytes) -> RefundOutcome:
    """The answer to a question about one refund."""
    if status != 200:
        return Unknown(f"http_{status}", is_alarm=400 <= status < 500)
    return refund_outcome(parsed(content))


def refund_outcome(refund: object) -> RefundOutcome:
    """A refund object of the API → outcome."""
    try:
        if not isinstance(refund, dict):
            return NOT_UNDERSTOOD
        told = RefundTold(text_in(refund["id"]), text_in(refund["payment_id"]), kopecks_in(refund["amount"]))
        match refund["status"]:
            case "succeeded":
                return Refunded(told)
            case "pending":
                return RefundPending(told)
            case "canceled":
                return RefundCanceled(text_in(refund["cancellation_details"]["reason"]), told)
            case _:
                return NOT_UNDERSTOOD
    except (KeyError, TypeError, ValueError):
        return NOT_UNDERSTOOD
