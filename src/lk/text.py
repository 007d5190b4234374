"""Typed text folded for comparison: numbers with dashes, look-alike letters, letter case."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_LOOK_ALIKES = str.maketrans("OoОоIІіЗзБбАВЕКМНРСТУХавекмнрстух", "00001113366ABEKMHPCTYXabekmhpctyx")
_SMALL_LOOK_ALIKES = str.maketrans("авсекмнрхут", "abcekmhpxyt")
_DASHES = "-‐‑‒–—−/._ "
_ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_TYPED_DAY = re.compile(r"(?P<day>\d{1,2})[./-](?P<month>\d{1,2})[./-](?P<year>\d{4}|\d{2})", re.ASCII)


def fold_account_number(typed: str) -> str:
    """`" 12345-678-90 "`, `"12345 678 9О"` → `"1234567890"`; what is not a number stays recognisably wrong."""
    return _without_separators(typed).translate(_LOOK_ALIKES)


def fold_serial_number(typed: str) -> str:
    """Compared without spaces, dashes, leading zeros and letter case; O is 0, I is 1, А is A."""
    return _without_separators(typed).translate(_LOOK_ALIKES).upper().lstrip("0")


def fold_code(typed: str) -> str:
    """A code as it is compared: case, dashes, spaces and Cyrillic look-alikes forgiven."""
    return "".join(character for character in typed.casefold() if character.isalnum()).translate(_SMALL_LOOK_ALIKES)


def fold_search(typed: str) -> str:
    """For search: lower case, ё as е, single spaces."""
    return " ".join(typed.casefold().replace("ё", "е").split())


def is_account_number(folded: str) -> bool:
    return len(folded) == 10 and folded.isascii() and folded.isdigit()


def parse_day(typed: str) -> date | None:
    """`"2027-03-15"` as browsers send it, `"15.03.2027"`, `"15.3.27"` as people type it; None for what is no day."""
    text = "".join(typed.split())
    found = _ISO_DAY.fullmatch(text) or _TYPED_DAY.fullmatch(text)
    if not found:
        return None
    year = int(found["year"])
    try:
        return date(year if year > 99 else 2000 + year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def has_control_characters(text: str) -> bool:
    """NUL, line breaks, direction marks, zero-width: nothing that a one-line field may hold."""
    return any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for character in text)


def _without_separators(typed: str) -> str:
    return "".join(character for character in typed.strip() if character not in _DASHES and not character.isspace())
