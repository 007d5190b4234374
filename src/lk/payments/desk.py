"""What operators see of payments, refunds and corrections, and what the resident sees of the latter two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lk import db
from lk.payments.correction_rules import CorrectionKind, CorrectionStatus
from lk.payments.refund_rules import RefundStatus
from lk.payments.rules import PaymentStatus
from lk.text import fold_account_number, is_account_number

FOUND_AT_MOST = 50
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True, slots=True)
class DeskPayment:
    """`back_kopecks` of it was given back, is on its way, or waits for a second person."""

    id: int
    public_id: str
    account_number: str
    account_public_id: str
    kind: str
    part: str
    way: str
    amount_kopecks: int
    status: PaymentStatus
    card: str
    acquirer_id: str | None
    created_at: datetime
    finished_at: datetime | None
    back_kopecks: int

    @property
    def left_kopecks(self) -> int:
        return self.amount_kopecks - self.back_kopecks if self.status is PaymentStatus.SUCCEEDED else 0


@dataclass(frozen=True, slots=True)
class DeskRefund:
    """`asked_by` and `decided_by` are the agents' codes; `reason` is the acquirer's or the second agent's."""

    public_id: str
    payment_public_id: str
    account_number: str
    account_public_id: str
    amount_kopecks: int
    card: str
    words: str
    status: RefundStatus
    reason: str
    asked_by: str
    asked_by_id: int
    decided_by: str | None
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskCorrection:
    """`amount_kopecks` as the customer sees it: positive makes them owe more."""

    public_id: str
    account_number: str
    account_public_id: str
    kind: CorrectionKind
    part: str
    amount_kopecks: int
    words: str
    status: CorrectionStatus
    reason: str
    asked_by: str
    asked_by_id: int
    decided_by: str | None
    created_at: datetime
    decided_at: datetime | None

    @property
    def posted_at(self) -> datetime:
        return self.decided_at or self.created_at


_PAYMENTS = """
    SELECT p.id, p.public_id, a.number AS account_number, a.public_id AS account_public_id, p.kind, p.part, p.way,
           p.amount_kopecks, p.status, p.card, p.acquirer_id, p.created_at, p.finished_at,
           (SELECT coalesce(sum(r.amount_kopecks), 0) FROM refunds r WHERE r.payment_id = p.id
            AND r.status IN ('waiting', 'created', 'unknown', 'pending', 'succeeded')) AS back_kopecks
    FROM payments p JOIN accounts a ON a.id = p.account_id
"""
_REFUNDS = """
    SELECT r.public_id, p.public_id AS payment_public_id, a.number AS account_number,
           a.public_id AS account_public_id, r.amount_kopecks, p.card, r.words, r.status, r.reason,
           g.code AS asked_by, r.asked_by AS asked_by_id, d.code AS decided_by, r.created_at, r.finished_at
    FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN accounts a ON a.id = r.account_id
    JOIN agents g ON g.id = r.asked_by LEFT JOIN agents d ON d.id = r.decided_by
"""
_CORRECTIONS = """
    SELECT c.public_id, a.number AS account_number, a.public_id AS account_public_id, c.kind, c.part,
           c.amount_kopecks, c.words, c.status, c.reason, g.code AS asked_by, c.asked_by AS asked_by_id,
           d.code AS decided_by, c.created_at, c.decided_at
    FROM corrections c JOIN accounts a ON a.id = c.account_id
    JOIN agents g ON g.id = c.asked_by LEFT JOIN agents d ON d.id = c.decided_by
"""


async def find_payments(query: str) -> list[DeskPayment]:
    """By account number, or by the payment's number here or at the acquirer; the newest first."""
    number, query = fold_account_number(query), query.strip()
    if is_account_number(number):
        sql = _PAYMENTS + "WHERE a.number = {} ORDER BY p.created_at DESC, p.id DESC LIMIT {}"
        return await db.read_as(DeskPayment, sql, number, FOUND_AT_MOST)
    if not _ID.fullmatch(query):
        return []
    return await db.read_as(DeskPayment, _PAYMENTS + "WHERE p.public_id = {} OR p.acquirer_id = {}", query, query)


async def desk_payment(public_id: str) -> DeskPayment | None:
    return await db.read_one_as(DeskPayment, _PAYMENTS + "WHERE p.public_id = {}", public_id)


async def refunds_of_payment(payment_id: int) -> list[DeskRefund]:
    return await db.read_as(DeskRefund, _REFUNDS + "WHERE r.payment_id = {} ORDER BY r.id DESC", payment_id)


async def waiting_refunds() -> list[DeskRefund]:
    """For a second person, the longest first."""
    return await db.read_as(DeskRefund, _REFUNDS + "WHERE r.status = 'waiting' ORDER BY r.created_at, r.id")


async def other_refunds(limit: int) -> list[DeskRefund]:
    """Those that wait for nobody here, the newest first."""
    sql = _REFUNDS + "WHERE r.status <> 'waiting' ORDER BY r.created_at DESC, r.id DESC LIMIT {}"
    return await db.read_as(DeskRefund, sql, limit)


async def corrections_of_account(account_id: int) -> list[DeskCorrection]:
    return await db.read_as(DeskCorrection, _CORRECTIONS + "WHERE c.account_id = {} ORDER BY c.id DESC", account_id)


async def waiting_corrections() -> list[DeskCorrection]:
    return await db.read_as(DeskCorrection, _CORRECTIONS + "WHERE c.status = 'waiting' ORDER BY c.created_at, c.id")


async def other_corrections(limit: int) -> list[DeskCorrection]:
    sql = _CORRECTIONS + "WHERE c.status <> 'waiting' ORDER BY c.created_at DESC, c.id DESC LIMIT {}"
    return await db.read_as(DeskCorrection, sql, limit)


async def waiting_count() -> int:
    """Whatever of money a second person is wanted for."""
    rows = await db.read_rows(
        "SELECT (SELECT count(*) FROM refunds WHERE status = 'waiting') "
        "+ (SELECT count(*) FROM corrections WHERE status = 'waiting') "
        "+ (SELECT count(*) FROM strays WHERE status = 'waiting') "
        "+ (SELECT count(*) FROM bank_returns WHERE status = 'waiting')"
    )
    return int(rows[0][0])


async def refund_seen(account_id: int, public_id: str, since: datetime | None) -> DeskRefund | None:
    """A refund that went through, for its resident; none from before `since`."""
    found = await db.read_one_as(
        DeskRefund,
        _REFUNDS + "WHERE r.account_id = {} AND r.public_id = {} AND r.status = 'succeeded'",
        account_id,
        public_id,
    )
    is_hidden = found is not None and since is not None and (found.finished_at or found.created_at) < since
    return None if is_hidden else found


async def correction_seen(account_id: int, public_id: str, since: datetime | None) -> DeskCorrection | None:
    """A correction that was posted, for its resident; none from before `since`."""
    found = await db.read_one_as(
        DeskCorrection,
        _CORRECTIONS + "WHERE c.account_id = {} AND c.public_id = {} AND c.status = 'posted'",
        account_id,
        public_id,
    )
    return None if found is not None and since is not None and found.posted_at < since else found
