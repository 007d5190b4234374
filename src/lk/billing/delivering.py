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
class _Told:
    """A delivered bill and its holder. `to_pay_kopecks`: principal owed now."""

    id: int
    account_id: int
    period: Period
    total_kopecks: int
    to_pay_kopecks: int
    public_id: str
    user_id: int
    email: str


async def deliver_between(
    first_id: int, last_id: int, until: Period, calendars: Sequence[Calendar], delivered_on: date
) -> int:
    """Delivers the issued bills of `until` and earlier that were not: the due day is set, holders get a letter.

    Inside `write()`. Returns how many bills.
    """
    rows = await db.read_rows(
        "SELECT DISTINCT period FROM bills WHERE account_id BETWEEN {} AND {} AND status = 'issued' "
        "AND delivered_on IS NULL AND period <= {}",
        first_id,
        last_id,
        until.number,
    )
    done = 0
    for period in sorted(Period.from_number(row[0]) for row in rows):
        due_on = calendar_for(calendars, period).due_on(period, delivered_on)
        await queue_many([_letter(bill, due_on) for bill in await _to_tell(first_id, last_id, period)])
        done += await db.execute(
            "UPDATE bills SET delivered_on = {}, due_on = {} WHERE account_id BETWEEN {} AND {} "
            "AND status = 'issued' AND delivered_on IS NULL AND period + 0 = {}",
            delivered_on,
            due_on,
            first_id,
            last_id,
            period.number,
        )
    return done


async def _to_tell(first_id: int, last_id: int, period: Period) -> list[_Told]:
    """Bills about to be delivered to somebody who has a cabinet and an e-mail."""
    # `+ 0`, here and above: SQLite would rather go through all bills of the period than through the undelivered ones.
    rows = await db.read_rows(
        "SELECT b.id, b.account_id, b.total_kopecks, a.public_id, u.id, u.email, "
        "(SELECT coalesce(sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END), 0) "
        "FROM ledger_entries e WHERE e.account_id = b.account_id AND e.part = 'principal') "
        "FROM bills b JOIN accounts a ON a.id = b.account_id "
        "JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "JOIN users u ON u.id = x.user_id AND u.email IS NOT NULL "
        "WHERE b.account_id BETWEEN {} AND {} AND b.status = 'issued' AND b.delivered_on IS NULL AND b.period + 0 = {} "
        "ORDER BY b.account_id",
        first_id,
        last_id,
        period.number,
    )
    return [
        _Told(bill_id, account_id, period, total, int(owed), public_id, user_id, email)
        for bill_id, account_id, total, public_id, user_id, email, owed in rows
    ]


def _letter(bill: _Told, due_on: date) -> Outgoing:
    return Outgoing(
        kind="bill_ready",
        to_address=bill.email,
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
