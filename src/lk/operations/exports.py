"""Files out: CSV rows streamed from one snapshot, in the order of account numbers.

Money is rubles with a point, days are ISO. Text that a spreadsheet would take for a formula gets a leading apostrophe.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TextIO

from lk import clock, db
from lk.billing.open_data import BillLine
from lk.csv_cells import Cells, columns_of
from lk.money import Kopecks, to_rubles
from lk.operations.cells_out import begin_of, days, end_of, numbers, one_after_another, written_rows
from lk.period import Period


async def export(kind: str, out: TextIO, period: Period | None = None) -> None:
    """Writes the file of this kind, of one period only if one is given.

    `accounts`: those open in the period; `payments` and `messages`: of its days; `ledger`: its entries, each with the
    balance after all before it.
    """
    columns, rows = KINDS[kind]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    async for chunk in rows(period):
        writer.writerows(chunk)


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
    opened_on: date
    closed_on: date | None
    postcode: str
    route: str
    email: str | None


def _accounts(period: Period | None) -> AsyncIterator[list[Cells]]:
    return written_rows(
        _Account,
        "SELECT a.number AS account_number, a.holder_name, p.address, p.region, a.tariff_category, a.residents, "
        "a.power_kw, a.has_paper_bill AS paper_bill, a.opened_on, a.closed_on, p.postcode, p.route, a.email "
        "FROM accounts a JOIN premises p ON p.id = a.premises_id "
        "WHERE a.opened_on <= {} AND (a.closed_on IS NULL OR a.closed_on >= {}) ORDER BY a.number",
        *reversed(days(period)),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    account_number: str
    meter_number: str
    taken_on: date
    t1: int
    t2: int | None
    t3: int | None
    source: str


def _readings(period: Period | None) -> AsyncIterator[list[Cells]]:
    """Those that count; the first and last ones of a meter belong to the meter."""
    return written_rows(
        _Reading,
        "SELECT a.number AS account_number, m.serial_number AS meter_number, r.taken_on, r.t1_kwh AS t1, "
        "r.t2_kwh AS t2, r.t3_kwh AS t3, r.source "
        "FROM readings r JOIN accounts a ON a.id = r.account_id JOIN meters m ON m.id = r.meter_id "
        "WHERE r.kind = 'regular' AND r.status = 'accepted' AND r.period BETWEEN {} AND {} "
        "ORDER BY a.number, r.taken_on, r.id",
        *numbers(period),
    )


def _bills(period: Period | None) -> AsyncIterator[list[Cells]]:
    """A row for each line of a bill, those of its penalty last; a bill without a line is one row without it."""
    return written_rows(BillLine, _BILLS, *numbers(period), *numbers(period))


_BILLS = """
    SELECT account_number, period, line, register, previous, current, consumption_kwh, band, price, amount, method,
           total, opening_balance, opening_balance + total AS closing_balance, due_on, status
    FROM (
        SELECT a.number AS account_number, b.period, c.line, c.register, c.previous_kwh AS previous,
               c.current_kwh AS current, c.consumption_kwh, c.band, c.price_kopecks AS price,
               c.amount_kopecks AS amount, c.method, b.total_kopecks AS total, b.opening_kopecks AS opening_balance,
               b.due_on, b.status, b.id AS bill_id, 1 AS place, c.id AS line_id
        FROM bills b JOIN accounts a ON a.id = b.account_id LEFT JOIN charges c ON c.bill_id = b.id
        WHERE b.period BETWEEN {} AND {}
        UNION ALL
        SELECT a.number, b.period, 'penalty', NULL, NULL, NULL, NULL, NULL, NULL, p.amount_kopecks, NULL,
               b.total_kopecks, b.opening_kopecks, b.due_on, b.status, b.id, 2, p.id
        FROM penalty_lines p JOIN bills b ON b.id = p.bill_id JOIN accounts a ON a.id = b.account_id
        WHERE b.period BETWEEN {} AND {}
    ) AS lines
    ORDER BY account_number, period, bill_id, place, line_id
