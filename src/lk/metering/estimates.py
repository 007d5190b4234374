"""What is booked where no reading came: the account's own average, the norm, or nothing while nobody is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lk.metering.growth import MeterFacts, MeterGrowth, ReadingFacts, growth, total_growth
from lk.money import half_up, split_by_shares
from lk.outcome import Problem
from lk.period import Period
from lk.tariffs.rules import NoNorm

AVERAGE_MONTHS = 6
AVERAGE_MONTHS_AT_LEAST = 3
AVERAGE_PERIODS_AT_MOST = 3
"""So many periods in a row without a reading go by the average; after them the norm."""
AWAY_PERIODS_AT_MOST = 6
AWAY_MONTHS_AHEAD = 7
"""Six periods in a row from any day of a month reach so far."""


@dataclass(frozen=True, slots=True)
class UsageHistory:
    """Growth by register from R1, the earliest reading of the last months, to R0, the last one."""

    growth_kwh: tuple[int, ...]
    first: Period
    last: Period
    parts: tuple[MeterGrowth, ...]

    @property
    def months(self) -> int:
        return self.last - self.first

    @property
    def average_kwh(self) -> tuple[int, ...] | None:
        """kWh a month by register; None where fewer than three months are covered."""
        months = self.months
        if months < AVERAGE_MONTHS_AT_LEAST:
            return None
        return tuple(max(0, half_up(kwh, months)) for kwh in self.growth_kwh)


def usage_history(meters: Sequence[MeterFacts], readings: Sequence[ReadingFacts]) -> UsageHistory | None:
    """The history of meters with equal zones, from readings ordered by period; None without two periods of them.

    An initial reading counts in its month, a replacement joins the two meters.
    """
    own = {meter.id for meter in meters}
    periods = [reading.period for reading in readings if reading.meter_id in own]
    if not periods:
        return None
    last = periods[-1]
    first = next(period for period in periods if last - period <= AVERAGE_MONTHS)
    if first == last:
        return None
    parts = growth(meters, readings, first, last)
    return UsageHistory(tuple(total_growth(parts)), first, last, tuple(parts))


def typical_monthly(readings: Sequence[ReadingFacts], meters: Sequence[MeterFacts]) -> tuple[int, ...] | None:
    """The account's average in kWh a month by register, over six months at most and three at least."""
    history = usage_history(meters, readings)
    return history.average_kwh if history else None


@dataclass(frozen=True, slots=True)
class EstimateFacts:
    """One account in a period without an accepted reading. `missed` includes this period.

    The account is open on `days_open` of the period's `days`. `max_periods` None: the average without limit.
    """

    zones: int
    missed: int
    history: UsageHistory | None
    residents: int
    kwh_per_person: int | None
    days_open: int
    days: int
    is_away: bool = False
    has_meter: bool = True
    max_periods: int | None = AVERAGE_PERIODS_AT_MOST


@dataclass(frozen=True, slots=True)
class Estimate:
    """Booked kWh by register, and what explains them. `method` is average, norm or away.

    `estimates_left_before_norm`: how many more periods may go by the average; None: no limit, or no average.
    """

    kwh: tuple[int, ...]
    method: str
    missed: int
    history: UsageHistory | None = None
    kwh_per_person: int | None = None
    residents: int | None = None
    days_open: int | None = None
    days: int | None = None
    estimates_left_before_norm: int | None = None


def estimate(facts: EstimateFacts) -> Estimate:
    """What is booked for the period. Raises NoNorm where the norm is due and none was given."""
    if not facts.has_meter:
        return _by_norm(facts)
    if facts.is_away:
        return Estimate((0,) * facts.zones, "away", facts.missed)
    average = facts.history.average_kwh if facts.history else None
    if average is None or (facts.max_periods is not None and facts.missed > facts.max_periods):
        return _by_norm(facts)
    return Estimate(
        kwh=tuple(half_up(kwh * facts.days_open, facts.days) for kwh in average),
        method="average",
        missed=facts.missed,
        history=facts.history,
        days_open=facts.days_open,
        days=facts.days,
        estimates_left_before_norm=None if facts.max_periods is None else facts.max_periods - facts.missed,
    )


def _by_norm(facts: EstimateFacts) -> Estimate:
    """The household's norm, over the zones by the shares of its history, else all of it on T1."""
    if facts.kwh_per_person is None:
        raise NoNorm(facts.residents)
    total = half_up(facts.kwh_per_person * facts.residents * facts.days_open, facts.days)
    used = facts.history.growth_kwh if facts.history else ()
    shares = [max(0, kwh) for kwh in used] or [0] * facts.zones
    return Estimate(
        kwh=tuple(split_by_shares(total, shares)),
        method="norm",
        missed=facts.missed,
        history=facts.history,
        kwh_per_person=facts.kwh_per_person,
        residents=facts.residents,
        days_open=facts.days_open,
        days=facts.days,
    )


def days_open(period: Period, opened_on: date, closed_on: date | None) -> int:
    """The days of the period on which the account was open, the first and the last one included."""
    first = max(period.first_day, opened_on)
    last = period.last_day if closed_on is None else min(period.last_day, closed_on)
    return max(0, (last - first).days + 1)


def is_away(away_until: date | None, closes_on: date, periods_used: int) -> bool:
    """Nobody is there through the end of the window, and the declaration has not been used up."""
    return away_until is not None and away_until >= closes_on and periods_used < AWAY_PERIODS_AT_MOST


def last_away_day(today: date) -> date:
    """The latest day until which a household may be declared away."""
    return (Period.of(today) + AWAY_MONTHS_AHEAD).day(today.day)


def check_away(until_on: date, today: date) -> Problem | None:
    if until_on < today:
        return Problem("until_is_past", field="until")
    if until_on > last_away_day(today):
        return Problem("until_too_far", field="until", params={"latest": last_away_day(today).isoformat()})
    return None
