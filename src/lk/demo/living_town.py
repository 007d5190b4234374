"""The simulated town while its months go by: its homes, its days, and what it knows that lk has to find out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from lk import clock, db
from lk.actor import Actor
from lk.demo.acquiring import Acquirer
from lk.demo.home import Home
from lk.demo.homes import natures
from lk.demo.span import Span, moment
from lk.period import Period

FIRST = Period(2025, 5)
"""Prices are complete since July 2024 and change twice in the year that begins here."""
CLOSES_ON = 25


def span_of(months: int) -> Span:
    """Ends after the last bills' due day."""
    last = FIRST + (months - 1)
    return Span(FIRST, last, moment(last.next, 13, 12))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A held reading, as only its home knows it: what was typed, and what the dial really showed."""

    values: tuple[int, ...]
    shown: tuple[int, ...]
    kwh: int


@dataclass(frozen=True, slots=True)
class Letter:
    """What autopay wrote to a home about a month."""

    home: Home
    kind: str
    period: Period
    is_tried_again: bool


@dataclass(slots=True)
class Town:
    """`extended`: windows by whole days; `payments` by the day on which they will be made; `plans`: who moves when.

    `cabinets`: homes that have one, or will. `agent` takes the calls, `operators` give money back. `letters_read`: the
    id of the newest. `paid_kopecks` went over the counters of banks; what went by card is in the acquirer's book.
    """

    span: Span
    seed: int
    homes: dict[str, Home]
    cabinets: list[Home]
    acquirer: Acquirer
    agent: Actor = field(default_factory=Actor)
    operators: tuple[Actor, ...] = ()
    by_id: dict[int, Home] = field(default_factory=dict)
    letters_read: int = 0
    unanswered: list[Letter] = field(default_factory=list)
    extended: dict[Period, int] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    payments: dict[date, list[tuple[Home, int]]] = field(default_factory=lambda: defaultdict(list))
    plans: dict[date, list[Home]] = field(default_factory=lambda: defaultdict(list))
    debts: dict[Period, int] = field(default_factory=dict)
    paid_kopecks: int = 0

    @classmethod
    def drawn(cls, accounts: int, months: int, seed: int) -> Town:
        span = span_of(months)
        homes = {each.number: Home(each) for each in natures(accounts, seed, span)}
        cabinets = [home for home in homes.values() if home.nature.has_cabinet]
        town = cls(span, seed, homes, cabinets, Acquirer(seed))
        for home in town.homes.values():
            for day in home.nature.days:
                town.plans[day].append(home)
        return town

    def dice(self, home: Home, what: str, at: object) -> Random:
        """A home's own for one purpose at one time, so that another home changes nothing about it."""
        return Random(f"{self.seed}:{home.number}:{what}:{at}")  # noqa: S311 - a town, not a secret

    def period_of(self, day: date) -> Period:
        """For which a reading of that day counts while it is not billed."""
        month = Period.of(day)
        return month if day <= month.day(CLOSES_ON) + timedelta(self.extended.get(month, 0)) else month.next

    async def know_ids(self) -> None:
        for account_id, number in await db.read_rows("SELECT id, number FROM accounts"):
            self.homes[number].account_id = account_id
            self.by_id[account_id] = self.homes[number]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """By the company's clock."""
    return clock.start_of_day(day) + timedelta(hours=hour, minutes=minute)
