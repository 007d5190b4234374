"""Rows of the database as cells of a CSV file, and the bounds of a period."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import TypeVar

from lk import clock, db
from lk.csv_cells import Cells, cells_writer, day
from lk.period import Period

Row = TypeVar("Row")

_ALL = (0, 999912)


def numbers(period: Period | None) -> tuple[int, int]:
    return (period.number, period.number) if period else _ALL


def days(period: Period | None) -> tuple[date, date]:
    """The first and the last one."""
    return (period.first_day, period.last_day) if period else (date.min, date.max)


def begin_of(period: Period | None) -> datetime:
    return clock.start_of_day(period.first_day if period else date(1970, 1, 1))


def end_of(period: Period | None) -> datetime:
    """The first instant that is too late."""
    return clock.start_of_day(period.next.first_day if period else date(9000, 1, 1))


async def written_rows(row_type: type[Row], sql: str, *args: object) -> AsyncIterator[list[Cells]]:
    """Rows as cells, each by the type of its field; of an instant its day."""
    cells_of = cells_writer(row_type, day)
    async for chunk in db.stream(row_type, sql, *args):
        yield [cells_of(row) for row in chunk]


async def one_after_another(*files: AsyncIterator[list[Cells]]) -> AsyncIterator[list[Cells]]:
    for rows in files:
        async for chunk in rows:
            yield chunk
