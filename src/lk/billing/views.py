"""Consumption as the chart wants it: a column a month, a part for each zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lk import filters
from lk.period import Period

_NAMES = {"single": "Всего", "day": "День", "night": "Ночь", "peak": "Пик", "half_peak": "Полупик"}


@dataclass(frozen=True, slots=True)
class Series:
    """`columns`: label and values by month, `names`: of the values."""

    columns: list[dict[str, Any]]
    names: list[str]


def series(rows: Iterable[tuple[Period, str, int]]) -> Series:
    """From (period, zone, kWh) rows; what a credit took back lowers its month, never below nothing."""
    by_month: dict[Period, dict[str, int]] = {}
    zones: list[str] = []
    for period, zone, kwh in rows:
        month = by_month.setdefault(period, {})
        month[zone] = month.get(zone, 0) + kwh
        if zone not in zones:
            zones.append(zone)
    columns = [
        {"label": _label(period), "values": [max(0, month.get(zone, 0)) for zone in zones]}
        for period, month in sorted(by_month.items())
    ]
    return Series(columns, [_NAMES.get(zone, zone) for zone in zones])


def _label(period: Period) -> str:
    return f"{filters.month_name(period)[:3]} {period.year % 100:02}"
