"""Own data of the accounts that a user holds.

Each statement asks for itself which those are: an account that leaves the cabinet meanwhile is in none of the later
ones. A confirmed holder sees as far back as `accounts.seen_from`; provisional cabinets and helpers get nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lk.money import Kopecks
from lk.period import Period
from lk.profile.sheets import Sheet, sheet

OWN = (
    "FROM accounts a JOIN accesses x ON x.account_id = a.id AND x.user_id = {} AND x.role = 'holder' "
    "AND NOT x.is_provisional AND x.ended_at IS NULL "
)
SEEN = "(a.seen_from IS NULL OR {at} >= a.seen_from) "


@dataclass(frozen=True, slots=True)
class _Account:
    account_number: str
    holder_name: str
    address: str
    region: str
    tariff_category: str
    residents: int
    power_kw: int
    paper_bill: bool
    shown_from: datetime | None


@dataclass(frozen=True, slots=True)
class _Meter:
    account_number: str
    meter_number: str
    zones: int
    digits: int
    ratio: int
    installed_on: date
    verified_until: date | None
    removed_on: date | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """Its photo, if it has one, is a file of that number."""

    account_number: str
    reading_number: int
    meter_number: str
    period: Period
    taken_on: date
    received_at: datetime
    t1: int
    t2: int | None
    t3: int | None
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class _Bill:
    account_number: str
    period: Period
    status: str
    issued_at: datetime
    due_on: date | None
    opening_balance: Kopecks
    total: Kopecks
    closing_balance: Kopecks
    vat: Kopecks
    vat_percent: int


@dataclass(frozen=True, slots=True)
class _BillLine:
    account_number: str
    period: Period
    status: str
    line: str
    register: str
    meter_number: str | None
    previous: int | None
    current: int | None
    consumption_kwh: int
    band: int
    price: Kopecks
    amount: Kopecks
    method: str
    legal_act: str


@dataclass(frozen=True, slots=True)
class _Payment:
    """`card`: its last four digits, where the user paid; by `bank`, the money came past the cabinet."""

    account_number: str
    paid_by: str
    amount: Kopecks
    status: str
    card: str | None
    created_at: datetime
    finished_at: datetime | None


async def account_sheets(user_id: int) -> list[Sheet[Any]]:
    return [
        await sheet("accounts", _Account, _ACCOUNTS, user_id),
        await sheet("meters", _Meter, _METERS, user_id),
        await sheet("readings", _Reading, _READINGS, user_id),
        await sheet("bills", _Bill, _BILLS, user_id),
        await sheet("bill_lines", _BillLine, _BILL_LINES, user_id),
        await sheet("payments", _Payment, _PAYMENTS, user_id, user_id, user_id),
    ]


def seen(at: str) -> str:
    """Of this instant nothing from before the holder's own time."""
    return SEEN.replace("{at}", at)


_ACCOUNTS = (
    "SELECT a.number AS account_number, a.holder_name, p.address, p.region, a.tariff_category, a.residents, "
    f"a.power_kw, a.has_paper_bill AS paper_bill, a.seen_from AS shown_from {OWN} "
    "JOIN premises p ON p.id = a.premises_id ORDER BY a.number"
)
_METERS = (
    "SELECT a.number AS account_number, m.serial_number AS meter_number, m.zones, m.digits, m.ratio, m.installed_on, "
    f"m.verified_until, m.removed_on {OWN} JOIN meters m ON m.account_id = a.id "
    f"AND (m.removed_on IS NULL OR {seen('m.removed_on')}) ORDER BY a.number, m.id"
)
_READINGS = (
    "SELECT a.number AS account_number, r.id AS reading_number, m.serial_number AS meter_number, r.period, "
    f"r.taken_on, r.received_at, r.t1_kwh AS t1, r.t2_kwh AS t2, r.t3_kwh AS t3, r.source, r.status {OWN} "
    f"JOIN readings r ON r.account_id = a.id AND {seen('r.received_at')} JOIN meters m ON m.id = r.meter_id "
    "ORDER BY a.number, r.id"
)
_BILLS_SEEN = f"{OWN} JOIN bills b ON b.account_id = a.id AND b.issued_at IS NOT NULL AND {seen('b.issued_at')} "
_BILLS = (
    "SELECT a.number AS account_number, b.period, b.status, b.issued_at, b.due_on, "
    "b.opening_kopecks AS opening_balance, b.total_kopecks AS total, "
    "b.opening_kopecks + b.total_kopecks AS closing_balance, b.vat_kopecks AS vat, b.vat_percent "
    f"{_BILLS_SEEN} ORDER BY a.number, b.period, b.id"
)
_BILL_LINES = (
    "SELECT a.number AS account_number, b.period, b.status, c.line, c.register, m.serial_number AS meter_number, "
    "c.previous_kwh AS previous, c.current_kwh AS current, c.consumption_kwh, c.band, c.price_kopecks AS price, "
    f"c.amount_kopecks AS amount, c.method, c.legal_act {_BILLS_SEEN} JOIN charges c ON c.bill_id = b.id "
    "LEFT JOIN meters m ON m.id = c.meter_id ORDER BY a.number, b.period, b.id, c.id"
)
_PAYMENTS = (
    "SELECT a.number AS account_number, CASE WHEN y.kind = 'autopay' THEN 'autopay' ELSE 'card' END AS paid_by, "  # noqa: S608
    "y.amount_kopecks AS amount, y.status, CASE WHEN y.user_id = {} THEN y.card END AS card, y.created_at, "
    f"y.finished_at {OWN} JOIN payments y ON y.account_id = a.id AND {seen('y.created_at')} UNION ALL "
    "SELECT a.number, 'bank', e.amount_kopecks, CASE WHEN EXISTS (SELECT 1 FROM ledger_entries u "
    "WHERE u.key = 'undone:' || e.key) THEN 'undone' ELSE 'succeeded' END, NULL, e.posted_at, e.posted_at "
    f"{OWN} JOIN ledger_entries e ON e.account_id = a.id AND e.kind = 'payment' AND e.credit = 'receivable' "
    f"AND {seen('e.posted_at')} WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.account_id = e.account_id "
    "AND e.key = 'payment:' || p.acquirer_id) ORDER BY 1, 6"
)
