"""A reading as typed: spaces and leading zeros are welcome, everything but whole numbers is told kindly."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lk.outcome import Problem, Severity
from lk.readings.rules import FIELDS, TypedReading, confirmation_of

LONGEST = 18
"""Digits; no dial has so many, and every number of so many can be stored."""

_WHOLE = re.compile(r"\d+", re.ASCII)
_FRACTION = re.compile(r"(\d+)[.,]\d*", re.ASCII)


def meter_in(typed: Mapping[str, str]) -> int | None:
    """The meter that the form is about."""
    text = typed.get("meter", "")
    return int(text) if _WHOLE.fullmatch(text) and len(text) <= LONGEST else None


def parse(typed: Mapping[str, str], meter_id: int, zones: int) -> TypedReading:
    fields = {name: typed.get(name, "") for name in FIELDS[:zones]}
    parsed = [_parse(name, text) for name, text in fields.items()]
    values = tuple(value for value, _ in parsed)
    return TypedReading(
        meter_id=meter_id,
        typed=fields,
        values=values,
        problems=tuple(problem for _, problem in parsed if problem),
        is_confirmed=typed.get("confirmed") == confirmation_of(values),
    )


def _parse(name: str, text: str) -> tuple[int | None, Problem | None]:
    """`"01 234"` → 1234; or what is wrong with it."""
    digits = "".join(text.split())
    if not digits:
        return None, Problem("nothing_typed", Severity.REFUSE, name)
    fraction = _FRACTION.fullmatch(digits)
    if fraction and len(digits) <= LONGEST:
        return None, Problem("digits_after_comma", Severity.REFUSE, name, {"whole": int(fraction[1])})
    if not _WHOLE.fullmatch(digits):
        return None, Problem("not_a_number", Severity.REFUSE, name)
    return int(digits[-LONGEST:]) if len(digits.lstrip("0")) <= LONGEST else 10**LONGEST, None
