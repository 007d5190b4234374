"""What every import has in common: the load under way, and its report."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Generic, TypeVar

from lk import clock
from lk.operations import messages
from lk.operations.files import Table
from lk.operations.reported import Say
from lk.operations.rows import Complaints, Row
from lk.operations.stored import LONG_AGO, is_used_after_verification
from lk.tariffs.queries import calendars
from lk.tariffs.rules import Calendar
from lk.text import fold_serial_number

CHUNK = 500
"""Rows checked and written at once, where nothing else is said."""
NOTES = 50
REGIONS = ("moscow", "moscow_oblast")
CATEGORIES = ("gas", "electric", "rural")

_NUMBER = re.compile(r"\d{10}|\d{5}-\d{3}-\d{2}", re.ASCII)
_DIGITS_AND_SEPARATORS = "0123456789 -./"


@dataclass(slots=True)
class Load:
    """One file on its way in: what is wrong with it, and how much came of it.

    `import_id`: of the row of `imports`, where it came by the browser.
    """

    today: date
    calendars: Sequence[Calendar]
    is_used_after_verification: bool = True
    complaints: Complaints = field(default_factory=Complaints)
    import_id: int | None = None
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    notes: list[Say] = field(default_factory=list)

    @property
    def earliest(self) -> date:
        """The first day for which the company has a calendar; no earlier one can be given a period, nor one before."""
        return max(LONG_AGO.next.first_day, min(calendar.valid_from for calendar in self.calendars))

    def note(self, say: Say) -> None:
        if len(self.notes) < NOTES:
            self.notes.append(say)


async def begin_load(import_id: int | None = None) -> Load:
    return Load(clock.today(), await calendars(), await is_used_after_verification(), import_id=import_id)


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did, or would have done."""

    kind: str
    added: int
    updated: int
    unchanged: int
    notes: tuple[str, ...] = ()
    is_dry_run: bool = False

    def __str__(self) -> str:
        counts = messages.loaded(self.kind, self.added, self.updated, self.unchanged, self.is_dry_run)
        return "\n".join((counts, *self.notes))


_Parsed = TypeVar("_Parsed")
Quick = Callable[[int, list[str]], _Parsed | None]


class Importer(Generic[_Parsed]):
    """One kind of file. `take` gets good rows only and writes nothing once there is a complaint."""

    columns: ClassVar[Sequence[str]]
    optional: ClassVar[Sequence[str]] = ()
    chunk: ClassVar[int] = CHUNK

    def __init__(self, load: Load) -> None:
        raise NotImplementedError

    def quick(self, table: Table) -> Quick[_Parsed] | None:  # noqa: ARG002
        """For files of a city: what parses a record, line and cells, that is plainly good; None for any other."""
        return None

    def parse(self, row: Row) -> _Parsed:
        raise NotImplementedError

    async def take(self, parsed: Sequence[_Parsed]) -> None:
        raise NotImplementedError

    async def finish(self) -> None:
        """Nothing, where every row was dealt with in its chunk."""


def account_number_in(row: Row) -> str:
    """Ten ASCII digits, with or without the dashes of 5-3-2."""
    typed = row.cells["account_number"]
    if not _NUMBER.fullmatch(typed):
        row.bad("account_number", "not_an_account_number")
    return typed.replace("-", "")


def serial_key_in(row: Row) -> str:
    typed = row.cells["meter_number"]
    key = fold_serial_number(typed)
    is_written_well = all(sign.isalpha() or sign in _DIGITS_AND_SEPARATORS for sign in typed)
    if not (4 <= len(typed) <= 20 and is_written_well and key):
        row.bad("meter_number", "not_a_meter_number")
    return key


def kwh_in(row: Row, prefix: str) -> tuple[int | None, int | None, int | None]:
    """`t1`, `t2`, `t3` behind the prefix; None where a cell is empty."""
    found = [None if row.is_empty(f"{prefix}{at}") else row.whole(f"{prefix}{at}", 0, 10**9 - 1) for at in (1, 2, 3)]
    return found[0], found[1], found[2]
