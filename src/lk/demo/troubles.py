"""lk of the simulated town comes back after it was down, and bills by a wrong tariff until that is found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.billing.correcting import correct_from
from lk.demo.breaking import restart
from lk.demo.homes import Place
from lk.demo.living_town import Town
from lk.demo.mishaps import Absence, Downtime
from lk.demo.papers import import_tariff
from lk.period import Period
from lk.tariffs.queries import forget_price_list

WRONG_SINCE, FOUND_ON = Period(2025, 7), date(2025, 9, 5)
LEGAL_ACT = "тариф модели"


async def come_back(town: Town, down: Downtime) -> None:
    """lk starts again, and finds what was cut short."""
    await restart()
    if down.kind is Absence.WINDOW:
        town.extended[Period.of(down.first)] = down.days_given


@dataclass(frozen=True, slots=True)
class WrongTariff:
    """The day tariff of one place, loaded with a slip of the finger."""

    place: Place
    right_kopecks: int
    wrong_kopecks: int


async def load_wrong_tariff(town: Town) -> WrongTariff:
    """Of the place in which fewest people live: its accounts will all have to be billed again."""
    homes = Counter(home.nature.place for home in town.homes.values() if home.nature.device is not None)
    place = min(homes, key=lambda each: (homes[each], each)) if homes else ("moscow", "gas", 1)
    region, category, zones = place
    rows = await db.read_rows(
        "SELECT price_kopecks FROM rates WHERE region = {} AND tariff_category = {} AND zones = {} AND register = 'T1' "
        "AND band = 1 AND valid_from <= {} ORDER BY valid_from DESC LIMIT 1",
        region,
        category,
        zones,
        WRONG_SINCE.first_day,
    )
    right = int(rows[0][0])
    await import_tariff(place, right + 100, WRONG_SINCE.first_day, LEGAL_ACT)
    return WrongTariff(place, right, right + 100)


async def put_right(town: Town, wrong: WrongTariff) -> int:
    """The price first, then every bill made by it and all later ones. How many accounts."""
    region, category, zones = wrong.place
    async with db.write("ledger"):
        # A file may not change what was billed already.
        await db.execute(
            "UPDATE rates SET price_kopecks = {} WHERE region = {} AND tariff_category = {} AND zones = {} "
            "AND register = 'T1' AND band = 1 AND valid_from = {}",
            wrong.right_kopecks,
            region,
            category,
            zones,
            WRONG_SINCE.first_day,
        )
    forget_price_list()
    found = await _billed_by(wrong)
    for account_id, period in found:
        await correct_from(account_id, Period.from_number(period), "tariff", town.agent)
    return len(found)


async def _billed_by(wrong: WrongTariff) -> list[tuple[int, int]]:
    """Accounts, and the first period billed at the wrong price."""
    region, category, zones = wrong.place
    rows = await db.read_rows(
        "SELECT c.account_id, min(b.period) FROM charges c JOIN bills b ON b.id = c.bill_id "
        "JOIN accounts a ON a.id = c.account_id JOIN premises p ON p.id = a.premises_id "
        "LEFT JOIN meters m ON m.id = c.meter_id WHERE b.period >= {} AND b.status <> 'reversed' "
        "AND c.line = 'energy' AND c.register = 'T1' AND p.region = {} AND a.tariff_category = {} "
        "AND coalesce(m.zones, 1) = {} GROUP BY c.account_id ORDER BY c.account_id",
        WRONG_SINCE.number,
        region,
        category,
        zones,
    )
    return [(row[0], row[1]) for row in rows]
