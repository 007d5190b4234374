"""Bills as their pages show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lk import clock, db
from lk.billing.due import Due
from lk.energy import Register
from lk.period import Period


@dataclass(frozen=True, slots=True)
class BillView:
    """A stored bill."""

    id: int
    account_id: int
    period: Period
    status: str
    opening_kopecks: int
    energy_kopecks: int
    adjustment_kopecks: int
    total_kopecks: int
    vat_kopecks: int
    vat_percent: int
    missed: int
    issued_at: datetime | None
    delivered_on: date | None
    due_on: date | None

    def is_seen(self, since: datetime | None) -> bool:
        """Whether a cabinet that shows nothing from before `since` shows it."""
        return since is None or self.issued_at is None or self.issued_at >= since

    @property
    def to_pay_kopecks(self) -> int:
        """Principal owed when the bill was made: what was owed before and this period's sum."""
        return self.opening_kopecks + self.total_kopecks


@dataclass(frozen=True, slots=True)
class ChargeView:
    """A stored line of a bill; `why` is parsed."""

    id: int
    bill_id: int
    line: str
    register: Register
    zone: str
    serial_number: str | None
    verified_until: date | None
    band: int
    previous_kwh: int | None
    current_kwh: int | None
    previous_on: date | None
    current_on: date | None
    source: str
    consumption_kwh: int
    price_kopecks: int
    amount_kopecks: int
    method: str
    legal_act: str
    tariff_from: date | None
    why: str

    @property
    def reasons(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.why)
        return found


_BILL = (
    "SELECT id, account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, total_kopecks, "
    "vat_kopecks, vat_percent, missed, issued_at, delivered_on, due_on FROM bills "
)


async def bills_of(account_id: int, limit: int = 24, since: datetime | None = None) -> list[BillView]:
    """Issued bills, newest first; with `since` those issued from then on."""
    found = await db.read_as(
        BillView,
        _BILL + "WHERE account_id = {} AND status = 'issued' AND status <> 'reversed' ORDER BY period DESC LIMIT {}",
        account_id,
        limit,
    )
    return [bill for bill in found if bill.is_seen(since)]


def due_of(bills: Sequence[BillView]) -> Due:
    """By the newest bill and the one before it, in this order; at least one."""
    newest, *earlier = bills[:2]
    return Due(newest.due_on, newest.total_kopecks, newest.opening_kopecks, earlier[0].due_on if earlier else None)


async def bill_of(account_id: int, period: Period, since: datetime | None = None) -> BillView | None:
    """The live bill of a period, a held one too; none that was issued before `since`."""
    bill = await db.read_one_as(
        BillView, _BILL + "WHERE account_id = {} AND period = {} AND status <> 'reversed'", account_id, period.number
    )
    return bill if bill is not None and bill.is_seen(since) else None


async def is_paying(account_id: int) -> bool:
    """Whether a payment of the principal is under way of which the bank has not said how it ended."""
    rows = await db.read(
        "SELECT count(*) AS open FROM payments WHERE account_id = {} AND status IN ('created', 'pending', 'unknown') "
        "AND confirmation_url IS NULL AND part = 'principal'",
        account_id,
    )
    return bool(rows[0]["open"])


async def charges_of(bill_id: int) -> list[ChargeView]:
    return await charges_in([bill_id])


async def charges_in(bill_ids: Sequence[int]) -> list[ChargeView]:
    """Lines of many bills, those of one in their order."""
    return await db.read_as(ChargeView, _CHARGES.replace("{ids}", db.placeholders(bill_ids)), *bill_ids)


_CHARGES = """
    SELECT c.id, c.bill_id, c.line, c.register, c.zone, m.serial_number, m.verified_until, c.band, c.previous_kwh,
           c.current_kwh, c.previous_on, c.current_on, c.source, c.consumption_kwh, c.price_kopecks, c.amount_kopecks,
           c.method, c.legal_act, c.tariff_from, c.why
    FROM charges c LEFT JOIN meters m ON m.id = c.meter_id
    WHERE c.bill_id IN ({ids})
    ORDER BY c.bill_id, c.id
"""


@dataclass(frozen=True, slots=True)
class _Consumed:
    period: Period
    zone: str
    kwh: int


async def consumption_of(
    account_id: int, until: Period | None = None, months: int = 24, since: datetime | None = None
) -> list[tuple[Period, str, int]]:
    """(period, zone, kWh) as billed, from `since` on if given, the oldest first."""
    last = until or Period(9998, 12)
    rows = await db.read_as(
        _Consumed,
        "SELECT b.period, c.zone, sum(c.consumption_kwh) AS kwh FROM charges c JOIN bills b ON b.id = c.bill_id "
        "WHERE c.account_id = {} AND b.status = 'issued' AND b.period <= {} AND b.period > {} AND b.issued_at >= {} "
        "GROUP BY b.period, c.zone, c.register ORDER BY b.period, c.register",
        account_id,
        last.number,
        (last + -months).number if until else await _months_back(account_id, months),
        since or clock.EVER,
    )
    return [(row.period, row.zone, row.kwh) for row in rows]


async def _months_back(account_id: int, months: int) -> int:
    rows = await db.read(
        "SELECT max(period) AS period FROM bills WHERE account_id = {} AND status = 'issued' AND status <> 'reversed'",
        account_id,
    )
    newest = rows[0]["period"]
    return (Period.from_number(int(newest)) + -months).number if newest else 0


@dataclass(frozen=True, slots=True)
class OpenedCabinet:
    """A cabinet that was opened since the bill before. The paper bill of a provisional one carries its code."""

    bill_id: int
    access_id: int
    email: str | None
    opened_at: datetime
    is_provisional: bool


async def cabinets_opened_before(bill_ids: Sequence[int]) -> dict[int, OpenedCabinet]:
    """By bill: what the first one after it tells its reader, whoever that is; a provisional cabinet until confirmed."""
    found = await db.read_as(OpenedCabinet, _OPENED.replace("{ids}", db.placeholders(bill_ids)), *bill_ids)
    return {each.bill_id: each for each in found}


_OPENED = """
    SELECT b.id AS bill_id, x.id AS access_id, u.email, x.created_at AS opened_at, x.is_provisional
    FROM bills b
    JOIN accesses x ON x.account_id = b.account_id AND x.role = 'holder' AND x.ended_at IS NULL
         AND x.created_at <= b.issued_at
    JOIN users u ON u.id = x.user_id
    WHERE b.id IN ({ids}) AND (x.is_provisional OR NOT EXISTS (
        SELECT 1 FROM bills e WHERE e.account_id = b.account_id AND e.status = 'issued'
        AND e.issued_at > x.created_at AND e.issued_at < b.issued_at))
"""


@dataclass(frozen=True, slots=True)
class BillVersion:
    """One of a period's bills in the order in which they were issued; all but the last were reversed."""

    id: int
    number: int
    is_live: bool


async def versions_of(account_id: int, period: Period, since: datetime | None = None) -> list[BillVersion]:
    """The period's issued and reversed bills, numbered from 1; none that was issued before `since`."""
    return await db.read_as(
        BillVersion,
        "SELECT id, row_number() OVER (ORDER BY id) AS number, status = 'issued' AS is_live FROM bills "
        "WHERE account_id = {} AND period = {} AND issued_at >= {} AND status IN ('issued', 'reversed') ORDER BY id",
        account_id,
        period.number,
        since or clock.EVER,
    )
