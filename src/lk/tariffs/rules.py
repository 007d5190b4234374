"""Prices, consumption bands, norms and VAT: all dated. The calendar is told in `calendar.py`."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from lk.energy import Register, registers_of
from lk.money import half_up, split_by_shares
from lk.period import Period
from lk.tariffs.calendar import DEFAULT_CALENDAR as DEFAULT_CALENDAR
from lk.tariffs.calendar import LAW_2026 as LAW_2026
from lk.tariffs.calendar import Billed as Billed
from lk.tariffs.calendar import Calendar as Calendar
from lk.tariffs.calendar import Extension as Extension
from lk.tariffs.calendar import Window as Window
from lk.tariffs.calendar import calendar_for as calendar_for
from lk.tariffs.calendar import period_of_reading as period_of_reading
from lk.tariffs.calendar import period_of_run as period_of_run


class NoRate(LookupError):
    """No rate is in force; the arguments say for what: region, category, zones, register, period."""


class NoNorm(LookupError):
    """No norm is in force; the arguments say for what: region, category, residents, period."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one kilowatt-hour on one register in one band, and the act that set it."""

    region: str
    tariff_category: str
    band: int
    zones: int
    register: Register
    price_kopecks: int
    valid_from: date
    legal_act: str


@dataclass(frozen=True, slots=True)
class BandLimits:
    """Upper edges of the bands in kWh a month; the last band has none. `(3900, 6000)` makes three bands."""

    valid_from: date
    limits: tuple[int, ...]

    @property
    def widths(self) -> tuple[int, ...]:
        """Kilowatt-hours a month in each band but the last: `(3900, 2100)`."""
        return tuple(upper - lower for lower, upper in zip((0, *self.limits), self.limits, strict=False))


@dataclass(frozen=True, slots=True)
class Norm:
    """Kilowatt-hours a month for each of `residents` people, where there is no reading to go by."""

    region: str
    tariff_category: str
    residents: int
    kwh_per_person: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class VatRate:
    valid_from: date
    percent: int


@dataclass(frozen=True, slots=True)
class PenaltyRate:
    """The yearly rate of which a penalty for late payment is a part a day, in hundredths of a percent.

    The lower of the key rate and 9.5 % (Housing Code, article 155 part 14, and the government's cap on the rate).
    """

    valid_from: date
    basis_points: int


BAND_LIMITS = (BandLimits(date(2025, 1, 1), (3900, 6000)),)
VAT_RATES = (VatRate(date(2019, 1, 1), 20), VatRate(date(2026, 1, 1), 22))
PENALTY_RATES = (PenaltyRate(date(1970, 1, 1), 950),)


def vat_inside(kopecks: int, percent: int) -> int:
    """The tax that a sum already holds; negative in a negative sum."""
    return half_up(kopecks * percent, 100 + percent)


def split_bands(volumes: Sequence[int], room: Sequence[int]) -> list[list[int]]:
    """kWh by band, then by register. `room[b]` is what band `b` can still take; the band after the last has no end.

    Each band's part is split over the registers in proportion to what is not yet priced, by largest remainder, so that
    bands add up to their room and registers to their volumes.
    """
    left = list(volumes)
    bands = []
    for width in room:
        total = sum(left)
        part = left if total <= width else split_by_shares(width, left)
        left = [kwh - taken for kwh, taken in zip(left, part, strict=True)]
        bands.append(part)
    bands.append(left)
    return bands


@dataclass(frozen=True, slots=True)
class Month:
    """What is the same for every account in one period."""

    period: Period
    calendar: Calendar
    band_widths: tuple[int, ...]
    """kWh in each band but the last; empty before there were bands."""
    vat_percent: int


