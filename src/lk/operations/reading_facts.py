"""What a row found in the lane is judged by, and whether it is plainly good without a judgement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from lk.metering.estimates import AVERAGE_MONTHS_AT_LEAST
from lk.metering.plain import is_plain
from lk.metering.rules import AVERAGE_MONTHS, JudgeFacts, MeterFacts, ReadingFacts, physical_cap, typical_monthly
from lk.operations.loading import Load
from lk.operations.reading_lane import AFTER, ONLY, OTHER, SAME, Found
from lk.operations.reading_rows import ReadingRow
from lk.period import Period


class Place(NamedTuple):
    """Where a reading belongs."""

    account_id: int
    meter_id: int
    period: Period
    has_cabinet: bool


class Case(NamedTuple):
    """A row that is looked at more closely, and what it is judged by; neither facts nor a book: it is stored already.

    A book is needed where the account is closed, had another meter of late, another reading of the period, or several
    rows.
    """

    row: ReadingRow
    found: Found
    facts: JudgeFacts | None
    needs_book: bool

    @classmethod
    def of(cls, row: ReadingRow, found: Found, load: Load, *, is_alone: bool) -> Case:
        if found.account_id is None or found.meter_id is None:
            return cls(row, found, None, needs_book=False)
        if not (is_alone and found.alone) or found.standing == OTHER:
            return cls(row, found, None, needs_book=True)
        if found.standing == SAME:
            return cls(row, found, None, needs_book=False)
        facts = facts_of(row, found, load)
        return cls(row, found, facts, needs_book=facts is None)

    @property
    def place(self) -> Place:
        account_id, meter_id = self.found.account_id, self.found.meter_id
        assert account_id is not None and meter_id is not None  # noqa: PT018
        return Place(account_id, meter_id, Period.from_number(self.found.period), bool(self.found.has_cabinet))


class Ends(NamedTuple):
    """The previous reading, and the earliest of the months before it; either may be missing."""

    previous: ReadingFacts | None
    first: ReadingFacts | None


_NO_MORE: tuple[tuple[None, ...], ...] = ((), (None, None), (None,), ())
"""By the number of zones: what has to stand in the cells of the other registers."""


def is_plainly_good(row: ReadingRow, bare: Sequence[Any], load: Load) -> bool:
    """Whether the only row of its account in the chunk is one that judging finds nothing about.

    `bare` are the values of a `Found`: a city is too large to make one of each.
    """
    (
        _, _, _, period, zones, digits, ratio, power_kw, alone, _, standing, verified_until,
        initial_period, _, _, _, _, last_period, last_on, last_1, last_2, last_3,
        first_period, _, first_1, first_2, first_3,
    ) = bare  # fmt: skip
    if not alone or standing or first_period is None or initial_period is None:
        return False
    is_young, history_months, months = _apart(initial_period, first_period, last_period, period)
    day, t1, t2, t3 = row[3:7]
    if is_young or day.on > load.today or not (load.is_used_after_verification or verified_until is None):
        return False
    values: tuple[Any, ...] = (t1, t2, t3)[:zones]
    if None in values or (t1, t2, t3)[zones:] != _NO_MORE[zones]:
        return False
    last, first = (last_1, last_2, last_3)[:zones], (first_1, first_2, first_3)[:zones]
    usual = first if history_months >= AVERAGE_MONTHS_AT_LEAST else None
    cap_kwh = physical_cap(power_kw, _days(last_on, day.text))
    return is_plain(values, last, usual, history_months, months, digits, ratio, cap_kwh)


@lru_cache(maxsize=4096)
def _apart(initial: int, first: int, last: int, period: int) -> tuple[bool, int, int]:
    """Whether the meter's first reading lies within the months of its history; how many those are, and those since."""
    end = Period.from_number(last)
    is_young = end - Period.from_number(initial) <= AVERAGE_MONTHS
    return is_young, end - Period.from_number(first), Period.from_number(period) - end


def facts_of(row: ReadingRow, found: Found, load: Load) -> JudgeFacts | None:
    """None where the account's whole book has to be opened."""
    ends = _ends(found)
    if ends is None:
        return None
    previous, first = ends
    if previous and first and any(now < was for was, now in zip(first.values, previous.values, strict=True)):
        # A dial that went back or round is counted from reading to reading.
        return None
    period = Period.from_number(found.period)
    verified_until = date.fromisoformat(found.verified_until) if found.verified_until else None
    meter = MeterFacts(found.meter_id or 0, "", found.zones, found.digits, found.ratio, date.min)
    return JudgeFacts(
        zones=found.zones,
        digits=found.digits,
        values=row.values[: found.zones],
        taken_on=row.day.on,
        today=load.today,
        ratio=found.ratio,
        previous=previous.values if previous else None,
        previous_taken_on=previous.taken_on if previous else None,
        power_kw=found.power_kw,
        typical=typical_monthly([first, previous], [meter]) if first and previous else None,
        months=max(1, period - previous.period) if previous else 1,
        source="import",
        verified_until=verified_until,
        is_used_after_verification=load.is_used_after_verification,
    )


def _ends(found: Found) -> Ends | None:
    """None where it takes more than these readings to tell which came first."""
    initial, last, first = (_reading(found, *bare) for bare in (found.initial, found.last, found.first))
    if last is None or initial is None:
        return Ends(last or initial, first) if found.alone == ONLY else None
    if first is None or (initial.period, initial.taken_on) >= (last.period, last.taken_on):
        return None
    if last.period - initial.period > AVERAGE_MONTHS:
        return Ends(last, first)
    if found.alone == AFTER:
        return None
    if initial.period > first.period:
        return Ends(last, first)
    if initial.period < first.period:
        return Ends(last, initial)
    return Ends(last, first) if initial.taken_on < first.taken_on else None


def _reading(found: Found, period: int | None, taken_on: str | None, *registers: int | None) -> ReadingFacts | None:
    if period is None or taken_on is None or found.meter_id is None:
        return None
    values = tuple(value for value in registers if value is not None)
    return ReadingFacts(None, found.meter_id, values, date.fromisoformat(taken_on), Period.from_number(period))


@lru_cache(maxsize=65536)
def _days(earlier: str, later: str) -> int:
    """At least one."""
    return max(1, (date.fromisoformat(later) - date.fromisoformat(earlier)).days)
