"""A month that is due, with all that the charge is decided by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lk import clock, db
from lk.autopay.rules import Mode, Moment, Wish
from lk.period import Period

PAGE_WAITS = timedelta(hours=1)
"""So long the acquirer's page of a payment by hand may still be used; abandoned, it stands in nobody's way after it."""


@dataclass(frozen=True, slots=True)
class Case:
    """`acquirer_card_id` is None where the card was unlinked."""

    month_id: int
    account_id: int
    public_id: str
    account_number: str
    period: Period
    due_on: date
    planned_kopecks: int
    attempts: int
    autopay_id: int
    user_id: int
    email: str
    mode: Mode
    sum_kopecks: int
    day: int
    card_id: int
    acquirer_card_id: str | None
    last_four: str
    owed_kopecks: int
    is_alive: bool
    is_busy: bool

    def moment(self, today: date, *, is_busy: bool = False) -> Moment:
        """`is_busy`: another month of its account is about to be charged."""
        return Moment(
            wish=Wish(self.mode, self.sum_kopecks, self.day),
            owed_kopecks=self.owed_kopecks,
            planned_kopecks=self.planned_kopecks,
            is_off=not self.is_alive,
            is_busy=self.is_busy or is_busy,
            today=today,
            due_on=self.due_on,
        )


async def due_accounts(limit: int) -> list[int]:
    """Accounts whose month is due, the longest waiting first."""
    rows = await db.read_rows(
        "SELECT account_id FROM autopay_months WHERE status = 'planned' AND next_at <= {} "
        "ORDER BY next_at, id LIMIT {}",
        clock.now(),
        limit,
    )
    return [int(account_id) for (account_id,) in rows]


async def cases_of(accounts: Sequence[int]) -> list[Case]:
    """Those of them that are due still, as they are inside this transaction."""
    now = clock.now()
    return await db.read_as(
        Case,
        f"""
        SELECT m.id AS month_id, m.account_id, a.public_id, a.number AS account_number, m.period, m.due_on,
               m.planned_kopecks, m.attempts, ap.id AS autopay_id, ap.user_id, coalesce(u.email, '') AS email, ap.mode,
               ap.sum_kopecks, ap.day, c.id AS card_id, c.acquirer_id AS acquirer_card_id, c.last_four,
               (SELECT coalesce(sum(CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks
                                         ELSE -e.amount_kopecks END), 0)
                FROM ledger_entries e WHERE e.account_id = m.account_id AND e.part = 'principal') AS owed_kopecks,
               CASE WHEN ap.ended_at IS NULL AND ap.suspended_at IS NULL AND x.ended_at IS NULL
                         AND c.status = 'active' AND coalesce(u.email, '') <> '' THEN 1 ELSE 0 END AS is_alive,
               CASE WHEN EXISTS (SELECT 1 FROM payments p WHERE p.account_id = m.account_id
                                 AND p.status IN ('created', 'pending', 'unknown')
                                 AND (p.confirmation_url IS NULL OR p.created_at > {{}})) THEN 1 ELSE 0 END AS is_busy
        FROM autopay_months m
        JOIN autopays ap ON ap.id = m.autopay_id
        JOIN accesses x ON x.id = ap.access_id
        JOIN accounts a ON a.id = m.account_id
        JOIN users u ON u.id = ap.user_id
        JOIN cards c ON c.id = ap.card_id
        WHERE m.status = 'planned' AND m.next_at <= {{}} AND m.account_id IN ({db.placeholders(accounts)})
        ORDER BY m.id
        """,  # noqa: S608 - placeholders only
        now - PAGE_WAITS,
        now,
        *accounts,
    )
