"""The company's dated rows as one price list."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from time import monotonic

from lk import db
from lk.period import Period
from lk.tariffs.rules import BandLimits, Calendar, Extension, Norm, PenaltyRate, PriceList, Rate, VatRate

KEPT_SECONDS = 30
"""Pages may be so late with a new tariff; the bill run reads afresh."""

_kept: tuple[object, float, PriceList] | None = None


async def price_list() -> PriceList:
    """For pages: kept for half a minute."""
    if _kept is None or _kept[0] is not db.engine() or monotonic() - _kept[1] > KEPT_SECONDS:
        await refresh()
    assert _kept is not None
    return _kept[2]


async def refresh() -> None:
    """Reads the pages' price list again, so that none of them has to wait for it."""
    global _kept
    _kept = (db.engine(), monotonic(), await fresh_price_list())


def forget_price_list() -> None:
    """After an import, so that its own process shows it at once."""
    global _kept
    _kept = None


async def fresh_price_list() -> PriceList:
    return PriceList(
        rates=await db.read_as(
            Rate,
            "SELECT region, tariff_category, band, zones, register, price_kopecks, valid_from, legal_act FROM rates",
        ),
        norms=await db.read_as(
            Norm, "SELECT region, tariff_category, residents, kwh_per_person, valid_from FROM norms"
        ),
        band_limits=await _band_limits(),
        calendars=await calendars(),
        vat_rates=await db.read_as(VatRate, "SELECT valid_from, percent FROM vat_rates"),
        penalty_rates=await db.read_as(PenaltyRate, "SELECT valid_from, basis_points FROM penalty_rates"),
    )


async def calendars() -> list[Calendar]:
    """All calendars, the earliest first; each knows all periods that were extended."""
    extensions = await _extensions()
    return [
        Calendar(**asdict(row), extensions=extensions)
        for row in await db.read_as(
            _CalendarRow,
            "SELECT valid_from, readings_open, readings_close, bill_run, print_by, bill_by, pay_by "
            "FROM calendars ORDER BY valid_from",
        )
    ]


@dataclass(frozen=True, slots=True)
class _CalendarRow:
    valid_from: date
    readings_open: int
    readings_close: int
    bill_run: int
    print_by: int
    bill_by: int
    pay_by: int


async def _extensions() -> dict[int, Extension]:
    days: dict[int, dict[str, int]] = {}
    for row in await db.read("SELECT period, kind, days FROM extensions"):
        days.setdefault(row["period"], {})[row["kind"]] = row["days"]
    return {period: Extension(each.get("window", 0), each.get("due", 0)) for period, each in days.items()}


async def first_period() -> Period:
    """Nothing earlier is billed."""
    rows = await db.read("SELECT value FROM settings WHERE name = 'first_period'")
    return Period.parse(rows[0]["value"])


@dataclass(frozen=True, slots=True)
class _Limit:
    valid_from: date
    upto_kwh: int


async def _band_limits() -> list[BandLimits]:
    limits: dict[date, list[int]] = {}
    for row in await db.read_as(_Limit, "SELECT valid_from, upto_kwh FROM band_limits ORDER BY valid_from, band"):
        limits.setdefault(row.valid_from, []).append(row.upto_kwh)
    return [BandLimits(valid_from, tuple(uptos)) for valid_from, uptos in limits.items()]
