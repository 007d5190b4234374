"""What a home knows of its cards and of what it agreed to, and by lot what it does about them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

from lk.autopay.rules import Mode, Wish
from lk.demo.homes import Habit, by_weight
from lk.period import Period

SENT_AGAIN_WITHIN = timedelta(hours=24)
"""A charge that was agreed to when it was begun may reach the acquirer so much later."""


class Deed(StrEnum):
    """What a home does about its card or its autopay."""

    NOTHING = "nothing"
    SKIP = "skip"
    PAY_ALL = "pay_all"
    PAY_PART = "pay_part"
    CHANGE = "change"
    UNLINK = "unlink"
    STOP = "stop"
    CARD_FAILS = "card_fails"
    CARD_RECOVERS = "card_recovers"


AT_NOTICE = {
    Deed.NOTHING: 77,
    Deed.SKIP: 6,
    Deed.PAY_ALL: 6,
    Deed.PAY_PART: 4,
    Deed.CHANGE: 4,
    Deed.UNLINK: 2,
    Deed.STOP: 1,
}
"""On the morning after the notice was read, before the charge."""
SOME_DAY = {
    Deed.NOTHING: 71,
    Deed.CHANGE: 4,
    Deed.UNLINK: 2,
    Deed.STOP: 2,
    Deed.CARD_FAILS: 3,
    Deed.CARD_RECOVERS: 18,
}
"""Once a month."""

CARDS = {"passes": 85, "bank_check": 8, "no_money": 3, "restricted": 2, "expired": 2}
"""What is chosen on the acquirer's page."""
FAILURES = ("insufficient_funds", "insufficient_funds", "issuer_unavailable", "card_expired", "general_decline",
            "internal_timeout")  # fmt: skip
LIMITS = (1_500_00, 3_000_00, 5_000_00, 10_000_00, 20_000_00)
SUMS = (500_00, 1_000_00, 1_500_00, 2_500_00)


@dataclass(slots=True)
class HomeCard:
    """`id` is lk's public one, `method_id` the acquirer's."""

    id: str
    method_id: str
    unlinked_at: datetime | None = None


@dataclass(slots=True)
class Agreed:
    wish: Wish
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Purse:
    """`cards` and `agreed`: all there ever were, the newest last. `announced`: kopecks of the notices of a month.

    `rests_until`: it does nothing about cards before that day.
    """

    cards: list[HomeCard] = field(default_factory=list)
    agreed: list[Agreed] = field(default_factory=list)
    announced: dict[Period, list[int]] = field(default_factory=lambda: defaultdict(list))
    skipped: set[Period] = field(default_factory=set)
    rests_until: date = date.min

    @property
    def card(self) -> HomeCard | None:
        """The linked one."""
        return self.cards[-1] if self.cards and self.cards[-1].unlinked_at is None else None

    @property
    def wish(self) -> Wish | None:
        """What autopay is to do now."""
        return self.agreed[-1].wish if self.agreed and self.agreed[-1].until is None else None

    def agree(self, wish: Wish, at: datetime) -> None:
        self.end(at)
        self.agreed.append(Agreed(wish, at))

    def end(self, at: datetime) -> None:
        """Of autopay."""
        if self.wish is not None:
            self.agreed[-1].until = at

    def unlink(self, at: datetime) -> None:
        """Autopay ends with the card."""
        self.end(at)
        if self.card is not None:
            self.card.unlinked_at = at

    def agreed_to(self, kopecks: int, at: datetime) -> bool:
        """Whether what was agreed to allows a charge of so much that reached the acquirer then."""
        standing = [
            each.wish
            for each in self.agreed
            if each.since <= at and (each.until is None or at <= each.until + SENT_AGAIN_WITHIN)
        ]
        return any(
            kopecks == wish.sum_kopecks if wish.mode is Mode.FIXED else kopecks <= wish.sum_kopecks for wish in standing
        )

    def had_card(self, at: datetime) -> bool:
        return any(each.unlinked_at is None or at <= each.unlinked_at for each in self.cards)


def wish_of(habit: Habit, dice: Random) -> Wish:
    day = dice.randint(1, 10)
    if habit is Habit.FIXED:
        return Wish(Mode.FIXED, dice.choice(SUMS), day)
    return Wish(Mode.BILL, dice.choice(LIMITS), day)


def changed(wish: Wish, dice: Random) -> Wish:
    """Another limit or sum, another day, now and then the other mode."""
    if dice.random() < 0.2:
        return wish_of(Habit.FIXED if wish.mode is Mode.BILL else Habit.BILL, dice)
    if dice.random() < 0.4:
        return Wish(wish.mode, wish.sum_kopecks, wish.day % 10 + 1)
    return Wish(wish.mode, max(100_00, wish.sum_kopecks * dice.choice((50, 80, 150, 200)) // 100), wish.day)


def deed_at_notice(dice: Random) -> Deed:
    return by_weight(dice, AT_NOTICE)


def deed_some_day(dice: Random) -> tuple[int, Deed]:
    """On which day of the month."""
    return dice.randint(4, 28), by_weight(dice, SOME_DAY)
