"""What the operators' pages say of money that was moved, or waits for a second person. Finished values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk.filters import account_number, as_written


@dataclass(frozen=True, slots=True)
class Approval:
    """Something that waits for a second person; `is_own`: the viewer asked for it."""

    id: str
    path: str
    badge: str
    number: str
    account_path: str
    sum: str
    what: str
    words: str
    asked_by: str
    asked_at: datetime
    is_own: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that was decided; `state` and `tone` say how it stands."""

    title: str
    href: str
    sum: str
    state: str
    tone: str
    words: str
    people: str
    at: datetime


def of_account(title: str, number: str) -> str:
    return f"{title}, {account_number(number)}" if number else title


def of_reason(state: str, reason: str) -> str:
    """`отказано: не тот счёт`; a second person's own words stay as they are."""
    return f"{state}: " + as_written(reason) if reason else state


def people(asked_by: str, decided_by: str | None) -> str:
    return f"{asked_by}, {decided_by}" if decided_by else asked_by
