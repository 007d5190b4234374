"""Random lives of a household's meters: what lk is told month by month, and what was really used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from lk.metering.rules import MeterFacts, ReadingFacts
from lk.period import Period
from tests.billing.naive_history import Known

LONG_AGO = date(2020, 1, 1)
STEPS_AT_MOST = 65
"""A month's; few enough for a dial of four digits to be read near its end before and near zero after it turned."""


@dataclass(frozen=True)
class Make:
    """A meter. Its dials begin at `starts` from zero, or so far from their end where `is_near_end`."""

    zones: int
    digits: int
    ratio: int
    starts: tuple[int, ...]
    is_near_end: bool

    def dial(self, register: int, turned: int) -> int:
        start = 10**self.digits - 1 - self.starts[register] if self.is_near_end else self.starts[register]
        return int((start + turned) % 10**self.digits)

    @property
    def may_be_swapped(self) -> bool:
        return self.zones > 1 and not self.is_near_end and self.starts[0] == self.starts[1]


@dataclass(frozen=True)
class Plan:
    """One month. `change`: another meter, after `quarters` of the month's steps; `is_late`: after the window."""

    steps: tuple[int, int, int]
    reading: str
    is_swapped: bool
    change: Make | None
    quarters: int
    is_late: bool


@dataclass(frozen=True)
class Story:
    """`empty` months go by without a meter. `past`: months read before the first bill; else an initial reading."""

    start: Period
    first: Make
    empty: int
    past: tuple[tuple[int, int, int], ...]
    plans: tuple[Plan, ...]
    opened_on: date
    closed_on: date | None
    away: tuple[int, date] | None
    residents: int
    estimates_at_most: int | None
    limits: tuple[tuple[int, int], ...]
    priced_bands: int

    def days_open(self, period: Period) -> int:
        days = [period.first_day + timedelta(each) for each in range(period.days)]
        return sum(1 for day in days if self.opened_on <= day <= (self.closed_on or date.max))

    def is_away(self, at: int) -> bool:
        return self.away is not None and at >= self.away[0] and self.away[1] >= (self.start + at).day(25)


makes = st.builds(
    Make,
    zones=st.integers(1, 3),
    digits=st.integers(4, 6),
    ratio=st.integers(1, 3),
    starts=st.one_of(st.integers(0, 900).map(lambda each: (each,) * 3), st.tuples(*[st.integers(0, 900)] * 3)),
    is_near_end=st.booleans(),
)
steps = st.tuples(*[st.integers(0, STEPS_AT_MOST)] * 3)


@st.composite
def plans(draw: st.DrawFn, zones: int) -> Plan:
    """Once in eight months a meter gives way to another: to one of the first one's zones, or of any."""
    change = draw(makes) if draw(st.integers(0, 7)) == 0 else None
    if change and draw(st.booleans()):
        change = replace(change, zones=zones)
    return Plan(
        steps=draw(steps),
        reading=draw(st.sampled_from(("read", "read", "missed", "missed", "missed", "late"))),
        is_swapped=draw(st.integers(0, 3)) == 0,
        change=change,
        quarters=draw(st.integers(0, 4)),
        is_late=draw(st.booleans()),
    )


def _unread(plan: Plan) -> Plan:
    return replace(plan, reading="missed", change=None)


@st.composite
def stories(draw: st.DrawFn, start: Period | None = None, months_at_most: int = 12) -> Story:
    start = start or Period(2024, 9) + draw(st.integers(0, 10))
    first = draw(makes)
    count = draw(st.integers(1, months_at_most))
    months = [draw(plans(first.zones)) for _ in range(count)]
    last = start + (len(months) - 1)
    empty = draw(st.sampled_from((0, 0, 0, 1, 2)))
    opened_on = draw(st.sampled_from((LONG_AGO, LONG_AGO, start.day(2), start.day(20), start.previous.day(28))))
    closed_on = draw(st.sampled_from((None, last.day(24), last.day(7), last.previous.day(27))))
    past = draw(st.lists(steps, min_size=1, max_size=8)) if opened_on == LONG_AGO and not empty else []
    quiet_from, away_for = draw(st.integers(0, 4)), draw(st.integers(0, 9))
    quiet = range(quiet_from, quiet_from + draw(st.sampled_from((0, 0, 0, 5, 9))))
    return Story(
        start=start,
        first=first,
        empty=empty,
        past=tuple(past),
        plans=tuple(_unread(plan) if at in quiet else plan for at, plan in enumerate(months)),
        opened_on=opened_on,
        closed_on=closed_on if closed_on and closed_on >= opened_on else None,
        away=draw(st.none() | st.just((quiet_from, (start + quiet_from + away_for).day(draw(st.integers(1, 28)))))),
        residents=draw(st.integers(1, 5)),
        estimates_at_most=draw(st.sampled_from((3, 3, 1, None))),
        limits=draw(st.sampled_from((((300, 460),), ((60, 100),), ((90, 150), (70, 170)), ((3900, 6000),)))),
        priced_bands=draw(st.integers(1, 3)),
    )


