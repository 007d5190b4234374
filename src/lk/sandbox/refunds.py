"""The life of a refund: as a rule it succeeds at once, a fault may hold or cancel it. Call inside `till.work()`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lk.sandbox.cards import SUCCEEDS, refund_cancellation_details
from lk.sandbox.fields import amount_of
from lk.sandbox.problems import Problem, invalid, not_found
from lk.sandbox.sbp import is_of_sbp, new_operation_id
from lk.sandbox.store import Move, Record
from lk.sandbox.till import Till, instant_text, kopecks_of, new_id
from lk.sandbox.validation import SBP, RefundRequest


def create_refund(till: Till, asked: RefundRequest) -> Record:
    """Never above what was captured and is not refunded, or being refunded, yet. Raises Problem."""
    payment = till.store.find("payment", asked.payment_id)
    if payment is None:
        raise not_found("Payment")
    if payment.status != "succeeded":
        raise invalid("The payment hasn't succeeded", "payment_id")
    if asked.amount_kopecks > kopecks_of(payment.body) - _refunded(till, payment.id, "pending", "succeeded"):
        raise invalid("The amount is above what is left of the payment", "amount")
    refund = _new_refund(till, asked, payment)
    outcome = till.faults.takes_refund_outcome()
    if not till.faults.takes_pending_refund():
        till.store.add(refund)
        return finish_refund(till, refund, outcome)
    held = replace(refund, due_us=till.now_us() + till.faults.refund_takes * 1_000_000, due_as=outcome)
    till.store.add(held)
    _count_refunds(till, payment)
    return held


def finish_refund(till: Till, refund: Record, outcome: str) -> Record:
    """`outcome`: succeeds, or the reason of its cancellation, of which the API has no event."""
    payment = till.store.find("payment", refund.body["payment_id"])
    if payment is None or refund.status != "pending":
        raise Problem(500, "internal_server_error", f"A {refund.status} refund is final")
    status = "succeeded" if outcome == SUCCEEDS else "canceled"
    refund.body["status"] = status
    finished = replace(refund, status=status, due_us=None, due_as=None)
    if status == "canceled":
        refund.body["cancellation_details"] = refund_cancellation_details(outcome)
    else:
        _move_back(till, finished, payment)
        till.events.stage("refund.succeeded", refund.body)
    till.store.save(finished)
    _count_refunds(till, payment)
    return finished


def _move_back(till: Till, refund: Record, payment: Record) -> None:
    if "refund_method" in refund.body:
        refund.body["refund_method"]["sbp_operation_id"] = new_operation_id()
    moved_at = instant_text(till.now_us())
    amount = kopecks_of(refund.body)
    till.store.append_move(Move("refund", payment.id, refund.id, amount, payment.body["metadata"], moved_at))


def _count_refunds(till: Till, payment: Record) -> None:
    """What the payment itself says of its refunds."""
    held = _refunded(till, payment.id, "pending", "succeeded")
    payment.body["refundable"] = held < kopecks_of(payment.body)
    payment.body["refunded_amount"] = amount_of(_refunded(till, payment.id, "succeeded"))
    till.store.save(payment)


def _refunded(till: Till, payment_id: str, *statuses: str) -> int:
    return sum(kopecks_of(refund.body) for refund in till.store.refunds_of(payment_id) if refund.status in statuses)


def _new_refund(till: Till, asked: RefundRequest, payment: Record) -> Record:
    now_us, refund_id = till.now_us(), new_id()
    body: dict[str, Any] = {
        "id": refund_id,
        "payment_id": asked.payment_id,
        "status": "pending",
        "created_at": instant_text(now_us),
        "amount": amount_of(asked.amount_kopecks),
    }
    if asked.description is not None:
        body["description"] = asked.description
    if asked.metadata is not None:
        body["metadata"] = asked.metadata
    if is_of_sbp(payment.body):
        body["refund_method"] = {"type": SBP}
    return Record("refund", refund_id, now_us, "pending", body)
