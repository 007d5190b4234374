"""The system of fast payments: the payer confirms in the bank's application, no card is in it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from lk.sandbox.validation import SBP

REFUSED_IN_BANK = "general_decline"
PAYER_BANK = {"bank_id": "100000000111", "bic": "044525225"}


def is_of_sbp(payment: dict[str, Any]) -> bool:
    """Of a payment's body."""
    return bool(payment.get("payment_method", {}).get("type") == SBP)


def new_operation_id() -> str:
    """32 characters; the letters in it keep long runs of digits out of the store."""
    text = uuid4().hex.upper()
    return "".join(f"B{text[at : at + 7]}" for at in range(0, 28, 7))
