"""Which letters a user may do without, and the languages that letters are written in."""

from __future__ import annotations

from typing import Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")

OPTIONAL = ("readings_wanted", "payment_due", "payment_received")
"""All others tell of the bill, of the way in and of who looked: they come whatever is chosen."""


def is_optional(kind: str) -> bool:
    return kind in OPTIONAL


def folded_language(typed: str | None) -> Language | None:
    """None for what letters are not written in."""
    return next((language for language in LANGUAGES if language == typed), None)
