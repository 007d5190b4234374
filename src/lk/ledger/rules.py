"""The books of the ledger and which of them each kind of entry moves."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """Principal and penalty are never mixed."""

    PRINCIPAL = "principal"
    PENALTY = "penalty"


class Kind(StrEnum):
    CHARGE = "charge"
    ADJUSTMENT = "adjustment"
    PENALTY = "penalty"
    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"
    OPENING = "opening"


BOOKS: dict[tuple[Kind, Part], str] = {
    (Kind.CHARGE, Part.PRINCIPAL): "energy_sales",
    (Kind.ADJUSTMENT, Part.PRINCIPAL): "energy_sales",
    (Kind.REVERSAL, Part.PRINCIPAL): "energy_sales",
    (Kind.PENALTY, Part.PENALTY): "penalties",
    (Kind.REVERSAL, Part.PENALTY): "penalties",
    (Kind.PAYMENT, Part.PRINCIPAL): "acquirer_clearing",
    (Kind.PAYMENT, Part.PENALTY): "acquirer_clearing",
    (Kind.REFUND, Part.PRINCIPAL): "acquirer_clearing",
    (Kind.REFUND, Part.PENALTY): "acquirer_clearing",
    (Kind.OPENING, Part.PRINCIPAL): "opening",
    (Kind.OPENING, Part.PENALTY): "opening",
}
"""The book opposite the customer's receivable, where nothing else is said."""

BANK_CLEARING = "bank_clearing"
"""Opposite a payment that came by a bank's registry."""


def sides(kind: Kind, part: Part, amount_kopecks: int, book: str | None = None) -> tuple[str, str]:
    """Debit and credit. Positive: the customer owes more. Raises KeyError for a part that the kind never moves."""
    book = book or BOOKS[kind, part]
    return ("receivable", book) if amount_kopecks > 0 else (book, "receivable")
