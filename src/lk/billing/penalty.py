"""Penalty for late payment (пени): Housing Code, article 155 part 14, on unpaid principal only.

Day 1 is the day after the due day. Days 1 to 30 cost nothing, days 31 to 90 a three-hundredth of the yearly rate each,
later ones a hundred-and-thirtieth. The day of a payment counts in full; each day takes the rate in force on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lk.money import half_up
from lk.period import Period
from lk.tariffs.rules import PenaltyRate

FREE_DAYS = 30
GENTLE_DAYS = 90
GENTLE_DIVISOR = 300
STERN_DIVISOR = 130
_UNIT = 10_000 * 3_900
"""The common denominator of basis points and both divisors."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Debt:
    """Principal of one earlier bill, or of an opening balance (`period` None), in kopecks.

    `posted_kopecks`: penalty for it on live bills so far.
    """

    due_on: date
    kopecks: int
    posted_kopecks: int = 0
    bill_id: int | None = None
    opening_id: int | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """Principal that came in on a day: a payment, a bill below zero, an advance. Negative: a refund."""

    on: date
    kopecks: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Days in a row on which the same principal stood unpaid at the same share of the rate; `last` is included."""

    first: date
    last: date
    kopecks: int
    basis_points: int
    divisor: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def units(self) -> int:
        """The penalty in kopecks, times `_UNIT`."""
        return self.kopecks * self.basis_points * self.days * (3_900 // self.divisor)

    @property
    def amount_text(self) -> str:
        """The penalty in kopecks with two digits after the point: parts are not rounded, their sum is."""
        whole, hundredths = divmod(half_up(self.units * 100, _UNIT), 100)
        return f"{whole}.{hundredths:02}"


@dataclass(frozen=True, slots=True)
class PenaltyLine:
    """What one bill adds to the penalty for one debt; negative where too much was posted before."""

    debt: Debt
    amount_kopecks: int
    accrued_kopecks: int
    through_on: date
    segments: tuple[Segment, ...]


def penalty_lines(
    debts: Sequence[Debt], received: Sequence[Credit], through_on: date, rates: Sequence[PenaltyRate]
) -> list[PenaltyLine]:
    """One line for each debt whose penalty through `through_on` differs from what was posted for it.

    Credits pay the oldest debt first. `rates` are ordered by `valid_from`.
    """
    lines = []
    for debt, paid in _paid_off(debts, received):
        segments = tuple(_segments(debt, paid, through_on, rates))
        accrued = half_up(sum(segment.units for segment in segments), _UNIT)
        if accrued != debt.posted_kopecks:
            lines.append(PenaltyLine(debt, accrued - debt.posted_kopecks, accrued, through_on, segments))
    return lines


def _paid_off(debts: Sequence[Debt], received: Sequence[Credit]) -> Iterator[tuple[Debt, list[Credit]]]:
    """Each debt, the oldest first, with the credits that pay it, in order."""
    left = _after_refunds(received)
    for debt in sorted(debts, key=lambda each: each.due_on):
        owed, paid = debt.kopecks, []
        while owed and left:
            credit = left.pop(0)
            taken = min(owed, credit.kopecks)
            paid.append(Credit(credit.on, taken))
            owed -= taken
            if taken < credit.kopecks:
                left.insert(0, Credit(credit.on, credit.kopecks - taken))
        yield debt, paid


def _after_refunds(received: Sequence[Credit]) -> list[Credit]:
    """In the order of days; a refund takes back from what came last before it."""
    kept: list[Credit] = []
    for credit in sorted(received, key=lambda each: each.on):
        back = -credit.kopecks
        while back > 0 and kept:
            last = kept.pop()
            if last.kopecks > back:
                kept.append(Credit(last.on, last.kopecks - back))
            back -= last.kopecks
        if credit.kopecks > 0:
            kept.append(credit)
    return kept


def _segments(debt: Debt, paid: Sequence[Credit], through_on: date, rates: Sequence[PenaltyRate]) -> Iterator[Segment]:
    first = debt.due_on + (FREE_DAYS + 1) * _DAY
    stern_from = debt.due_on + (GENTLE_DAYS + 1) * _DAY
    turns = {first, stern_from, *(each.on + _DAY for each in paid), *(rate.valid_from for rate in rates)}
    starts = sorted(each for each in turns if first <= each <= through_on)
    ends = [*(each - _DAY for each in starts[1:]), through_on]
    for start, end in zip(starts, ends, strict=False):
        unpaid = debt.kopecks - sum(each.kopecks for each in paid if each.on < start)
        basis_points = max((rate for rate in rates if rate.valid_from <= start), key=_since).basis_points
        if unpaid > 0 and basis_points:
            yield Segment(start, end, unpaid, basis_points, STERN_DIVISOR if start >= stern_from else GENTLE_DIVISOR)


def _since(rate: PenaltyRate) -> date:
    return rate.valid_from
