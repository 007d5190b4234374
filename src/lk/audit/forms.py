"""What an admin types to find what staff did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lk.audit.rules import OTHER, SUBJECTS
from lk.outcome import Problem, Refused
from lk.text import fold_account_number, is_account_number, parse_day


@dataclass(frozen=True, slots=True)
class SearchForm:
    """`number` is an account's, ten digits, or empty."""

    agent_id: int | None
    number: str
    subject: str
    since: date | None
    until: date | None

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> SearchForm:
        """Raises Refused `number_wrong`, `day_wrong`."""
        number = fold_account_number(typed.get("number", ""))
        problems = [Problem("number_wrong", field="number")] if number and not is_account_number(number) else []
        days: dict[str, date | None] = {}
        for name in ("since", "until"):
            text = typed.get(name, "").strip()
            days[name] = parse_day(text) if text else None
            if text and days[name] is None:
                problems.append(Problem("day_wrong", field=name))
        if problems:
            raise Refused(problems)
        return cls(number_in(typed.get("agent", "")), number, subject_in(typed.get("subject", "")), **days)


def number_in(text: str) -> int | None:
    """An id that a page gave."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def subject_in(text: str) -> str:
    return text if text in SUBJECTS or text == OTHER else ""
