"""What a billed month would have come to by other bands, another norm or penalty rate: bill by bill, of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lk.energy import Register, registers_of
from lk.money import half_up, split_by_shares
from lk.operations.price_rules import Comparison, Example, rate_or_none
from lk.period import Period
from lk.tariffs.rules import PriceList, split_bands

EXAMPLES = 3
_DAY = timedelta(days=1)
_PENALTY_UNIT = 10_000 * 3_900
"""As in billing's penalty: the common denominator of basis points and both divisors."""


@dataclass(frozen=True, slots=True)
class BilledLine:
    """An energy line of a bill, with what its bill came to. `why` as it is stored, read."""

    bill_id: int
    account_number: str
    region: str
    tariff_category: str
    zones: int
    register: Register
    kwh: int
    kopecks: int
    bill_kopecks: int
    why: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Recount:
    """What one bill came to and would come to; `now_kopecks` None where that cannot be told from its lines."""

    account_number: str
    was_kopecks: int
    now_kopecks: int | None


def by_recounts(period: Period, recounts: Iterable[Recount]) -> Comparison:
    """With the bills that change most as examples."""
    bills = was = now = unsure = 0
    most: list[Example] = []
    for each in recounts:
        bills += 1
        was += each.was_kopecks
        now += each.was_kopecks if each.now_kopecks is None else each.now_kopecks
        unsure += each.now_kopecks is None
        if each.now_kopecks not in (None, each.was_kopecks):
            most.append(Example(each.was_kopecks, each.now_kopecks or 0, (), each.account_number))
            most = sorted(most, key=lambda one: -abs(one.now_kopecks - one.was_kopecks))[:EXAMPLES]
    return Comparison(period, bills, was, now, (), tuple(most), unsure)


def by_bands(
    lines: Sequence[BilledLine], prices: PriceList, was: Sequence[int], now: Sequence[int], period: Period
) -> Recount:
    """One bill whose kilowatt-hours would be split over other bands. `was`, `now`: kWh in each band but the last."""
    volumes = _volumes(lines)
    return _recount(lines, (volumes, was), (volumes, now), prices, period)


def by_norm(
    lines: Sequence[BilledLine], prices: PriceList, kwh_per_person: int, band_widths: Sequence[int], period: Period
) -> Recount:
    """One bill that was made by the norm, by another one."""
    was = int(str(lines[0].why.get("kwh_per_person") or 0))
    before, after = (_by_norm(lines, each) for each in (was, kwh_per_person))
    return _recount(lines, (before, band_widths), (after, band_widths), prices, period)


_Dials = dict[tuple[int, Register], int]
"""kWh by zones of the meter and register, in that order."""


def _volumes(lines: Iterable[BilledLine]) -> _Dials:
    volumes: _Dials = {}
    for each in sorted(lines, key=lambda one: (one.zones, one.register)):
        volumes[each.zones, each.register] = volumes.get((each.zones, each.register), 0) + each.kwh
    return volumes


def _by_norm(lines: Sequence[BilledLine], kwh_per_person: int) -> _Dials:
    """As metering does it: the norm of the household, over the zones by the shares of its history, else all on T1."""
    why = lines[0].why
    residents, days_open, days = (int(str(why.get(name) or 0)) for name in ("residents", "days_open", "days"))
    total = half_up(kwh_per_person * residents * days_open, days or 1)
    names = registers_of(lines[0].zones)
    used = {each.register: int(str(each.why.get("growth_kwh") or 0)) for each in lines}
    parts = split_by_shares(total, [max(0, used.get(name, 0)) for name in names])
    return {(lines[0].zones, name): kwh for name, kwh in zip(names, parts, strict=True)}


def _recount(
    lines: Sequence[BilledLine],
    was: tuple[_Dials, Sequence[int]],
    now: tuple[_Dials, Sequence[int]],
    prices: PriceList,
    period: Period,
) -> Recount:
    """Sure only of a bill that the same counting explains as it is."""
    first, energy = lines[0], sum(each.kopecks for each in lines)
    before, after = (_priced(dials, widths, first, prices, period) for dials, widths in (was, now))
    is_sure = before == energy and after is not None
    more = (after or 0) - energy
    return Recount(first.account_number, first.bill_kopecks, first.bill_kopecks + more if is_sure else None)


def _priced(
    dials: _Dials, band_widths: Sequence[int], home: BilledLine, prices: PriceList, period: Period
) -> int | None:
    total = 0
    for band, part in enumerate(split_bands(list(dials.values()), band_widths), start=1):
        for (zones, register), kwh in zip(dials, part, strict=True):
            rate = rate_or_none(prices, home.region, home.tariff_category, band, zones, register, period)
            if rate is None:
                return None
            total += kwh * rate.price_kopecks
    return total


@dataclass(frozen=True, slots=True)
class LateDays:
    """Days in a row of a bill's penalty line: this much stood unpaid, at this share of the yearly rate."""

    first: date
    last: date
    kopecks: int
    basis_points: int
    divisor: int


@dataclass(frozen=True, slots=True)
class LateDebt:
    """A debt in a bill: the days on which it stood unpaid, through the bill's own."""

    account_number: str
    through_on: date
    days: tuple[LateDays, ...]


def by_penalty_rate(account_number: str, debts: Iterable[LateDebt], since: date, basis_points: int) -> Recount:
    """What one account's bill would hold if the rate had been this one from a day on; each debt rounded as in the bill.

    What ran up before that day was posted by earlier bills.
    """
    was = now = 0
    for debt in debts:
        posted = sum(_units(each, date.min, since - _DAY) * each.basis_points for each in debt.days)
        lately = [(_units(each, since, debt.through_on), each.basis_points) for each in debt.days]
        before = half_up(posted, _PENALTY_UNIT)
        was += half_up(posted + sum(units * own for units, own in lately), _PENALTY_UNIT) - before
        now += half_up(posted + sum(units for units, _ in lately) * basis_points, _PENALTY_UNIT) - before
    return Recount(account_number, was, now)


def _units(days: LateDays, since: date, through: date) -> int:
    """Kopecks times days, in parts of the yearly rate's common denominator."""
    first, last = max(days.first, since), min(days.last, through)
    return days.kopecks * max(0, (last - first).days + 1) * (3_900 // days.divisor)
