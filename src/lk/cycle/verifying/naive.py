"""I3, the other half: a second, naive computation of bills from readings × tariffs, without the bill's own rules.

Deliberately simple: plain loops over stored rows. It shares no code with billing, so that both have to be wrong in
the same way before an error passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple


class BilledLine(NamedTuple):
    """What a bill's lines of one meter, register and method come to."""

    account_id: int
    period: int
    meter_id: int | None
    register: str
    method: str
    kwh: int


class CountedReading(NamedTuple):
    """An accepted reading, and what a person once decided of it."""

    account_id: int
    meter_id: int
    kind: str
    period: int
    taken_on: date
    t1_kwh: int
    t2_kwh: int | None
    t3_kwh: int | None
    decision: str

    def kwh(self, at: int) -> int:
        return (self.t1_kwh, self.t2_kwh or 0, self.t3_kwh or 0)[at]


class Dial(NamedTuple):
    """A meter."""

    account_id: int
    id: int
    zones: int
    digits: int
    ratio: int
    power_kw: int


class Misbilled(NamedTuple):
    """Through `month`, in kWh."""

    register: str
    month: str
    billed: int
    counted: int


REGISTERS = ("T1", "T2", "T3")


def misbilled(
    lines: list[BilledLine], readings: list[CountedReading], meters: list[Dial], since: int | None = None
) -> Iterator[Misbilled]:
    """Up to the last bill made of a reading, the kWh billed are what the dials counted: no more, no less.

    What was estimated after it is settled by the next reading and cannot be judged yet. Meters one after another with
    equal zones count as one; other zones begin anew. `since`: only what was billed after that month, which was itself
    billed by a reading.
    """
    first_billed = min((line.period for line in lines), default=0)
    for zones, run in groupby(meters, lambda meter: meter.zones):
        own = {meter.id: meter for meter in run}
        own_lines = [line for line in lines if line.meter_id in own]
        own_readings = [reading for reading in readings if reading.meter_id in own]
        settled = max((line.period for line in own_lines if line.method == "reading"), default=None)
        if settled is None:
            continue
        begun = _begun(own_readings, first_billed) if since is None else since
        for at in range(zones):
            billed = sum(
                line.kwh for line in own_lines if line.register == REGISTERS[at] and begun < line.period <= settled
            )
            counted = _counted(own_readings, own, at, begun, settled)
            if billed != counted:
                month = f"{settled // 100}-{settled % 100:02}"
                yield Misbilled(REGISTERS[at], month, billed, counted)


def _begun(readings: Iterable[CountedReading], first_billed: int) -> int:
    """The last month whose energy is no business of these bills.

    That of the last reading before the first bill; else of the first reading, or before it if that one is initial.
    """
    earlier = [r.period for r in readings if r.period < first_billed and r.kind != "initial"]
    if earlier:
        return earlier[-1]
    first = next(iter(readings), None)
    if first is None:
        return 0
    return first.period - (1 if first.kind == "initial" else 0)


def _counted(readings: Iterable[CountedReading], meters: dict[int, Dial], at: int, begun: int, settled: int) -> int:
    """What the dials went on, step by step, since the month `begun`."""
    before: dict[int, CountedReading] = {}
    counted = 0
    for reading in readings:
        meter = meters[reading.meter_id]
        if begun < reading.period <= settled and meter.id in before:
            counted += _step(before[meter.id], reading, at, meter)
        before[meter.id] = reading
    return counted


def _step(before: CountedReading, after: CountedReading, at: int, meter: Dial) -> int:
    """kWh from one reading to the next; a dial near its end that stands near its beginning has gone round.

    Unless the line could not have carried it, or a last digit may be missing; and a dial of which somebody said so.
    """
    was, is_now, dial = before.kwh(at), after.kwh(at), 10**meter.digits
    if is_now >= was:
        return (is_now - was) * meter.ratio
    forward = is_now + dial - was
    hours = 24 * max(1, (after.taken_on - before.taken_on).days)
    is_possible = forward * meter.ratio <= meter.power_kw * hours
    is_near = was * 10 >= dial * 9 and forward < was - is_now
    is_short = is_now * 100 >= dial * 9
    is_turn = (is_near and is_possible and not is_short) or after.decision == "rolled_over"
    return (forward if is_turn else is_now - was) * meter.ratio
