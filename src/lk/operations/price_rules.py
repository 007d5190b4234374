"""What a billed month would have come to by other prices: the kilowatt-hours of its lines, priced anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lk.energy import Register, registers_of
from lk.money import half_up
from lk.period import Period
from lk.tariffs.rules import NoRate, PriceList, Rate, split_bands

Place = tuple[int, Register, int]
"""Zones, register, band: where in a region's category a price stands."""

SIZES = ((1, 2), (1, 1), (2, 1))
"""Homes that are shown beside the usual one: half of it, itself, twice."""


@dataclass(frozen=True, slots=True)
class WantedPrices:
    """Prices in kopecks of one region's category from a month on, by one act; others stay."""

    region: str
    tariff_category: str
    since: Period
    legal_act: str
    prices: Mapping[Place, int]


@dataclass(frozen=True, slots=True)
class WantedNorms:
    """Norms in kWh a month for each person, by the number of residents; others stay."""

    region: str
    tariff_category: str
    since: Period
    norms: Mapping[int, int]


def price_field(place: Place) -> str:
    zones, register, band = place
    return f"price_{zones}_{register}_{band}"


def norm_field(residents: int) -> str:
    return f"norm_{residents}"


@dataclass(frozen=True, slots=True)
class Volume:
    """Energy of one period that was billed at one price: in so many `bills`, `kwh`, `kopecks`."""

    region: str
    tariff_category: str
    zones: int
    register: Register
    band: int
    price_kopecks: int
    bills: int
    kwh: int
    kopecks: int


@dataclass(frozen=True, slots=True)
class Repriced:
    """A price that is another one, and what its kilowatt-hours came to and would come to."""

    zones: int
    register: Register
    band: int
    kwh: int
    was_price: int
    price: int

    @property
    def more_kopecks(self) -> int:
        return self.kwh * (self.price - self.was_price)


@dataclass(frozen=True, slots=True)
class Example:
    """A bill: of a home that uses `kwh` by register, or that of an account."""

    was_kopecks: int
    now_kopecks: int
    kwh: tuple[int, ...] = ()
    account_number: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of one billed period: `bills` came to `was_kopecks` and would have come to `now_kopecks`.

    `unsure` of them hold more than their own month and are counted as they are.
    """

    period: Period
    bills: int
    was_kopecks: int
    now_kopecks: int
    repriced: tuple[Repriced, ...] = ()
    examples: tuple[Example, ...] = ()
    unsure: int = 0

    @property
    def more_kopecks(self) -> int:
        return self.now_kopecks - self.was_kopecks


def by_prices(
    period: Period,
    bills: int,
    billed_kopecks: int,
    volumes: Sequence[Volume],
    rates: Sequence[Rate],
    wanted: Sequence[Rate],
    band_widths: Sequence[int],
) -> Comparison:
    """Of one region's category, whose `bills` came to `billed_kopecks`; as if `wanted` had held in `period`."""
    new = {replace(each, valid_from=period.first_day) for each in wanted}
    before, after = PriceList(rates), PriceList([*rates, *new])
    repriced = tuple(_repriced(volumes, after, new, period))
    return Comparison(
        period=period,
        bills=bills,
        was_kopecks=billed_kopecks,
        now_kopecks=billed_kopecks + sum(each.more_kopecks for each in repriced),
        repriced=repriced,
        examples=tuple(_homes(volumes, before, after, {each.zones for each in repriced}, band_widths, period)),
    )


def _repriced(volumes: Iterable[Volume], after: PriceList, new: set[Rate], period: Period) -> Iterator[Repriced]:
    """Volumes whose price would be one of the new ones; where a band has no price, band 1's holds."""
    for each in volumes:
        rate = rate_or_none(after, each.region, each.tariff_category, each.band, each.zones, each.register, period)
        if rate in new and rate is not None:
            yield Repriced(each.zones, each.register, each.band, each.kwh, each.price_kopecks, rate.price_kopecks)


def rate_or_none(
    prices: PriceList, region: str, tariff_category: str, band: int, zones: int, register: Register, period: Period
) -> Rate | None:
    """None where none is in force."""
    try:
        return prices.rate(region, tariff_category, band, zones, register, period)
    except NoRate:
        return None


def _homes(
    volumes: Sequence[Volume],
    before: PriceList,
    after: PriceList,
    zones_touched: set[int],
    band_widths: Sequence[int],
    period: Period,
) -> Iterator[Example]:
    """The usual home with so many zones, a smaller and a larger one."""
    for zones in sorted(zones_touched):
        own = [each for each in volumes if each.zones == zones]
        bills = sum(each.bills for each in own if each.register == Register.T1 and each.band == 1)
        used = [sum(each.kwh for each in own if each.register == name) for name in registers_of(zones)]
        place = own[0].region, own[0].tariff_category
        for part, whole in SIZES if bills else ():
            kwh = tuple(half_up(total * part, bills * whole) for total in used)
            sums = [_cost(kwh, prices, place, band_widths, period) for prices in (before, after)]
            if sums[0] is not None and sums[1] is not None:
                yield Example(sums[0], sums[1], kwh)


def _cost(
    kwh: Sequence[int], prices: PriceList, place: tuple[str, str], band_widths: Sequence[int], period: Period
) -> int | None:
    zones = len(kwh)
    total = 0
    for band, part in enumerate(split_bands(kwh, band_widths), start=1):
        for register, used in zip(registers_of(zones), part, strict=True):
            rate = rate_or_none(prices, *place, band, zones, register, period)
            if rate is None:
                return None
            total += used * rate.price_kopecks
    return total
