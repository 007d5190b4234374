"""Consumption as the chart wants it: a column a month, a part for each zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lk import filters
from lk.billing.sheet import BillSheet, DialRow, Month
from lk.language import N_, _
from lk.period import Period

ZONE_NAMES = {
    "single": N_("Всего"),
    "day": N_("День"),
    "peak": N_("Пик"),
    "night": N_("Ночь"),
    "half_peak": N_("Полупик"),
}
"""In the order of the registers."""


@dataclass(frozen=True, slots=True)
class Series:
    """`columns` as the chart component takes them, `names`: of the values."""

    columns: list[dict[str, Any]]
    names: list[str]


def series(rows: Iterable[tuple[Period, str, int]]) -> Series:
    """From (period, zone, kWh) rows."""
    by_month: dict[Period, dict[str, int]] = {}
    for period, zone, kwh in rows:
        month = by_month.setdefault(period, {})
        month[zone] = month.get(zone, 0) + kwh
    zones = [zone for zone in ZONE_NAMES if any(zone in month for month in by_month.values())]
    months = [Month(period, tuple(month.get(zone, 0) for zone in zones)) for period, month in sorted(by_month.items())]
    return series_of([_(ZONE_NAMES[zone]) for zone in zones], months)


def series_of(names: Sequence[str], months: Sequence[Month]) -> Series:
    """What a credit took back lowers its month, never below nothing."""
    return Series(
        [
            {
                "label": filters.month(month.period),
                "short": f"{filters.month_name(month.period)[:3]} {month.period.year % 100:02}",
                "tick": str(month.period.year) if month.period.month == 1 else "",
                "values": [max(0, kwh) for kwh in month.kwh],
            }
            for month in months
        ],
        list(names),
    )


@dataclass(frozen=True, slots=True)
class DialLine:
    """`values`: `4 820 → 5 000`."""

    label: str
    values: str
    note: str


@dataclass(frozen=True, slots=True)
class MeterCard:
    serial_number: str
    verified_until: date | None
    lines: list[DialLine]


def meters_of(sheet: BillSheet) -> list[MeterCard]:
    """The bill's meters with their dials, in its order."""
    cards: dict[str, MeterCard] = {}
    for row in sheet.dials:
        card = cards.setdefault(row.serial_number, MeterCard(row.serial_number, row.verified_until, []))
        card.lines.append(DialLine(row.label, f"{_dial(row.previous_kwh)} → {_dial(row.current_kwh)}", _read(row)))
    return list(cards.values())


def _dial(kwh: int | None) -> str:
    return _("нет") if kwh is None else filters.number(kwh)


def _read(row: DialRow) -> str:
    """`20 августа — 20 сентября 2026, передано из кабинета`."""
    days = [day for day in (row.previous_on, row.current_on) if day]
    is_one_year = len({day.year for day in days}) == 1
    told = [filters.day(day) if is_one_year else filters.day_year(day) for day in days[:-1]]
    told += [filters.day_year(day) for day in days[-1:]]
    return ", ".join(filter(None, (" — ".join(told), row.source)))
