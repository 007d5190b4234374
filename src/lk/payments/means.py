"""What a payer pays with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lk.payments.rules import Way


@dataclass(frozen=True, slots=True)
class Means:
    """What the payer chose: a linked card by its public id, or the acquirer's page and there a `way`.

    `saves_card`: the card typed on that page becomes linked.
    """

    card: str = ""
    way: Way = Way.CARD
    saves_card: bool = False

    @property
    def mark(self) -> str:
        """For the key of the payment."""
        if self.card:
            return self.card
        return "keep" if self.saves_card else self.way.value


def offered_card(linked: Sequence[str], used: Sequence[tuple[str, bool]]) -> str | None:
    """The card of the page's own button: the one used last, else the newest; one that was declined last comes last.

    `linked`: newest first; `used`: newest payment first, whether the bank declined it.
    """
    was_declined: dict[str, bool] = {}
    for card, is_declined in used:
        was_declined.setdefault(card, is_declined)
    fine = [card for card, is_declined in was_declined.items() if card in linked and not is_declined]
    unused = [card for card in linked if card not in was_declined]
    return next(iter([*fine, *unused, *linked]), None)
