"""What a phone gets to keep of the page of readings, so that its form opens without a signal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from lk.readings.cards import MeterCard


def handed_over(account_public_id: str, cards: Sequence[MeterCard], invitation: str | None, closes_on: date) -> str:
    """JSON of all that a phone keeps for the form: no name, no address, nothing that was sent."""
    return json.dumps(
        {
            "account": account_public_id,
            "invitation": invitation,
            "until": closes_on.isoformat(),
            "meters": [_meter(card) for card in cards],
        },
        ensure_ascii=False,
    )


def _meter(card: MeterCard) -> dict[str, object]:
    return {
        "meter": card.id,
        "title": card.title,
        "is_live": card.is_live,
        "dials": [
            {
                "name": dial.name,
                "label": dial.label,
                "digits": dial.digits,
                "ratio": dial.ratio,
                "previous": dial.previous,
                "price": dial.price_kopecks,
            }
            for dial in card.dials
        ],
    }
