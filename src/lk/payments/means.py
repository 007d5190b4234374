"""What a payer pays with. Pure."""

from __future__ import annotations

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
