"""What a meter's dial says about consumption: facts, roll-over, and growth across replacements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lk.period import Period


class MeterFacts(NamedTuple):
    """One meter of an account. `ratio` is that of its transformers, 1 in a flat; `power_kw` what its line can carry."""

    id: int
    serial_number: str
    zones: int
    digits: int
    ratio: int
    installed_on: date
    removed_on: date | None = None
    verified_until: date | None = None
    power_kw: int | None = None


class ReadingFacts(NamedTuple):
    """An accepted reading of all registers. `kind` is initial, regular or final.

    `is_rolled_over`: a person saw that a dial which stands lower has begun again at zero.
    """

    id: int | None
    meter_id: int
    values: tuple[int, ...]
    taken_on: date
    period: Period
    source: str = "resident"
    kind: str = "regular"
    is_rolled_over: bool = False


@dataclass(frozen=True, slots=True)
class Consumption:
    kwh: int
    rolled_over: bool = False


def consumption(
    previous: int, current: int, digits: int, ratio: int = 1, at_most_kwh: int | None = None
) -> Consumption | None:
    """kWh between two readings of one register; None where the later is below the earlier and no roll-over is believed.

    Past its last digit a dial begins again at zero. That is believed of a dial nine tenths full that would have had a
    longer way back than forward, where the way forward is not above `at_most_kwh`, and where the later number is not
    simply one that lost its last digit: a tenth of nine tenths or more.
    """
    if current >= previous:
        return Consumption((current - previous) * ratio)
    dial = 10**digits
    forward = current + dial - previous
    is_near_its_end = previous * 10 >= dial * 9
    may_have_lost_a_digit = current * 100 >= dial * 9
    is_plausible = forward < previous - current and (at_most_kwh is None or forward * ratio <= at_most_kwh)
    is_believed = is_near_its_end and is_plausible and not may_have_lost_a_digit
    return Consumption(forward * ratio, rolled_over=True) if is_believed else None


@dataclass(frozen=True, slots=True)
class MeterGrowth:
    """What one meter counted between two of its readings, in kWh by register.

    Negative where a person accepted a lower reading: the earlier one was too high.
    """

    meter: MeterFacts
    previous: ReadingFacts
    current: ReadingFacts
    kwh: tuple[int, ...]


def growth(
    meters: Sequence[MeterFacts], readings: Iterable[ReadingFacts], after: Period | None, until: Period
) -> list[MeterGrowth]:
    """Each meter's growth from its latest reading of `after` or earlier to its latest of `until` or earlier.

    Counted from one reading to the next, so that no turn of a dial is lost. A meter that has none so early (a new one),
    or any meter where `after` is None, begins at its first reading. `readings` are ordered by period, in one period as
    they came. Meters without a reading after `after` are left out: they are gone, or not read.
    """
    base = after.number if after else 0
    last = until.number
    known = {meter.id: meter for meter in meters}
    grown: dict[int, tuple[ReadingFacts, ReadingFacts, tuple[int, ...]]] = {}
    for reading in readings:
        number = reading.period.number
        if number > last:
            break
        meter = known.get(reading.meter_id)
        if meter is None:
            continue
        before = grown.get(meter.id)
        if before is None or number <= base:
            grown[meter.id] = reading, reading, (0,) * len(reading.values)
        else:
            first, latest, kwh = before
            more = step_kwh(meter, latest, reading)
            grown[meter.id] = first, reading, tuple([sum(pair) for pair in zip(kwh, more, strict=True)])
    parts = [MeterGrowth(meter, *grown[meter.id]) for meter in meters if meter.id in grown]
    return [part for part in parts if part.current.period.number > base]


def step_kwh(meter: MeterFacts, earlier: ReadingFacts, later: ReadingFacts) -> tuple[int, ...]:
    """kWh by register from one reading to the next; negative where the later one is lower and nothing went round.

    A dial goes round where a person saw it, or where it is believable and no more than the line can carry meanwhile.
    """
    most = None
    if meter.power_kw is not None and any(now < was for was, now in zip(earlier.values, later.values, strict=True)):
        most = physical_cap(meter.power_kw, max(1, (later.taken_on - earlier.taken_on).days))
    kwh = []
    for was, now in zip(earlier.values, later.values, strict=True):
        used = consumption(was, now, meter.digits, meter.ratio, most)
        if used is None and later.is_rolled_over:
            kwh.append((now + 10**meter.digits - was) * meter.ratio)
        else:
            kwh.append(used.kwh if used else (now - was) * meter.ratio)
    return tuple(kwh)


def physical_cap(power_kw: int, days: int) -> int:
    return power_kw * 24 * days


def total_growth(parts: Iterable[MeterGrowth]) -> list[int]:
    """kWh by register over all meters of one zone count."""
    return [sum(column) for column in zip(*(part.kwh for part in parts), strict=True)]
