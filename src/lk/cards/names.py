"""What cards are called where one of several is meant.

Brand, four digits and last month do not prove that two cards are one: a household's cards of one bank may share all
three. So neither takes the other's place, nor its autopay; the resident is told, and decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from lk import clock, filters
from lk.cards.messages import card_name
from lk.language import _
from lk.period import Period


class Linked(Protocol):
    """A linked card."""

    @property
    def brand(self) -> str: ...
    @property
    def last_four(self) -> str: ...
    @property
    def expires(self) -> Period | None: ...
    @property
    def linked_at(self) -> datetime: ...


def card_names(cards: Sequence[Linked]) -> list[str]:
    """`Мир ··4444`; of those called alike also when each was linked."""
    names = [card_name(card.brand, card.last_four) for card in cards]
    count = Counter(names)
    return [
        _told_apart(name, card.linked_at) if count[name] > 1 else name for name, card in zip(names, cards, strict=True)
    ]


def alike(cards: Sequence[Linked]) -> list[bool]:
    """Of each whether another one may be the same card: as far as lk knows it, it is."""
    faces = [(card_name(card.brand, card.last_four), card.expires) for card in cards]
    count = Counter(faces)
    return [count[face] > 1 and bool(card.last_four) for face, card in zip(faces, cards, strict=True)]


def _told_apart(name: str, linked_at: datetime) -> str:
    """`Мир ··4444, привязана 3 октября 2026 в 14:05`."""
    return _(
        "%(name)s, привязана %(day)s в\u00a0%(time)s",
        name=name,
        day=filters.day_year(clock.local_date(linked_at)),
        time=f"{clock.local(linked_at):%H:%M}",
    )
