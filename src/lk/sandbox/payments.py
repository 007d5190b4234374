"""The life of a payment: created, then succeeded or canceled. Call inside `till.work()`."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_urlsafe
from typing import Any, NoReturn

from lk.sandbox.cards import SUCCEEDS, Card, cancellation_details
from lk.sandbox.fields import amount_of
from lk.sandbox.methods import EXPIRES_AFTER_US, activate_method, add_method, card_details, drop_method
from lk.sandbox.problems import Problem, invalid, not_found
from lk.sandbox.sbp import PAYER_BANK, REFUSED_IN_BANK, new_operation_id
from lk.sandbox.store import Checkout, Move, Record
from lk.sandbox.till import Till, instant_text, kopecks_of, new_id
from lk.sandbox.validation import BANK_CARD, PaymentRequest


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
        add_method(till, method_id, status="pending", body={"type": BANK_CARD, "id": method_id, "saved": False})
        till.store.set_outcome(method_id, card.outcome)
    status = "pending" if saves_card else "inactive"
    payment.body["payment_method"] = _method(BANK_CARD, method_id, status) | card_details(card)
    return _finish(till, payment, outcome)


def pay_by_sbp(till: Till, payment: Record, *, is_confirmed: bool) -> Record:
    """What the hosted page does once the payer has answered in the bank."""
    if not is_confirmed:
        return cancel(till, payment, REFUSED_IN_BANK)
    payment.body["payment_method"] |= {"sbp_operation_id": new_operation_id(), "payer_bank_details": PAYER_BANK}
    return _finish(till, payment, SUCCEEDS)


def succeed(till: Till, payment: Record) -> Record:
    body = payment.body
    now = instant_text(till.now_us())
    body |= {"paid": True, "captured_at": now, "refundable": True, "refunded_amount": amount_of(0)}
    activate_method(till, body["payment_method"])
    till.store.append_move(Move("capture", payment.id, payment.id, kopecks_of(body), body["metadata"], now))
    return _settle(till, payment, "succeeded")


def cancel(till: Till, payment: Record, reason: str) -> Record:
    payment.body["cancellation_details"] = cancellation_details(reason)
    if "payment_method" in payment.body:
        drop_method(till, payment.body["payment_method"])
    return _settle(till, payment, "canceled")


def refuse_second_stage(till: Till, payment_id: str) -> NoReturn:
    """Capture and cancellation of payments in two stages, which are off for this shop. Raises Problem."""
    payment = till.store.find("payment", payment_id)
    if payment is None:
        raise not_found("Payment")
    raise invalid(f"The payment is {payment.status}, not waiting for capture")


def _charge_saved_card(till: Till, asked: PaymentRequest, method_id: str) -> Record:
    method = till.store.find("payment_method", method_id)
    if method is None or method.status != "active":
        raise invalid("There is no such saved card", "payment_method_id")
    record = _new_payment(till, asked)
    record.body["payment_method"] = {
        name: method.body[name] for name in ("type", "id", "saved", "status", "title", "card")
    }
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
    if asked.method is not None:
        body["payment_method"] = _method(asked.method, payment_id, "inactive")
    return Record("payment", payment_id, now_us, "pending", body)


def _method(kind: str, method_id: str, status: str) -> dict[str, Any]:
    """The beginning of a payment's `payment_method`; one that is not to be kept is inactive."""
    return {"type": kind, "id": method_id, "saved": False, "status": status}
