"""What a penalty is counted from: what was due, what came in, and what was posted so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from lk import db
from lk.billing.penalty import Credit, Debt
from lk.period import Period


@dataclass(slots=True)
class Debts:
    """Of one account."""

    debts: tuple[Debt, ...] = ()
    credits: tuple[Credit, ...] = field(default=())


async def debts_of(ids: Sequence[int], period: Period) -> dict[int, Debts]:
    """By account: the principal of issued bills before `period` and of opening balances, and what paid it."""
    found: dict[int, Debts] = {each: Debts() for each in ids}
    if not ids:
        return found
    debts: dict[int, list[Debt]] = defaultdict(list)
    received: dict[int, list[Credit]] = defaultdict(list)
    listed = db.placeholders(ids)
    for account_id, bill_id, number, due_on, billed_on, kopecks, posted in await db.read_rows(
        _BILLS.replace("LIST", listed), *ids, *ids, period.number
    ):
        if kopecks > 0:
            debt = Debt(due_on, kopecks, int(posted), bill_id=bill_id, period=Period.from_number(number))
            debts[account_id].append(debt)
        elif kopecks < 0:
            received[account_id].append(Credit(billed_on, -kopecks))
    for account_id, opening_id, due_on, kopecks, posted in await db.read_rows(
        _OPENING.replace("LIST", listed), *ids, *ids
    ):
        if kopecks > 0:
            debts[account_id].append(Debt(due_on, kopecks, int(posted), opening_id=opening_id))
        elif kopecks < 0:
            received[account_id].append(Credit(due_on, -kopecks))
    for account_id, on, kopecks in await db.read_rows(_PAID.replace("LIST", listed), *ids):
        received[account_id].append(Credit(on, int(kopecks)))
    for account_id, own in found.items():
        own.debts, own.credits = tuple(debts[account_id]), tuple(received[account_id])
    return found


_POSTED = """
    LEFT JOIN (
        SELECT l.{0}, sum(l.amount_kopecks) AS kopecks FROM penalty_lines l
        JOIN bills lb ON lb.id = l.bill_id AND lb.status <> 'reversed'
        WHERE l.account_id IN (LIST) GROUP BY l.{0}
    ) p ON p.{0} = d.id
"""
_BILLS = (
    "SELECT d.account_id, d.id, d.period, d.due_on, e.effective_on, d.total_kopecks, coalesce(p.kopecks, 0) "
    "FROM bills d "
    "LEFT JOIN ledger_entries e ON e.key = 'bill:' || d.id || ':adjustment' "
    + _POSTED.format("for_bill_id")
    + "WHERE d.account_id IN (LIST) AND d.status = 'issued' AND d.status <> 'reversed' AND d.period < {}"
)
_OPENING = (
    "SELECT d.account_id, d.id, d.due_on, d.principal_kopecks, coalesce(p.kopecks, 0) FROM opening_balances d "  # noqa: S608
    + _POSTED.format("for_opening_id")
    + "WHERE d.account_id IN (LIST)"
)
_PAID = (
    "SELECT account_id, effective_on, "
    "sum(CASE WHEN credit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) FROM ledger_entries "
    "WHERE account_id IN (LIST) AND part = 'principal' AND (kind IN ('payment', 'refund') "
    # A correction upwards has no due day: it takes back no payment, and costs no penalty.
    "OR kind = 'adjustment' AND credit = 'receivable' AND source LIKE 'correction:%') "
    "GROUP BY account_id, effective_on"
)
