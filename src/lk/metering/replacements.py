"""A meter gives way to another: what is odd about it, and what the old one still counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lk.metering.rules import Consumption, JudgeFacts, MeterFacts, ReadingFacts, consumption, judge_reading
from lk.outcome import Problem, Severity
from lk.period import Period
from lk.text import fold_serial_number

SERIAL_LENGTHS = range(4, 21)
DIGITS = range(4, 10)
ZONE_COUNTS = range(1, 4)
LARGEST_RATIO = 10_000
_SEPARATORS = " -/."


@dataclass(frozen=True, slots=True)
class NewMeter:
    """The meter that takes the place; None where nothing readable was typed. `initial` by register, all three."""

    serial_number: str
    zones: int | None
    digits: int | None
    ratio: int | None
    verified_until: date | None
    initial: tuple[int | None, ...]

    @property
    def serial_key(self) -> str:
        return fold_serial_number(self.serial_number)


@dataclass(frozen=True, slots=True)
class Replacement:
    """`final` by register of the old meter; None where nothing readable was typed."""

    replaced_on: date | None
    final: tuple[int | None, ...]
    new: NewMeter


@dataclass(frozen=True, slots=True)
class ReplacementFacts:
    """The old meter and its last accepted reading; `serial_keys` of all the account's meters.

    `judge` is what a reading of the old meter on the day of the replacement is judged by, `period` what it counts for.
    """

    meter: MeterFacts
    last: ReadingFacts | None
    period: Period
    judge: JudgeFacts
    serial_keys: frozenset[str]
    today: date


@dataclass(frozen=True, slots=True)
class Replaced:
    """A replacement as it is stored."""

    on: date
    old: MeterFacts
    new: MeterFacts
    period: Period
    final: tuple[int, ...]
    initial: tuple[int, ...]


def judge_replacement(facts: ReplacementFacts, wanted: Replacement) -> list[Problem]:
    """Everything odd at once, each beside its field: `refuse` cannot be kept, `confirm` is asked about."""
    return [
        *_wrong_day(facts, wanted.replaced_on),
        *_wrong_finals(facts, wanted.final),
        *_wrong_make(facts, wanted.new),
        *_wrong_initials(wanted.new),
    ]


def counted_by_old(facts: ReplacementFacts, final: Sequence[int]) -> tuple[Consumption, ...]:
    """What the old meter counted by register from its last reading to the final one."""
    meter = facts.meter
    last = facts.last.values if facts.last else final
    found = [consumption(was, now, meter.digits, meter.ratio) for was, now in zip(last, final, strict=True)]
    return tuple(each or Consumption(0) for each in found)


def replacements(
    meters: Sequence[MeterFacts], readings: Sequence[ReadingFacts], since: date | None = None
) -> list[Replaced]:
    """Each removed meter with the first one that took its place, the earliest first."""
    finals = {each.meter_id: each for each in readings if each.kind == "final"}
    initials = {each.meter_id: each for each in readings if each.kind == "initial"}
    waiting = list(meters)
    found = []
    for old in sorted((each for each in meters if each.removed_on), key=lambda each: (each.removed_on, each.id)):
        on = old.removed_on
        new = next((each for each in waiting if each.id != old.id and on and each.installed_on >= on), None)
        if on is None or new is None or old.id not in finals or new.id not in initials:
            continue
        waiting.remove(new)
        if since is None or on >= since:
            final = finals[old.id]
            found.append(Replaced(on, old, new, final.period, final.values, initials[new.id].values))
    return found


def _wrong_day(facts: ReplacementFacts, day: date | None) -> Iterator[Problem]:
    field, last, closed_on = "replaced_on", facts.last, facts.judge.closed_on
    if day is None:
        yield Problem("day_empty", field=field)
    elif day > facts.today:
        yield Problem("replaced_in_future", field=field)
    elif closed_on is not None and day > closed_on:
        yield Problem("taken_after_closing", field=field, params={"closed_on": closed_on.isoformat()})
    elif day < facts.meter.installed_on:
        yield Problem("before_installed", field=field, params={"day": facts.meter.installed_on.isoformat()})
    elif last and day < last.taken_on:
        yield Problem("before_last_reading", field=field, params={"day": last.taken_on.isoformat()})


def _wrong_finals(facts: ReplacementFacts, final: Sequence[int | None]) -> Iterator[Problem]:
    """As any reading, but that a lower one cannot be: the dial is gone, nobody will read it again."""
    for problem in judge_reading(replace(facts.judge, values=tuple(final))):
        if problem.code in ("taken_in_future", "taken_after_closing", "verification_over", "equal_to_previous"):
            continue
        is_lower = problem.code in ("below_previous", "roll_over_doubtful")
        is_refused = is_lower or problem.severity is Severity.REFUSE
        severity = Severity.REFUSE if is_refused else Severity.CONFIRM
        yield replace(problem, severity=severity, field=f"final_{problem.field}")


def _wrong_make(facts: ReplacementFacts, new: NewMeter) -> Iterator[Problem]:
    serial = new.serial_number
    is_written_well = all(sign.isalnum() or sign in _SEPARATORS for sign in serial)
    if len(serial) not in SERIAL_LENGTHS or not is_written_well or not new.serial_key:
        yield Problem("serial_shape" if serial else "serial_empty", field="meter_number")
    elif new.serial_key in facts.serial_keys:
        yield Problem("serial_known", field="meter_number")
    if new.zones not in ZONE_COUNTS:
        yield Problem("zones_empty", field="zones")
    if new.digits not in DIGITS:
        yield Problem("digits_range", field="digits")
    if new.ratio is None or not 1 <= new.ratio <= LARGEST_RATIO:
        yield Problem("ratio_range", field="ratio")
    if new.verified_until is not None and new.verified_until <= facts.today:
        yield Problem("verified_too_early", field="verified_until")


def _wrong_initials(new: NewMeter) -> Iterator[Problem]:
    zones = new.zones if new.zones in ZONE_COUNTS else 1
    for at, value in enumerate(new.initial, start=1):
        field = f"initial_t{at}"
        if at > (zones or 1):
            if value is not None and new.zones in ZONE_COUNTS:
                yield Problem("register_too_many", field=field, params={"zones": new.zones})
        elif value is None:
            yield Problem("nothing_typed", field=field)
        elif new.digits in DIGITS and value >= 10 ** (new.digits or 0):
            yield Problem("too_many_digits", field=field, params={"digits": new.digits})
