"""What a user chooses about letters."""

from __future__ import annotations

from dataclasses import dataclass

from lk.notifications.rules import Language


@dataclass(frozen=True, slots=True)
class Preferences:
    """`wanted`: of the kinds of letters that one may do without."""

    language: Language
    wanted: frozenset[str]
