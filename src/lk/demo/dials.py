"""What the town's meters count, month by month, and when somebody reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from lk import clock
from lk.demo.households import Device, Household, device_serial, lots
from lk.demo.situations import Twist
from lk.demo.span import Span, moment
from lk.period import Period

SEASON = (120, 115, 108, 100, 92, 86, 82, 84, 94, 103, 111, 121)
"""Percent of the usual consumption, January to December."""
SHARES = {1: (100,), 2: (67, 33), 3: (31, 29, 40)}
"""Percent of the energy by register."""
KWH_OF_CATEGORY = {"gas": 100, "electric": 150, "rural": 135}
"""Percent of a flat with a gas stove."""

NEWCOMER_SHOWS = (4820, 2105)
"""At the end of the last billed month."""

OLD_METER_SHOWS, OLD_METER_KWH, NEW_METER_KWH = 45_100, 110, 45
"""Before the month of the replacement, and what each of the two meters counts in it."""

LARGE_KWH = 6_500
"""A month of a house that is heated by electricity: more than the first two bands hold, but for the summer."""

Usage = dict[Period, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Sending:
    """Somebody reads a meter at an instant and sends what it shows."""

    at: datetime
    serial_number: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dials:
    """The meters of a household, the older first, and the readings that are sent."""

    devices: tuple[Device, ...]
    sendings: tuple[Sending, ...]


def dials(household: Household, span: Span, seed: int) -> Dials:
    if household.situation.twist is Twist.NO_METER:
        return Dials((), ())
    dice = lots(household, seed, "dials")
    used = _used(household, span, dice)
    device = _device(household, span, used, dice)
    devices: tuple[Device, ...] = (device,)
    if household.situation.twist is Twist.REPLACED:
        devices = _replaced(device, span.last, dice)
    if household.closed_on is not None:
        devices = (_taken_down(device, used, household.closed_on),)
    return Dials(devices, tuple(_sendings(household, devices, used, span, dice)))


def _used(household: Household, span: Span, dice: Random) -> Usage:
    """kWh by month and register that the dials really count, whether anybody reads them or not."""
    situation = household.situation
    usual = (60 + 50 * household.residents) * KWH_OF_CATEGORY[situation.tariff_category] // 100
    used = {}
    for period in span.months:
        month = usual * SEASON[period.month - 1] * dice.randint(880, 1120) // 100_000
        used[period] = tuple(month * share // 100 for share in SHARES[situation.zones])
    return used | _extraordinary(household, span, used)


def _extraordinary(household: Household, span: Span, used: Usage) -> Usage:
    last = span.last
    match household.situation.twist:
        case Twist.HELD_BILL:
            return {last: (3200,)}
        case Twist.CREDITED:
            return {period: tuple(kwh // 12 for kwh in used[period]) for period in (last + -2, last + -1, last)}
        case Twist.REPLACED:
            return {last: (OLD_METER_KWH + NEW_METER_KWH,)}
        case Twist.OPENED:
            return {last: (64,)}
        case Twist.AWAY:
            return dict.fromkeys((last.previous, last, last.next), (0,))
        case Twist.LARGE:
            return {period: (LARGE_KWH * SEASON[period.month - 1] // 100,) for period in span.months}
        case _:
            return {}


def _device(household: Household, span: Span, used: Usage, dice: Random) -> Device:
    twist, zones = household.situation.twist, household.situation.zones
    is_opened_now = twist in (Twist.OPENED, Twist.UNPRICED)
    counted = [sum(used[period][at] for period in span.months if period < span.last.next) for at in range(zones)]
    before_last = [kwh - used[span.last][at] for at, kwh in enumerate(counted)]
    initial = tuple(dice.randint(1, 30) for _ in range(zones))
    if twist is Twist.NEWCOMER:
        initial = tuple(shown - kwh for shown, kwh in zip(NEWCOMER_SHOWS, counted, strict=True))
    if twist is Twist.ROLLED_OVER:
        initial = (10**5 - 40 - before_last[0],)
    if twist is Twist.REPLACED:
        initial = (OLD_METER_SHOWS - before_last[0],)
    return Device(
        serial_number=device_serial(household, dice),
        zones=zones,
        digits=_digits(twist, dice),
        installed_on=household.opened_on if is_opened_now else span.before.day(dice.randint(3, 24)),
        initial=initial,
    )


def _digits(twist: Twist, dice: Random) -> int:
    if twist is Twist.LARGE:
        return 6
    return 5 if twist in (Twist.ROLLED_OVER, Twist.REPLACED) else dice.choice((5, 6, 6))


def _replaced(device: Device, last: Period, dice: Random) -> tuple[Device, Device]:
    removed_on = last.day(10)
    newer = Device(f"{dice.randint(10**7, 10**8 - 1)}", device.zones, 6, removed_on, (2,))
    return replace(device, removed_on=removed_on, final=(OLD_METER_SHOWS + OLD_METER_KWH,)), newer


def _taken_down(device: Device, used: Usage, closed_on: date) -> Device:
    shown = list(device.initial)
    for period, kwh in used.items():
        if period <= Period.of(closed_on):
            shown = [value + each for value, each in zip(shown, kwh, strict=True)]
    return replace(device, removed_on=closed_on, final=tuple(shown))


def _sendings(
    household: Household, devices: tuple[Device, ...], used: Usage, span: Span, dice: Random
) -> Iterator[Sending]:
    device, shown = devices[0], list(devices[0].initial)
    for period in span.months:
        if period < Period.of(device.installed_on):
            continue
        if len(devices) > 1 and period == span.last:
            # The month's kWh of the old meter are not on the new one's dial.
            device, shown = devices[1], [devices[1].initial[0] - OLD_METER_KWH]
        shown = [(value + kwh) % 10**device.digits for value, kwh in zip(shown, used[period], strict=True)]
        at = _at(household, period, span, dice)
        if at <= span.now and _is_read(household, device, period, span, clock.local_date(at)):
            yield Sending(at, device.serial_number, _typed(household, shown, period, span))


def _at(household: Household, period: Period, span: Span, dice: Random) -> datetime:
    """Some day of the window; whoever tries the town finds its first resident's reading not sent yet."""
    at = moment(period, dice.randint(15, 25), dice.randint(8, 21), dice.randint(0, 59))
    match household.situation.twist:
        case Twist.TWO_FLATS:
            return moment(period, 25, 20)
        case Twist.REPLACED | Twist.OPENED | Twist.UNPRICED:
            return moment(period, 24, 19, 30)
        case Twist.SECOND_FLAT:
            return moment(period, 15, 9, 40)
        case Twist.HELD_READING if period == span.last.next:
            return min(moment(period, 16, 19, 5), span.now - timedelta(hours=1))
        case _:
            return at


def _is_read(household: Household, device: Device, period: Period, span: Span, day: date) -> bool:
    situation = household.situation
    if day < device.installed_on or (device.removed_on is not None and day >= device.removed_on):
        return False
    if period > span.last:
        return situation.silent == 0 and situation.twist not in (Twist.NEWCOMER, Twist.HELD_BILL)
    back = span.last - period
    return back >= situation.silent and not 1 <= back <= situation.was_silent


def _typed(household: Household, shown: list[int], period: Period, span: Span) -> tuple[int, ...]:
    """The held one lost its last digit."""
    is_odd = household.situation.twist is Twist.HELD_READING and period > span.last
    return tuple(value // 10 for value in shown) if is_odd else tuple(shown)
