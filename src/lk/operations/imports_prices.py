"""Tariffs and norms: dated rows, refused where they would change what was billed."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.energy import REGISTERS, registers_of
from lk.operations.loading import CATEGORIES, REGIONS, Importer, Load
from lk.operations.rows import Row
from lk.operations.stored_prices import (
    StoredNorm,
    StoredRate,
    billed_by_norm_since,
    last_billed_period,
    priced_since,
    stored_norms,
    stored_rates,
)
from lk.period import Period
from lk.tariffs.queries import forget_price_list

MOST_PEOPLE = 10**6

RateKey = tuple[str, str, int, int, str]
NormKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class TariffRow:
    row: Row
    region: str
    tariff_category: str
    band: int
    zones: int
    register: str
    price_kopecks: int
    valid_from: date
    legal_act: str

    @property
    def key(self) -> RateKey:
        return self.region, self.tariff_category, self.band, self.zones, self.register


class Tariffs(Importer[TariffRow]):
    """All rows are looked at together: the day on which a price ends is the next one's first."""

    columns = ("region", "tariff_category", "band", "zones", "register", "price", "valid_from", "legal_act")

    def __init__(self, load: Load) -> None:
        self._load = load
        self._rows: dict[tuple[RateKey, date], TariffRow] = {}

    def parse(self, row: Row) -> TariffRow:
        zones = row.whole("zones", 1, 3)
        register = row.one_of("register", REGISTERS)
        if row.is_good and register not in registers_of(zones):
            row.bad("register", "register_not_of_zones", zones=zones)
        price_kopecks = row.rubles("price")
        if row.is_good and price_kopecks == 0:
            row.bad("price", "price_zero")
        return TariffRow(
            row=row,
            region=row.one_of("region", REGIONS),
            tariff_category=row.one_of("tariff_category", CATEGORIES),
            band=row.whole("band", 1, 3),
            zones=zones,
            register=register,
            price_kopecks=price_kopecks,
            valid_from=row.day("valid_from", date(1970, 1, 1)),
            legal_act=row.text("legal_act"),
        )

    async def take(self, parsed: Sequence[TariffRow]) -> None:
        for each in parsed:
            first = self._rows.setdefault((each.key, each.valid_from), each)
            if first is not each:
                each.row.bad("valid_from", "twice_in_file", first=first.row.line)

    async def finish(self) -> None:
        stored = {(_rate_key(rate), rate.valid_from): rate for rate in await stored_rates()}
        days = _days_by_key([*stored, *self._rows])
        billed = await last_billed_period()
        priced_from = _days_by_key(((key[0], key[1], key[3], key[4]), valid_from) for key, valid_from in stored)
        for each in self._rows.values():
            before = stored.get((each.key, each.valid_from))
            is_priced = priced_from.get((each.region, each.tariff_category, each.zones, each.register))
            # Where there was no price of any band nothing can have been billed: a city is not looked through for it.
            if is_priced and (before is None or before.price_kopecks != each.price_kopecks):
                await self._check(each, days[each.key], billed)
        if not self._load.complaints:
            await self._write(stored)
            forget_price_list()

    async def _check(self, each: TariffRow, days: Sequence[date], billed: Period | None) -> None:
        first, until = _periods(each.valid_from, days)
        if billed is None or first > billed:
            return
        found = await priced_since(each.key, first, until)
        if found is not None:
            each.row.bad("price", "price_billed", period=found)

    async def _write(self, stored: dict[tuple[RateKey, date], StoredRate]) -> None:
        new = [each for place, each in self._rows.items() if place not in stored]
        known = [(each, stored[place]) for place, each in self._rows.items() if place in stored]
        changed = [
            (each, rate)
            for each, rate in known
            if (each.price_kopecks, each.legal_act) != (rate.price_kopecks, rate.legal_act)
        ]
        await db.write_many(
            "INSERT INTO rates (region, tariff_category, band, zones, register, price_kopecks, valid_from, legal_act) "
            "VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
            [(*each.key, each.price_kopecks, each.valid_from, each.legal_act) for each in new],
        )
        await db.write_many(
            "UPDATE rates SET price_kopecks = {}, legal_act = {} WHERE id = {}",
            [(each.price_kopecks, each.legal_act, rate.id) for each, rate in changed],
        )
        _count(self._load, len(new), len(changed), len(known) - len(changed))


