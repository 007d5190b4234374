"""What an operator may add to an account by hand. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lk.ledger.rules import BANK_CLEARING, BOOKS, Kind, Part
from lk.outcome import Problem
from lk.payments.rules import MOST_KOPECKS


class CorrectionKind(StrEnum):
    """`payout`: the advance of a closed account, sent to its former holder by bank."""

    CORRECTION = "correction"
    PAYOUT = "payout"


class CorrectionStatus(StrEnum):
    """`waiting`: for a second person."""

    WAITING = "waiting"
    POSTED = "posted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class WantedCorrection:
    """`kopecks` as the customer sees it: positive makes them owe more. `words`: the reason that the resident reads."""

    kind: CorrectionKind
    part: Part
    kopecks: int
    words: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account owes, by part; negative: an advance."""

    principal_kopecks: int
    penalty_kopecks: int
    is_closed: bool


def judge_correction(kind: CorrectionKind, part: Part, kopecks: int, standing: Standing) -> list[Problem]:
    """`kopecks` as the customer sees it: positive makes them owe more."""
    if kopecks == 0:
        return [Problem("amount_zero", field="amount")]
    if abs(kopecks) > MOST_KOPECKS:
        return [Problem("amount_too_large", field="amount", params={"most": MOST_KOPECKS})]
    if kind is CorrectionKind.PAYOUT:
        return _judge_payout(part, kopecks, standing)
    if part is Part.PENALTY and standing.penalty_kopecks + kopecks < 0:
        return [Problem("above_the_penalty", field="amount", params={"owed": max(standing.penalty_kopecks, 0)})]
    return []


def book_of(kind: CorrectionKind, part: Part) -> tuple[Kind, str]:
    """The ledger's kind, and the book opposite the customer."""
    if kind is CorrectionKind.PAYOUT:
        return Kind.REFUND, BANK_CLEARING
    charged = Kind.CHARGE if part is Part.PRINCIPAL else Kind.PENALTY
    return Kind.ADJUSTMENT, BOOKS[charged, part]


def _judge_payout(part: Part, kopecks: int, standing: Standing) -> list[Problem]:
    advance = max(-standing.principal_kopecks, 0)
    if not standing.is_closed:
        return [Problem("account_open")]
    if part is not Part.PRINCIPAL or kopecks < 0 or kopecks > advance:
        return [Problem("above_the_advance", field="amount", params={"advance": advance})]
    return []
