"""Readings in bulk, judged like any other; what a person would be asked to confirm is reported and accepted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lk import clock, db
from lk.history.actions import record
from lk.metering.queries import Occasion
from lk.metering.rules import Verdict, judge_reading, verdict
from lk.operations import messages
from lk.operations.loading import Load, account_number_in, kwh_in, serial_key_in
from lk.operations.reading_books import Book, books_of
from lk.operations.rows import Row
from lk.operations.stored import KnownReading, StoredMeter
from lk.outcome import Problem

SOURCES = ("import", "resident", "helper", "agent", "link")


@dataclass(frozen=True, slots=True)
class ReadingRow:
    row: Row
    number: str
    serial_key: str
    taken_on: date
    values: tuple[int | None, int | None, int | None]
    source: str


class Readings:
    """The latest accepted reading of a period counts; one that is stored already is passed over."""

    columns = ("account_number", "meter_number", "taken_on", "t1", "t2", "t3", "source")
    optional = ()

    def __init__(self, load: Load) -> None:
        self._load = load
        self._held = 0
        self._odd = 0
        self._new: list[tuple[KnownReading, str, Book]] = []
        self._superseded: list[int] = []

    def parse(self, row: Row) -> ReadingRow:
        return ReadingRow(
            row=row,
            number=account_number_in(row),
            serial_key=serial_key_in(row),
            taken_on=row.day("taken_on", self._load.earliest),
            values=kwh_in(row, "t"),
            source="import" if row.is_empty("source") else row.one_of("source", SOURCES),
        )

    async def take(self, parsed: Sequence[ReadingRow]) -> None:
        books = await books_of({each.number for each in parsed})
        for each in sorted(parsed, key=lambda each: (each.taken_on, each.row.line)):
            book = books.get(each.number)
            if book is None:
                each.row.bad("account_number", "unknown_account")
                continue
            self._take(each, book)
        if not self._load.complaints:
            await self._write()
        self._new, self._superseded = [], []

    async def finish(self) -> None:
        if self._held or self._odd:
            self._load.notes.insert(0, messages.readings_looked_at(self._held, self._odd))

    def _take(self, each: ReadingRow, book: Book) -> None:
        meter = book.meter(each.serial_key)
        if meter is None:
            each.row.bad("meter_number", "unknown_meter")
        elif not _is_in_place(meter, each.taken_on):
            each.row.bad("taken_on", "meter_not_in_place")
        elif any(value is not None for value in each.values[meter.zones :]):
            each.row.bad(f"t{meter.zones + 1}", "register_too_many", zones=meter.zones)
        elif _is_stored(each, meter, book):
            self._load.unchanged += 1
        else:
            self._judge(each, meter, book)

    def _judge(self, each: ReadingRow, meter: StoredMeter, book: Book) -> None:
        occasion = book.occasion(meter, each.taken_on, self._load)
        problems = judge_reading(occasion.facts(each.values))
        judged = verdict(problems, "import")
        if judged is Verdict.REFUSED:
            self._complain(each, meter, problems)
            return
        self._tell(each, judged, problems)
        kept = _kept(each, book.account.id, occasion, judged)
        self._settle_standing(kept, book)
        book.readings.append(kept)
        self._new.append((kept, _as_json(problems), book))
        self._load.added += 1

    def _complain(self, each: ReadingRow, meter: StoredMeter, problems: Sequence[Problem]) -> None:
        each.row.is_good = False
        for problem in problems:
            if problem.code == "not_a_number":
                each.row.bad(problem.field or "t1", "register_missing", zones=meter.zones)
            elif problem.severity == "refuse":
                self._load.complaints.add_problem(each.row.line, problem, each.row.cells.get(problem.field or "", ""))

    def _tell(self, each: ReadingRow, judged: Verdict, problems: Sequence[Problem]) -> None:
        if judged is Verdict.HELD:
            self._held += 1
        elif problems:
            self._odd += 1
        for problem in problems:
            self._load.note(messages.complaint(each.row.line, problem, each.row.cells.get(problem.field or "", "")))

    def _settle_standing(self, kept: KnownReading, book: Book) -> None:
        """One that waits for a person never displaces one that counts, nor an older one a later one."""
        standing = [
            each
            for each in book.readings
            if (each.meter_id, each.kind, each.period) == (kept.meter_id, "regular", kept.period)
            and each.status in ("accepted", "held")
        ]
        if any(each.status == "accepted" and each.taken_on > kept.taken_on for each in standing):
            kept.status = "superseded"
            return
        for each in standing:
            if kept.status == "accepted" or each.status == "held":
                each.status = "superseded"
                self._superseded += [each.id] if each.id is not None else []

    async def _write(self) -> None:
        await db.write_many(
            "UPDATE readings SET status = 'superseded' WHERE id = {}", [(each,) for each in self._superseded]
        )
        now = clock.now()
        await db.write_many(
            "INSERT INTO readings (account_id, meter_id, kind, period, taken_on, source, status, t1_kwh, t2_kwh, "
            "t3_kwh, problems, received_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            [(*_columns(kept), problems, now) for kept, problems, _ in self._new],
        )
        for kept, _, book in self._new:
            if book.account.has_cabinet and kept.status != "superseded":
                await _record(kept)


def _is_in_place(meter: StoredMeter, day: date) -> bool:
    return meter.installed_on <= day and (meter.removed_on is None or day < meter.removed_on)


def _is_stored(each: ReadingRow, meter: StoredMeter, book: Book) -> bool:
    values = each.values[: meter.zones]
    return any(
        (known.meter_id, known.kind, known.taken_on, known.values) == (meter.id, "regular", each.taken_on, values)
        for known in book.readings
    )


def _kept(each: ReadingRow, account_id: int, occasion: Occasion, judged: Verdict) -> KnownReading:
    t1, t2, t3 = each.values
    assert t1 is not None
    return KnownReading(
        id=None,
        account_id=account_id,
        meter_id=occasion.meter.id,
        kind="regular",
        period=occasion.period,
        taken_on=each.taken_on,
        source=each.source,
        status=judged.value,
        t1_kwh=t1,
        t2_kwh=t2,
        t3_kwh=t3,
    )


def _columns(kept: KnownReading) -> tuple[object, ...]:
    return (
        kept.account_id,
        kept.meter_id,
        kept.kind,
        kept.period.number,
        kept.taken_on,
        kept.source,
        kept.status,
        kept.t1_kwh,
        kept.t2_kwh,
        kept.t3_kwh,
    )


def _as_json(problems: Sequence[Problem]) -> str:
    return json.dumps(
        [
            {"code": each.code, "severity": each.severity, "field": each.field, "params": dict(each.params)}
            for each in problems
        ]
    )


async def _record(kept: KnownReading) -> None:
    registers: dict[str, Any] = {f"t{at}": kwh for at, kwh in enumerate(kept.values, start=1)}
    await record(
        "reading_held" if kept.status == "held" else "reading_sent",
        account_id=kept.account_id,
        meter=kept.meter_id,
        period=str(kept.period),
        source=kept.source,
        **registers,
    )
