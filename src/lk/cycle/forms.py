"""What operators ask of the month's pages: a month, a step, a list, a page of it."""

from __future__ import annotations

from lk.cycle.rules import Step
from lk.period import Period


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
