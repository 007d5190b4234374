"""A copy of own data as sheets: rows of one kind under their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from lk import db

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """`name` is its file's and its key in the JSON."""

    name: str
    row_type: type[Row]
    rows: list[Row]


async def sheet(name: str, row_type: type[Row], sql: str, *args: object) -> Sheet[Row]:
    """Read in a thread: however long it is, no page waits for it."""
    return Sheet(name, row_type, [row async for chunk in db.stream(row_type, sql, *args) for row in chunk])
