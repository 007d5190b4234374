"""Readings, cabinets, letters, bills and money by day and by month.

What never changes once it came is counted by its ids, each row once, however many nights were missed; what still may
change is counted anew for as long as it may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lk import clock
from lk.db.aside import Aside
from lk.db.quarters import quarter_of
from lk.period import Period
from lk.statistics.claiming import Counted, Held, add, mark_of, replace
from lk.statistics.rules import COHORTS

CHUNK = 200_000
"""Rows counted by one statement."""
LETTERS_CHANGE_FOR = 8
"""Days: by then a letter has gone out, or never will."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Quarter:
    quarter: datetime
    series: str
    value: int


async def count_readings(held: Held, looking: Aside) -> None:
    """`readings`: of each day, by the way they came."""
    await _by_ids(held, looking, "readings", "readings", "received_at", "source", "kind = 'regular'")


async def count_cabinets(held: Held, looking: Aside) -> None:
    """`cabinets`: opened on each day."""
    await _by_ids(held, looking, "cabinets", "accesses", "created_at", "'opened'", "role = 'holder'")


async def _by_ids(held: Held, looking: Aside, name: str, table: str, instant: str, series: str, condition: str) -> None:
    since, midnight = await mark_of(name) or 0, clock.start_of_day(held.day)
    last = await _last_before(looking, table, instant, midnight)
    quarter = quarter_of(instant)
    while since < last:
        through = min(since + CHUNK, last)
        rows = await looking.rows_as(
            _Quarter,
            f"SELECT {quarter} AS quarter, {series} AS series, count(*) AS value FROM {table} "  # noqa: S608
            f"WHERE id > {{}} AND id <= {{}} AND {condition} GROUP BY 1, 2",
            since,
            through,
        )
        await add(held, _by_day(name, rows), mark=(name, through))
        since = through


async def _last_before(looking: Aside, table: str, instant: str, midnight: datetime) -> int:
    """The newest row of the days that have ended, found by halving: ids grow with time, and no index is needed.

    What a transaction of that moment still holds back is a second old; midnight is hours ago.
    """
    low, high = 0, await looking.number(f"SELECT max(id) FROM {table}")  # noqa: S608
    while low < high:
        middle = (low + high + 1) // 2
        rows = await looking.rows(
            f"SELECT CASE WHEN {instant} < {{}} THEN 1 ELSE 0 END FROM {table} "  # noqa: S608
            "WHERE id <= {} ORDER BY id DESC LIMIT 1",
            midnight,
            middle,
        )
        low, high = (middle, high) if not rows or rows[0][0] else (low, middle - 1)
    return low


async def count_letters(held: Held, looking: Aside) -> None:
    """`letters`: of each day, by what became of them: sent|dead|waiting."""
    through = await mark_of("letters")
    if through is None:
        rows = await looking.rows_as(_First, "SELECT min(created_at) AS at FROM messages WHERE to_address <> ''")
        first = clock.local_date(rows[0].at) if rows[0].at else held.day
    else:
        first = date.fromordinal(through) - timedelta(days=LETTERS_CHANGE_FOR)
    status = "CASE WHEN status IN ('sent', 'dead') THEN status ELSE 'waiting' END"
    quarter = quarter_of("created_at")
    async for begin, end in _weeks(first, held.day):
        found = await looking.rows_as(
            _Quarter,
            f"SELECT {quarter} AS quarter, {status} AS series, count(*) AS value FROM messages "  # noqa: S608
            "WHERE to_address <> '' AND created_at >= {} AND created_at < {} GROUP BY 1, 2",
            clock.start_of_day(begin),
            clock.start_of_day(end),
        )
        last = end - _DAY
        await replace(held, ["letters"], (begin, last), _by_day("letters", found), mark=("letters", last.toordinal()))


@dataclass(frozen=True, slots=True)
class _First:
    at: datetime | None


async def _weeks(first: date, until: date) -> AsyncIterator[tuple[date, date]]:
    """Without the last day of each, and without `until`."""
    while first < until:
        yield first, min(first + timedelta(days=7), until)
        first += timedelta(days=7)


