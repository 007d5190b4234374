"""What operators type about prices, norms, bands and the penalty rate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from lk.energy import registers_of
from lk.money import parse_rubles
from lk.operations.price_rules import Place, WantedNorms, WantedPrices, norm_field, price_field
from lk.outcome import Problem
from lk.period import Period
from lk.text import parse_day

BANDS = (1, 2, 3)
PLACES: tuple[Place, ...] = tuple(
    (zones, register, band) for zones in (1, 2, 3) for register in registers_of(zones) for band in BANDS
)

_SIGNS = str.maketrans("", "", "₽%")
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?", re.ASCII)
_FAR = Period(2099, 12)
"""The last month that a form may name."""

Wanted = TypeVar("Wanted")


@dataclass(frozen=True, slots=True)
class Typed(Generic[Wanted]):
    """`fields` as they stood, `problems` of the typing alone. `wanted` None where they leave nothing to look at.

    `is_confirmed`: exactly this was shown and confirmed; `confirmation` is what the confirming form carries.
    """

    fields: Mapping[str, str]
    wanted: Wanted | None
    problems: tuple[Problem, ...]
    confirmation: str

    @property
    def is_confirmed(self) -> bool:
        return not self.problems and self.fields.get("confirmed") == self.confirmation

    @property
    def told(self) -> dict[str, str]:
        """What was filled in, without the form's own fields."""
        own = ("confirmed", "_csrf_token")
        return {name: text for name, text in self.fields.items() if name not in own and text.strip()}


def parse_prices(fields: Mapping[str, str], region: str, tariff_category: str) -> Typed[WantedPrices]:
    """`since` yyyy-mm, `legal_act`, `price_<zones>_<register>_<band>` in rubles; what is empty stays."""
    since, problems = month_in(fields)
    prices: dict[Place, int] = {}
    for place in PLACES:
        text = _plain(fields, price_field(place))
        if not text:
            continue
        try:
            prices[place] = parse_rubles(text)
        except ValueError:
            problems.append(Problem("price_not_a_sum", field=price_field(place)))
    act = " ".join(fields.get("legal_act", "").split())
    if since is None or problems:
        return Typed(fields, None, tuple(problems), "")
    wanted = WantedPrices(region, tariff_category, since, act, prices)
    told = (f"{price_field(place)}={kopecks}" for place, kopecks in prices.items())
    return Typed(fields, wanted, (), _confirmation(since, act, *told))


def parse_norms(
    fields: Mapping[str, str], region: str, tariff_category: str, sizes: Iterable[int]
) -> Typed[WantedNorms]:
    """`since`, `norm_<residents>` in whole kWh; what is empty stays."""
    since, problems = month_in(fields)
    norms: dict[int, int] = {}
    for size in sizes:
        text = _plain(fields, norm_field(size))
        if _WHOLE.fullmatch(text):
            norms[size] = int(text)
        elif text:
            problems.append(Problem("norm_not_whole", field=norm_field(size)))
    if since is None or problems:
        return Typed(fields, None, tuple(problems), "")
    wanted = WantedNorms(region, tariff_category, since, norms)
    return Typed(fields, wanted, (), _confirmation(since, *(f"{size}={kwh}" for size, kwh in norms.items())))


@dataclass(frozen=True, slots=True)
class WantedBands:
    """Upper edges in kWh a month."""

    since: Period
    limits: tuple[int, ...]


def parse_bands(fields: Mapping[str, str]) -> Typed[WantedBands]:
    """`since`, `limit_1`, and `limit_2` where there are three bands."""
    since, problems = month_in(fields)
    limits = []
    for name in ("limit_1", "limit_2"):
        text = _plain(fields, name)
        if _WHOLE.fullmatch(text):
            limits.append(int(text))
        elif text or name == "limit_1":
            problems.append(Problem("limit_not_whole", field=name))
    if since is None or problems:
        return Typed(fields, None, tuple(problems), "")
    return Typed(fields, WantedBands(since, tuple(limits)), (), _confirmation(since, *limits))


@dataclass(frozen=True, slots=True)
class WantedPenaltyRate:
    valid_from: date
    basis_points: int


def parse_penalty_rate(fields: Mapping[str, str]) -> Typed[WantedPenaltyRate]:
    """`valid_from` a day, `rate` in percent a year with two digits at most."""
    problems = []
    day = parse_day(fields.get("valid_from", ""))
    if day is None or day.year > _FAR.year:
        problems.append(Problem("not_a_date", field="valid_from"))
    found = _PERCENT.fullmatch(_plain(fields, "rate"))
    if not found:
        problems.append(Problem("rate_not_a_number", field="rate"))
    if day is None or not found or problems:
        return Typed(fields, None, tuple(problems), "")
    basis_points = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    return Typed(fields, WantedPenaltyRate(day, basis_points), (), _confirmation(day, basis_points))


def month_in(fields: Mapping[str, str]) -> tuple[Period | None, list[Problem]]:
    """The month `since`, or why there is none."""
    try:
        period = Period.parse(fields.get("since", ""))
    except ValueError:
        period = None
    if period is None or period > _FAR:
        return None, [Problem("month_wanted", field="since")]
    return period, []


def _plain(fields: Mapping[str, str], name: str) -> str:
    return "".join(fields.get(name, "").translate(_SIGNS).split())


def _confirmation(*parts: object) -> str:
    return "/".join(map(str, parts))
