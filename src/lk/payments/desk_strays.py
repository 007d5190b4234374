"""What operators see of money that nobody expected: taken unbooked, or come by a bank for nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import db
from lk.payments.bank_return_rules import BankReturnStatus
from lk.payments.refund_rules import RefundStatus
from lk.payments.stray_rules import StrayKind


@dataclass(frozen=True, slots=True)
class DeskStray:
    """`asked_by` and `decided_by` are the agents' codes; `reason` is the acquirer's or the second agent's."""

    public_id: str
    task_id: int
    kind: StrayKind
    acquirer_payment_id: str
    account_number: str | None
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

    @property
    def is_under_way(self) -> bool:
        return self.status is RefundStatus.WAITING or self.status.is_open


@dataclass(frozen=True, slots=True)
class DeskBankReturn:
    """The same of a payment of a bank."""

    public_id: str
    bank_payment_id: int
    account_number: str
    external_id: str
    channel: str
    paid_on: date
    amount_kopecks: int
    words: str
    status: BankReturnStatus
    reason: str
    asked_by: str
    asked_by_id: int
    decided_by: str | None
    created_at: datetime
    decided_at: datetime | None


_STRAYS = """
    SELECT s.public_id, s.task_id, s.kind, s.acquirer_payment_id, a.number AS account_number, s.amount_kopecks,
           s.card, s.words, s.status, s.reason, g.code AS asked_by, s.asked_by AS asked_by_id, d.code AS decided_by,
           s.created_at, s.finished_at
    FROM strays s LEFT JOIN accounts a ON a.id = s.account_id
    JOIN agents g ON g.id = s.asked_by LEFT JOIN agents d ON d.id = s.decided_by
"""
_BANK_RETURNS = """
    SELECT r.public_id, r.bank_payment_id, b.account_number, b.external_id, b.channel, b.paid_on, r.amount_kopecks,
           r.words, r.status, r.reason, g.code AS asked_by, r.asked_by AS asked_by_id, d.code AS decided_by,
           r.created_at, r.decided_at
    FROM bank_returns r JOIN bank_payments b ON b.id = r.bank_payment_id
    JOIN agents g ON g.id = r.asked_by LEFT JOIN agents d ON d.id = r.decided_by
"""


async def strays_of_task(task_id: int) -> list[DeskStray]:
    """The newest first."""
    return await db.read_as(DeskStray, _STRAYS + "WHERE s.task_id = {} ORDER BY s.id DESC", task_id)


async def waiting_strays() -> list[DeskStray]:
    """For a second person, the longest first."""
    return await db.read_as(DeskStray, _STRAYS + "WHERE s.status = 'waiting' ORDER BY s.created_at, s.id")


async def other_strays(limit: int) -> list[DeskStray]:
    """Those that wait for nobody here, the newest first."""
    sql = _STRAYS + "WHERE s.status <> 'waiting' ORDER BY s.created_at DESC, s.id DESC LIMIT {}"
    return await db.read_as(DeskStray, sql, limit)


async def returns_of_bank_payment(bank_payment_id: int) -> list[DeskBankReturn]:
    """The newest first."""
    sql = _BANK_RETURNS + "WHERE r.bank_payment_id = {} ORDER BY r.id DESC"
    return await db.read_as(DeskBankReturn, sql, bank_payment_id)


async def waiting_bank_returns() -> list[DeskBankReturn]:
    """For a second person, the longest first."""
    return await db.read_as(DeskBankReturn, _BANK_RETURNS + "WHERE r.status = 'waiting' ORDER BY r.created_at, r.id")


async def other_bank_returns(limit: int) -> list[DeskBankReturn]:
    """Those that wait for nobody here, the newest first."""
    sql = _BANK_RETURNS + "WHERE r.status <> 'waiting' ORDER BY r.created_at DESC, r.id DESC LIMIT {}"
    return await db.read_as(DeskBankReturn, sql, limit)


async def returned_bank_payments(limit: int) -> list[DeskBankReturn]:
    """Those that went back, the newest first."""
    sql = _BANK_RETURNS + "WHERE r.status = 'returned' ORDER BY coalesce(r.decided_at, r.created_at) DESC, r.id DESC "
    return await db.read_as(DeskBankReturn, sql + "LIMIT {}", limit)
