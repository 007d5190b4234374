"""What is typed about meters: until which day nobody is there, and what stands on a dial."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from lk.language import ungrouped
from lk.outcome import Problem, refuse
from lk.text import parse_day

LONGEST = 18
"""Digits; no dial has so many, and every number of so many can be stored."""

_WHOLE = re.compile(r"\d+", re.ASCII)
_FRACTION = re.compile(r"(\d+)[.,]\d*", re.ASCII)


def parse_until(typed: Mapping[str, str]) -> date:
    """Raises Refused `until_empty`, `not_a_day`."""
    text = typed.get("until", "").strip()
    until_on = parse_day(text)
    if until_on is None:
        raise refuse("not_a_day" if text else "until_empty", "until")
    return until_on


def parse_dial(name: str, text: str) -> tuple[int | None, Problem | None]:
    """`"01 234"`, in English also `"1,234"` → 1234; or what is wrong with it."""
    digits = ungrouped("".join(text.split()))
    if not digits:
        return None, Problem("nothing_typed", field=name)
    fraction = _FRACTION.fullmatch(digits)
    if fraction and len(digits) <= LONGEST:
        return None, Problem("digits_after_comma", field=name, params={"whole": int(fraction[1])})
    if not _WHOLE.fullmatch(digits):
        return None, Problem("not_a_number", field=name)
    return int(digits[-LONGEST:]) if len(digits.lstrip("0")) <= LONGEST else 10**LONGEST, None
