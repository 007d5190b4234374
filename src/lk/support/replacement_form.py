"""What an operator types about a replaced meter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lk.metering.forms import parse_dial
from lk.metering.replacements import NewMeter, Replacement
from lk.outcome import Problem
from lk.text import parse_day

REGISTERS = ("t1", "t2", "t3")
SERIAL_LONGEST = 40
"""Characters kept of what was typed: longer than any number, so that too long stays too long."""

_WHOLE = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TypedReplacement:
    """`typed` as it stood in the fields, `problems` of the typing alone.

    `is_confirmed`: exactly this replacement was asked about and confirmed.
    """

    typed: Mapping[str, str]
    wanted: Replacement
    problems: tuple[Problem, ...]
    is_confirmed: bool


def parse_replacement(typed: Mapping[str, str], old_zones: int) -> TypedReplacement:
    finals = [parse_dial(f"final_{name}", typed.get(f"final_{name}", "")) for name in REGISTERS[:old_zones]]
    initials = [_initial(f"initial_{name}", typed) for name in REGISTERS]
    replaced_on, wrong_day = _day("replaced_on", typed)
    verified_until, wrong_verification = _day("verified_until", typed)
    new = NewMeter(
        serial_number=typed.get("meter_number", "").strip()[:SERIAL_LONGEST],
        zones=_whole(typed, "zones"),
        digits=_whole(typed, "digits"),
        ratio=_whole(typed, "ratio"),
        verified_until=verified_until,
        initial=tuple(value for value, _ in initials),
    )
    wanted = Replacement(replaced_on, tuple(value for value, _ in finals), new)
    problems = [wrong_day, *(wrong for _, wrong in finals), wrong_verification, *(wrong for _, wrong in initials)]
    return TypedReplacement(
        typed=typed,
        wanted=wanted,
        problems=tuple(problem for problem in problems if problem),
        is_confirmed=typed.get("confirmed") == confirmation_of(wanted),
    )


def confirmation_of(wanted: Replacement) -> str:
    """What the confirming form carries, so that other figures than those asked about are not confirmed by it."""
    new = wanted.new
    parts = (wanted.replaced_on, *wanted.final, new.serial_key, new.zones, new.digits, new.ratio, new.verified_until)
    return "/".join("" if part is None else str(part) for part in (*parts, *new.initial))


def _initial(name: str, typed: Mapping[str, str]) -> tuple[int | None, Problem | None]:
    """An empty one may be of a register that the new meter does not have."""
    text = typed.get(name, "")
    return parse_dial(name, text) if text.strip() else (None, None)


def _day(name: str, typed: Mapping[str, str]) -> tuple[date | None, Problem | None]:
    text = typed.get(name, "").strip()
    day = parse_day(text)
    return day, Problem("not_a_day", field=name) if text and day is None else None


def _whole(typed: Mapping[str, str], name: str) -> int | None:
    text = "".join(typed.get(name, "").split())
    return int(text) if _WHOLE.fullmatch(text) else None
