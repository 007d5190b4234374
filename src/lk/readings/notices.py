"""What stands above the cards of the readings page: away mode, replaced meters, verifications."""

from __future__ import annotations

from collections.abc import Sequence

from lk import clock
from lk.metering.declared import Away
from lk.metering.notices import Notice, away_notice, replacement_notice, verification_notice
from lk.metering.queries import Occasion, StoredReading
from lk.metering.replacements import replacements
from lk.metering.rules import MeterFacts, ReadingFacts
from lk.period import Period

REPLACED_MONTHS = 3
"""So long a replacement is news; after that it stands in the history."""


def notices_of(
    found: Sequence[Occasion],
    period: Period,
    meters: Sequence[MeterFacts],
    stored: Sequence[StoredReading],
    away: Away | None,
) -> tuple[Notice, ...]:
    """`found` of the meters in their place, `meters` the removed ones too; `stored`: what this cabinet may see."""
    today = clock.today()
    known = [
        ReadingFacts(each.id, each.meter_id, each.values, each.taken_on, each.period, each.source, each.kind)
        for each in stored
        if each.kind != "regular" and each.status == "accepted"
    ]
    since = (Period.of(today) + -REPLACED_MONTHS).day(today.day)
    verifications = [verification_notice(each.meter.serial_number, each.meter.verified_until, today) for each in found]
    return (
        *([away_notice(away.until_on, away.periods_used, today)] if away else []),
        *(replacement_notice(each, period, today) for each in replacements(meters, known, since)),
        *(notice for notice in verifications if notice),
    )