class PriceList:
    """All dated rows of one company, indexed: a bill run asks it a million times about the same few months."""

    def __init__(
        self,
        rates: Iterable[Rate],
        norms: Iterable[Norm] = (),
        band_limits: Iterable[BandLimits] = BAND_LIMITS,
        calendars: Iterable[Calendar] = (DEFAULT_CALENDAR,),
        vat_rates: Iterable[VatRate] = VAT_RATES,
        penalty_rates: Iterable[PenaltyRate] = PENALTY_RATES,
    ) -> None:
        norms = tuple(norms)
        self._rates = _Dated(((r.region, r.tariff_category, r.zones, r.register, r.band), r) for r in rates)
        self._norms = _Dated(((n.region, n.tariff_category, n.residents), n) for n in norms)
        self._band_limits = _Dated((None, row) for row in band_limits)
        self._calendars = _Dated((None, row) for row in calendars)
        self._vat_rates = _Dated((None, row) for row in vat_rates)
        self.penalty_rates = tuple(sorted(penalty_rates, key=_valid_from))
        self._households = _households(norms)
        self._known_rates: dict[tuple[str, str, int, int], tuple[tuple[Rate, ...], ...]] = {}
        self._known_months: dict[int, Month] = {}

    def rate(
        self, region: str, tariff_category: str, band: int, zones: int, register: Register, period: Period
    ) -> Rate:
        """The latest row in force on the period's first day; band 1's where the band has none. Raises NoRate."""
        day = period.first_day
        found = self._rates.at((region, tariff_category, zones, register, band), day)
        found = found or self._rates.at((region, tariff_category, zones, register, 1), day)
        if found is None:
            raise NoRate(region, tariff_category, zones, register, period)
        return found

    def rates(self, region: str, tariff_category: str, zones: int, period: Period) -> tuple[tuple[Rate, ...], ...]:
        """All prices of a month, by band, then by register. Raises NoRate."""
        key = (region, tariff_category, zones, period.number)
        known = self._known_rates.get(key)
        if known is None:
            bands = range(1, len(self.month(period).band_widths) + 2)
            known = self._known_rates[key] = tuple(
                tuple(self.rate(region, tariff_category, band, zones, each, period) for each in registers_of(zones))
                for band in bands
            )
        return known

    def norm(self, region: str, tariff_category: str, residents: int, period: Period) -> Norm:
        """The norm for exactly so many people, else for the most people below, else for the fewest. Raises NoNorm.

        A table of norms ends with "five and more": its last row serves every larger household.
        """
        sizes = self._households.get((region, tariff_category), ())
        nearest_first = sorted(sizes, key=lambda size: (size > residents, abs(size - residents)))
        for size in nearest_first:
            found = self._norms.at((region, tariff_category, size), period.first_day)
            if found is not None:
                return found
        raise NoNorm(region, tariff_category, residents, period)

    def month(self, period: Period) -> Month:
        """Calendar, bands and VAT of a period. Raises LookupError where no calendar or VAT rate is in force."""
        known = self._known_months.get(period.number)
        if known is None:
            known = self._known_months[period.number] = self._month(period)
        return known

    def calendar(self, period: Period) -> Calendar:
        """Raises LookupError where none is in force."""
        found = self._calendars.at(None, period.first_day)
        if found is None:
            raise LookupError(f"no calendar is in force in {period}")
        return found

    def _month(self, period: Period) -> Month:
        day = period.first_day
        vat_rate = self._vat_rates.at(None, day)
        limits = self._band_limits.at(None, day)
        if vat_rate is None:
            raise LookupError(f"no VAT rate is in force in {period}")
        return Month(period, self.calendar(period), limits.widths if limits else (), vat_rate.percent)


def _households(norms: Iterable[Norm]) -> dict[tuple[str, str], set[int]]:
    sizes: dict[tuple[str, str], set[int]] = defaultdict(set)
    for norm in norms:
        sizes[norm.region, norm.tariff_category].add(norm.residents)
    return sizes


class _HasValidFrom(Protocol):
    @property
    def valid_from(self) -> date: ...


_Row = TypeVar("_Row", bound=_HasValidFrom)


class _Dated(Generic[_Row]):
    """Rows by key, each key's in the order of `valid_from`; the later of two equal days wins."""

    def __init__(self, rows: Iterable[tuple[Hashable, _Row]]) -> None:
        self._rows: dict[Hashable, list[_Row]] = defaultdict(list)
        for key, row in rows:
            self._rows[key].append(row)
        for series in self._rows.values():
            series.sort(key=_valid_from)

    def at(self, key: Hashable, day: date) -> _Row | None:
        series = self._rows.get(key, ())
        count = bisect_right(series, day, key=_valid_from)
        return series[count - 1] if count else None


def _valid_from(row: _HasValidFrom) -> date:
    return row.valid_from
