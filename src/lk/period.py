"""A billing period: one calendar month."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_TEXT = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month; stored as the integer `yyyymm`, written `yyyy-mm`."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1970 <= self.year <= 9998):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> Period:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Period:
        """`"2026-09"` → September 2026. Raises ValueError for anything else."""
        found = _TEXT.fullmatch(text)
        if not found:
            raise ValueError(f"not a period: {text!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    @lru_cache(maxsize=4096)
    def from_number(cls, number: int) -> Period:
        return cls(*divmod(number, 100))

    @property
    def number(self) -> int:
        """The stored form: 202609."""
        return self.year * 100 + self.month

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        return monthrange(self.year, self.month)[1]

    def day(self, number: int) -> date:
        """The `number`-th day, or the month's last one where it is shorter."""
        return date(self.year, self.month, min(number, self.days))

    @property
    def next(self) -> Period:
        return self + 1

    @property
    def previous(self) -> Period:
        return self + -1

    def __add__(self, months: int) -> Period:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Period(year, month + 1)

    def __sub__(self, earlier: Period) -> int:
        """Whole months from `earlier` to this one."""
        return (self.year - earlier.year) * 12 + self.month - earlier.month

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"
