"""What operators ask of the month's pages: a month, a step, a list, a page of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lk.cycle.rules import Step
from lk.outcome import Problem
from lk.period import Period

CALENDAR_DAYS = ("readings_open", "readings_close", "bill_run", "print_by", "bill_by", "pay_by")


def period_in(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None


def step_in(text: str) -> Step | None:
    try:
        return Step(text)
    except ValueError:
        return None


def after_in(text: str) -> int:
    """Where a page of a list begins; 0 for anything that no page said."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@dataclass(frozen=True, slots=True)
class CalendarForm:
    """`fields` as they stood; `days` are those of the month from `since` on, whole and in order or not.

    `is_confirmed`: exactly this was shown and confirmed; `confirmation` is what the confirming form carries.
    """

    fields: Mapping[str, str]
    since: Period | None
    days: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def told(self) -> dict[str, str]:
        """What was filled in, without the form's own fields."""
        return {name: self.fields[name] for name in ("since", *CALENDAR_DAYS) if self.fields.get(name, "").strip()}

    @property
    def confirmation(self) -> str:
        return "/".join(map(str, (self.since, *self.days.values())))

    @property
    def is_confirmed(self) -> bool:
        return not self.problems and self.fields.get("confirmed") == self.confirmation


def parse_calendar(fields: Mapping[str, str]) -> CalendarForm:
    """`since` yyyy-mm, and each day of `CALENDAR_DAYS` as a number."""
    since = period_in(fields.get("since", ""))
    problems = [] if since else [Problem("month_wanted", field="since")]
    days = {}
    for name in CALENDAR_DAYS:
        text = fields.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) <= 2:
            days[name] = int(text)
        else:
            problems.append(Problem("day_wanted", field=name))
    return CalendarForm(fields, since, days, tuple(problems))
