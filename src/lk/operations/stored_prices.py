"""Prices and norms that are stored already, and what was billed by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lk import db
from lk.period import Period


@dataclass(frozen=True, slots=True)
class StoredRate:
    id: int
    region: str
    tariff_category: str
    band: int
    zones: int
    register: str
    price_kopecks: int
    valid_from: date
    legal_act: str


async def stored_rates() -> list[StoredRate]:
    return await db.read_as(
        StoredRate,
        "SELECT id, region, tariff_category, band, zones, register, price_kopecks, valid_from, legal_act FROM rates",
    )


@dataclass(frozen=True, slots=True)
class StoredNorm:
    id: int
    region: str
    tariff_category: str
    residents: int
    kwh_per_person: int
    valid_from: date


async def stored_norms() -> list[StoredNorm]:
    return await db.read_as(
        StoredNorm, "SELECT id, region, tariff_category, residents, kwh_per_person, valid_from FROM norms"
    )


_BILLED = (
    "SELECT b.period AS period FROM bills b JOIN charges c ON c.bill_id = b.id "
    "JOIN accounts a ON a.id = b.account_id JOIN premises p ON p.id = a.premises_id "
    "LEFT JOIN meters m ON m.id = c.meter_id "
    "WHERE b.status <> 'reversed' AND b.period >= {} AND b.period < {} AND c.line = 'energy' "
    "AND p.region = {} AND a.tariff_category = {} "
)


async def priced_since(rate: tuple[str, str, int, int, str], first: Period, until: Period | None) -> Period | None:
    """The first period of [first, until) in which energy of this region, category, band, zones, register was billed."""
    region, tariff_category, band, zones, register = rate
    return await _first_billed(
        _BILLED + "AND c.band = {} AND coalesce(m.zones, 1) = {} AND c.register = {}" + _FIRST,
        first.number,
        until.number if until else _FAR,
        region,
        tariff_category,
        band,
        zones,
        register,
    )


async def billed_by_norm_since(
    region: str, tariff_category: str, households: range, first: Period, until: Period | None
) -> Period | None:
    """The first period of [first, until) in which a household of so many residents was billed by the norm."""
    return await _first_billed(
        _BILLED + "AND a.residents >= {} AND a.residents < {} AND c.method = 'norm'" + _FIRST,
        first.number,
        until.number if until else _FAR,
        region,
        tariff_category,
        households.start,
        households.stop,
    )


_FAR = 999912
_FIRST = " ORDER BY b.period LIMIT 1"
"""By the index of periods: what was billed is found at once, in a city too."""


async def _first_billed(sql: str, *args: object) -> Period | None:
    rows = await db.read_rows(sql, *args)
    return Period.from_number(int(rows[0][0])) if rows and rows[0][0] is not None else None


async def last_billed_period() -> Period | None:
    return await _first_billed("SELECT MAX(period) AS period FROM bills WHERE status <> 'reversed'")
