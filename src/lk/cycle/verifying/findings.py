"""What a look at one invariant finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 20
"""So many breaches of an invariant are told in words; all are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant: how many things were looked at, how many are breached, and the first of those in words."""

    id: str
    what: str
    checked: int
    breached: int
    breaches: tuple[str, ...]
    seconds: float = 0.0


class Tally:
    """Counts while it goes: of a million breaches only the first ones are kept."""

    def __init__(self) -> None:
        self.checked = 0
        self.breached = 0
        self._first: list[str] = []

    def add(self, breaches: Iterable[str]) -> None:
        for breach in breaches:
            self.breached += 1
            if len(self._first) < SHOWN:
                self._first.append(breach)

    def finding(self, invariant: str, what: str, seconds: float) -> Finding:
        return Finding(invariant, what, self.checked, self.breached, tuple(self._first), round(seconds, 3))
