"""A month's steps as they stand: what is ahead, done, under way or late, and when it will be done. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from lk.cycle.rules import AtHour, Owed, Step, begins_at
from lk.period import Period
from lk.tariffs.rules import Calendar

LATE_AFTER = timedelta(hours=1)
"""What is owed for so long, and not done, waits for a person."""

MARKS = frozenset({Step.OPEN_WINDOW, Step.CLOSE_WINDOW, Step.DUE})
"""Steps that are a moment: there is nothing to count."""

SURE_AFTER = timedelta(seconds=3)
"""What has run for less says nothing about its end."""


@dataclass(frozen=True, slots=True)
class StepRun:
    """One step of one period as far as it has come.

    `expected`: how many it should do, None where that shows only on the way. It goes through the accounts by their ids:
    `through_id` of `last_id` since `resumed_at`. `resumed_at`, `claim_ends_at` and `seen_at`, when this was read, are
    by the database's clock.
    """

    period: Period
    step: Step
    status: str
    claimed_at: datetime
    finished_at: datetime | None
    done: int
    put_aside: int
    expected: int | None
    through_id: int
    last_id: int
    resumed_at: datetime | None
    claim_ends_at: datetime
    seen_at: datetime

    @property
    def is_alive(self) -> bool:
        """Somebody works on it; False also where whoever did has died, or failed and will try again."""
        return self.status == "running" and self.claim_ends_at > self.seen_at

    @property
    def took(self) -> timedelta | None:
        return max(self.finished_at - self.claimed_at, timedelta()) if self.finished_at else None

    @property
    def left(self) -> timedelta | None:
        """Until its end, if it goes on as it did; None where nothing can be said."""
        if not self.is_alive or self.resumed_at is None:
            return None
        return time_left(self.seen_at - self.resumed_at, self.through_id, self.last_id)


def since_asked(owed: Iterable[Owed], running: Iterable[StepRun]) -> list[Owed]:
    """What is under way is owed since it was claimed: a step that a person has done again is not late for it."""
    claimed = {(run.period, run.step): run.claimed_at for run in running}
    return [replace(each, since=max(each.since, claimed.get((each.period, each.step), each.since))) for each in owed]


def time_left(spent: timedelta, through: int, of: int) -> timedelta | None:
    """`spent` went by for `through` of so many."""
    if spent < SURE_AFTER or not 0 < through <= of:
        return None
    return timedelta(seconds=round(spent.total_seconds() * (of - through) / through))


class LineState(StrEnum):
    """`owed`: its time has come, nobody has begun; `broken`: begun, and nobody works on it now.

    `put_off`: a reminder that waits until people are awake.
    """

    AHEAD = "ahead"
    OWED = "owed"
    PUT_OFF = "put_off"
    RUNNING = "running"
    BROKEN = "broken"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StepLine:
    """`since`: the instant from which the step is owed. `run` is None until it begins."""

    period: Period
    step: Step
    since: datetime
    state: LineState
    run: StepRun | None


def step_lines(
    period: Period,
    calendar: Calendar,
    now: datetime,
    runs: Mapping[Step, StepRun],
    at_hour: AtHour,
    is_put_off: Callable[[Owed], bool],
) -> tuple[StepLine, ...]:
    """All steps of the period, in their order."""
    lines = []
    for step in Step:
        since, run = begins_at(step, period, calendar, at_hour), runs.get(step)
        state = _state(since, now, run, is_put_off=is_put_off(Owed(period, step, since)))
        lines.append(StepLine(period, step, since, state, run))
    return tuple(lines)


def _state(since: datetime, now: datetime, run: StepRun | None, *, is_put_off: bool) -> LineState:
    if run is None:
        if since > now:
            return LineState.AHEAD
        if is_put_off:
            return LineState.PUT_OFF
        return LineState.LATE if now - since >= LATE_AFTER else LineState.OWED
    if run.status == "done":
        return LineState.DONE
    if run.is_alive:
        return LineState.RUNNING
    return LineState.LATE if now - max(since, run.claimed_at) >= LATE_AFTER else LineState.BROKEN


class Verdict(StrEnum):
    """Whether a month is all right. `well`: all that was owed is done and nothing waits."""

    WELL = "well"
    GOES_ON = "goes_on"
    PERSON = "person"
    LATE = "late"
    AHEAD = "ahead"


def verdict(lines: Iterable[StepLine], waits_for_a_person: bool) -> Verdict:
    """What matters most comes first."""
    states = {line.state for line in lines}
    if LineState.LATE in states:
        return Verdict.LATE
    if waits_for_a_person:
        return Verdict.PERSON
    if states & {LineState.RUNNING, LineState.BROKEN, LineState.OWED, LineState.PUT_OFF}:
        return Verdict.GOES_ON
    return Verdict.AHEAD if states == {LineState.AHEAD} else Verdict.WELL


def next_line(lines: Sequence[StepLine]) -> StepLine | None:
    """The step that comes next; None where the month is over."""
    ahead = [line for line in lines if line.state is LineState.AHEAD]
    return min(ahead, key=lambda line: line.since) if ahead else None


def present_period(first: Period, now: datetime, begun_at: Callable[[Period], datetime], today: date) -> Period:
    """The newest period whose window has opened: its bills are delivered and paid until the next one opens."""
    current = Period.of(today)
    period = current if begun_at(current) <= now else current.previous
    return max(period, first)
