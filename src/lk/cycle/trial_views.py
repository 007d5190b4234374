"""What is shown of a bill run on trial."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lk import db
from lk.csv_cells import cells_writer, columns_of, moment
from lk.cycle.lines import time_left
from lk.cycle.list_words import trial_words
from lk.language import spoken
from lk.money import Kopecks
from lk.period import Period

PAGE = 50


@dataclass(frozen=True, slots=True)
class Trial:
    """As the columns of `trial_runs`; `asked_by` is the agent's code. `seen_at` is by the database's clock."""

    id: int
    period: Period
    is_billed: bool
    asked_by: str
    asked_at: datetime
    resumed_at: datetime | None
    resumed_id: int
    through_id: int
    last_id: int
    finished_at: datetime | None
    is_failed: bool
    bills: int
    estimated: int
    held: int
    put_aside: int
    waiting: int
    compared: int
    differing: int
    lines: int
    total_kopecks: int
    stored_kopecks: int
    seen_at: datetime

    @property
    def left(self) -> timedelta | None:
        if self.resumed_at is None:
            return None
        through, last = self.through_id - self.resumed_id, self.last_id - self.resumed_id
        return time_left(self.seen_at - self.resumed_at, through, last)


@dataclass(frozen=True, slots=True)
class TrialRow:
    id: int
    account_number: str
    account_public_id: str
    kind: str
    stored_kopecks: int | None
    computed_kopecks: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class TrialPage:
    """`next_after`: what the next page begins after; None on the last one."""

    rows: Sequence[TrialRow]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class _CsvRow:
    account_number: str
    why: str
    stored: Kopecks | None
    computed: Kopecks | None
    difference: Kopecks | None


async def trial_of(period: Period) -> Trial | None:
    """The newest."""
    return await db.read_one_as(
        Trial,
        "SELECT t.id, t.period, t.is_billed, g.code AS asked_by, t.asked_at, t.resumed_at, t.resumed_id, "
        "t.through_id, t.last_id, t.finished_at, t.is_failed, t.bills, t.estimated, t.held, t.put_aside, t.waiting, "
        "t.compared, t.differing, t.lines, t.total_kopecks, t.stored_kopecks, CURRENT_TIMESTAMP AS seen_at "
        "FROM trial_runs t JOIN agents g ON g.id = t.asked_by WHERE t.period = {} ORDER BY t.id DESC LIMIT 1",
        period.number,
    )


_ROWS = (
    "SELECT l.id, a.number AS account_number, a.public_id AS account_public_id, l.kind, l.stored_kopecks, "
    "l.computed_kopecks, l.reason FROM trial_lines l JOIN accounts a ON a.id = l.account_id WHERE l.trial_id = {} "
)


async def trial_page(trial_id: int, after: int = 0) -> TrialPage:
    """In the order of accounts."""
    sql = _ROWS + "AND l.id > {} ORDER BY l.id LIMIT {}"
    rows = await db.read_as(TrialRow, sql, trial_id, after, PAGE + 1)
    return TrialPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


async def trial_file(trial_id: int) -> AsyncIterator[str]:
    """All lines that are kept, as CSV, a piece at a time."""
    cells = cells_writer(_CsvRow, moment)
    yield _csv([columns_of(_CsvRow)])
    async for chunk in db.stream(TrialRow, _ROWS + "ORDER BY l.id", trial_id):
        with spoken("ru"):
            rows = [cells(_csv_row(each)) for each in chunk]
        yield _csv(rows)


def _csv_row(row: TrialRow) -> _CsvRow:
    stored, computed = row.stored_kopecks, row.computed_kopecks
    difference = None if row.kind == "held" or row.kind == "put_aside" else (computed or 0) - (stored or 0)
    return _CsvRow(
        row.account_number,
        trial_words(row.kind, row.reason),
        None if stored is None else Kopecks(stored),
        None if computed is None else Kopecks(computed),
        None if difference is None else Kopecks(difference),
    )


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
