"""Who stands behind a number of the board: accounts, why, and since when; page by page, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.csv_cells import cells_writer, columns_of, moment
from lk.cycle.board import UNKNOWN_FOR
from lk.cycle.list_words import reason_words
from lk.language import spoken
from lk.period import Period

PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """`reason` is a code; a letter may belong to no account."""

    id: int
    account_number: str | None
    account_public_id: str | None
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ListPage:
    """`next_after`: what the next page begins after; None on the last one."""

    rows: Sequence[Listed]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class _CsvRow:
    account_number: str | None
    reason: str
    since: datetime


_WHERE: Mapping[str, str] = {
    "put-aside": (
        "SELECT x.id, a.number AS account_number, a.public_id AS account_public_id, x.reason, x.since "
        "FROM put_asides x JOIN accounts a ON a.id = x.account_id WHERE x.resolved_at IS NULL AND x.period = {}"
    ),
    "held-readings": (
        "SELECT x.id, a.number AS account_number, a.public_id AS account_public_id, x.problems AS reason, "
        "x.received_at AS since FROM readings x JOIN accounts a ON a.id = x.account_id "
        "WHERE x.status = 'held' AND x.period = {}"
    ),
    "held-bills": (
        "SELECT x.id, a.number AS account_number, a.public_id AS account_public_id, x.hold_reasons AS reason, "
        "x.created_at AS since FROM bills x JOIN accounts a ON a.id = x.account_id "
        "WHERE x.status = 'held' AND x.period = {}"
    ),
    "undelivered": (
        "SELECT x.account_id AS id, a.number AS account_number, a.public_id AS account_public_id, "
        "'undelivered' AS reason, "
        "x.issued_at AS since FROM bills x JOIN accounts a ON a.id = x.account_id "
        "WHERE x.status = 'issued' AND x.delivered_on IS NULL AND x.period + 0 = {}"
    ),
    "autopay-failed": (
        "SELECT x.id, a.number AS account_number, a.public_id AS account_public_id, x.status AS reason, "
        "coalesce(x.finished_at, x.noticed_at) AS since FROM autopay_months x JOIN accounts a ON a.id = x.account_id "
        "WHERE x.status IN ('refused', 'missed', 'above') AND x.period = {}"
    ),
    "dead-letters": (
        "SELECT x.id, a.number AS account_number, a.public_id AS account_public_id, x.kind AS reason, "
        "x.created_at AS since FROM messages x LEFT JOIN accounts a ON a.id = x.account_id "
        "WHERE x.status = 'dead' AND x.created_at >= {} AND x.created_at < {}"
    ),
    "unknown-payments": (
        "SELECT x.id, a.number AS account_number, a.public_id AS account_public_id, x.status AS reason, "
        "x.created_at AS since FROM payments x JOIN accounts a ON a.id = x.account_id "
        "WHERE x.status IN ('created', 'pending', 'unknown') AND x.status = 'unknown' AND x.created_at <= {}"
    ),
}
"""Each by the partial index of what waits."""

_KEYS = {"undelivered": "x.account_id"}
"""What a page goes on after: before a delivery a city's bills, in the order of their index."""
_FEW = "x.id + 0"
"""The others are few. `+ 0` keeps a database from another index, or from going through all rows by their ids."""

NAMES = tuple(_WHERE)


async def listed(name: str, period: Period, reason: str = "", after: int = 0) -> ListPage:
    """The next page of those behind `after`; of one `reason` only, if given. Raises KeyError for an unknown name."""
    sql, args = _selected(name, period, reason)
    key = _KEYS.get(name, _FEW)
    rows = await db.read_as(Listed, f"{sql} AND {key} > {{}} ORDER BY {key} LIMIT {{}}", *args, after, PAGE + 1)
    return ListPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def listed_file(name: str, period: Period, reason: str = "") -> AsyncIterator[str]:
    """All of them as CSV, a piece at a time. Raises KeyError for an unknown name."""
    sql, args = _selected(name, period, reason)
    return _pieces(name, f"{sql} ORDER BY {_KEYS.get(name, _FEW)}", args)


async def _pieces(name: str, sql: str, args: Sequence[object]) -> AsyncIterator[str]:
    cells = cells_writer(_CsvRow, moment)
    yield _csv([columns_of(_CsvRow)])
    async for chunk in db.stream(Listed, sql, *args):
        with spoken("ru"):
            rows = [_CsvRow(each.account_number, reason_words(name, each.reason), each.since) for each in chunk]
        yield _csv([cells(row) for row in rows])


def _selected(name: str, period: Period, reason: str) -> tuple[str, list[object]]:
    args: list[object] = [period.number]
    if name == "dead-letters":
        args = [clock.start_of_day(period.first_day), clock.start_of_day(period.next.first_day)]
    elif name == "unknown-payments":
        args = [clock.now() - UNKNOWN_FOR]
    if reason and name == "put-aside":
        return f"{_WHERE[name]} AND x.reason = {{}}", [*args, reason]
    return _WHERE[name], args


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
