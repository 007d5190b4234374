"""What the acquirer's lists hold of a stretch of time: complete, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from lk.acquirer.answers import Canceled, Pending, Succeeded, Told, Unknown, intent_of, payment_outcome
from lk.acquirer.gateway import Gateway
from lk.acquirer.refunds import RefundCanceled, Refunded, RefundPending, RefundTold, refund_outcome

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ListedPayment:
    outcome: Succeeded | Pending | Canceled
    told: Told
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ListedRefund:
    """`intent_id` is empty where it names none."""

    outcome: Refunded | RefundPending | RefundCanceled
    told: RefundTold
    intent_id: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The oldest first."""

    payments: tuple[ListedPayment, ...]
    refunds: tuple[ListedRefund, ...]

    @property
    def paid(self) -> int:
        return sum(isinstance(each.outcome, Succeeded) for each in self.payments)

    @property
    def taken_kopecks(self) -> int:
        return sum(each.told.amount_kopecks for each in self.payments if isinstance(each.outcome, Succeeded))

    @property
    def refunded_kopecks(self) -> int:
        return sum(each.told.amount_kopecks for each in self.refunds if isinstance(each.outcome, Refunded))


async def listed_between(acquirer: Gateway, begins: datetime, ends: datetime) -> Listed | None:
    """Made from `begins` on and before `ends`; None where the acquirer did not answer to the end."""
    payments = await _all(acquirer, "payments", begins, ends)
    refunds = await _all(acquirer, "refunds", begins, ends) if payments is not None else None
    if payments is None or refunds is None:
        return None
    return Listed(
        tuple(filter(None, (_payment(each, begins) for each in reversed(payments)))),
        tuple(filter(None, map(_refund, reversed(refunds)))),
    )


async def _all(acquirer: Gateway, what: str, begins: datetime, ends: datetime) -> list[Any] | None:
    found: list[Any] = []
    async for page in acquirer.pages(what, begins, ends):
        if isinstance(page, Unknown):
            log.warning("acquirer_list_incomplete", what=what, code=page.code)
            return None
        found += [each for each in page if _made_at(each, begins) < ends]
    return found


def _payment(raw: Any, begins: datetime) -> ListedPayment | None:
    outcome = payment_outcome(raw)
    if isinstance(outcome, Unknown) or outcome.told is None:
        log.error("acquirer_object_not_understood", what="payment", acquirer_id=_id_of(raw))
        return None
    return ListedPayment(outcome, outcome.told, _made_at(raw, begins))


def _refund(raw: Any) -> ListedRefund | None:
    outcome = refund_outcome(raw)
    if isinstance(outcome, Unknown) or outcome.told is None:
        log.error("acquirer_object_not_understood", what="refund", acquirer_id=_id_of(raw))
        return None
    return ListedRefund(outcome, outcome.told, intent_of(raw) or "")


def _made_at(raw: Any, otherwise: datetime) -> datetime:
    """One that names no time the acquirer put here: it belongs here."""
    text = raw.get("created_at") if isinstance(raw, dict) else None
    try:
        made_at = datetime.fromisoformat(text) if isinstance(text, str) else otherwise
    except ValueError:
        return otherwise
    return made_at.astimezone(UTC) if made_at.tzinfo else otherwise


def _id_of(raw: Any) -> str:
    found = raw.get("id") if isinstance(raw, dict) else None
    return found[:64] if isinstance(found, str) else ""
