"""How the acquirer's notices reach lk: as a rule at once, else several times, in any order, days later."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from lk import clock
from lk.demo.acquiring import Notice, Outbox
from lk.payments.notices import take_notice

DAYS_LATE = timedelta(days=3)
AGAIN_AFTER = timedelta(minutes=10)
TIMES = 5


class Odd(StrEnum):
    """What is wrong with the way that a notice came; the rest of such a day comes in any order."""

    REPEATED = "repeated"
    LATE = "late"


class Post:
    """`counts`: how many notices came oddly, and how. `seed` makes the lots."""

    def __init__(self, outbox: Outbox, seed: int) -> None:
        self._outbox, self._seed = outbox, seed
        self._held: list[tuple[datetime, Notice]] = []
        self.counts: Counter[Odd] = Counter()

    @property
    def is_empty(self) -> bool:
        return not self._outbox.waiting and not self._held

    @property
    def has_some(self) -> bool:
        """That may come now."""
        return bool(self._outbox.waiting) or any(at <= clock.now() for at, _ in self._held)

    async def deliver(self, *, is_odd: bool) -> None:
        """What lk cannot deal with now comes again."""
        due = [notice for at, notice in self._held if at <= clock.now()]
        self._held = [each for each in self._held if each[0] > clock.now()]
        came, self._outbox.waiting = self._outbox.waiting, []
        for notice in due + (self._oddly(came) if is_odd else came):
            if not await take_notice(notice.event, notice.object_id):
                self._held.append((clock.now() + AGAIN_AFTER, notice))

    def _oddly(self, came: list[Notice]) -> list[Notice]:
        now = []
        for notice in came:
            lot = Random(f"{self._seed}:{notice.name}:{notice.event}").randrange(4)  # noqa: S311 - a story
            if lot == 0:
                self.counts[Odd.LATE] += 1
                self._held.append((clock.now() + DAYS_LATE, notice))
            else:
                now += [notice] * (TIMES if lot == 1 else 1)
                self.counts[Odd.REPEATED] += lot == 1
        Random(self._seed).shuffle(now)  # noqa: S311
        return now
