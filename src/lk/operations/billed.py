"""The newest billed month as comparisons need it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby

from lk import db
from lk.counting import Counting
from lk.db.aside import aside
from lk.energy import Register
from lk.operations.price_rules import Volume
from lk.operations.recount_rules import BilledLine, LateDays, LateDebt
from lk.operations.stored_prices import last_billed_period
from lk.period import Period

PATIENCE_SECONDS = 8.0
"""So long a page waits for it."""


@dataclass(frozen=True, slots=True)
class Billed:
    """`totals` by region and category: bills, and what they came to in kopecks."""

    volumes: tuple[Volume, ...]
    totals: Mapping[tuple[str, str], tuple[int, int]]


_counting = Counting[Billed](PATIENCE_SECONDS)


async def compared_period() -> Period | None:
    """The newest whose bill run is over; None before the first bill."""
    rows = await db.read("SELECT max(period) AS period FROM cycle_runs WHERE step = 'bill' AND status = 'done'")
    number = rows[0]["period"]
    return await last_billed_period() if number is None else Period.from_number(int(number))


async def billed_volumes(period: Period) -> Billed | None:
    """None while a city is counted the first time, for longer than a page waits."""
    return await _counting.of(period, partial(_count, period))


async def begin_to_count() -> None:
    """So that a city is counted by the time somebody has typed."""
    period = await compared_period()
    if period is not None:
        await _counting.begin(period, partial(_count, period))


@dataclass(frozen=True, slots=True)
class _Total:
    region: str
    tariff_category: str
    bills: int
    kopecks: int


async def _count(period: Period) -> Billed:
    async with aside() as looking:
        volumes = await looking.rows_as(Volume, _VOLUMES, period.number)
        totals = await looking.rows_as(_Total, _TOTALS, period.number)
    by_place = {(each.region, each.tariff_category): (each.bills, each.kopecks) for each in totals}
    return Billed(tuple(volumes), by_place)


_HOMES = "FROM bills b JOIN accounts a ON a.id = b.account_id JOIN premises p ON p.id = a.premises_id "
_OF_PERIOD = "WHERE b.period = {} AND b.status <> 'reversed' "
_LINES = _HOMES + "JOIN charges c ON c.bill_id = b.id LEFT JOIN meters m ON m.id = c.meter_id " + _OF_PERIOD
_VOLUMES = (
    "SELECT p.region, a.tariff_category, coalesce(m.zones, 1) AS zones, c.register, c.band, c.price_kopecks, "
    "count(DISTINCT b.id) AS bills, sum(c.consumption_kwh) AS kwh, sum(c.amount_kopecks) AS kopecks "
    + _LINES
    + "AND c.line = 'energy' GROUP BY p.region, a.tariff_category, coalesce(m.zones, 1), c.register, c.band, "
    "c.price_kopecks"
)
_TOTALS = (
    "SELECT p.region, a.tariff_category, count(*) AS bills, sum(b.total_kopecks) AS kopecks "
    + _HOMES
    + _OF_PERIOD
    + "GROUP BY p.region, a.tariff_category"
)


@dataclass(frozen=True, slots=True)
class _Line:
    bill_id: int
    account_number: str
    region: str
    tariff_category: str
    zones: int
    register: Register
    kwh: int
    kopecks: int
    bill_kopecks: int
    why: str


_RECOUNTED = (
    "SELECT b.id AS bill_id, a.number AS account_number, p.region, a.tariff_category, coalesce(m.zones, 1) AS zones, "
    "c.register, c.consumption_kwh AS kwh, c.amount_kopecks AS kopecks, b.total_kopecks AS bill_kopecks, c.why "
    + _LINES
    + "AND c.line = 'energy' "
)


async def norm_bills(period: Period, region: str, tariff_category: str) -> list[list[BilledLine]]:
    """Bills of one region's category that were made by the norm, line by line."""
    which = "b.method = 'norm' AND c.method = 'norm' AND p.region = {} AND a.tariff_category = {}"
    return await _bills(which, period.number, region, tariff_category)


async def large_bills(period: Period, least_kwh: int) -> list[list[BilledLine]]:
    """Bills of more than so many kWh, line by line; what cannot have used so much is not looked at."""
    rows = await db.read("SELECT min(price_kopecks) AS least FROM rates")
    which = (
        "b.energy_kopecks >= {} AND (SELECT sum(x.consumption_kwh) FROM charges x WHERE x.bill_id = b.id "
        "AND x.line = 'energy') > {}"
    )
    return await _bills(which, period.number, least_kwh * int(rows[0]["least"] or 0), least_kwh)


async def _bills(which: str, *args: object) -> list[list[BilledLine]]:
    async with aside() as looking:
        lines = await looking.rows_as(_Line, f"{_RECOUNTED}AND {which} ORDER BY b.id, c.id", *args)
    return [
        [
            BilledLine(
                *(each.bill_id, each.account_number, each.region, each.tariff_category, each.zones, each.register),
                *(each.kwh, each.kopecks, each.bill_kopecks),
                json.loads(each.why),
            )
            for each in of_bill
        ]
        for _, of_bill in groupby(lines, key=lambda line: line.bill_id)
    ]


@dataclass(frozen=True, slots=True)
class _Penalty:
    account_number: str
    through_on: date
    why: str


async def late_debts(period: Period) -> list[LateDebt]:
    async with aside() as looking:
        rows = await looking.rows_as(
            _Penalty,
            "SELECT a.number AS account_number, l.through_on, l.why FROM penalty_lines l "
            "JOIN bills b ON b.id = l.bill_id JOIN accounts a ON a.id = l.account_id "
            "WHERE b.period = {} AND b.status <> 'reversed' ORDER BY l.id",
            period.number,
        )
    return [LateDebt(each.account_number, each.through_on, tuple(_late_days(each.why))) for each in rows]


def _late_days(why: str) -> Iterator[LateDays]:
    for each in json.loads(why)["segments"]:
        yield LateDays(
            first=date.fromisoformat(each["from"]),
            last=date.fromisoformat(each["to"]),
            kopecks=each["kopecks"],
            basis_points=each["basis_points"],
            divisor=each["divisor"],
        )
