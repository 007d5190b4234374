"""What was counted, and what has come since midnight, where that is cheap to count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lk import clock, db
from lk.statistics.claiming import mark_of

ByDay = Mapping[date, Mapping[str, int]]
"""Values by series, of a day, or of the month that begins with it; kopecks where it is money."""


@dataclass(frozen=True, slots=True)
class _Row:
    day: date
    series: str
    value: int


@dataclass(frozen=True, slots=True)
class CountedOn:
    """The newest night that was counted to the end."""

    day: date
    finished_at: datetime


_ROWS = "SELECT day, series, value FROM statistics WHERE name = {} AND day >= {} AND day <= {} ORDER BY day, series"


async def counted(name: str, since: date, until: date) -> ByDay:
    """The oldest first."""
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for row in await db.read_as(_Row, _ROWS, name, since, until):
        found[row.day][row.series] = row.value
    return found


async def counted_rows(name: str, since: date, until: date) -> AsyncIterator[list[tuple[date, str, int]]]:
    """In chunks."""
    async for rows in db.stream(_Row, _ROWS, name, since, until):
        yield [(row.day, row.series, row.value) for row in rows]


async def last_of_months(name: str, since: date, until: date) -> ByDay:
    """Of each month the newest day that was counted."""
    days = await counted(name, since, until)
    return {day: days[day] for day in {(day.year, day.month): day for day in sorted(days)}.values()}


async def counted_on() -> CountedOn | None:
    return await db.read_one_as(
        CountedOn,
        "SELECT day, finished_at FROM statistic_runs WHERE finished_at IS NOT NULL ORDER BY day DESC LIMIT 1",
    )


async def readings_today() -> dict[str, int]:
    """By the way they came; nothing before the first night. Off the loop, among the rows behind the night's mark."""
    return await _today("readings", "source", "received_at", "kind = 'regular'")


async def cabinets_today() -> int:
    return sum((await _today("accesses", "'opened'", "created_at", "role = 'holder'", mark="cabinets")).values())


async def _today(table: str, series: str, instant: str, condition: str, mark: str | None = None) -> dict[str, int]:
    after = await mark_of(mark or table)
    if after is None:
        return {}
    sql = (
        f"SELECT {series} AS series, count(*) AS value FROM {table} "  # noqa: S608
        f"WHERE id > {{}} AND {instant} >= {{}} AND {condition} GROUP BY 1"
    )
    found: dict[str, int] = {}
    async for rows in db.stream(_Value, sql, after, clock.start_of_day(clock.today())):
        found |= {row.series: row.value for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class _Value:
    series: str
    value: int
