"""Readings in bulk, judged like any other; what a person would be asked to confirm is reported and accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from functools import partial
from typing import ClassVar

from lk.actor import PROGRAM
from lk.billing.correcting import correct_from
from lk.metering.rules import JudgeFacts, Verdict, judge_reading, verdict
from lk.operations import messages
from lk.operations.files import Table
from lk.operations.loading import NOTES, Importer, Load, Quick
from lk.operations.reading_books import Book, books_of
from lk.operations.reading_facts import Case, Place, is_plainly_good
from lk.operations.reading_lane import Found, close_lane, look_up, open_lane, take_over
from lk.operations.reading_rows import COLUMNS, ReadingRow, ReadingRows
from lk.operations.reading_store import Kept, as_json, kept_reading, store
from lk.operations.reported import Say
from lk.operations.rows import Row
from lk.operations.stored import KnownReading
from lk.outcome import Problem, Refused
from lk.period import Period


class Readings(Importer[ReadingRow]):
    """The latest accepted reading of a period counts; one that is stored already is passed over.

    Nearly every row of a city is plainly good and the only one of its account: it is taken over as it was looked up.
    One with something odd about it is judged by what was looked up; the others by the whole book of their account.
    """

    columns = COLUMNS
    chunk: ClassVar[int] = 5_000

    def __init__(self, load: Load) -> None:
        self._load = load
        self._rows = ReadingRows(load)
        self._table: Table | None = None
        self._is_open = False
        self._held = 0
        self._odd = 0
        self._problems: Counter[str] = Counter()
        self._new: list[Kept] = []
        self._superseded: list[int] = []
        self._count_superseded = 0
        self._came_late: dict[int, tuple[ReadingRow, Period]] = {}

    def quick(self, table: Table) -> Quick[ReadingRow]:
        self._table = table
        return self._rows.quick(table)

    def parse(self, row: Row) -> ReadingRow:
        return self._rows.parse(row)

    async def take(self, parsed: Sequence[ReadingRow]) -> None:
        if not self._is_open:
            await open_lane()
            self._is_open = True
        looked_up = await look_up(parsed)
        several = _several(parsed)
        others = [
            (row, Found.of(bare))
            for row, bare in zip(parsed, looked_up, strict=True)
            if row.number in several or not is_plainly_good(row, bare, self._load)
        ]
        await self._look_closer(others, several)
        self._load.added += len(parsed) - len(others)
        if not self._load.complaints:
            await take_over([row.line for row, _ in others], self._load.import_id)
            await store(self._new, self._superseded, self._load.import_id)
        self._count_superseded += len(self._superseded) + sum(each.reading.status == "superseded" for each in self._new)
        self._new, self._superseded = [], []

    async def finish(self) -> None:
        if self._is_open:
            await close_lane()
        await self._bill_again()
        told: list[Say] = []
        if self._held or self._odd or self._count_superseded:
            told.append(partial(messages.readings_looked_at, self._held, self._odd, self._count_superseded))
        if self._problems.total() > NOTES:
            told.append(partial(messages.problems_counted, self._problems))
        self._load.notes[:0] = told

    async def _look_closer(self, others: Sequence[tuple[ReadingRow, Found]], several: Container[str]) -> None:
        """What comes of rows depends on their order only within an account, but is told in one order for all."""
        cases = [Case.of(row, found, self._load, is_alone=row.number not in several) for row, found in others]
        books = await books_of({case.row.number for case in cases if case.needs_book})
        for case in sorted(cases, key=lambda case: (case.row.day.on, case.row.line)):
            if case.found.account_id is None:
                self._row(case.row).bad("account_number", "unknown_account")
            elif case.found.meter_id is None:
                self._row(case.row).bad("meter_number", "unknown_meter")
            elif case.needs_book:
                self._take_with(books[case.row.number], case.row)
            elif case.facts is None:
                self._load.unchanged += 1
            elif not self._has_too_many(case.row, case.found.zones):
                self._judge(case.row, case.facts, case.place)

    def _take_with(self, book: Book, row: ReadingRow) -> None:
        meter = book.meter(row.serial_key)
        assert meter is not None
        if not meter.is_in_place(row.day.on):
            self._row(row).bad("taken_on", "meter_not_in_place")
        elif self._has_too_many(row, meter.zones):
            return
        elif book.holds(meter, row.day.on, row.values[: meter.zones]):
            self._load.unchanged += 1
        else:
            occasion = book.occasion(meter, row.day.on, self._load)
            place = Place(book.account.id, meter.id, occasion.period, book.account.has_cabinet)
            kept = self._judge(row, occasion.facts(row.values), place)
            if kept is None:
                return
            self._superseded += book.take(kept)
            if kept.status == "accepted" and occasion.period == book.account.last_billed:
                self._came_late[book.account.id] = (row, occasion.period)

    async def _bill_again(self) -> None:
        """A reading that came after its account's last bill has that bill made anew."""
        if self._load.complaints:
            return
        for account_id, (row, period) in self._came_late.items():
            try:
                await correct_from(account_id, period, "reading", PROGRAM)
            except Refused:
                self._row(row).bad("taken_on", "cannot_bill_again", period=str(period))

    def _has_too_many(self, row: ReadingRow, zones: int) -> bool:
        is_more = any(value is not None for value in row.values[zones:])
        if is_more:
            self._row(row).bad(f"t{zones + 1}", "register_too_many", zones=zones)
        return is_more

    def _judge(self, row: ReadingRow, facts: JudgeFacts, place: Place) -> KnownReading | None:
        """The reading to be stored, or None where it was refused."""
        problems = judge_reading(facts)
        judged = verdict(problems, "import")
        if judged is Verdict.REFUSED:
            self._complain(row, facts.zones, problems)
            return None
        if problems:
            self._tell(row, judged, problems)
        kept = kept_reading(row, place, judged.value)
        self._new.append(Kept(kept, as_json(problems), place.has_cabinet))
        self._load.added += 1
        return kept

    def _complain(self, row: ReadingRow, zones: int, problems: Sequence[Problem]) -> None:
        told = self._row(row)
        for problem in problems:
            if problem.code == "not_a_number":
                told.bad(problem.field or "t1", "register_missing", zones=zones)
            elif problem.severity == "refuse":
                self._load.complaints.add_problem(row.line, problem, told.cells.get(problem.field or "", ""))

    def _tell(self, row: ReadingRow, judged: Verdict, problems: Sequence[Problem]) -> None:
        if judged is Verdict.HELD:
            self._held += 1
        else:
            self._odd += 1
        self._problems.update(problem.code for problem in problems)
        if len(self._load.notes) < NOTES:
            cells = self._row(row).cells
            for problem in problems:
                self._load.note(partial(messages.complaint, row.line, problem, cells.get(problem.field or "", "")))

    def _row(self, row: ReadingRow) -> Row:
        """The row as it stands in the file, to tell of it."""
        assert self._table is not None
        found = self._table.row(row.line, row.written)
        assert found is not None
        return found


def _several(rows: Sequence[ReadingRow]) -> Container[str]:
    """Account numbers that have more than one row."""
    numbers = [row.number for row in rows]
    if len(set(numbers)) == len(numbers):
        return ()
    return {number for number, count in Counter(numbers).items() if count > 1}
