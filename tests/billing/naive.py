"""The bills of a household found a second time, slowly: every booked kilowatt-hour is a thing of its own."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

NORM = 135


@dataclass
class Unit:
    """One kilowatt-hour on some month's bill."""

    month: int
    register: int
    band: int


def bills(used: list[list[int]], is_read: list[bool], prices: list[list[int]], widths: list[int]) -> list[int]:
    """Kopecks of each month's bill.

    `used[m][r]` is what was really used in month m on register r; month -1 ended with a reading. `prices[b][r]`.
    """
    on_bills: list[Unit] = []
    sums = []
    for month, was_read in enumerate(is_read):
        if was_read:
            sums.append(_settle(month, used, is_read, on_bills, prices, widths))
            continue
        wanted = _guess(month, used, is_read)
        new = _spread(month, wanted, widths)
        on_bills += new
        sums.append(sum(prices[unit.band][unit.register] for unit in new))
    return sums


def _settle(
    month: int,
    used: list[list[int]],
    is_read: list[bool],
    on_bills: list[Unit],
    prices: list[list[int]],
    widths: list[int],
) -> int:
    last_read = max(_read_months(month, is_read))
    kopecks = 0
    wanted = []
    for register in range(len(used[0])):
        really = sum(used[each][register] for each in range(last_read + 1, month + 1))
        own = [unit for unit in on_bills if unit.month > last_read and unit.register == register]
        wanted.append(max(0, really - len(own)))
        own.sort(key=lambda unit: (unit.month, unit.band))
        for _ in range(len(own) - really):
            unit = own.pop()
            on_bills.remove(unit)
            kopecks -= prices[unit.band][register]
    room = [
        width * (month - last_read) - sum(1 for unit in on_bills if unit.month > last_read and unit.band == band)
        for band, width in enumerate(widths)
    ]
    new = _spread(month, wanted, room)
    on_bills += new
    return kopecks + sum(prices[unit.band][unit.register] for unit in new)


def _guess(month: int, used: list[list[int]], is_read: list[bool]) -> list[int]:
    reads = _read_months(month, is_read)
    last = reads[-1]
    first = min(each for each in reads if last - each <= 6)
    grown = [sum(row[register] for row in used[first + 1 : last + 1]) for register in range(len(used[0]))]
    missed = month - last
    if missed <= 3 and last - first >= 3:
        return [_round(Fraction(kwh, last - first)) for kwh in grown]
    return _share(NORM, grown)


def _read_months(before: int, is_read: list[bool]) -> list[int]:
    return [-1] + [month for month in range(before) if is_read[month]]


def _spread(month: int, wanted: list[int], room: list[int]) -> list[Unit]:
    units = []
    left = list(wanted)
    for band in range(len(room) + 1):
        size = sum(left) if band == len(room) else min(room[band], sum(left))
        for register, kwh in enumerate(_share(size, left)):
            left[register] -= kwh
            units += [Unit(month, register, band) for _ in range(kwh)]
    return units


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


def _round(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
