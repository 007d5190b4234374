"""A chart as it is drawn: finished words, and heights between nothing and a hundred. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lk import filters, language
from lk.language import _
from lk.money import half_up
from lk.period import Period

FULL = 100
"""The height of the tallest column."""


@dataclass(frozen=True, slots=True)
class Series:
    """`tone` is the colour's number in the stylesheet."""

    name: str
    words: str
    tone: int


@dataclass(frozen=True, slots=True)
class Column:
    """`heights` from below, one for each series; of a span where it begins, its middle and where it ends.

    `tick` names it under the axis; empty where there is no room. `cells` are the same in words, for the table.
    """

    label: str
    tick: str
    heights: tuple[float, ...]
    words: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind` stack|span. `told`: the whole in a sentence. `head` of the table."""

    name: str
    kind: str
    title: str
    told: str
    top: str
    series: tuple[Series, ...]
    columns: tuple[Column, ...]
    head: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())


Written = Callable[[int], str]


def stack(
    columns: Sequence[tuple[str, str, Mapping[str, int]]], series: Sequence[Series], written: Written
) -> tuple[tuple[Column, ...], str]:
    """Columns of (label, tick, values by series), and what the height of the tallest one is called."""
    sums = [sum(values.get(each.name, 0) for each in series) for _label, _tick, values in columns]
    tallest = max(sums, default=0)
    return tuple(
        Column(
            label,
            tick,
            tuple(_height(values.get(each.name, 0), tallest) for each in series),
            written(whole),
            tuple(written(values.get(each.name, 0)) for each in series),
        )
        for (label, tick, values), whole in zip(columns, sums, strict=True)
    ), written(tallest)


def span(
    columns: Sequence[tuple[str, str, tuple[int, int, int] | None, Sequence[str]]], written: Written
) -> tuple[tuple[Column, ...], str]:
    """Columns of (label, tick, (first quarter, half, third quarter), further cells)."""
    tallest = max((within[2] for _label, _tick, within, _further in columns if within), default=0)
    return tuple(
        Column(
            label,
            tick,
            tuple(_height(each, tallest) for each in within) if within else (),
            _("половина за %(days)s", days=written(within[1])) if within else _("ещё не платили"),
            (*(tuple(written(each) for each in within) if within else ("—",) * 3), *further),
        )
        for label, tick, within, further in columns
    ), written(tallest)


def _height(value: int, tallest: int) -> float:
    return round(max(value, 0) * FULL / tallest, 1) if tallest > 0 else 0.0


def per_mille(part: int, whole: int) -> int:
    return half_up(part * 1000, whole) if whole > 0 else 0


def percent(mille: int) -> str:
    """255 → `25,5 %`, in English `25.5%`."""
    whole, tenth = divmod(mille, 10)
    return f"{whole},{tenth}{filters.NO_BREAK_SPACE}%" if language.current() == "ru" else f"{whole}.{tenth}%"


def rubles(kopecks: int) -> str:
    """Whole ones: `1 234 567 ₽`."""
    return f"{filters.number(half_up(kopecks, 100))}{filters.NO_BREAK_SPACE}₽"


def days(count: int) -> str:
    return filters.plural(count, "день", "дней")


def month_tick(period: Period, at: int, count: int) -> str:
    """Of every third month from the last one on, and of all where they are few."""
    return filters.month_name(period)[:3] if count <= 5 or (count - 1 - at) % 3 == 0 else ""


def day_tick(day: date, at: int, count: int) -> str:
    return str(day.day) if count <= 12 or (count - 1 - at) % 5 == 0 else ""
