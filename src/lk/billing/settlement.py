"""Real readings settle what was booked: growth of the dials less the kilowatt-hours of the bills since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import attrgetter

from lk.billing.lines import BillFacts, BookedLine
from lk.energy import REGISTERS, Register
from lk.metering.rules import MeterFacts, MeterGrowth, ReadingFacts, growth, total_growth
from lk.period import Period


@dataclass(frozen=True, slots=True)
class Settlement:
    """Meters with equal zones, netted as one, in a period in which at least one of them was read.

    All kWh are by register; `volumes`, growth less what is booked, are to be booked now or, negative, to be taken back.
    `since` are the lines of the bills after the last billed real reading, `lines` all known ones, newest first and in
    one period the highest band first: the order in which a credit walks.
    """

    zones: int
    parts: tuple[MeterGrowth, ...]
    growth_kwh: tuple[int, ...]
    booked_kwh: tuple[int, ...]
    volumes: tuple[int, ...]
    since: tuple[BookedLine, ...]
    lines: tuple[BookedLine, ...]

    @property
    def days(self) -> int:
        """Days between the readings, at least one."""
        first = min(part.previous.taken_on for part in self.parts)
        last = max(part.current.taken_on for part in self.parts)
        return max(1, (last - first).days)


@dataclass(frozen=True, slots=True)
class Credit:
    """kWh taken back. `line` None: more was to be taken back than any known line holds."""

    register: Register
    kwh: int
    line: BookedLine | None


def histories(meters: Iterable[MeterFacts]) -> list[tuple[MeterFacts, ...]]:
    """Meters one after another with equal zones; a change of zones begins a new history."""
    runs: list[list[MeterFacts]] = []
    for meter in sorted(meters, key=_installed_on):
        if runs and runs[-1][-1].zones == meter.zones:
            runs[-1].append(meter)
        else:
            runs.append([meter])
    return [tuple(run) for run in runs]


_installed_on = attrgetter("installed_on")


def settlements(facts: BillFacts, period: Period) -> list[Settlement]:
    """One for each history read in the period; empty: the period is to be estimated.

    An initial reading is a beginning, not a consumption: alone it leaves the period unread. The final one of the
    meter it replaces does not.
    """
    read = _meters_read_in(facts.readings, period.number)
    if not read:
        return []
    runs = histories(facts.meters)
    return [_settled(facts, run, period) for run in runs if any(meter.id in read for meter in run)]


def _meters_read_in(readings: Sequence[ReadingFacts], number: int) -> set[int]:
    return {reading.meter_id for reading in readings if reading.period.number == number and reading.kind != "initial"}


def _settled(facts: BillFacts, meters: tuple[MeterFacts, ...], period: Period) -> Settlement:
    zones = meters[0].zones
    own = {meter.id for meter in meters}
    lines = [line for line in facts.booked if line.meter_id in own]
    base = _last_billed(facts.readings, own, lines, period)
    settled_through = base.number if base else _before_first(facts.readings, own)
    since = [line for line in lines if line.period.number > settled_through]
    parts = growth(meters, facts.readings, base, period)
    booked = dict.fromkeys(REGISTERS[:zones], 0)
    for line in since:
        booked[line.register] += line.open_kwh
    lines.sort(key=_newest_then_highest_band, reverse=True)
    grown = tuple(total_growth(parts))
    volumes = tuple(kwh - held for kwh, held in zip(grown, booked.values(), strict=True))
    return Settlement(zones, tuple(parts), grown, tuple(booked.values()), volumes, tuple(since), tuple(lines))


def _newest_then_highest_band(line: BookedLine) -> tuple[int, int, int]:
    return line.period.number, line.band, line.id


def _last_billed(
    readings: Sequence[ReadingFacts], own: set[int], lines: Iterable[BookedLine], period: Period
) -> Period | None:
    """The period of the last billed real reading; None where billing begins at the first reading.

    A reading accepted only after its period's bill was estimated was not billed by it.
    """
    estimated = {line.period.number for line in lines if line.method != "reading"}
    for reading in reversed(readings):
        number = reading.period.number
        is_billed = number < period.number and number not in estimated
        if is_billed and reading.meter_id in own and reading.kind != "initial":
            return reading.period
    return None


def _before_first(readings: Iterable[ReadingFacts], own: set[int]) -> int:
    """The number of the last period that the first reading cannot settle; its own, unless it is an initial one."""
    first = next(reading for reading in readings if reading.meter_id in own)
    return first.period.number - (1 if first.kind == "initial" else 0)


def credits_of(settlement: Settlement) -> list[Credit]:
    """What is taken back, register by register, from the newest lines that still hold something."""
    taken = []
    for at, register in enumerate(REGISTERS[: settlement.zones]):
        left = -settlement.volumes[at]
        for line in settlement.lines:
            if left <= 0:
                break
            if line.register != register or line.open_kwh <= 0:
                continue
            kwh = min(left, line.open_kwh)
            taken.append(Credit(register, kwh, line))
            left -= kwh
        if left > 0:
            taken.append(Credit(register, left, None))
    return taken


def band_room(
    widths_now: Sequence[int],
    widths_then: Mapping[int, Sequence[int]],
    booked: Iterable[BookedLine],
    taken_back: Iterable[Credit],
) -> list[int]:
    """kWh left in each band but the last: of this period and of the settled bills' periods, less what those bills used.

    `widths_then` by period number holds those of the settled periods; a period before the bands gives no room and used
    none. What this bill takes back is used no longer.
    """
    room = list(widths_now)
    for widths in widths_then.values():
        room = [left + width for left, width in zip_longest(room, widths[: len(room)], fillvalue=0)]
    for line in booked:
        _use(room, widths_then, line, line.open_kwh)
    for credit in taken_back:
        if credit.line:
            _use(room, widths_then, credit.line, -credit.kwh)
    return [max(0, left) for left in room]


def _use(room: list[int], widths_then: Mapping[int, Sequence[int]], line: BookedLine, kwh: int) -> None:
    if line.band <= min(len(room), len(widths_then.get(line.period.number, ()))):
        room[line.band - 1] -= kwh