@dataclass(frozen=True, slots=True)
class NormRow:
    row: Row
    region: str
    tariff_category: str
    residents: int
    kwh_per_person: int
    valid_from: date

    @property
    def key(self) -> NormKey:
        return self.region, self.tariff_category, self.residents


class Norms(Importer[NormRow]):
    """The row of so many residents also serves larger households up to the next row, and the first one smaller ones."""

    columns = ("region", "tariff_category", "residents", "kwh_per_person", "valid_from")

    def __init__(self, load: Load) -> None:
        self._load = load
        self._rows: dict[tuple[NormKey, date], NormRow] = {}

    def parse(self, row: Row) -> NormRow:
        return NormRow(
            row=row,
            region=row.one_of("region", REGIONS),
            tariff_category=row.one_of("tariff_category", CATEGORIES),
            residents=row.whole("residents", 1, 99),
            kwh_per_person=row.whole("kwh_per_person", 1, 10_000),
            valid_from=row.day("valid_from", date(1970, 1, 1)),
        )

    async def take(self, parsed: Sequence[NormRow]) -> None:
        for each in parsed:
            first = self._rows.setdefault((each.key, each.valid_from), each)
            if first is not each:
                each.row.bad("valid_from", "twice_in_file", first=first.row.line)

    async def finish(self) -> None:
        stored = {
            ((norm.region, norm.tariff_category, norm.residents), norm.valid_from): norm
            for norm in await stored_norms()
        }
        keys = [*stored, *self._rows]
        days, billed = _days_by_key(keys), await last_billed_period()
        for each in self._rows.values():
            before = stored.get((each.key, each.valid_from))
            if before is None or before.kwh_per_person != each.kwh_per_person:
                households = _households(each.key, {key for key, _ in keys})
                await self._check(each, households, days[each.key], billed)
        if not self._load.complaints:
            await self._write(stored)
            forget_price_list()

    async def _check(self, each: NormRow, households: range, days: Sequence[date], billed: Period | None) -> None:
        first, until = _periods(each.valid_from, days)
        if billed is None or first > billed:
            return
        found = await billed_by_norm_since(each.region, each.tariff_category, households, first, until)
        if found is not None:
            each.row.bad("kwh_per_person", "norm_billed", period=found)

    async def _write(self, stored: dict[tuple[NormKey, date], StoredNorm]) -> None:
        new = [each for place, each in self._rows.items() if place not in stored]
        known = [(each, stored[place]) for place, each in self._rows.items() if place in stored]
        changed = [(each, norm) for each, norm in known if each.kwh_per_person != norm.kwh_per_person]
        await db.write_many(
            "INSERT INTO norms (region, tariff_category, residents, kwh_per_person, valid_from) "
            "VALUES ({}, {}, {}, {}, {})",
            [(*each.key, each.kwh_per_person, each.valid_from) for each in new],
        )
        await db.write_many(
            "UPDATE norms SET kwh_per_person = {} WHERE id = {}",
            [(each.kwh_per_person, norm.id) for each, norm in changed],
        )
        _count(self._load, len(new), len(changed), len(known) - len(changed))


def _rate_key(rate: StoredRate) -> RateKey:
    return rate.region, rate.tariff_category, rate.band, rate.zones, rate.register


def _days_by_key(places: Iterable[tuple[Hashable, date]]) -> dict[Hashable, list[date]]:
    days: dict[Hashable, set[date]] = defaultdict(set)
    for key, valid_from in places:
        days[key].add(valid_from)
    return {key: sorted(found) for key, found in days.items()}


def _periods(valid_from: date, days: Sequence[date]) -> tuple[Period, Period | None]:
    """The first period that begins under the row, and the first one that no longer does."""
    later = days[bisect_right(days, valid_from) :]
    return _first_whole(valid_from), _first_whole(later[0]) if later else None


def _first_whole(valid_from: date) -> Period:
    period = Period.of(valid_from)
    return period if valid_from == period.first_day else period.next


def _households(key: NormKey, keys: Iterable[NormKey]) -> range:
    """How many residents the norm of this key serves."""
    region, tariff_category, residents = key
    sizes = sorted(size for *place, size in keys if tuple(place) == (region, tariff_category))
    larger = [size for size in sizes if size > residents]
    return range(0 if residents == sizes[0] else residents, larger[0] if larger else MOST_PEOPLE)


def _count(load: Load, added: int, updated: int, unchanged: int) -> None:
    load.added += added
    load.updated += updated
    load.unchanged += unchanged
