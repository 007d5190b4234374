"""Issued bills reach their holders, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.notifications.actions import Link, Outgoing, queue_many
from lk.period import Period
from lk.tariffs.rules import Calendar, calendar_for


@dataclass(frozen=True, slots=True)
class _Undelivered:
    """`to_pay_kopecks`: principal owed now. Who has no cabinet has no user and no e-mail here."""

    id: int
    account_id: int
    period: Period
    total_kopecks: int
    to_pay_kopecks: int
    public_id: str
    user_id: int | None
    email: str | None


async def deliver_between(
    first_id: int, last_id: int, until: Period, calendars: Sequence[Calendar], delivered_on: date
) -> int:
    """Delivers the issued bills of `until` and earlier that were not: the due day is set, holders get a letter.

    Inside `write()`. Returns how many bills.
    """
    bills = await _undelivered(first_id, last_id, until)
    due_on = {
        period: calendar_for(calendars, period).due_on(period, delivered_on) for period in {b.period for b in bills}
    }
    await db.write_many(
        "UPDATE bills SET delivered_on = {}, due_on = {} WHERE id = {}",
        [(delivered_on, due_on[bill.period], bill.id) for bill in bills],
    )
    await queue_many([_letter(bill, bill.email, due_on[bill.period]) for bill in bills if bill.email])
    return len(bills)


async def _undelivered(first_id: int, last_id: int, until: Period) -> list[_Undelivered]:
    return await db.read_as(
        _Undelivered,
        "SELECT b.id, b.account_id, b.period, b.total_kopecks, coalesce(o.kopecks, 0) AS to_pay_kopecks, "
        "a.public_id, u.id AS user_id, u.email "
        "FROM bills b JOIN accounts a ON a.id = b.account_id "
        "LEFT JOIN (SELECT account_id, "
        "sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS kopecks "
        "FROM ledger_entries WHERE account_id BETWEEN {} AND {} AND part = 'principal' GROUP BY account_id) o "
        "ON o.account_id = b.account_id "
        "LEFT JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "LEFT JOIN users u ON u.id = x.user_id "
        "WHERE b.account_id BETWEEN {} AND {} AND b.period <= {} AND b.status = 'issued' AND b.delivered_on IS NULL "
        "ORDER BY b.account_id, b.period",
        first_id,
        last_id,
        first_id,
        last_id,
        until.number,
    )


def _letter(bill: _Undelivered, email: str, due_on: date) -> Outgoing:
    return Outgoing(
        kind="bill_ready",
        to_address=email,
        key=f"bill_ready:{bill.id}",
        account_id=bill.account_id,
        user_id=bill.user_id,
        link=Link(f"/accounts/{bill.public_id}/bills/{bill.period}"),
        params={
            "period": str(bill.period),
            "total_kopecks": bill.total_kopecks,
            "to_pay_kopecks": bill.to_pay_kopecks,
            "due_on": due_on.isoformat(),
        },
    )
