"""Rows of the database as cells of a CSV file, and the bounds of a period."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import TypeVar, get_type_hints

from lk import clock, db
from lk.money import Kopecks, to_rubles
from lk.period import Period

Row = TypeVar("Row")
Cells = Sequence[str]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ALL = (0, 999912)


def numbers(period: Period | None) -> tuple[int, int]:
    return (period.number, period.number) if period else _ALL


def begin_of(period: Period | None) -> datetime:
    return clock.start_of_day(period.first_day if period else date(1970, 1, 1))


def end_of(period: Period | None) -> datetime:
    """The first instant that is too late."""
    return clock.start_of_day(period.next.first_day if period else date(9000, 1, 1))


async def written_rows(row_type: type[Row], sql: str, *args: object) -> AsyncIterator[list[Cells]]:
    """Rows as cells, each by the type of its field."""
    hints = get_type_hints(row_type)
    writers = [(name, _cell_writer(hints[name])) for name in columns_of(row_type)]
    async for chunk in db.stream(row_type, sql, *args):
        yield [[write(getattr(row, name)) for name, write in writers] for row in chunk]


def _cell_writer(hint: object) -> Callable[[object], str]:
    return _rubles if hint in (Kopecks, Kopecks | None) else _cell


def _rubles(kopecks: object) -> str:
    return to_rubles(kopecks) if isinstance(kopecks, int) else ""


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return clock.local_date(value).isoformat()
        case date():
            return value.isoformat()
        case str():
            return harmless(value)
        case _:
            return str(value)


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def columns_of(row_type: type[object]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(row_type))  # type: ignore[arg-type]
