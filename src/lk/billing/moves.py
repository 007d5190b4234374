"""What moves an account's balance besides its bills: payments, refunds, corrections by hand, bills issued late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lk import clock, db


class MoveKind(StrEnum):
    """`undone`: payments of a bank that were entered by mistake; `payout`: an advance sent back by bank; `late`: an
    earlier bill that was held and issued after a later one."""

    PAYMENT = "payment"
    REFUND = "refund"
    UNDONE = "undone"
    CORRECTION = "correction"
    PAYOUT = "payout"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Move:
    """Kopecks as the customer sees them: positive makes them owe more.

    `on` and `words` belong to what an operator did by hand; other moves of one kind are one.
    """

    kind: MoveKind
    kopecks: int
    on: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class StoredMove:
    """An entry of the ledger; `correction` is its kind of a correction by hand. `undone` is a kind of its own here."""

    bill_id: int
    kind: str
    part: str
    kopecks: int
    effective_on: date
    posted_at: datetime
    correction: str | None
    words: str | None


async def moves_between(bill_ids: Sequence[int]) -> list[StoredMove]:
    """For each bill: since the account's bill before it was made, until it was made itself."""
    return await db.read_as(StoredMove, _BETWEEN.replace("{ids}", db.placeholders(bill_ids)), *bill_ids, clock.EVER)


async def moves_after(bill_id: int) -> list[StoredMove]:
    """Since this bill was made."""
    return await db.read_as(StoredMove, _AFTER, bill_id)


def moves_of(found: Iterable[StoredMove], part: str, since: datetime | None) -> tuple[Move, ...]:
    """Of one part of the balance, nothing from before `since`: payments, refunds, late bills, then by hand in order."""
    own = [each for each in found if each.part == part and (since is None or each.posted_at >= since)]
    sums = {
        MoveKind.PAYMENT: sum(each.kopecks for each in own if each.kind == "payment"),
        MoveKind.REFUND: sum(each.kopecks for each in own if each.kind == "refund" and not each.correction),
        MoveKind.UNDONE: sum(each.kopecks for each in own if each.kind == "undone"),
        MoveKind.LATE: sum(
            each.kopecks for each in own if each.kind not in ("payment", "refund", "undone") if not each.correction
        ),
    }
    by_hand = [
        Move(MoveKind(each.correction), each.kopecks, each.effective_on, each.words or "")
        for each in own
        if each.correction
    ]
    return (*(Move(kind, kopecks) for kind, kopecks in sums.items() if kopecks), *by_hand)


_MOVE = """
    SELECT b.id AS bill_id, CASE WHEN e.source = 'undone' THEN e.source ELSE e.kind END AS kind, e.part,
           CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END AS kopecks,
           e.effective_on, e.posted_at, c.kind AS correction, c.words
"""
_SOURCES = """
    LEFT JOIN corrections c ON c.account_id = e.account_id AND e.source = 'correction:' || c.id
    LEFT JOIN bills l ON l.account_id = e.account_id AND e.source = 'bill:' || l.id AND l.period < b.period
"""
_BEFORE = """
    SELECT w.id, w.account_id, w.period, w.created_at, (
        SELECT o.id FROM bills o WHERE o.account_id = w.account_id AND o.period < w.period
        AND o.issued_at <= w.created_at ORDER BY o.created_at DESC, o.id DESC LIMIT 1) AS previous_id
    FROM bills w WHERE w.id IN ({ids})
"""
"""Bills with the one that their reader had before; which that is never changes."""
_BETWEEN = (
    _MOVE
    + f"FROM ({_BEFORE}) b LEFT JOIN bills p ON p.id = b.previous_id "
    + "JOIN ledger_entries e ON e.account_id = b.account_id AND e.posted_at <= b.created_at "
    + "AND e.posted_at > coalesce(p.created_at, {})"
    + _SOURCES
    + "WHERE e.kind IN ('payment', 'refund') OR c.id IS NOT NULL OR l.id <> coalesce(b.previous_id, 0) "
    + "ORDER BY b.id, e.id"
)
_AFTER = (
    _MOVE
    + "FROM bills b JOIN ledger_entries e ON e.account_id = b.account_id AND e.posted_at > b.created_at"
    + _SOURCES
    + "WHERE b.id = {} AND (e.kind IN ('payment', 'refund') OR c.id IS NOT NULL OR l.id IS NOT NULL) ORDER BY e.id"
)
