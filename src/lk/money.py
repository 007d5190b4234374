"""Money: whole kopecks, never a float."""

from __future__ import annotations

import re
from typing import NewType

from lk import language

Kopecks = NewType("Kopecks", int)

_RUBLES = re.compile(r"(-?)(\d{1,13})(?:[.,](\d{1,2}))?", re.ASCII)


def half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded to the nearest whole, halves away from zero."""
    quotient, rest = divmod(abs(numerator), denominator)
    rounded = quotient + (1 if 2 * rest >= denominator else 0)
    return rounded if numerator >= 0 else -rounded


def parse_rubles(text: str) -> Kopecks:
    """`"2 088,60"`, `"2088.6"` → 208860. Raises ValueError for anything else."""
    found = _RUBLES.fullmatch("".join(text.split()))
    if not found:
        raise ValueError(f"not a sum in rubles: {text!r}")
    kopecks = int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0"))
    return Kopecks(-kopecks if found[1] else kopecks)


def typed_rubles(text: str) -> Kopecks:
    """As a person types it: in English also `2,088.60`. Raises ValueError."""
    return parse_rubles(language.ungrouped(text))


def rubles_to_type(kopecks: int) -> str:
    """208860 → `2088,60`, in English `2088.60`: as a field holds it."""
    return to_rubles(kopecks).replace(".", "," if language.current() == "ru" else ".")


def to_rubles(kopecks: int) -> str:
    """208860 → `"2088.60"`, the form of files and of the acquirer."""
    sign = "-" if kopecks < 0 else ""
    rubles, rest = divmod(abs(kopecks), 100)
    return f"{sign}{rubles}.{rest:02}"


def split_by_shares(total: int, shares: list[int]) -> list[int]:
    """Whole parts of `total >= 0` in proportion to `shares` by largest remainder; ties go to the first."""
    weight = sum(shares)
    if weight == 0:
        return [total] + [0] * (len(shares) - 1)
    parts = [total * share // weight for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda at: (-(total * shares[at] % weight), at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return parts
