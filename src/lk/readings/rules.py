"""A typed reading, what it would cost, and what is usual for a household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lk.billing.rules import BillDraft, BillFacts, ChargeLine, bill_for
from lk.metering.rules import MeterFacts, ReadingFacts, step_kwh
from lk.money import half_up
from lk.outcome import Problem
from lk.period import Period
from lk.tariffs.rules import NoNorm, NoRate, PriceList

FIELDS = ("t1", "t2", "t3")
USUAL_MONTHS = 6
USUAL_AT_LEAST = 3
CARRIED_AT_MOST = timedelta(hours=24)
"""So long a reading may wait in a phone for a signal and still count by the time when it was taken."""
CLOCK_MAY_ERR = timedelta(minutes=5)
NO_LONGER_AGO = timedelta(days=3650)
"""Nothing that stands is older, and no calendar ends before."""
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class TypedReading:
    """`typed` as it stood in the fields, `values` by register, `problems` of the typing alone.

    `is_confirmed`: exactly these values were asked about and confirmed.
    """

    meter_id: int
    typed: Mapping[str, str]
    values: tuple[int | None, ...]
    problems: tuple[Problem, ...] = ()
    is_confirmed: bool = False


def confirmation_of(values: Sequence[int | None]) -> str:
    """What the confirming form carries, so that other numbers than those asked about are not confirmed by it."""
    return "-".join(str(value) for value in values)


@dataclass(frozen=True, slots=True)
class Brought:
    """What a phone says of a reading that it carried, by its own clock, in milliseconds since 1970."""

    key: str
    taken_ms: int
    sent_ms: int


def claimed_instant(taken_ms: int, sent_ms: int, now: datetime) -> datetime:
    """When the phone says it was taken: as long ago as its clock counted, whatever time it shows; never yet to come."""
    return now - min(max(0, sent_ms - taken_ms), NO_LONGER_AGO // _MILLISECOND) * _MILLISECOND


def believed_instant(taken_ms: int, sent_ms: int, now: datetime) -> datetime | None:
    """By which it counts. None where it waited longer than a reading may, or not yet: it counts by the time it came."""
    if not -(CLOCK_MAY_ERR // _MILLISECOND) <= sent_ms - taken_ms <= CARRIED_AT_MOST // _MILLISECOND:
        return None
    return claimed_instant(taken_ms, sent_ms, now)


@dataclass(frozen=True, slots=True)
class Usage:
    """kWh by register between two readings of one meter, negative where nothing sensible lies between them."""

    reading_id: int | None
    meter_id: int
    period: Period
    months: int
    kwh: tuple[int, ...]


def usages(meters: Sequence[MeterFacts], readings: Sequence[ReadingFacts]) -> list[Usage]:
    """One for each reading but a meter's first, in the order of the readings, which are ordered by period."""
    by_id = {meter.id: meter for meter in meters}
    previous: dict[int, ReadingFacts] = {}
    found = []
    for reading in readings:
        before = previous.get(reading.meter_id)
        previous[reading.meter_id] = reading
        if before is not None:
            kwh = step_kwh(by_id[reading.meter_id], before, reading)
            months = max(1, reading.period - before.period)
            found.append(Usage(reading.id, reading.meter_id, reading.period, months, kwh))
    return found


def usual(history: Sequence[Usage], meter_id: int) -> list[tuple[int, int]] | None:
    """The least and the most kWh a month by register over the last readings; None where there are too few."""
    own = [each for each in history if each.meter_id == meter_id and min(each.kwh) >= 0][-USUAL_MONTHS:]
    if len(own) < USUAL_AT_LEAST:
        return None
    months = [[half_up(kwh, each.months) for kwh in each.kwh] for each in own]
    return [(min(column), max(column)) for column in zip(*months, strict=True)]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The period's bill as it would be with a reading. `has_more`: not simply kWh × price of the registers read."""

    lines: tuple[ChargeLine, ...]
    total_kopecks: int
    kwh: tuple[int, ...]
    kopecks: tuple[int, ...]
    has_more: bool


def forecast(facts: BillFacts, reading: ReadingFacts, prices: PriceList) -> Forecast | None:
    """The bill with `reading` as the latest one of its period; None where it has no price."""
    try:
        draft = bill_for(replace(facts, readings=(*facts.readings, reading)), reading.period, prices)
    except (NoRate, NoNorm):
        return None
    return _forecast(draft, next(meter for meter in facts.meters if meter.id == reading.meter_id))


def _forecast(draft: BillDraft, meter: MeterFacts) -> Forecast:
    own = [line for line in draft.lines if line.meter_id == meter.id and line.line == "energy"]
    kwh, kopecks = [0] * meter.zones, [0] * meter.zones
    for line in own:
        at = int(line.register[1]) - 1
        kwh[at] += line.consumption_kwh
        kopecks[at] += line.amount_kopecks
    is_plain = len(draft.lines) == len(own) == meter.zones and not any("booked_kwh" in line.why for line in own)
    return Forecast(draft.lines, draft.total, tuple(kwh), tuple(kopecks), has_more=not is_plain)