def _by_day(name: str, rows: list[_Quarter]) -> list[Counted]:
    days: Counter[tuple[date, str]] = Counter()
    for row in rows:
        days[clock.local_date(row.quarter), row.series] += row.value
    return [Counted(name, day, series, value) for (day, series), value in sorted(days.items())]


async def count_bills(held: Held, looking: Aside) -> None:
    """`bills`: of each month, by what they were made of: reading|average|norm|away.

    Months of which a bill has come since, and those in which one may still be released.
    """
    since, last = await mark_of("bills") or 0, await looking.number("SELECT max(id) FROM bills")
    periods = {
        Period.from_number(row[0])
        for row in await looking.rows("SELECT DISTINCT period FROM bills WHERE id > {} AND id <= {}", since, last)
    }
    newest = Period.of(held.day)
    for period in sorted(periods | {newest + -back for back in range(COHORTS)}):
        rows = await looking.rows(
            "SELECT method, count(*) FROM bills WHERE period = {} AND status = 'issued' GROUP BY method", period.number
        )
        counted = [Counted("bills", period.first_day, method, count) for method, count in rows]
        await replace(held, ["bills"], (period.first_day, period.first_day), counted)
    await add(held, [], mark=("bills", last))


async def count_money(held: Held, looking: Aside) -> None:
    """Of each month: `money` by its way autopay|hand|bank; `autopay` at its end: autopays among cabinets."""
    rows = await looking.rows_as(_FirstDay, f"SELECT min(effective_on) AS day FROM ledger_entries WHERE {_PAID}")  # noqa: S608
    month, mark = Period.of(rows[0].day or held.day), await mark_of("money")
    if mark is not None:
        month = max(month, Period.from_number(mark).previous)
    while month <= Period.of(held.day):
        day = month.first_day
        counted = [Counted("money", day, way, kopecks) for way, kopecks in await _received(looking, month)]
        counted += [Counted("autopay", day, *each) for each in await _autopays(looking, month)]
        await replace(held, ["money", "autopay"], (day, day), counted, mark=("money", month.number))
        month = month.next


@dataclass(frozen=True, slots=True)
class _FirstDay:
    day: date | None


_PAID = "kind IN ('payment', 'refund') AND kind = 'payment'"
"""The first half is the condition of the index."""
_LATEST = timedelta(days=10)
"""Longer no payment by card is under way."""


async def _received(looking: Aside, month: Period) -> list[tuple[str, int]]:
    days = (month.first_day, month.last_day)
    rows = await looking.rows(
        "SELECT debit, sum(amount_kopecks) FROM ledger_entries "  # noqa: S608
        f"WHERE {_PAID} AND effective_on >= {{}} AND effective_on <= {{}} GROUP BY debit",
        *days,
    )
    by_book = {debit: int(kopecks) for debit, kopecks in rows}
    autopay = await looking.number(
        "SELECT sum(l.amount_kopecks) FROM payments p JOIN ledger_entries l ON l.key = 'payment:' || p.acquirer_id "
        "WHERE p.kind = 'autopay' AND p.status = 'succeeded' AND p.created_at >= {} AND p.created_at < {} "
        "AND l.effective_on >= {} AND l.effective_on <= {}",
        clock.start_of_day(days[0] - _LATEST),
        clock.start_of_day(days[1] + _DAY),
        *days,
    )
    hand = by_book.get("acquirer_clearing", 0) - autopay
    return [("autopay", autopay), ("hand", hand), ("bank", by_book.get("bank_clearing", 0))]


async def _autopays(looking: Aside, month: Period) -> list[tuple[str, int]]:
    """At the end of the month, or now."""
    end = min(clock.start_of_day(month.next.first_day), clock.now())
    lived = "< {} AND (ended_at IS NULL OR ended_at >= {})"
    autopays = await looking.number(f"SELECT count(*) FROM autopays WHERE begun_at {lived}", end, end)  # noqa: S608
    cabinets = await looking.number(
        f"SELECT count(*) FROM accesses WHERE role = 'holder' AND created_at {lived}",  # noqa: S608
        end,
        end,
    )
    return [("autopays", autopays), ("cabinets", cabinets)]
