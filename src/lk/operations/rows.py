"""One row of a file, read cell by cell; everything wrong with it is told by line, column and value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lk.identity.rules import is_email
from lk.money import Kopecks, parse_rubles
from lk.operations import messages
from lk.outcome import Problem, Severity
from lk.text import has_control_characters

SHOWN = 200
"""So many complaints are told one by one; of the others only the number."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)
_RUBLES = re.compile(r"\d{1,9}(\.\d{1,2})?", re.ASCII)
_SIGNED_RUBLES = re.compile(r"-?\d{1,9}(\.\d{1,2})?", re.ASCII)
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong and where; `problem.field` is the column, `line` None where the whole file is meant."""

    line: int | None
    problem: Problem
    value: str = ""

    def __str__(self) -> str:
        return messages.complaint(self.line, self.problem, self.value)


@dataclass(slots=True)
class Complaints:
    """The first of them, and how many there are; `tell` hears of each."""

    shown: list[Complaint] = field(default_factory=list)
    count: int = 0
    tell: Callable[[Complaint], None] | None = None

    def add(self, line: int | None, code: str, column: str | None = None, value: str = "", **params: object) -> None:
        self.add_problem(line, Problem(code, Severity.REFUSE, column, params), value)

    def add_problem(self, line: int | None, problem: Problem, value: str) -> None:
        self.count += 1
        if len(self.shown) >= SHOWN and self.tell is None:
            return
        complaint = Complaint(line, problem, value)
        if len(self.shown) < SHOWN:
            self.shown.append(complaint)
        if self.tell is not None:
            self.tell(complaint)

    def __bool__(self) -> bool:
        return self.count > 0


@dataclass(slots=True)
class Row:
    """One row's cells by column.

    A cell that cannot be read is complained of and gives a stand-in of its type, so that the whole row is looked at;
    what came of a row that is not `is_good` is not to be used.
    """

    line: int
    cells: Mapping[str, str]
    complaints: Complaints
    is_good: bool = True

    def bad(self, column: str, code: str, **params: object) -> None:
        self.is_good = False
        self.complaints.add(self.line, code, column, self.cells.get(column, ""), **params)

    def is_empty(self, column: str) -> bool:
        return not self.cells.get(column)

    def text(self, column: str, most: int = 200) -> str:
        value = self.cells[column]
        if not value:
            self.bad(column, "empty_cell")
        return self.optional_text(column, most) or ""

    def optional_text(self, column: str, most: int = 200) -> str | None:
        """None where the file has no such column; one line, no formula."""
        value = self.cells.get(column)
        if not value:
            return value
        if not value.isprintable() and has_control_characters(value):
            self.bad(column, "control_characters")
        elif value.startswith(_FORMULA):
            self.bad(column, "looks_like_formula")
        elif len(value) > most:
            self.bad(column, "too_long", most=most)
        return value

    def email(self, column: str) -> str | None:
        value = self.cells.get(column)
        if value and not is_email(value):
            self.bad(column, "not_an_email")
        return value

    def one_of(self, column: str, allowed: Sequence[str]) -> str:
        value = self.cells[column]
        if value not in allowed:
            self.bad(column, "not_one_of", allowed=tuple(allowed))
        return value

    def whole(self, column: str, least: int, most: int) -> int:
        value = self.cells[column]
        if not _WHOLE.fullmatch(value):
            self.bad(column, "not_whole")
            return least
        if not least <= int(value) <= most:
            self.bad(column, "out_of_range", least=least, most=most)
        return int(value)

    def rubles(self, column: str) -> Kopecks:
        value = self.cells[column]
        if not _RUBLES.fullmatch(value):
            self.bad(column, "not_rubles")
            return Kopecks(0)
        return parse_rubles(value)

    def signed_rubles(self, column: str) -> Kopecks:
        value = self.cells[column]
        if not _SIGNED_RUBLES.fullmatch(value):
            self.bad(column, "not_signed_rubles")
            return Kopecks(0)
        return parse_rubles(value)

    def day(self, column: str, earliest: date, latest: date | None = None) -> date:
        value = self.cells[column]
        try:
            read = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            read = None
        if read is None:
            self.bad(column, "not_a_day")
            return earliest
        if read < earliest:
            self.bad(column, "day_too_early", earliest=earliest)
        elif latest is not None and read > latest:
            self.bad(column, "day_in_future", today=latest)
        elif read.year > 2200:
            self.bad(column, "not_a_day")
        return read

    def optional_day(self, column: str, earliest: date, latest: date | None = None) -> date | None:
        return None if self.is_empty(column) else self.day(column, earliest, latest)
