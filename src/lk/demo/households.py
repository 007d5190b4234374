"""Who lives in the town: people, flats and meters, drawn by lot and the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from lk.demo import names
from lk.demo.signs import NEWCOMER_ACCOUNT, NEWCOMER_METER, RESIDENT
from lk.demo.situations import Situation, Twist, situation_of
from lk.demo.span import Span
from lk.period import Period

FIRST_NUMBER = int(NEWCOMER_ACCOUNT)
VERIFIED_YEARS = 16


@dataclass(frozen=True, slots=True)
class Device:
    """A meter on the wall. `final` is what it showed when it was taken down."""

    serial_number: str
    zones: int
    digits: int
    installed_on: date
    initial: tuple[int, ...]
    removed_on: date | None = None
    final: tuple[int, ...] = ()
    ratio: int = 1

    @property
    def verified_until(self) -> date:
        return Period(self.installed_on.year + VERIFIED_YEARS, self.installed_on.month).last_day


@dataclass(frozen=True, slots=True)
class Household:
    """One account with its people; `login` is empty for those who live by paper."""

    number: str
    situation: Situation
    holder_name: str
    login: str
    address: str
    postcode: str
    residents: int
    power_kw: int
    opened_on: date
    closed_on: date | None = None

    @property
    def email(self) -> str:
        return f"{self.login}@pochta.example" if self.login else ""


def households(count: int, seed: int, span: Span) -> list[Household]:
    """In the order of their account numbers."""
    taken: set[str] = set()
    found = []
    for at in range(count):
        household = _household(at, Random(f"{seed}:{at}"), span)  # noqa: S311 - a town, not a secret
        found.append(_unlike(household, taken, at))
        taken |= {found[-1].address, found[-1].login}
    return found


def lots(household: Household, seed: int, what: str) -> Random:
    """The household's own dice for one purpose, so that another household changes nothing about it."""
    return Random(f"{seed}:{household.number}:{what}")  # noqa: S311


def _household(at: int, dice: Random, span: Span) -> Household:
    situation = situation_of(at)
    name, login = person(dice)
    household = Household(
        number=f"{FIRST_NUMBER + at * 100:010}",
        situation=situation,
        holder_name=name,
        login=login if situation.is_signed_up else "",
        address=_address(situation, dice),
        postcode=f"{dice.randint(101, 129)}{dice.randint(0, 999):03}",
        residents=dice.choice((1, 2, 2, 3, 3, 4)),
        power_kw=10 if situation.tariff_category == "electric" else 7 if situation.zones == 1 else 8,
        opened_on=date(dice.randint(2009, 2021), dice.randint(1, 12), dice.randint(1, 28)),
    )
    return _twisted(household, span)


def _twisted(household: Household, span: Span) -> Household:
    match household.situation.twist:
        case Twist.NEWCOMER:
            address = "Москва, Садовая улица, 14, кв. 27"
            return replace(household, holder_name="Соколов Дмитрий Андреевич", address=address, residents=3)
        case Twist.TWO_FLATS:
            return _of_resident(household, "Москва, Лесная улица, 5, кв. 12")
        case Twist.SECOND_FLAT:
            return _of_resident(household, "Москва, Парковая улица, 18, кв. 40")
        case Twist.HELD_BILL | Twist.LARGE:
            return replace(household, power_kw=15)
        case Twist.CLOSED:
            return replace(household, closed_on=(span.last + -3).day(12))
        case Twist.OPENED | Twist.UNPRICED:
            return replace(household, opened_on=span.last.day(12))
        case _:
            return household


def _of_resident(household: Household, address: str) -> Household:
    return replace(household, holder_name="Иванова Мария Сергеевна", login=RESIDENT.login, address=address)


def _unlike(household: Household, taken: set[str], at: int) -> Household:
    """No two households under one address; one login for two flats only where the town means it."""
    if household.address in taken:
        household = replace(household, address=f"{household.address}, комн. {at}")
    if household.login in taken and household.login not in ("", RESIDENT.login):
        household = replace(household, login=f"{household.login}{at}")
    return household


def person(dice: Random) -> tuple[str, str]:
    """Full name and login."""
    surname, latin = dice.choice(names.SURNAMES)
    father = dice.choice(names.FATHERS)
    if dice.random() < 0.5:
        return f"{surname} {dice.choice(names.MEN)} {father}ич", latin
    return f"{surname}а {dice.choice(names.WOMEN)} {father}на", f"{latin}a"


def _address(situation: Situation, dice: Random) -> str:
    house, flat = dice.randint(1, 60), dice.randint(1, 180)
    if situation.tariff_category == "rural":
        village, street = dice.choice(names.VILLAGES)
        return f"{village}, {street}, {house}"
    if situation.region == "moscow_oblast":
        town, street = dice.choice(names.OBLAST_PLACES)
        return f"{town}, {street}, {house}, кв. {flat}"
    return f"Москва, {dice.choice(names.MOSCOW_STREETS)}, {house}, кв. {flat}"


def device_serial(household: Household, dice: Random) -> str:
    return NEWCOMER_METER if household.situation.twist is Twist.NEWCOMER else f"{dice.randint(10**7, 10**8 - 1)}"
