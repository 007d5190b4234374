"""The bills of any history of meters found a second time, slowly, from the words of the rules alone.

Every booked kilowatt-hour is a thing of its own with the price at which it was booked. Months are counted from 0, the
first billed one; registers and bands from 0. A history is a row of meters with equal zones.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

AVERAGE_BACK = 6
AVERAGE_NEEDS = 3
AWAY_AT_MOST = 6


@dataclass(frozen=True)
class Price:
    """Kopecks per kWh from a month on."""

    since: int
    zones: int
    register: int
    band: int
    kopecks: int


@dataclass(frozen=True)
class Known:
    """What all meters of a history have counted since it began, by register, for the month it counts for.

    `is_real` False: a beginning, which makes no month a read one.
    """

    month: int
    history: int
    totals: tuple[int, ...]
    is_real: bool = True


@dataclass(frozen=True)
class Month:
    """`history` is that of the meter in place, None without a meter; `norm` the household's kWh of a whole month.

    `widths`: kWh in each band but the last one.
    """

    at: int
    widths: tuple[int, ...]
    norm: int
    days: int
    days_open: int
    history: int | None
    is_away: bool
    known: tuple[Known, ...]


@dataclass
class Unit:
    """One kilowatt-hour. `history` None: booked while there was no meter."""

    month: int
    history: int | None
    register: int
    band: int
    kopecks: int
    is_booked: bool = True


Sums = Counter[tuple[int | None, int, int, int]]
"""kWh by history, register, band and price."""


@dataclass(frozen=True)
class Bill:
    booked: Sums
    taken_back: Sums
    method: str
    missed: int

    @property
    def kopecks(self) -> int:
        return sum(kwh * of[3] for of, kwh in self.booked.items()) - sum(
            kwh * of[3] for of, kwh in self.taken_back.items()
        )


@dataclass
class Books:
    """`zones` by history; `estimates_at_most` None: the average without limit."""

    zones: list[int]
    prices: list[Price]
    estimates_at_most: int | None
    known: list[Known] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    months: dict[int, Month] = field(default_factory=dict)
    estimated: set[tuple[int, int | None]] = field(default_factory=set)
    missed: int = 0
    away: int = 0

    def bill(self, month: Month) -> Bill:
        self.months[month.at] = month
        read = sorted({each.history for each in month.known if each.is_real})
        earlier = list(self.known)
        self.known += month.known
        return self._settle(month, read) if read else self._estimate(month, earlier)

    def _settle(self, month: Month, read: list[int]) -> Bill:
        self.missed = self.away = 0
        wanted: dict[tuple[int | None, int], int] = {}
        taken_back: list[Unit] = []
        settled: set[int] = set()
        for history in read:
            last, before = self._last_billed(history, month.at)
            now = [each.totals for each in month.known if each.history == history and each.is_real][-1]
            settled |= {at for at, of in self.estimated if of == history and at > last}
            for register in range(self.zones[history]):
                own = [unit for unit in self._booked(history, register) if unit.month > last]
                left = now[register] - before[register] - len(own)
                wanted[history, register] = max(0, left)
                taken_back += self._take_back(history, register, max(0, -left))
        new = self._spread(month, wanted, self._room(month, settled))
        return Bill(_sums(new), _sums(taken_back), "reading", 0)

    def _last_billed(self, history: int, month: int) -> tuple[int, tuple[int, ...]]:
        last, totals = -100, (0,) * self.zones[history]
        for each in self.known:
            if each.history == history and each.is_real and each.month < month:
                last, totals = each.month, each.totals
        return last, totals

    def _booked(self, history: int | None, register: int) -> list[Unit]:
        return [u for u in self.units if u.is_booked and (u.history, u.register) == (history, register)]

    def _take_back(self, history: int, register: int, count: int) -> list[Unit]:
        """The newest month first, then the highest band."""
        own = sorted(self._booked(history, register), key=lambda unit: (unit.month, unit.band))
        taken = own[len(own) - count :]
        assert len(taken) == count
        for unit in taken:
            unit.is_booked = False
        return taken

    def _room(self, month: Month, settled: set[int]) -> list[int]:
        """Of this month and of each settled one, less what their bills hold."""
        room = list(month.widths)
        for at in settled:
            for band in range(min(len(room), len(self.months[at].widths))):
                used = [unit for unit in self.units if unit.is_booked and (unit.month, unit.band) == (at, band)]
                room[band] += self.months[at].widths[band] - len(used)
        return [max(0, left) for left in room]

    def _estimate(self, month: Month, earlier: list[Known]) -> Bill:
        self.estimated.add((month.at, month.history))
        method, kwh = self._guess(month, [each for each in earlier if each.history == month.history])
        wanted = {(month.history, register): each for register, each in enumerate(kwh)}
        new = self._spread(month, wanted, list(month.widths))
        return Bill(_sums(new), Counter(), method, self.missed)

    def _guess(self, month: Month, known: list[Known]) -> tuple[str, list[int]]:
        part = Fraction(month.days_open, month.days)
        if month.history is None:
            return "norm", [_round(month.norm * part)]
        zones = self.zones[month.history]
        if month.is_away and self.away < AWAY_AT_MOST:
            self.away += 1
            return "away", [0] * zones
        self.missed += 1
        months, grown = _growth(known, zones)
        is_early = self.estimates_at_most is None or self.missed <= self.estimates_at_most
        if is_early and months >= AVERAGE_NEEDS:
            average = [max(0, _round(Fraction(kwh, months))) for kwh in grown]
            return "average", [_round(kwh * part) for kwh in average]
        return "norm", _share(_round(month.norm * part), [max(0, kwh) for kwh in grown])

    def _spread(self, month: Month, wanted: dict[tuple[int | None, int], int], room: list[int]) -> list[Unit]:
        """Band after band, each over all that is not yet priced."""
        new = []
        left = dict(wanted)
        for band in range(len(room) + 1):
            size = sum(left.values()) if band == len(room) else min(room[band], sum(left.values()))
            for (history, register), kwh in zip(list(left), _share(size, list(left.values())), strict=True):
                left[history, register] -= kwh
                kopecks = self._price(month.at, history, register, band)
                new += [Unit(month.at, history, register, band, kopecks) for _ in range(kwh)]
        self.units += new
        return new

    def _price(self, month: int, history: int | None, register: int, band: int) -> int:
        zones = 1 if history is None else self.zones[history]
        for wanted in (band, 0):
            valid = [p for p in self.prices if (p.zones, p.register, p.band) == (zones, register, wanted)]
            valid = sorted((p for p in valid if p.since <= month), key=lambda price: price.since)
            if valid:
                return valid[-1].kopecks
        raise AssertionError("no price")


def _growth(known: list[Known], zones: int) -> tuple[int, list[int]]:
    """Months from the earliest month, not more than six before the last one, and kWh between; 0 months: nothing."""
    if not known:
        return 0, [0] * zones
    last = known[-1]
    first_month = min(each.month for each in known if last.month - each.month <= AVERAGE_BACK)
    first = [each for each in known if each.month == first_month][-1]
    return last.month - first_month, [now - then for then, now in zip(first.totals, last.totals, strict=True)]


def _share(total: int, weights: list[int]) -> list[int]:
    """Seats by largest remainder, one at a time."""
    if sum(weights) == 0:
        return [total, *[0] * (len(weights) - 1)]
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    seats = [int(each) for each in exact]
    while sum(seats) < total:
        owed = [want - has if has <= want else Fraction(-1) for want, has in zip(exact, seats, strict=True)]
        seats[owed.index(max(owed))] += 1
    return seats


def _round(value: Fraction | int) -> int:
    return (value + Fraction(1, 2)).__floor__()


def _sums(units: list[Unit]) -> Sums:
    return Counter((unit.history, unit.register, unit.band, unit.kopecks) for unit in units)
