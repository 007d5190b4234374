"""Our payments and refunds beside those that the acquirer lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from lk import db
from lk.payments.differences import OwnPayment, OwnRefund

CHUNK = 400
"""Ids of one statement."""

Row = TypeVar("Row", OwnPayment, OwnRefund)

_PAYMENTS = """
    SELECT p.id, p.account_id, p.key, p.acquirer_id, p.amount_kopecks,
           p.status IN ('created', 'pending', 'unknown') AS is_open, e.amount_kopecks AS booked_kopecks
    FROM payments p
    LEFT JOIN ledger_entries e ON e.key = 'payment:' || p.acquirer_id AND e.account_id = p.account_id
"""
_REFUNDS = """
    SELECT r.id, r.account_id, r.key, r.acquirer_id,
           r.status IN ('created', 'pending', 'unknown') AS is_open, e.amount_kopecks AS booked_kopecks
    FROM refunds r
    LEFT JOIN ledger_entries e ON e.key = 'refund:' || r.acquirer_id AND e.account_id = r.account_id
"""


class Own:
    """Ours of both, found by the acquirer's id or else by the intent."""

    def __init__(self, payments: Sequence[OwnPayment], refunds: Sequence[OwnRefund]) -> None:
        self._payments = {each.acquirer_id: each for each in payments if each.acquirer_id}
        self._intents = {each.key: each for each in payments}
        self._refunds = {each.acquirer_id: each for each in refunds if each.acquirer_id}
        self._refund_intents = {each.key: each for each in refunds}

    def payment(self, acquirer_id: str, intent_id: str = "") -> OwnPayment | None:
        return self._payments.get(acquirer_id) or self._intents.get(intent_id)

    def refund(self, acquirer_id: str, intent_id: str) -> OwnRefund | None:
        return self._refunds.get(acquirer_id) or self._refund_intents.get(intent_id)


async def own_of(
    payment_ids: Collection[str],
    payment_intents: Collection[str],
    refund_ids: Collection[str],
    refund_intents: Collection[str],
) -> Own:
    """Ids are the acquirer's; an empty intent is nobody's."""
    payments = await _found(OwnPayment, _PAYMENTS, {"p.acquirer_id": payment_ids, "p.key": payment_intents})
    refunds = await _found(OwnRefund, _REFUNDS, {"r.acquirer_id": refund_ids, "r.key": refund_intents})
    return Own(payments, refunds)


async def paid_between(begins: datetime, ends: datetime) -> list[str]:
    """The acquirer's ids of our payments that went through, of intents of this time."""
    rows = await db.read_rows(
        "SELECT acquirer_id FROM payments WHERE status = 'succeeded' AND created_at >= {} AND created_at < {} "
        "AND acquirer_id IS NOT NULL ORDER BY id",
        begins,
        ends,
    )
    return [row[0] for row in rows]


async def refunded_between(begins: datetime, ends: datetime) -> list[tuple[str, str]]:
    """The acquirer's ids of our refunds that went through, and of their payments."""
    rows = await db.read_rows(
        "SELECT r.acquirer_id, p.acquirer_id FROM refunds r JOIN payments p ON p.id = r.payment_id "
        "WHERE r.status = 'succeeded' AND coalesce(r.decided_at, r.created_at) >= {} "
        "AND coalesce(r.decided_at, r.created_at) < {} AND r.acquirer_id IS NOT NULL ORDER BY r.id",
        begins,
        ends,
    )
    return [(row[0], row[1] or "") for row in rows]


async def returned_of(refund_ids: Collection[str], refund_intents: Collection[str]) -> frozenset[str]:
    """Ids and intents of those of the acquirer's refunds by which money went back that was never booked."""
    found: set[str] = set()
    wanted = sorted(filter(None, {*refund_ids, *refund_intents}))
    for at in range(0, len(wanted), CHUNK):
        chunk = wanted[at : at + CHUNK]
        within = db.placeholders(chunk)
        rows = await db.read_rows(
            f"SELECT key, acquirer_id FROM strays WHERE key IN ({within}) OR acquirer_id IN ({within})",  # noqa: S608
            *chunk,
            *chunk,
        )
        found |= {value for row in rows for value in row if value}
    return frozenset(found)


async def _found(row_type: type[Row], sql: str, wanted: Mapping[str, Collection[str]]) -> list[Row]:
    found: dict[int, Row] = {}
    for column, values in wanted.items():
        distinct = sorted(filter(None, set(values)))
        for at in range(0, len(distinct), CHUNK):
            chunk = distinct[at : at + CHUNK]
            rows = await db.read_as(row_type, f"{sql} WHERE {column} IN ({db.placeholders(chunk)})", *chunk)
            found |= {each.id: each for each in rows}
    return list(found.values())
