"""How old debts are, and how long people take to pay. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

CHANNELS = ("resident", "helper", "link", "agent", "import")
"""Where readings come from, as they are stored."""
AGES = ("30", "90", "365", "older")
"""Of debts: so many days at most since the due day."""
_OLDEST = (30, 90, 365)

PAID_WITHIN = timedelta(days=92)
"""Whoever takes longer after the month's end counts as somebody who has not paid."""
COHORTS = 3
"""The bills of so many months are still being paid."""
MONTHS = 13
"""So many months stand beside each other: a year, and the same month of the last one."""


def due_since(today: date) -> tuple[date, ...]:
    """The earliest due day of each age but the last: what is due today or later is no debt yet."""
    return tuple(today - timedelta(days=days) for days in _OLDEST)


def aged(owed: int, not_yet_due: int, newest: Sequence[int]) -> tuple[int, ...]:
    """`owed` by age, as AGES has them: payments pay what is oldest, so what is left is the newest.

    `newest`: what fell due at each age but the last, as much of it as there was. Kopecks.
    """
    left = max(owed - not_yet_due, 0)
    ages = []
    for kopecks in newest:
        taken = min(left, kopecks)
        ages.append(taken)
        left -= taken
    return (*ages, left)


def quartiles(days: Mapping[int, int]) -> tuple[int, int, int] | None:
    """Of how many people took so many days: within how many a quarter, half and three quarters had done it."""
    count = sum(days.values())
    if not count:
        return None
    first, half, third = (_day_of(days, -(-count * part // 4)) for part in (1, 2, 3))
    return first, half, third


def _day_of(days: Mapping[int, int], place: int) -> int:
    passed = 0
    for day in sorted(days):
        passed += days[day]
        if passed >= place:
            return day
    raise ValueError("a place behind the last one")
