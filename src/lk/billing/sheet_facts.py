"""What bills' sheets are made of, read for many bills at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from lk import clock, db
from lk.billing.moves import StoredMove, moves_between
from lk.billing.queries import ChargeView, OpenedCabinet, cabinets_opened_before, charges_in
from lk.period import Period


@dataclass(frozen=True, slots=True)
class StoredBill:
    """A bill that was issued, reversed ones too; `replaced_*` are of the one it stands for.

    `replacing_at`: when the one that stands for it was issued.
    """

    id: int
    account_id: int
    account_number: str
    holder_name: str
    address: str
    postcode: str
    period: Period
    total_kopecks: int
    vat_kopecks: int
    vat_percent: int
    opening_kopecks: int
    penalty_kopecks: int
    opening_penalty_kopecks: int
    due_on: date | None
    issued_at: datetime
    reversed_at: datetime | None
    reversal_reason: str
    replaced_kopecks: int | None
    replaced_at: datetime | None
    replaced_reason: str | None
    replacing_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredMonth:
    """kWh of one zone; `total_kopecks` is the whole month's."""

    bill_id: int
    period: Period
    total_kopecks: int
    zone: str | None
    kwh: int | None


@dataclass(frozen=True, slots=True)
class StoredPenalty:
    """`why` is JSON."""

    bill_id: int
    amount_kopecks: int
    why: str


@dataclass(frozen=True, slots=True)
class StoredExtension:
    """`kind` window|due."""

    period: Period
    kind: str
    days: int


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """All by the id of the bill but `extensions`."""

    bills: dict[int, StoredBill]
    charges: dict[int, list[ChargeView]]
    moves: dict[int, list[StoredMove]]
    months: dict[int, list[StoredMonth]]
    penalties: dict[int, list[StoredPenalty]]
    opened: dict[int, OpenedCabinet]
    extensions: list[StoredExtension]


async def sheet_facts(bill_ids: Sequence[int], since: datetime | None) -> SheetFacts:
    """Of bills issued from `since` on; months before it are left out."""
    among = db.placeholders(bill_ids)
    bills = await db.read_as(StoredBill, _BILLS.replace("{ids}", among), *bill_ids, since or clock.EVER)
    periods = [bill.period.number for bill in bills] or [0]
    return SheetFacts(
        bills={bill.id: bill for bill in bills},
        charges=_by_bill(await charges_in(bill_ids)),
        moves=_by_bill(await moves_between(bill_ids)),
        months=_by_bill(await db.read_as(StoredMonth, _MONTHS.replace("{ids}", among), since or clock.EVER, *bill_ids)),
        penalties=_by_bill(await db.read_as(StoredPenalty, _PENALTIES.replace("{ids}", among), *bill_ids)),
        opened=await cabinets_opened_before(bill_ids),
        extensions=await db.read_as(
            StoredExtension,
            "SELECT period, kind, days FROM extensions WHERE period BETWEEN {} AND {} ORDER BY period, kind DESC",
            min(periods),
            max(periods),
        ),
    )


_BILLS = """
    SELECT b.id, b.account_id, a.number AS account_number, a.holder_name, p.address, p.postcode, b.period,
           b.total_kopecks, b.vat_kopecks, b.vat_percent, b.opening_kopecks, b.penalty_kopecks,
           b.opening_penalty_kopecks, b.due_on, b.issued_at, b.reversed_at, b.reversal_reason,
           r.total_kopecks AS replaced_kopecks, r.issued_at AS replaced_at, r.reversal_reason AS replaced_reason,
           n.issued_at AS replacing_at
    FROM bills b
    JOIN accounts a ON a.id = b.account_id
    JOIN premises p ON p.id = a.premises_id
    LEFT JOIN bills r ON r.id = b.replaces_id
    LEFT JOIN bills n ON n.replaces_id = b.id
    WHERE b.id IN ({ids}) AND b.status IN ('issued', 'reversed') AND b.issued_at >= {}
"""

# Periods are yyyymm: two years are 200.
_MONTHS = """
    SELECT w.id AS bill_id, b.period, b.total_kopecks, c.zone, sum(c.consumption_kwh) AS kwh
    FROM bills w
    JOIN bills b ON b.account_id = w.account_id AND b.period <= w.period AND b.period > w.period - 200
         AND (b.id = w.id OR (b.status = 'issued' AND b.period < w.period)) AND b.issued_at >= {}
    LEFT JOIN charges c ON c.bill_id = b.id
    WHERE w.id IN ({ids})
    GROUP BY w.id, b.period, b.total_kopecks, c.zone
    ORDER BY w.id, b.period
"""

_PENALTIES = "SELECT bill_id, amount_kopecks, why FROM penalty_lines WHERE bill_id IN ({ids}) ORDER BY id"

_Row = TypeVar("_Row", bound=Any)


def _by_bill(rows: Iterable[_Row]) -> dict[int, list[_Row]]:
    grouped: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[row.bill_id].append(row)
    return grouped
