"""Homes of the simulated town: who lives there, what hangs on the wall, how they send and pay; drawn by lot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random
from typing import TypeVar

from lk.demo import names
from lk.demo.dials import KWH_OF_CATEGORY, SHARES
from lk.demo.households import FIRST_NUMBER, Device, Household, person
from lk.demo.situations import Situation
from lk.demo.span import Span
from lk.period import Period

Kind = TypeVar("Kind")

CABINETS = 120
FLATS, HOUSES = 90, 1200
"""In a house, on a street: every home has an address of its own up to a million of them."""


class Sender(StrEnum):
    """How readings come from a home."""

    PUNCTUAL = "punctual"
    FORGETFUL = "forgetful"
    SILENT = "silent"
    TARDY = "tardy"
    CORRECTING = "correcting"
    SLIPPING = "slipping"
    SWAPPING = "swapping"


class Payer(StrEnum):
    """How a home pays."""

    PROMPT = "prompt"
    LATE = "late"
    PARTLY = "partly"
    NEVER = "never"
    AHEAD = "ahead"


class Habit(StrEnum):
    """How a home with a cabinet pays by card: types it each time, has it linked, or lets autopay charge it."""

    PAGE = "page"
    CARD = "card"
    BILL = "bill"
    FIXED = "fixed"


SENDERS = {
    Sender.PUNCTUAL: 62,
    Sender.FORGETFUL: 18,
    Sender.SILENT: 3,
    Sender.TARDY: 6,
    Sender.CORRECTING: 5,
    Sender.SLIPPING: 4,
    Sender.SWAPPING: 2,
}
HABITS = {Habit.PAGE: 20, Habit.CARD: 15, Habit.BILL: 45, Habit.FIXED: 20}
PAYERS = {Payer.PROMPT: 60, Payer.LATE: 20, Payer.PARTLY: 9, Payer.NEVER: 3, Payer.AHEAD: 8}
ZONES = {1: 60, 2: 30, 3: 10}
PLACES = {
    1: {
        ("moscow", "gas"): 45,
        ("moscow", "electric"): 20,
        ("moscow_oblast", "gas"): 15,
        ("moscow_oblast", "electric"): 8,
        ("moscow_oblast", "rural"): 12,
    },
    2: {("moscow", "gas"): 1},
    3: {("moscow", "gas"): 9, ("moscow", "electric"): 1},
}
"""Where the price file is complete, by zones, with their weights."""

Place = tuple[str, str, int]
"""Region, tariff category, zones."""


class Wall(StrEnum):
    """What is particular about a meter."""

    COMMON = "common"
    NO_METER = "no_meter"
    TRANSFORMER = "transformer"
    NEAR_ITS_END = "near_its_end"
    REPLACED = "replaced"
    NEW_ZONES = "new_zones"


WALLS = {
    Wall.COMMON: 88,
    Wall.NO_METER: 2,
    Wall.TRANSFORMER: 1,
    Wall.NEAR_ITS_END: 3,
    Wall.REPLACED: 4,
    Wall.NEW_ZONES: 2,
}


@dataclass(frozen=True, slots=True)
class Nature:
    """What does not change about a home but by its own plan.

    `device` None: no meter. `away` are the months in which nobody is there; empty for most. `habit` None: no cabinet.
    """

    household: Household
    sender: Sender
    payer: Payer
    wall: Wall
    usual_kwh: int
    device: Device | None
    replaced_on: date | None
    away: tuple[Period, Period] | None
    habit: Habit | None

    @property
    def has_cabinet(self) -> bool:
        return self.habit is not None

    @property
    def number(self) -> str:
        return self.household.number

    @property
    def days(self) -> set[date]:
        """On which it is opened or closed or gets another meter."""
        days = (self.household.opened_on, self.household.closed_on, self.replaced_on)
        return {day for day in days if day is not None}

    @property
    def place(self) -> Place:
        lives = self.household.situation
        return lives.region, lives.tariff_category, lives.zones


def natures(count: int, seed: int, span: Span) -> Iterator[Nature]:
    """In the order of their account numbers; some hundred and twenty, of a small town one in four, have a cabinet."""
    apart = max(4, count // CABINETS)
    for at in range(count):
        habit = by_weight(Random(f"{seed}:{at}:habit"), HABITS) if at % apart == 0 else None  # noqa: S311
        yield _nature(at, Random(f"{seed}:{at}:nature"), span, habit)  # noqa: S311


def by_weight(dice: Random, weights: dict[Kind, int]) -> Kind:
    return dice.choices(list(weights), list(weights.values()))[0]


def _nature(at: int, dice: Random, span: Span, habit: Habit | None) -> Nature:
    wall = by_weight(dice, WALLS)
    household = _household(at, dice, span, wall, has_cabinet=habit is not None)
    is_large = wall is Wall.TRANSFORMER or household.power_kw >= 15
    usual = dice.randint(2200, 6500) if is_large else _usual_of_flat(household)
    return Nature(
        household,
        by_weight(dice, SENDERS),
        by_weight(dice, PAYERS),
        wall,
        usual,
        None if wall is Wall.NO_METER else _device(household, wall, usual, span, dice),
        _some_day(span, dice) if wall in (Wall.REPLACED, Wall.NEW_ZONES) else None,
        _away(span, dice),
        habit,
    )


def _household(at: int, dice: Random, span: Span, wall: Wall, *, has_cabinet: bool) -> Household:
    zones = by_weight(dice, ZONES)
    region, category = by_weight(dice, PLACES[zones])
    name, login = person(dice)
    is_house = dice.random() < 0.02
    opened_on = date(dice.randint(2009, 2021), dice.randint(1, 12), dice.randint(1, 28))
    if dice.random() < 0.04 and span.last > span.first:
        opened_on = _some_day(span, dice)
    closed_on = _some_day(span, dice) if dice.random() < 0.03 else None
    power = 30 if wall is Wall.TRANSFORMER else dice.choice((15, 20, 25)) if is_house else 10
    return Household(
        number=f"{FIRST_NUMBER + at * 100:010}",
        situation=Situation(region=region, tariff_category=category, zones=zones),
        holder_name=name,
        login=f"{login}{at}" if has_cabinet else "",
        address=_address(at, region),
        postcode="101000",
        residents=dice.choice((1, 2, 2, 3, 3, 4, 5)),
        power_kw=power,
        opened_on=opened_on,
        closed_on=closed_on if closed_on and closed_on > opened_on else None,
    )


def _address(at: int, region: str) -> str:
    house, flat = at // FLATS % HOUSES + 1, at % FLATS + 1
    street = names.MOSCOW_STREETS[at // FLATS // HOUSES % len(names.MOSCOW_STREETS)]
    town = "Москва" if region == "moscow" else "Мытищи"
    return f"{town}, {street}, {house}, кв. {flat}"


def _usual_of_flat(household: Household) -> int:
    return (60 + 50 * household.residents) * KWH_OF_CATEGORY[household.situation.tariff_category] // 100


def _device(household: Household, wall: Wall, usual: int, span: Span, dice: Random) -> Device:
    zones = household.situation.zones
    digits = dice.choice((5, 6, 6))
    initial = tuple(dice.randint(1, 30) for _ in range(zones))
    if dice.random() < 0.7:
        initial = tuple(dice.randint(1000, 60_000) for _ in range(zones))
    if wall is Wall.NEAR_ITS_END:
        digits = 5
        rolls_at = dice.randint(1, max(1, span.last - span.first))
        initial = (max(0, 10**5 - usual * SHARES[zones][0] // 100 * rolls_at - 20), *initial[1:])
    is_new = household.opened_on >= span.first.first_day
    return Device(
        serial_number=f"{int(household.number) % 10**7 * 10 + 1:08}",
        zones=zones,
        digits=digits,
        installed_on=household.opened_on if is_new else span.before.day(dice.randint(3, 24)),
        initial=initial,
        ratio=dice.choice((20, 30)) if wall is Wall.TRANSFORMER else 1,
    )


def _some_day(span: Span, dice: Random) -> date:
    """Not in the first month, in which the town is handed over, nor in the last one's end."""
    period = span.first + dice.randint(1, max(1, span.last - span.first))
    return period.day(dice.randint(2, 28 if period < span.last else 20))


def _away(span: Span, dice: Random) -> tuple[Period, Period] | None:
    if dice.random() > 0.03:
        return None
    first = span.first + dice.randint(0, span.last - span.first)
    return first, first + dice.randint(1, 6)
