"""An account's bills and readings as CSV files for whoever may see it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lk import clock, db
from lk.csv_cells import cells_writer, columns_of, moment
from lk.money import Kopecks
from lk.period import Period


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of a bill in a table: `lk export bills`, and what a resident takes home. Bill-level columns repeat."""

    account_number: str
    period: Period
    line: str | None
    register: str | None
    previous: int | None
    current: int | None
    consumption_kwh: int | None
    band: int | None
    price: Kopecks | None
    amount: Kopecks | None
    method: str | None
    total: Kopecks
    opening_balance: Kopecks
    closing_balance: Kopecks
    due_on: date | None
    status: str


@dataclass(frozen=True, slots=True)
class _Reading:
    account_number: str
    meter_number: str
    period: Period
    kind: str
    taken_on: date
    received_at: datetime
    t1: int
    t2: int | None
    t3: int | None
    source: str
    status: str


async def bills_csv(account_id: int, since: datetime | None) -> bytes:
    """A row for each line of each issued or reversed bill, penalty lines after the others; none from before `since`."""
    seen_from = since or clock.EVER
    return await _file(BillLine, _BILLS, account_id, seen_from, account_id, seen_from)


async def readings_csv(account_id: int, since: datetime | None) -> bytes:
    """All of them, also those that do not count; none that was received before `since`."""
    return await _file(_Reading, _READINGS, account_id, since or clock.EVER)


async def _file(row_type: type[Any], sql: str, *args: object) -> bytes:
    """With the mark by which spreadsheets know UTF-8. Read in a thread: no page waits for it."""
    out = io.StringIO()
    writer, cells_of = csv.writer(out, lineterminator="\r\n"), cells_writer(row_type, moment)
    writer.writerow(columns_of(row_type))
    async for chunk in db.stream(row_type, sql, *args):
        writer.writerows(cells_of(row) for row in chunk)
    return out.getvalue().encode("utf-8-sig")


_OF_BILL = (
    "b.total_kopecks AS total, b.opening_kopecks AS opening_balance, "
    "b.opening_kopecks + b.total_kopecks AS closing_balance, b.due_on, b.status"
)
_SEEN = "b.account_id = {} AND b.status IN ('issued', 'reversed') AND b.issued_at >= {}"
_BILLS = f"""
    SELECT account_number, period, line, register, previous, current, consumption_kwh, band, price, amount, method,
           total, opening_balance, closing_balance, due_on, status
    FROM (
        SELECT a.number AS account_number, b.period, b.id AS bill_id, 0 AS part, c.id AS at, c.line, c.register,
               c.previous_kwh AS previous, c.current_kwh AS current, c.consumption_kwh, c.band,
               c.price_kopecks AS price, c.amount_kopecks AS amount, c.method, {_OF_BILL}
        FROM bills b JOIN accounts a ON a.id = b.account_id LEFT JOIN charges c ON c.bill_id = b.id
        WHERE {_SEEN}
        UNION ALL
        SELECT a.number, b.period, b.id, 1, n.id, 'penalty', NULL, NULL, NULL, NULL, NULL, NULL, n.amount_kopecks, NULL,
               {_OF_BILL}
        FROM bills b JOIN accounts a ON a.id = b.account_id JOIN penalty_lines n ON n.bill_id = b.id
        WHERE {_SEEN}
    ) lines
    ORDER BY period, bill_id, part, at
"""  # noqa: S608
_READINGS = (
    "SELECT a.number AS account_number, m.serial_number AS meter_number, r.period, r.kind, r.taken_on, r.received_at, "
    "r.t1_kwh AS t1, r.t2_kwh AS t2, r.t3_kwh AS t3, r.source, r.status FROM readings r "
    "JOIN accounts a ON a.id = r.account_id JOIN meters m ON m.id = r.meter_id "
    "WHERE r.account_id = {} AND r.received_at >= {} ORDER BY r.period, r.taken_on, r.id"
)
