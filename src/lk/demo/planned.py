"""What the town's operator has planned: prices of the year to come, not in force yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from lk import clock
from lk.demo.people import operators
from lk.energy import Register
from lk.money import half_up
from lk.operations.price_rules import WantedPrices
from lk.operations.pricing import set_prices
from lk.operations.stored_prices import stored_rates
from lk.period import Period

PLACE = ("moscow", "gas")
DEARER_PERCENT = 104
AGO = timedelta(days=2, hours=3)


async def plan_prices(now: datetime) -> None:
    """Moscow's gas homes, from January on."""
    since = Period(clock.local_date(now).year + 1, 1)
    latest = {
        (each.zones, Register(each.register), each.band): each.price_kopecks
        for each in sorted(await stored_rates(), key=lambda rate: rate.valid_from)
        if (each.region, each.tariff_category) == PLACE
    }
    prices = {place: half_up(kopecks * DEARER_PERCENT, 100) for place, kopecks in latest.items()}
    act = f"Проект цен на {since.year} год"
    with clock.fixed_at(now - AGO):
        await set_prices(WantedPrices(*PLACE, since, act, prices), (await operators())[0], is_confirmed=True)
