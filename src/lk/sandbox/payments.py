"""The life of a payment: created, then succeeded or canceled, perhaps refunded. Call inside `till.work()`."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_urlsafe
from typing import Any

from lk.sandbox.cards import SUCCEEDS, Card, cancellation_details
from lk.sandbox.fields import amount_of
from lk.sandbox.methods import EXPIRES_AFTER_US, activate_method, add_method, card_details, drop_method
from lk.sandbox.problems import Problem, invalid, not_found
from lk.sandbox.store import Checkout, Move, Record
from lk.sandbox.till import Till, instant_text, new_id
from lk.sandbox.validation import PaymentRequest, RefundRequest


def create_payment(till: Till, asked: PaymentRequest, pages_url: str) -> Record:
    """A pending payment with a hosted page, or the finished charge of a saved card. Raises Problem."""
    if asked.payment_method_id is not None:
        return _charge_saved_card(till, asked, asked.payment_method_id)
    now_us, token = till.now_us(), token_urlsafe(24)
    record = _new_payment(till, asked)
    record.body["confirmation"] = {"type": "redirect", "confirmation_url": f"{pages_url}/checkout/{token}"}
    record = replace(record, due_us=now_us + EXPIRES_AFTER_US, due_as="expired_on_confirmation")
    till.store.add(record)
    assert asked.return_url is not None
    till.store.add_checkout(Checkout(token, record.kind, record.id, asked.return_url, asked.payee, asked.saves_card))
    return record


def pay_with(till: Till, payment: Record, card: Card, *, saves_card: bool, outcome: str) -> Record:
    """What the hosted page does once the payer, and the bank where it asks, has answered."""
    method_id = new_id() if saves_card else payment.id
    if saves_card:
        add_method(till, method_id, status="pending", body={"type": "bank_card", "id": method_id, "saved": False})
        till.store.set_outcome(method_id, card.outcome)
    payment.body["payment_method"] = {"type": "bank_card", "id": method_id, "saved": False, **card_details(card)}
    return _finish(till, payment, outcome)


def succeed(till: Till, payment: Record) -> Record:
    body = payment.body
    now = instant_text(till.now_us())
    body |= {"paid": True, "captured_at": now, "refundable": True, "refunded_amount": amount_of(0)}
    activate_method(till, body["payment_method"])
    kopecks = _kopecks(body)
    till.store.append_move(Move("capture", payment.id, payment.id, kopecks, body["metadata"], now))
    return _settle(till, payment, "succeeded")


def cancel(till: Till, payment: Record, reason: str) -> Record:
    payment.body["cancellation_details"] = cancellation_details(reason)
    if "payment_method" in payment.body:
        drop_method(till, payment.body["payment_method"])
    return _settle(till, payment, "canceled")


def create_refund(till: Till, asked: RefundRequest) -> Record:
    """Never above what was captured and not refunded yet. Raises Problem."""
    payment = till.store.find("payment", asked.payment_id)
    if payment is None:
        raise not_found("Payment")
    if payment.status != "succeeded":
        raise invalid("The payment hasn't succeeded", "payment_id")
    left = sum(
        move.amount_kopecks if move.kind == "capture" else -move.amount_kopecks for move in till.store.moves(payment.id)
    )
    if asked.amount_kopecks > left:
        raise invalid("The amount is above what is left of the payment", "amount")
    refund = _new_refund(till, asked)
    till.store.add(refund)
    metadata = payment.body["metadata"]
    now = refund.body["created_at"]
    till.store.append_move(Move("refund", payment.id, refund.id, asked.amount_kopecks, metadata, now))
    payment.body["refundable"] = asked.amount_kopecks < left
    payment.body["refunded_amount"] = amount_of(_kopecks(payment.body) - left + asked.amount_kopecks)
    till.store.save(payment)
    till.events.stage("refund.succeeded", refund.body)
    return refund


def _charge_saved_card(till: Till, asked: PaymentRequest, method_id: str) -> Record:
    method = till.store.find("payment_method", method_id)
    if method is None or method.status != "active":
        raise invalid("There is no such saved card", "payment_method_id")
    record = _new_payment(till, asked)
    record.body["payment_method"] = {name: method.body[name] for name in ("type", "id", "saved", "title", "card")}
    till.store.add(record)
    return _finish(till, record, till.store.outcome(method_id))


def _finish(till: Till, payment: Record, outcome: str) -> Record:
    if outcome != SUCCEEDS:
        return cancel(till, payment, outcome)
    if till.faults.late_success == 0:
        return succeed(till, payment)
    payment.body.pop("confirmation", None)
    late = replace(payment, due_us=till.now_us() + till.faults.late_success * 1_000_000, due_as=SUCCEEDS)
    till.store.save(late)
    return late


def _settle(till: Till, payment: Record, status: str) -> Record:
    if payment.status != "pending":
        raise Problem(500, "internal_server_error", f"A {payment.status} payment is final")
    payment.body.pop("confirmation", None)
    payment.body["status"] = status
    settled = replace(payment, status=status, due_us=None, due_as=None)
    till.store.save(settled)
    till.events.stage(f"payment.{status}", settled.body)
    return settled


def _new_payment(till: Till, asked: PaymentRequest) -> Record:
    now_us, payment_id = till.now_us(), new_id()
    body: dict[str, Any] = {
        "id": payment_id,
        "status": "pending",
        "paid": False,
        "amount": amount_of(asked.amount_kopecks),
        "created_at": instant_text(now_us),
        "metadata": asked.metadata,
        "recipient": {"account_id": till.shop_id, "gateway_id": "sandbox"},
        "refundable": False,
        "test": True,
    }
    if asked.description is not None:
        body["description"] = asked.description
    return Record("payment", payment_id, now_us, "pending", body)


def _new_refund(till: Till, asked: RefundRequest) -> Record:
    now_us, refund_id = till.now_us(), new_id()
    body: dict[str, Any] = {
        "id": refund_id,
        "payment_id": asked.payment_id,
        "status": "succeeded",
        "created_at": instant_text(now_us),
        "amount": amount_of(asked.amount_kopecks),
    }
    if asked.description is not None:
        body["description"] = asked.description
    return Record("refund", refund_id, now_us, "succeeded", body)


def _kopecks(body: dict[str, Any]) -> int:
    return int(body["amount"]["value"].replace(".", ""))
