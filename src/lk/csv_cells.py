"""Rows as cells of CSV files: money in rubles with a point, days in ISO, nothing that a spreadsheet would run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar, get_type_hints

from lk import clock
from lk.config import settings
from lk.money import Kopecks, to_rubles

Row = TypeVar("Row")
Cells = Sequence[str]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MONEY = (Kopecks, Kopecks | None)


def cells_writer(row_type: type[Row], written_instant: Callable[[datetime], str]) -> Callable[[Row], list[str]]:
    """What makes a row's cells, each by the type of its field."""
    money = money_columns(row_type)
    writers = [(name, _rubles if name in money else _cell_with(written_instant)) for name in columns_of(row_type)]
    return lambda row: [write(getattr(row, name)) for name, write in writers]


def columns_of(row_type: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(row_type))


def money_columns(row_type: type[Any]) -> frozenset[str]:
    hints = get_type_hints(row_type)
    return frozenset(name for name in columns_of(row_type) if hints[name] in _MONEY)


def day(instant: datetime) -> str:
    """`2026-03-16`, the company's."""
    return clock.local_date(instant).isoformat()


def moment(instant: datetime) -> str:
    """`2026-03-16T14:05:00+03:00`, the company's."""
    return instant.astimezone(settings().time_zone).isoformat(timespec="seconds")


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rubles(kopecks: object) -> str:
    return to_rubles(kopecks) if isinstance(kopecks, int) else ""


def _cell_with(written_instant: Callable[[datetime], str]) -> Callable[[object], str]:
    def cell(value: object) -> str:
        match value:
            case None:
                return ""
            case bool():
                return "yes" if value else "no"
            case datetime():
                return written_instant(value)
            case date():
                return value.isoformat()
            case str():
                return harmless(value)
            case _:
                return str(value)

    return cell
