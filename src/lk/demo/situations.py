"""What may happen to an account: the town has one household for each of these, then ordinary ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Twist(StrEnum):
    """What sets one household apart beyond how it sends and pays."""

    NONE = "none"
    NEWCOMER = "newcomer"
    TWO_FLATS = "two_flats"
    SECOND_FLAT = "second_flat"
    NO_METER = "no_meter"
    ADVANCE = "advance"
    HELD_READING = "held_reading"
    HELD_BILL = "held_bill"
    REPLACED = "replaced"
    ROLLED_OVER = "rolled_over"
    CREDITED = "credited"
    BY_PHONE = "by_phone"
    CLOSED = "closed"
    OPENED = "opened"
    HELPED = "helped"
    AWAY = "away"
    LARGE = "large"
    OPENING_DEBT = "opening_debt"
    UNPRICED = "unpriced"


@dataclass(frozen=True, slots=True)
class Situation:
    """How a household lives. Months are counted back from the last billed one.

    `silent`: no reading for so many of the newest bills. `was_silent`: none for so many before the last one, which
    settles them. `unpaid`: so many of the newest bills are not paid.
    """

    twist: Twist = Twist.NONE
    region: str = "moscow"
    tariff_category: str = "gas"
    zones: int = 1
    silent: int = 0
    was_silent: int = 0
    unpaid: int = 0
    is_signed_up: bool = True


PLAIN = Situation()
TWO_ZONES = Situation(zones=2)
THREE_ZONES = Situation(zones=3)
STOVE = Situation(tariff_category="electric")
STOVE_THREE_ZONES = Situation(tariff_category="electric", zones=3)
OBLAST = Situation(region="moscow_oblast")
OBLAST_STOVE = Situation(region="moscow_oblast", tariff_category="electric")
RURAL = Situation(region="moscow_oblast", tariff_category="rural")
ON_PAPER = Situation(is_signed_up=False)

SITUATIONS = (
    Situation(Twist.NEWCOMER, zones=2, is_signed_up=False),
    Situation(Twist.TWO_FLATS, zones=2),
    Situation(Twist.SECOND_FLAT, unpaid=1),
    THREE_ZONES,
    STOVE,
    STOVE_THREE_ZONES,
    RURAL,
    OBLAST,
    replace(PLAIN, silent=1),
    replace(TWO_ZONES, silent=2),
    replace(PLAIN, silent=3),
    replace(TWO_ZONES, silent=5),
    Situation(Twist.NO_METER, is_signed_up=False),
    replace(PLAIN, unpaid=2),
    Situation(Twist.ADVANCE),
    Situation(Twist.HELD_READING),
    Situation(Twist.HELD_BILL),
    Situation(Twist.REPLACED),
    Situation(Twist.ROLLED_OVER),
    Situation(Twist.CREDITED, was_silent=2),
    replace(TWO_ZONES, was_silent=3),
    ON_PAPER,
    Situation(Twist.BY_PHONE, is_signed_up=False),
    Situation(Twist.CLOSED),
    Situation(Twist.OPENED),
    Situation(Twist.HELPED, zones=2),
    replace(RURAL, is_signed_up=False),
    OBLAST_STOVE,
    Situation(Twist.AWAY, silent=2),
    replace(PLAIN, unpaid=5),
    Situation(Twist.LARGE, region="moscow_oblast", tariff_category="electric"),
    Situation(Twist.OPENING_DEBT),
    Situation(Twist.UNPRICED, region="moscow_oblast", tariff_category="electric", zones=2),
)
"""In the order of account numbers; a smaller town has the first of them."""

ORDINARY = (
    PLAIN,
    TWO_ZONES,
    PLAIN,
    ON_PAPER,
    STOVE,
    OBLAST,
    THREE_ZONES,
    RURAL,
    replace(TWO_ZONES, is_signed_up=False),
)


def situation_of(number: int) -> Situation:
    """Of the `number`-th household, counted from 0."""
    if number < len(SITUATIONS):
        return SITUATIONS[number]
    return ORDINARY[number % len(ORDINARY)]
