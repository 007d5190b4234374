"""What goes wrong in the simulated town and when, drawn by lot for each month: all of it is known beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from random import Random

from lk import clock
from lk.demo.homes import by_weight
from lk.demo.wire import Fate
from lk.period import Period

OUTAGE_MONTH = 5
"""Every year in its sixth month, also where nothing else is meant to go wrong: the end of a window is lost."""
RESTART_MONTHS = (2, 14)
"""And in these a bill run is broken off."""
BACK_AT = 15
"""The hour in which lk comes back."""
DAYS_GIVEN_AT_MOST = 3


class Work(StrEnum):
    """In the middle of which lk is broken off."""

    BILL = "bill"
    DELIVER = "deliver"
    CHARGE = "charge"


class Absence(StrEnum):
    """What falls into the days without lk."""

    FIRST = "first"
    WINDOW = "window"
    DUE = "due"
    DAYS = "days"


class Sky(StrEnum):
    """How the acquirer behaves on a day."""

    LOSSES = "losses"
    ERRORS = "errors"
    DOWN = "down"
    DEAD = "dead"
    LATE = "late"
    FORGETFUL = "forgetful"
    NOTICES = "notices"
    REFUNDS = "refunds"


SKIES = {
    Sky.LOSSES: 22,
    Sky.ERRORS: 14,
    Sky.DOWN: 12,
    Sky.DEAD: 6,
    Sky.LATE: 14,
    Sky.FORGETFUL: 12,
    Sky.NOTICES: 12,
    Sky.REFUNDS: 8,
}
SHARES: Mapping[Sky, Mapping[Fate, int]] = {
    Sky.LOSSES: {Fate.LOST: 25, Fate.CUT: 20},
    Sky.ERRORS: {Fate.ERROR: 40, Fate.LOST: 5},
    Sky.LATE: {Fate.LOST: 15},
    Sky.FORGETFUL: {Fate.LOST: 20, Fate.CUT: 15},
    Sky.NOTICES: {Fate.LOST: 10},
    Sky.REFUNDS: {Fate.CUT: 30},
}
"""Percent of the requests."""
STRETCHES = ((1, 3), (4, 6), (7, 9), (16, 20))
ABSENCES = {None: 40, Absence.FIRST: 15, Absence.WINDOW: 15, Absence.DUE: 15, Absence.DAYS: 15}


@dataclass(frozen=True, slots=True)
class Downtime:
    """From the first minutes of `first` to the afternoon of `back`."""

    kind: Absence
    first: date
    back: date

    @property
    def days_given(self) -> int:
        """Whole days by which a window or a due day moves that was lost in it."""
        return min(DAYS_GIVEN_AT_MOST, (self.back - self.first).days + 1)


@dataclass(frozen=True, slots=True)
class Mishaps:
    """Of a month. `breaks`: how often a work is broken off; `charge_breaks`, `skies`: by the day of the month."""

    breaks: Mapping[Work, int] = field(default_factory=dict)
    charge_breaks: frozenset[int] = frozenset()
    skies: Mapping[int, Sky] = field(default_factory=dict)
    downtime: Downtime | None = None

    def shares(self, day: date) -> Mapping[Fate, int]:
        sky = self.skies.get(day.day)
        return SHARES.get(sky, {}) if sky else {}

    def is_down(self, instant: datetime) -> bool:
        """The acquirer, that is: a forenoon, or the whole day."""
        local = clock.local_date(instant)
        hours = (instant - clock.start_of_day(local)).total_seconds() / 3600
        sky = self.skies.get(local.day)
        return sky is Sky.DEAD or (sky is Sky.DOWN and 9.25 <= hours < 14)


def mishaps_of(seed: int, period: Period, first: Period, *, has_faults: bool) -> Mishaps:
    at = period - first
    outage = Downtime(Absence.WINDOW, period.day(25), period.day(26)) if at % 12 == OUTAGE_MONTH else None
    if not has_faults:
        return Mishaps(breaks={Work.BILL: 1} if at in RESTART_MONTHS else {}, downtime=outage)
    dice = Random(f"{seed}:mishaps:{period}")  # noqa: S311 - a story, not a secret
    return Mishaps(
        breaks={Work.BILL: dice.choice((0, 1, 1, 2)), Work.DELIVER: dice.choice((0, 1, 1))},
        charge_breaks=frozenset(dice.sample(range(1, 11), dice.randint(1, 4))),
        skies=dict(_skies(dice)),
        downtime=outage or _downtime(period, dice),
    )


def _skies(dice: Random) -> Iterator[tuple[int, Sky]]:
    for first, last in STRETCHES:
        if dice.random() < 0.7:
            sky = by_weight(dice, SKIES)
            # Two days without any answer are enough.
            yield from ((day, sky) for day in range(first, min(last, first + 1 if sky is Sky.DEAD else last) + 1))


def _downtime(period: Period, dice: Random) -> Downtime | None:
    match by_weight(dice, ABSENCES):
        case Absence.FIRST as kind:
            return Downtime(kind, period.day(27), period.next.day(2))
        case Absence.WINDOW as kind:
            return Downtime(kind, period.day(dice.choice((24, 25))), period.day(26))
        case Absence.DUE as kind:
            return Downtime(kind, period.day(dice.choice((9, 10))), period.day(11))
        case Absence.DAYS as kind:
            first = dice.randint(12, 17)
            return Downtime(kind, period.day(first), period.day(first + dice.randint(2, 5)))
        case _:
            return None
