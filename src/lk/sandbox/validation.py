"""What a create request must hold: pure functions from JSON to requests, or Problem."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lk.sandbox.fields import Fields
from lk.sandbox.problems import invalid

PAYMENT_SUBJECTS = ("service", "commodity", "job", "payment", "another")
BANK_CARD = "bank_card"
SBP = "sbp"
PAYMENT_MODES = ("full_payment", "full_prepayment", "partial_prepayment", "advance", "partial_payment", "credit")


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Either `return_url` (the payer goes to a hosted page) or `payment_method_id` (a saved card is charged) is set.

    `method` is the kind of payment method that the shop has chosen for the hosted page, bank_card or sbp.
    """

    amount_kopecks: int
    description: str | None
    metadata: dict[str, str]
    payee: str
    return_url: str | None
    payment_method_id: str | None
    saves_card: bool
    method: str | None


@dataclass(frozen=True, slots=True)
class RefundRequest:
    payment_id: str
    amount_kopecks: int
    description: str | None
    metadata: dict[str, str] | None


def payment_request(body: object) -> PaymentRequest:
    asked = Fields.of(body)
    amount = asked.kopecks("amount")
    if not asked.flag("capture"):
        raise invalid("Two-stage payments are off for this shop: send capture: true", "capture")
    payee = _payee(asked.inner("payment_order"), amount)
    _check_receipt(asked.inner("receipt"), amount)
    saved_card = asked.text("payment_method_id", 64) if asked.has("payment_method_id") else None
    if saved_card is not None and asked.has("confirmation"):
        raise invalid("A saved card is charged without confirmation", "confirmation")
    if saved_card is not None and asked.has("payment_method_data"):
        raise invalid("A saved card is charged without the data of another payment method", "payment_method_data")
    return PaymentRequest(
        amount_kopecks=amount,
        description=asked.text("description", 128) if asked.has("description") else None,
        metadata=_metadata(asked),
        payee=payee,
        return_url=asked.return_url() if saved_card is None else None,
        payment_method_id=saved_card,
        saves_card=asked.flag("save_payment_method"),
        method=_method(asked),
    )


def link_request(body: object) -> str:
    """The return address of a request to link a card."""
    asked = Fields.of(body)
    asked.one_of("type", BANK_CARD)
    return asked.return_url()


def refund_request(body: object) -> RefundRequest:
    asked = Fields.of(body)
    amount = asked.kopecks("amount")
    if asked.has("receipt"):
        _check_receipt(asked.inner("receipt"), amount)
    return RefundRequest(
        payment_id=asked.text("payment_id", 64),
        amount_kopecks=amount,
        description=asked.text("description", 250) if asked.has("description") else None,
        metadata=_metadata(asked) if asked.has("metadata") else None,
    )


def _method(asked: Fields) -> str | None:
    if not asked.has("payment_method_data"):
        return None
    data = asked.inner("payment_method_data")
    method = data.one_of("type", BANK_CARD, SBP)
    if data.has("card"):
        raise invalid("Card numbers are typed on the hosted page only", data.at("card"))
    if method == SBP and asked.flag("save_payment_method"):
        raise invalid("This shop has no leave to keep accounts of SBP", "save_payment_method")
    return method


def _payee(order: Fields, amount_kopecks: int) -> str:
    order.one_of("type", "utilities")
    if order.kopecks("amount") != amount_kopecks:
        raise invalid("The amount differs from the payment's", order.at("amount"))
    order.text("payment_purpose", 210)
    order.text("account_number", 30)
    period = order.inner("payment_period")
    period.whole("month", 1, 12)
    period.whole("year", 2000, 2100)
    recipient = order.inner("recipient")
    recipient.text("inn", 12, r"[0-9]{10}|[0-9]{12}")
    recipient.text("kpp", 9, r"[0-9]{9}")
    bank = recipient.inner("bank")
    bank.text("name", 45)
    bank.text("bic", 9, r"[0-9]{9}")
    bank.text("account", 20, r"[0-9]{20}")
    bank.text("correspondent_account", 20, r"[0-9]{20}")
    return recipient.text("name", 160)


def _check_receipt(receipt: Fields, amount_kopecks: int) -> None:
    customer = receipt.inner("customer")
    if not customer.has("phone"):
        customer.text("email", 254, r"[^@\s]+@[^@\s]+")
    total = Decimal(0)
    for item in receipt.each("items"):
        item.text("description", 128)
        item.whole("vat_code", 1, 12)
        item.one_of("payment_subject", *PAYMENT_SUBJECTS)
        item.one_of("payment_mode", *PAYMENT_MODES)
        total += item.kopecks("amount") * item.quantity("quantity")
    if total != amount_kopecks:
        raise invalid("The sum of the items differs from the payment's amount", receipt.at("items"))


def _metadata(asked: Fields) -> dict[str, str]:
    if not asked.has("metadata"):
        return {}
    metadata = asked.inner("metadata")
    if len(metadata.values) > 16:
        raise invalid("At most 16 keys are allowed", "metadata")
    if any(len(name) > 32 for name in metadata.values):
        raise invalid("A key is at most 32 characters long", "metadata")
    return {name: metadata.text(name, 512) for name in metadata.values}
