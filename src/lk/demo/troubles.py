"""What goes wrong in the simulated town: lk is down at a window's end, is broken off, and has a wrong tariff."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.billing.correcting import correct_from
from lk.cycle.actions import run_due
from lk.cycle.outages import note_outage
from lk.demo.homes import Place
from lk.demo.living_town import Town
from lk.demo.papers import import_tariff
from lk.period import Period
from lk.tariffs.queries import forget_price_list

OUTAGE_MONTH, OUTAGE_DAYS = 5, 2
"""Every year in its sixth month: from the window's last morning until the next afternoon."""
RESTART_MONTHS = (2, 14)
WRONG_SINCE, FOUND_ON = Period(2025, 7), date(2025, 9, 5)
LEGAL_ACT = "тариф модели"


def has_outage(town: Town, period: Period) -> bool:
    return (period - town.span.first) % 12 == OUTAGE_MONTH


def has_restart(town: Town, period: Period) -> bool:
    return period - town.span.first in RESTART_MONTHS


async def come_back(town: Town, period: Period) -> None:
    """lk starts again after the outage, and finds what it cut short."""
    await restart()
    town.extended[period] = OUTAGE_DAYS


async def restart() -> None:
    await db.close()
    forget_price_list()
    await note_outage()


async def break_off() -> None:
    """The process ends in the middle of what it does; the next one goes on from there."""
    work = asyncio.create_task(run_due())
    await asyncio.sleep(0.01)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await restart()


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