"""


@dataclass(frozen=True, slots=True)
class _Entry:
    account_number: str
    posted_at: datetime
    kind: str
    amount: Kopecks
    key: str


async def _ledger(period: Period | None) -> AsyncIterator[list[Cells]]:
    """As the customer sees it: positive makes them owe more; `balance_after` is principal and penalty together."""
    number, balance = "", 0
    async for chunk in db.stream(_Entry, _LEDGER, end_of(period)):
        written: list[Cells] = []
        for entry in chunk:
            balance = entry.amount + (balance if entry.account_number == number else 0)
            number = entry.account_number
            posted_on = clock.local_date(entry.posted_at)
            if period is None or Period.of(posted_on) == period:
                amounts = to_rubles(entry.amount), entry.key, to_rubles(balance)
                written.append((number, posted_on.isoformat(), entry.kind, *amounts))
        yield written


_LEDGER = (
    "SELECT a.number AS account_number, e.posted_at, e.kind, "
    "CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END AS amount, e.key "
    "FROM ledger_entries e JOIN accounts a ON a.id = e.account_id WHERE e.posted_at < {} ORDER BY a.number, e.id"
)


@dataclass(frozen=True, slots=True)
class _Payment:
    external_id: str
    account_number: str
    paid_on: datetime | None
    amount: Kopecks
    channel: str
    status: str


def _payments(period: Period | None) -> AsyncIterator[list[Cells]]:
    """`paid_on` is known of what succeeded; the period is that of the day on which a payment began.

    What went back follows the acquirer's, its amounts below zero; then those of banks: of their period is what was
    paid in it.
    """
    return one_after_another(
        written_rows(_Payment, _BY_CARD, begin_of(period), end_of(period)),
        written_rows(_Payment, _BACK, *[begin_of(period), end_of(period)] * 2),
        written_rows(_BankPayment, _BY_BANK, *days(period) * 2),
    )


_BY_CARD = (
    "SELECT coalesce(y.acquirer_id, y.key) AS external_id, a.number AS account_number, "
    "CASE WHEN y.status = 'succeeded' THEN y.finished_at END AS paid_on, y.amount_kopecks AS amount, "
    "CASE WHEN y.kind = 'autopay' THEN 'autopay' ELSE 'card' END AS channel, y.status "
    "FROM payments y JOIN accounts a ON a.id = y.account_id "
    "WHERE y.created_at >= {} AND y.created_at < {} ORDER BY a.number, y.id"
)


_BACK = (
    "SELECT coalesce(r.acquirer_id, r.key) AS external_id, a.number AS account_number, "
    "CASE WHEN r.status = 'succeeded' THEN r.finished_at END AS paid_on, -r.amount_kopecks AS amount, "
    "'refund' AS channel, r.status FROM refunds r JOIN accounts a ON a.id = r.account_id "
    "WHERE r.created_at >= {} AND r.created_at < {} UNION ALL "
    "SELECT 'correction:' || c.public_id, a.number, "
    "CASE WHEN c.status = 'posted' THEN coalesce(c.decided_at, c.created_at) END, -c.amount_kopecks, "
    "'payout', CASE WHEN c.status = 'posted' THEN 'succeeded' ELSE c.status END "
    "FROM corrections c JOIN accounts a ON a.id = c.account_id "
    "WHERE c.kind = 'payout' AND c.created_at >= {} AND c.created_at < {} ORDER BY 2, 1"
)


@dataclass(frozen=True, slots=True)
class _BankPayment:
    external_id: str
    account_number: str
    paid_on: date
    amount: Kopecks
    channel: str
    status: str


_BY_BANK = (
    "SELECT external_id, account_number, paid_on, amount_kopecks AS amount, channel, "
    "CASE WHEN returned_at IS NOT NULL THEN 'returned' WHEN account_id IS NULL THEN 'unmatched' "
    "ELSE 'succeeded' END AS status "
    "FROM bank_payments WHERE paid_on BETWEEN {} AND {} UNION ALL "
    "SELECT external_id, account_number, paid_on, amount_kopecks, channel, 'undone' "
    "FROM undone_bank_payments WHERE paid_on BETWEEN {} AND {} ORDER BY 2, 1"
)


@dataclass(frozen=True, slots=True)
class _Message:
    key: str
    kind: str
    account_number: str | None
    to_address: str
    status: str
    attempts: int
    created_on: datetime
    sent_on: datetime | None


def _messages(period: Period | None) -> AsyncIterator[list[Cells]]:
    """That letters went out, never what is in them."""
    return written_rows(
        _Message,
        "SELECT g.key, g.kind, a.number AS account_number, g.to_address, g.status, g.attempts, "
        "g.created_at AS created_on, g.sent_at AS sent_on FROM messages g LEFT JOIN accounts a ON a.id = g.account_id "
        "WHERE g.created_at >= {} AND g.created_at < {} ORDER BY g.id",
        begin_of(period),
        end_of(period),
    )


Rows = Callable[[Period | None], AsyncIterator[list[Cells]]]

KINDS: Mapping[str, tuple[tuple[str, ...], Rows]] = {
    "accounts": (columns_of(_Account), _accounts),
    "readings": (columns_of(_Reading), _readings),
    "bills": (columns_of(BillLine), _bills),
    "ledger": (("account_number", "posted_on", "kind", "amount", "key", "balance_after"), _ledger),
    "payments": (columns_of(_Payment), _payments),
    "messages": (columns_of(_Message), _messages),
}
