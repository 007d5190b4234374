"""Rows of a file of readings: nearly all are plainly well written, and those are read without a detour."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from typing import NamedTuple

from lk.operations.files import Table
from lk.operations.loading import Load, Quick, account_number_in, kwh_in, serial_key_in
from lk.operations.rows import Row
from lk.operations.stored import LONG_AGO
from lk.period import Period
from lk.tariffs.rules import calendar_for, period_of_reading

SOURCES = ("import", "resident", "helper", "agent", "link")
COLUMNS = ("account_number", "meter_number", "taken_on", "t1", "t2", "t3", "source")

LAST_DAY = date(2200, 12, 31)
_SOURCES = {"": "import", **{source: source for source in SOURCES}}


class Day(NamedTuple):
    """A day of the file, and the number of the period for which its readings count while that is not billed."""

    on: date
    text: str
    period: int


class ReadingRow(NamedTuple):
    """`written` are its cells, for what has to be told of them."""

    line: int
    number: str
    serial_key: str
    day: Day
    t1: int | None
    t2: int | None
    t3: int | None
    source: str
    written: list[str]

    @property
    def values(self) -> tuple[int | None, int | None, int | None]:
        return self.t1, self.t2, self.t3


class ReadingRows:
    """What reads them. A file has few different days: each is looked up once."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._days: dict[str, Day] = {}

    def parse(self, row: Row) -> ReadingRow:
        return ReadingRow(
            row.line,
            account_number_in(row),
            serial_key_in(row),
            self._day(row.day("taken_on", self._load.earliest)),
            *kwh_in(row, "t"),
            "import" if row.is_empty("source") else row.one_of("source", SOURCES),
            list(row.cells.values()),
        )

    def quick(self, table: Table) -> Quick[ReadingRow]:
        """Digits alone, in cells of the right length, on a day that was looked up before."""
        days, width, new = self._days, len(COLUMNS), tuple.__new__
        pick = itemgetter(*[table.header.index(name) for name in COLUMNS]) if table.header else tuple

        def read(line: int, written: list[str]) -> ReadingRow | None:
            if len(written) != width:
                return None
            number, serial, day, t1, t2, t3, source = pick(written)
            digits = f"{number}{serial}{t1}{t2}{t3}"
            if not (digits.isascii() and digits.isdigit() and len(number) == 10 and 4 <= len(serial) <= 20):
                return None
            key, known, source = serial.lstrip("0"), days.get(day), _SOURCES.get(source)
            if not key or known is None or source is None or not t1 or max(len(t1), len(t2), len(t3)) > 9:
                return None
            second, third = int(t2) if t2 else None, int(t3) if t3 else None
            return new(ReadingRow, (line, number, key, known, int(t1), second, third, source, written))

        return read

    def _day(self, on: date) -> Day:
        text = on.isoformat()
        found = self._days.get(text)
        if found is None:
            # Beyond these it was complained about already, and counts for nothing.
            counted = min(max(on, self._load.earliest), LAST_DAY)
            calendar = calendar_for(self._load.calendars, Period.of(counted))
            period = period_of_reading(counted, calendar, first_unbilled=LONG_AGO)
            found = self._days[text] = Day(on, text, period.number)
        return found
