"""What a home does in a month: when it reads its meter, what it types, what it pays; drawn by lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from lk.demo.dials import SEASON, SHARES
from lk.demo.homes import Nature, Payer, Sender
from lk.period import Period

SOURCES = ("resident",) * 15 + ("helper", "link", "agent", "agent", "import")
NEAR_KWH = 7
ROUND_KOPECKS = 500_00


class Slip(StrEnum):
    """How what is typed differs from what the dial shows."""

    NONE = "none"
    LOST_DIGIT = "lost_digit"
    TOO_HIGH = "too_high"
    A_LITTLE_OFF = "a_little_off"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class Sent:
    """A reading on its way: the day of the month on which the dial is read and the reading sent."""

    day: int
    slip: Slip = Slip.NONE


@dataclass(frozen=True, slots=True)
class Paid:
    """Days after the first of the month of payment."""

    after_days: int
    kopecks: int


def sent_in(nature: Nature, period: Period, silent_months: int, dice: Random) -> tuple[Sent, ...]:
    """What is sent in the month by a home that has a meter and is at home. `silent_months` > 0: it forgets."""
    day = dice.randint(15, 25)
    if silent_months:
        return ()
    match nature.sender:
        case Sender.SILENT:
            return ()
        case Sender.TARDY if dice.random() < 0.5:
            return (Sent(dice.randint(26, period.days)),)
        case Sender.CORRECTING if dice.random() < 0.5:
            return Sent(day, Slip.A_LITTLE_OFF), Sent(min(day + dice.randint(0, 3), 25))
        case Sender.SLIPPING if dice.random() < 0.25:
            return (Sent(day, dice.choice((Slip.LOST_DIGIT, Slip.LOST_DIGIT, Slip.TOO_HIGH))),)
        case Sender.SWAPPING if dice.random() < 0.2:
            return (Sent(day, Slip.SWAPPED),)
        case _ if dice.random() < 0.03:
            return (Sent(dice.randint(1, 14)),)
        case _:
            return (Sent(day),)


def forgets_for(nature: Nature, dice: Random) -> int:
    """Months of silence that begin now; mostly none."""
    if nature.sender is Sender.FORGETFUL and dice.random() < 0.15:
        return dice.randint(1, 5)
    return 1 if nature.sender is not Sender.PUNCTUAL and dice.random() < 0.02 else 0


def typed(shown: Sequence[int], slip: Slip, digits: int, dice: Random) -> tuple[int, ...]:
    """What arrives. Never more digits than the dial has: such a reading is not kept at all."""
    values = list(shown)
    match slip:
        case Slip.LOST_DIGIT:
            values[0] //= 10
        case Slip.TOO_HIGH:
            values[0] = min(values[0] + dice.choice((300, 1500, 9000)), 10**digits - 1)
        case Slip.A_LITTLE_OFF:
            values[0] = min(values[0] + NEAR_KWH, 10**digits - 1)
        case Slip.SWAPPED if len(values) > 1:
            values[0], values[1] = values[1], values[0]
    return tuple(values)


def used_in(nature: Nature, zones: int, period: Period, dice: Random) -> tuple[int, ...]:
    """kWh of a whole month by register."""
    spread = dice.randint(85, 115)
    if is_away(nature, period):
        return (dice.choice((0, 0, 1)),) + (0,) * (zones - 1)
    month = nature.usual_kwh * SEASON[period.month - 1] * spread // 10_000
    return tuple(month * share * dice.randint(92, 108) // 10_000 for share in SHARES[zones])


def is_away(nature: Nature, period: Period) -> bool:
    return nature.away is not None and nature.away[0] <= period <= nature.away[1]


def pays(nature: Nature, owed: int, dice: Random) -> tuple[Paid, ...]:
    """How a home that owes so much on the first day of a month goes about it."""
    if owed <= 0:
        return ()
    in_time = dice.randint(1, 9)
    match nature.payer:
        case Payer.NEVER:
            return ()
        case Payer.LATE if dice.random() < 0.6:
            return (Paid(9 + dice.randint(5, 100), owed),)
        case Payer.PARTLY:
            part = max(1, owed * dice.randint(30, 95) // 100)
            rest = (Paid(in_time + dice.randint(10, 40), owed - part),) if dice.random() < 0.4 else ()
            return (Paid(in_time, part), *rest)
        case Payer.AHEAD:
            return (Paid(in_time, -(-owed // ROUND_KOPECKS) * ROUND_KOPECKS + ROUND_KOPECKS * dice.randint(0, 4)),)
        case _:
            return (Paid(in_time, owed),)
