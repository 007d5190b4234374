"""What is typed at the desk about a reading told by phone."""

from __future__ import annotations

from datetime import date, timedelta

from lk.outcome import Problem
from lk.text import parse_day

OLDEST = timedelta(days=366)


def parse_taken_on(typed: str, today: date) -> tuple[date, Problem | None]:
    """The day on which the meter was read, today where it can't be; and what is wrong with it."""
    day = parse_day(typed)
    if day is None:
        return today, Problem("not_a_day", field="taken_on")
    if day > today:
        return today, Problem("taken_in_future", field="taken_on")
    return (today, Problem("taken_long_ago", field="taken_on")) if today - day > OLDEST else (day, None)
