"""What a phone gets to keep of the page of readings, so that its form opens without a signal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from lk.language import _, in_each_language
from lk.metering.queries import Occasion
from lk.readings import messages
from lk.readings.cards import MeterCard


def handed_over(account_public_id: str, found: Sequence[Occasion], cards: Sequence[MeterCard], today: date) -> str:
    """JSON of all that a phone keeps for the form: no name, no address, nothing that was sent. Words by language."""
    period, window = found[0].period, found[0].window
    return json.dumps(
        {
            "account": account_public_id,
            "invitation": in_each_language(lambda: messages.invitation(period, window, today)),
            "until": window.closes_on.isoformat(),
            "meters": [_meter(each, card) for each, card in zip(found, cards, strict=True)],
        },
        ensure_ascii=False,
    )


def _meter(occasion: Occasion, card: MeterCard) -> dict[str, object]:
    serial, zones = occasion.meter.serial_number, occasion.meter.zones
    labels = in_each_language(lambda: messages.register_labels(zones))
    return {
        "meter": card.id,
        "title": in_each_language(lambda: _("Счётчик %(serial)s", serial=serial)),
        "is_live": card.is_live,
        "dials": [
            {
                "name": dial.name,
                "label": {language: said[at] for language, said in labels.items()},
                "digits": dial.digits,
                "ratio": dial.ratio,
                "previous": dial.previous,
                "price": dial.price_kopecks,
            }
            for at, dial in enumerate(card.dials)
        ],
    }
