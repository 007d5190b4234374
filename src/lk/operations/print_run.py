"""The print run: a month's paper bills as PDF for the printer, a file a route, and a control table, in one ZIP.

The order is the postman's. The same data give the same bytes.
"""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lk import db
from lk.accounts.queries import confirmation_code
from lk.billing.paper import Enclosure
from lk.billing.pdf import batch_pdf
from lk.billing.queries import cabinets_opened_before
from lk.billing.sheet import BillSheet
from lk.billing.sheets import sheets_of
from lk.csv_cells import harmless
from lk.language import spoken
from lk.money import to_rubles
from lk.period import Period
from lk.readings.links import reading_url

BATCH = 150
"""Bills in one file: no more than these are in memory, and a printer takes the file at once."""
SLICE = 10
"""Bills whose sheets are read at once."""
NO_ROUTE = "without-route"
TOTAL = "total"
CONTROL = "control.csv"
COLUMNS = ("route", "file", "position", "bills", "pages", "postcode", "account_number", "to_pay")
_OWNER_ONLY = 0o100600 << 16
_UNIX = 3

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PaperBill:
    """A bill that goes to a letter box."""

    bill_id: int
    public_id: str
    account_number: str
    route: str
    postcode: str
    address: str


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A line of the control table; `position` in its route, from 1."""

    route: str
    file: str
    position: int
    pages: int
    postcode: str
    account_number: str
    to_pay_kopecks: int


async def print_run(period: Period, path: Path, report: Report = lambda _done, _total: None) -> int:
    """Writes the file whole or not at all; returns how many bills are in it. Raises OSError."""
    bills = await paper_bills(period)
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with ZipFile(unfinished, "w") as archive:
            rows: list[PrintedRow] = []
            async for name, content, printed in batches(bills, period):
                archive.writestr(entry(name, period), content)
                rows += printed
                report(len(rows), len(bills))
            archive.writestr(entry(CONTROL, period), control_table(rows))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return len(bills)


async def paper_bills(period: Period) -> list[PaperBill]:
    """By route, postcode, address as people count houses and flats, and account number."""
    found: list[PaperBill] = []
    async for chunk in db.stream(PaperBill, _PAPER_BILLS, period.number, True):
        found += chunk
    return await asyncio.to_thread(_in_order, found)


def _in_order(bills: Sequence[PaperBill]) -> list[PaperBill]:
    """Takes long for a city, in the caller's thread."""
    return sorted(
        bills,
        key=lambda each: (_natural(each.route), each.route, each.postcode, _natural(each.address), each.account_number),
    )


async def has_paper_bills(period: Period) -> bool:
    return bool(await db.read(f"{_PAPER_BILLS} LIMIT 1", period.number, True))


_PAPER_BILLS = """
    SELECT b.id AS bill_id, a.public_id, a.number AS account_number, p.route, p.postcode, p.address
    FROM bills b JOIN accounts a ON a.id = b.account_id JOIN premises p ON p.id = a.premises_id
    WHERE b.period = {} AND b.status = 'issued' AND a.has_paper_bill = {}
"""


async def batches(bills: Sequence[PaperBill], period: Period) -> AsyncIterator[tuple[str, bytes, list[PrintedRow]]]:
    """(name, content, lines of the control table), a batch at a time."""
    names: set[str] = set()
    for route, group in groupby(bills, key=lambda bill: bill.route):
        of_route = list(group)
        stem = _stem(route, names)
        for at in range(0, len(of_route), BATCH):
            batch = of_route[at : at + BATCH]
            name = f"{stem}.pdf" if len(of_route) <= BATCH else f"{stem}-part-{at // BATCH + 1:02}.pdf"
            sheets = await _sheets(batch)
            printed = await batch_pdf(sheets, await _enclosures(batch, sheets, period))
            yield name, printed.content, list(_rows(name, at, batch, sheets, printed.pages))


def _rows(
    name: str, at: int, batch: Sequence[PaperBill], sheets: Sequence[BillSheet], pages: Sequence[int]
) -> Iterator[PrintedRow]:
    for position, (bill, sheet, count) in enumerate(zip(batch, sheets, pages, strict=True), at + 1):
        yield PrintedRow(bill.route, name, position, count, bill.postcode, bill.account_number, sheet.to_pay_kopecks)


async def _sheets(batch: Sequence[PaperBill]) -> list[BillSheet]:
    """A few at a time: pages of the same process wait no longer than for these.

    In Russian whoever began the run: what is posted is the document that counts.
    """
    sheets: list[BillSheet] = []
    for at in range(0, len(batch), SLICE):
        with spoken("ru"):
            sheets += await sheets_of([bill.bill_id for bill in batch[at : at + SLICE]])
        await asyncio.sleep(0)
    return sheets


async def _enclosures(batch: Sequence[PaperBill], sheets: Sequence[BillSheet], period: Period) -> list[Enclosure]:
    """Who has a meter may send the next month's reading from the paper."""
    opened = await cabinets_opened_before([bill.bill_id for bill in batch])
    codes = {bill_id: confirmation_code(each.access_id) for bill_id, each in opened.items() if each.is_provisional}
    return [
        Enclosure(
            confirmation_code=codes.get(bill.bill_id, ""),
            reading_url=reading_url(bill.public_id, period.next) if sheet.dials else "",
            reading_period=period.next,
        )
        for bill, sheet in zip(batch, sheets, strict=True)
    ]


def control_table(rows: Sequence[PrintedRow]) -> bytes:
    """A line for each bill, and after each route its total."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for route, group in groupby(rows, key=lambda row: row.route):
        of_route = list(group)
        for row in of_route:
            sums = harmless(row.postcode), row.account_number, to_rubles(row.to_pay_kopecks)
            writer.writerow((harmless(route), row.file, row.position, 1, row.pages, *sums))
        pages, total = sum(row.pages for row in of_route), sum(row.to_pay_kopecks for row in of_route)
        writer.writerow((harmless(route), "", TOTAL, len(of_route), pages, "", "", to_rubles(total)))
    return text.getvalue().encode()


def _stem(route: str, taken: set[str]) -> str:
    """A file's name that no system stumbles over, and that no other route has."""
    plain = re.sub(r"[^\w-]+", "_", route).strip("_") or NO_ROUTE
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain}_{number}"
    taken.add(name.casefold())
    return name


def _natural(text: str) -> list[str | int]:
    """2 before 10, whatever the case."""
    return [int(part) if at % 2 else part for at, part in enumerate(re.split(r"([0-9]+)", text.casefold()))]


def entry(name: str, period: Period) -> ZipInfo:
    """The month's first day stands for the clock; a PDF is packed already."""
    info = ZipInfo(name, (period.year, period.month, 1, 0, 0, 0))
    compression = ZIP_DEFLATED if name == CONTROL else ZIP_STORED
    info.compress_type, info.external_attr, info.create_system = compression, _OWNER_ONLY, _UNIX
    return info
