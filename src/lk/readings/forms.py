"""A reading as typed: spaces and leading zeros are welcome, everything but whole numbers is told kindly."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lk.metering.forms import LONGEST, parse_dial
from lk.readings.rules import FIELDS, Brought, TypedReading, confirmation_of

_WHOLE = re.compile(r"\d+", re.ASCII)
_KEY = re.compile(r"[0-9a-f-]{36}", re.ASCII)


def meter_in(typed: Mapping[str, str]) -> int | None:
    """The meter that the form is about."""
    return number_in(typed.get("meter", ""))


def number_in(text: str) -> int | None:
    """An id of a form or of a path."""
    return int(text) if _WHOLE.fullmatch(text) and len(text) <= LONGEST else None


def parse(typed: Mapping[str, str], meter_id: int, zones: int) -> TypedReading:
    fields = {name: typed.get(name, "") for name in FIELDS[:zones]}
    parsed = [parse_dial(name, text) for name, text in fields.items()]
    values = tuple(value for value, _ in parsed)
    return TypedReading(
        meter_id=meter_id,
        typed=fields,
        values=values,
        problems=tuple(problem for _, problem in parsed if problem),
        is_confirmed=typed.get("confirmed") == confirmation_of(values),
    )


def parse_carried(typed: Mapping[str, str]) -> Brought | None:
    """None for what no phone of ours sends."""
    key = typed.get("key", "")
    taken_ms, sent_ms = (number_in(typed.get(name, "")) for name in ("taken_at", "sent_at"))
    if not _KEY.fullmatch(key) or taken_ms is None or sent_ms is None:
        return None
    return Brought(key, taken_ms, sent_ms)
