"""One look at the data: its own connection, and which rows of which table it goes through.

The newest rows are all looked at, of the older ones every hundredth chunk, another hundredth each day; with `full`
everything is. A chunk is a range of ids, so that no statement takes long and no list grows with the town.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lk.cycle.verifying.findings import Tally
from lk.db.aside import Aside

CHUNK = 10_000
SMALL = 100_000
"""A table of no more ids than this is looked at whole."""
NEWEST = timedelta(days=45)
"""The newest period, from its first reading to its last payment."""
SAMPLE = 100

INSTANTS = {
    "bills": "created_at",
    "corrections": "created_at",
    "events": "at",
    "impersonations": "started_at",
    "ledger_entries": "posted_at",
    "messages": "created_at",
    "opening_balances": "loaded_at",
    "payments": "created_at",
    "readings": "received_at",
    "refunds": "created_at",
    "registrations": "started_at",
}
"""When a row of the table came; ids grow with it. Other tables are looked at whole."""

OF_BILLS = ("charges", "penalty_lines")
"""Rows that came with their bill."""

Range = tuple[int, int]
Tell = Callable[[str], None]


class Stopped(Exception):
    """The process ends: what was found so far is nothing."""


@dataclass(frozen=True, slots=True)
class Look:
    """`until`: nothing that fell due later can have been done, for lk was last up then."""

    aside: Aside
    full: bool
    now: datetime
    today: date
    until: datetime
    is_stopped: Callable[[], bool]
    tell: Tell

    async def ranges(self, table: str) -> AsyncIterator[Range]:
        """Ranges of ids to look at, both ends included. Raises Stopped."""
        newest = await self._newest(table)
        async for first, last in self.every_range(table):
            if last >= newest or self.takes(first):
                yield first, last

    async def every_range(self, table: str) -> AsyncIterator[Range]:
        """Those of the whole table. Raises Stopped."""
        first, last = (await self.aside.rows(f"SELECT (SELECT min(id) FROM {table}), (SELECT max(id) FROM {table})"))[0]  # noqa: S608
        for begin in range(first - first % CHUNK, last + 1, CHUNK) if last else ():
            self.step(f"{table} {100 * max(0, begin - first) // max(1, last - first)} %")
            yield begin, begin + CHUNK - 1

    def takes(self, first: int) -> bool:
        """Whether it is the turn of the older rows that begin with this id."""
        return self.full or (first // CHUNK + self.today.toordinal()) % SAMPLE == 0

    def step(self, words: str) -> None:
        """Between two statements. Raises Stopped."""
        if self.is_stopped():
            raise Stopped
        self.tell(words)

    async def _newest(self, table: str) -> int:
        """The first id from which every row is looked at."""
        last = await self.aside.number(f"SELECT max(id) FROM {table}")  # noqa: S608
        if self.full or last <= SMALL:
            return 0
        if table in OF_BILLS:
            return await self.aside.number(
                f"SELECT id FROM {table} WHERE bill_id >= {{}} ORDER BY bill_id LIMIT 1",  # noqa: S608
                await self._newest("bills"),
            )
        return await self._first_since(table, last) if table in INSTANTS else 0

    async def _first_since(self, table: str, last: int) -> int:
        """The first id of the newest rows, found by halving: no index on the instant is needed."""
        instant, low, high = INSTANTS[table], 0, last
        since = self.now - NEWEST
        while low < high:
            middle = (low + high) // 2
            came = await self.aside.rows(
                f"SELECT CASE WHEN {instant} < {{}} THEN 0 ELSE 1 END FROM {table} "  # noqa: S608
                "WHERE id >= {} ORDER BY id LIMIT 1",
                since,
                middle,
            )
            low, high = (low, middle) if not came or came[0][0] else (middle + 1, high)
        return low


@dataclass(frozen=True, slots=True)
class Rule:
    """`sql` gives the ids of what is breached among rows of `table` whose id is BETWEEN {} AND {}."""

    what: str
    table: str
    sql: str


async def look_by(look: Look, tally: Tally, rules: Sequence[Rule]) -> None:
    """Every rule over the ranges of its table; the tables in the order in which they are first named."""
    for table in dict.fromkeys(rule.table for rule in rules):
        own = [rule for rule in rules if rule.table == table]
        async for first, last in look.ranges(table):
            for rule in own:
                tally.add(f"{rule.what} {row[0]}" for row in await look.aside.rows(rule.sql, first, last))


async def counted(look: Look, tally: Tally, table: str) -> None:
    """Adds the rows of the ranges to what was checked."""
    async for first, last in look.ranges(table):
        tally.checked += await look.aside.number(
            f"SELECT count(*) FROM {table} WHERE id BETWEEN {{}} AND {{}}",  # noqa: S608
            first,
            last,
        )