@dataclass
class Lived:
    """One month of a story as lk learns of it before the bill run, and the same for the naive computation."""

    meters: tuple[MeterFacts, ...]
    arrived: list[ReadingFacts]
    known: list[Known]
    history: int | None


@dataclass
class Life:
    """`turned`: the steps of the present meter since it came; `before`: kWh of its history by then."""

    story: Story
    make: Make = field(init=False)
    meters: list[MeterFacts] = field(default_factory=list)
    zones: list[int] = field(default_factory=list)
    history_of: dict[int, int] = field(default_factory=dict)
    turned: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    floor: list[int] = field(default_factory=list)
    arrived: list[ReadingFacts] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)

    def past(self) -> Lived:
        """What is known before the first month."""
        story = self.story
        if story.past:
            self._install(story.first, -len(story.past) - 1, LONG_AGO, is_told=False)
            for at, used in enumerate(story.past, start=-len(story.past)):
                self._turn(used)
                self._read(at, self.day(at, 20))
            self.floor = self._totals()
        return self._told()

    def months(self) -> Iterator[Lived]:
        for at, plan in enumerate(self.story.plans):
            if at == self.story.empty and not self.meters:
                self._install(self.story.first, at, self._installed_on(at))
            if self.meters:
                yield self._month(at, plan)
            else:
                yield self._told()

    def day(self, at: int, number: int) -> date:
        return (self.story.start + at).day(number)

    def _installed_on(self, at: int) -> date:
        return max(self.story.opened_on, self.day(at, 5)) if self.story.empty else self.story.opened_on

    def _month(self, at: int, plan: Plan) -> Lived:
        early = plan.change is not None and not plan.is_late
        first = [each * plan.quarters // 4 if early else each for each in plan.steps]
        self._turn(first)
        if plan.change and early:
            self._change(plan.change, at, max(self.day(at, 12), self.meters[-1].installed_on + timedelta(1)))
            self._turn([each - used for each, used in zip(plan.steps, first, strict=True)])
        if plan.reading == "read":
            self._read(at, self.day(at, 22), is_swapped=plan.is_swapped)
        told = self._told()
        if plan.reading == "late":
            self._read(at + 1, self.day(at, 27), is_swapped=plan.is_swapped)
        if plan.change and plan.is_late:
            self._change(plan.change, at + 1, self.day(at, 28))
        return told

    def _told(self) -> Lived:
        history = self.history_of[self.meters[-1].id] if self.meters else None
        told = Lived(tuple(self.meters), self.arrived, self.known, history)
        self.arrived, self.known = [], []
        return told

    def _turn(self, used: list[int] | tuple[int, ...]) -> None:
        for register in range(self.make.zones):
            self.turned[register] += used[register]

    def _totals(self, turned: list[int] | None = None) -> list[int]:
        steps = self.turned if turned is None else turned
        return [kwh + each * self.make.ratio for kwh, each in zip(self.before, steps, strict=True)]

    def _read(self, at: int, day: date, kind: str = "regular", *, is_swapped: bool = False) -> None:
        turned = self.turned
        if is_swapped and self.make.may_be_swapped:
            swapped = [turned[1], turned[0], *turned[2:]]
            if all(kwh >= least for kwh, least in zip(self._totals(swapped), self.floor, strict=True)):
                turned = swapped
        values = tuple(self.make.dial(register, each) for register, each in enumerate(turned))
        meter = self.meters[-1]
        self.arrived.append(ReadingFacts(None, meter.id, values, day, self.story.start + at, "resident", kind))
        history = self.history_of[meter.id]
        self.known.append(Known(at, history, tuple(self._totals(turned)), kind != "initial"))

    def _change(self, make: Make, at: int, day: date) -> None:
        self._read(at, day, "final")
        self.meters[-1] = self.meters[-1]._replace(removed_on=day)
        self._install(make, at, day)

    def _install(self, make: Make, at: int, day: date, *, is_told: bool = True) -> None:
        begins = not self.zones or self.zones[-1] != make.zones
        if begins:
            self.zones.append(make.zones)
        self.before = [0] * make.zones if begins else self._totals()
        self.floor = [0] * make.zones if begins else self.floor
        self.make, self.turned = make, [0] * make.zones
        number = len(self.meters) + 1
        self.meters.append(MeterFacts(number, f"0071{number:04}", make.zones, make.digits, make.ratio, day))
        self.history_of[number] = len(self.zones) - 1
        if is_told:
            self._read(at, day, "initial")
