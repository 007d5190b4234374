"""What a payment is for, by the purpose that came with it through the bank. Pure."""

from __future__ import annotations

import re

from lk.ledger.rules import Part

_OF_PENALTY = re.compile(r"\W*(?:(?:оплата|уплата|погашение|за)\s+)*пен(?:[ияюе]|ей|ёй|ям|ями|ях)\b", re.IGNORECASE)


def part_of(purpose: str) -> Part:
    """Penalty where the purpose begins with it, as that of the bill's second code does; all else is for energy."""
    return Part.PENALTY if _OF_PENALTY.match(purpose) else Part.PRINCIPAL


def penalty_paid(amount_kopecks: int, owed_kopecks: int) -> int:
    """How much of a payment for the penalty pays it; the rest pays the principal, or stays as an advance."""
    return min(amount_kopecks, max(owed_kopecks, 0))
