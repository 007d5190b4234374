"""What the pages of prices show. Finished values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lk import clock
from lk.day_words import short_day
from lk.energy import Register, registers_of
from lk.filters import day_year, kwh, money, month, number
from lk.language import _
from lk.operations.price_forms import BANDS
from lk.operations.price_rules import norm_field, price_field
from lk.operations.price_words import ZONES_NAMES, dial_name, price_name, residents_name, zones_name
from lk.operations.stored_prices import StoredNorm, StoredRate, stored_norms, stored_rates
from lk.period import Period

MONTHS_BACK = 24
MONTHS_AHEAD = 24
HOUSEHOLDS = 5
"""A table of norms ends with so many people and more, unless it has larger ones."""


@dataclass(frozen=True, slots=True)
class PriceField:
    """`now`: the price in force; empty where the first band's holds, or none at all."""

    name: str
    label: str
    now: str


@dataclass(frozen=True, slots=True)
class PriceGroup:
    """Meters with so many tariffs: fields of the first band, and those of the others."""

    title: str
    first: tuple[PriceField, ...]
    others: tuple[PriceField, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """What began, or is to begin, on one day. `since` is the value of the withdrawing form, empty where it began."""

    title: str
    lines: tuple[tuple[str, str], ...]
    note: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class PlacePage:
    groups: tuple[PriceGroup, ...]
    planned: tuple[Dated, ...]
    past: tuple[Dated, ...]


async def prices_page(region: str, tariff_category: str) -> PlacePage:
    own = [each for each in await stored_rates() if (each.region, each.tariff_category) == (region, tariff_category)]
    dated = list(_dated_prices(own))
    return PlacePage(
        groups=tuple(_groups(in_force(own, Period.of(clock.today())))),
        planned=tuple(each for each in dated if each.since),
        past=tuple(each for each in dated if not each.since),
    )


def in_force(rates: Iterable[StoredRate], period: Period) -> dict[tuple[int, str, int], StoredRate]:
    """By zones, register and band."""
    found: dict[tuple[int, str, int], StoredRate] = {}
    for each in sorted(rates, key=lambda rate: rate.valid_from):
        if each.valid_from <= period.first_day:
            found[each.zones, each.register, each.band] = each
    return found


def _groups(now: dict[tuple[int, str, int], StoredRate]) -> Iterator[PriceGroup]:
    def field(zones: int, register: Register, band: int) -> PriceField:
        place = (zones, register, band)
        return PriceField(price_field(place), dial_name(*place), _price(now.get(place)))

    for zones in ZONES_NAMES:
        first = tuple(field(zones, register, 1) for register in registers_of(zones))
        others = tuple(field(zones, register, band) for band in BANDS[1:] for register in registers_of(zones))
        yield PriceGroup(zones_name(zones), first, others)


def _price(rate: StoredRate | None) -> str:
    return money(rate.price_kopecks) if rate else ""


def _dated_prices(rates: Sequence[StoredRate]) -> Iterator[Dated]:
    """The newest first."""
    by_day: dict[date, list[StoredRate]] = defaultdict(list)
    for each in sorted(rates, key=lambda rate: (rate.zones, rate.band, rate.register)):
        by_day[each.valid_from].append(each)
    for day, own in sorted(by_day.items(), reverse=True):
        lines = tuple((price_name(each.zones, each.register, each.band), _price(each)) for each in own)
        acts = sorted({each.legal_act for each in own})
        yield Dated(since_words(day), lines, "; ".join(acts), planned_month(day))


def planned_month(day: date) -> str:
    """A day to come that a form can name by its month."""
    return str(Period.of(day)) if day > clock.today() and day.day == 1 else ""


def since_words(day: date) -> str:
    """`С 1 июля 2026`."""
    return _("С\u00a0%(day)s", day=day_year(day))


@dataclass(frozen=True, slots=True)
class Overview:
    """A region's category on the first page: prices of the first band, and the days to come."""

    region: str
    tariff_category: str
    rows: tuple[tuple[str, str, str], ...]
    planned: tuple[str, ...]
    norms: str


async def overview() -> dict[tuple[str, str], Overview]:
    rates, norms, period = await stored_rates(), await stored_norms(), Period.of(clock.today())
    places = sorted(
        {(each.region, each.tariff_category) for each in rates}
        | {(each.region, each.tariff_category) for each in norms}
    )
    return {place: _overview(place, rates, norms, period) for place in places}


def _overview(
    place: tuple[str, str], rates: Sequence[StoredRate], norms: Sequence[StoredNorm], period: Period
) -> Overview:
    own = [each for each in rates if (each.region, each.tariff_category) == place]
    own_norms = [each for each in norms if (each.region, each.tariff_category) == place]
    now = sorted(in_force(own, period).values(), key=lambda rate: (rate.zones, rate.register, rate.band))
    dates = {each.valid_from for each in own} | {each.valid_from for each in own_norms}
    days = sorted(each for each in dates if each > clock.today())
    norm_now = norms_in_force(own_norms, period)
    return Overview(
        *place,
        rows=tuple(
            (price_name(each.zones, each.register, each.band), _price(each), short_day(each.valid_from)) for each in now
        ),
        planned=tuple(day_year(day) for day in days),
        norms=_norms_words([each.kwh_per_person for _, each in sorted(norm_now.items())]),
    )


def _norms_words(norms: Sequence[int]) -> str:
    """`45 кВт·ч`; where larger households have another one, `70, 60, 55 кВт·ч`."""
    if not norms:
        return ""
    if len(set(norms)) == 1:
        return kwh(norms[0])
    return ", ".join([*map(number, norms[:-1]), kwh(norms[-1])])


def norms_in_force(norms: Iterable[StoredNorm], period: Period) -> dict[int, StoredNorm]:
    """By the number of residents."""
    found: dict[int, StoredNorm] = {}
    for each in sorted(norms, key=lambda norm: norm.valid_from):
        if each.valid_from <= period.first_day:
            found[each.residents] = each
    return found


@dataclass(frozen=True, slots=True)
class NormsPage:
    """`fields`: name, label, the norm in force."""

    sizes: tuple[int, ...]
    fields: tuple[tuple[str, str, str], ...]
    planned: tuple[Dated, ...]
    past: tuple[Dated, ...]


async def norms_page(region: str, tariff_category: str) -> NormsPage:
    own = [each for each in await stored_norms() if (each.region, each.tariff_category) == (region, tariff_category)]
    now = norms_in_force(own, Period.of(clock.today()))
    sizes = sorted({each.residents for each in own} | set(range(1, HOUSEHOLDS + 1)))
    by_day: dict[date, list[StoredNorm]] = defaultdict(list)
    for each in sorted(own, key=lambda norm: norm.residents):
        by_day[each.valid_from].append(each)
    dated = [
        Dated(
            since_words(day),
            tuple((residents_name(each.residents), kwh(each.kwh_per_person)) for each in of_day),
            since=planned_month(day),
        )
        for day, of_day in sorted(by_day.items(), reverse=True)
    ]
    return NormsPage(
        sizes=tuple(sizes),
        fields=tuple(
            (
                norm_field(size),
                residents_name(size, is_last=size == sizes[-1]),
                kwh(now[size].kwh_per_person) if size in now else "",
            )
            for size in sizes
        ),
        planned=tuple(each for each in dated if each.since),
        past=tuple(each for each in dated if not each.since),
    )


def months_to_choose(first_free: Period | None = None) -> list[tuple[str, str]]:
    """For a form: months past that may be unbilled, and those to come."""
    this = Period.of(clock.today())
    first = max(this + -MONTHS_BACK, first_free or this + -MONTHS_BACK)
    count = max(0, (this + MONTHS_AHEAD) - first) + 1
    return [(str(first + at), month(first + at)) for at in range(count)]


def next_month() -> str:
    return str(Period.of(clock.today()).next)
