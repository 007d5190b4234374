"""What people owe, and how soon they pay: one way through all accounts, a range of them at a time.

How far it has come and what it has found by then are kept together, so that whoever takes it over goes on from there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date

from lk.db.aside import Aside
from lk.period import Period
from lk.statistics.claiming import Counted, Held, came_to, mark_of, replace
from lk.statistics.rules import AGES, COHORTS, MONTHS, PAID_WITHIN, aged, due_since, quartiles

RANGE = 10_000
"""Accounts at a time."""

Step = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Found:
    """`kopecks` and `debtors` by age; of each month how many bills had to be paid, and how many took so many days."""

    kopecks: list[int] = field(default_factory=lambda: [0] * len(AGES))
    debtors: list[int] = field(default_factory=lambda: [0] * len(AGES))
    billed: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    def text(self) -> str:
        return json.dumps([self.kopecks, self.debtors, self.billed, self.days], separators=(",", ":"))

    @classmethod
    def of(cls, text: str) -> _Found:
        found = cls()
        if told := json.loads(text):
            found.kopecks, found.debtors = told[0], told[1]
            found.billed.update({int(period): count for period, count in told[2].items()})
            for period, days in told[3].items():
                found.days[int(period)].update({int(day): count for day, count in days.items()})
        return found


async def count_owing(held: Held, looking: Aside, step: Step) -> None:
    """`debts` and `debtors` of the day by age: a debtor counts at the oldest of theirs.

    `paying` of each month whose bills are being paid: within how many days a quarter, half and three quarters of those
    who paid had done so, and how many of those who had to pay have. `step` is called between two ranges.
    """
    found = _Found.of(held.so_far)
    periods = await _cohorts(held)
    last = await looking.number("SELECT max(id) FROM accounts")
    after = held.through_id
    while after < last:
        through = min(after + RANGE, last)
        await _look_at_debts(looking, held.day, after, through, found)
        for period in periods:
            await _look_at_bills(looking, period, after, through, found)
        await came_to(held, through, found.text())
        after = through
        await step()
    await _keep(held, periods, found)


async def _cohorts(held: Held) -> list[Period]:
    """The months that are still being paid; the first time those of a year."""
    newest = Period.of(held.day).previous
    mark = await mark_of("paying")
    first = Period.from_number(mark) + (1 - COHORTS) if mark else newest + (1 - MONTHS)
    first = max(min(first, newest + (1 - COHORTS)), newest + (1 - MONTHS))
    return [first + months for months in range(newest - first + 1)]


async def _look_at_debts(looking: Aside, today: date, after: int, through: int, found: _Found) -> None:
    since = due_since(today)
    due_days = (today, today, since[0], since[0], since[1], since[1], since[2])
    first = Period.of(since[2]) + -2
    accounts = (after, through)
    rows = await looking.rows(
        _OWED,
        *accounts,
        *accounts,
        first.number,
        *accounts,
        *accounts,
        *due_days,
        *accounts,
    )
    for owed, *due in rows:
        ages = aged(int(owed), int(due[0] or 0), [int(kopecks or 0) for kopecks in due[1:]])
        oldest = max((at for at, kopecks in enumerate(ages) if kopecks), default=None)
        if oldest is None:
            continue
        found.debtors[oldest] += 1
        for at, kopecks in enumerate(ages):
            found.kopecks[at] += kopecks


_OWED = """
    WITH owed AS (
        SELECT account_id, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS kopecks
        FROM ledger_entries WHERE account_id > {} AND account_id <= {} AND part = 'principal' GROUP BY account_id
    ), debts AS (
        SELECT account_id, due_on, total_kopecks AS kopecks FROM bills
        WHERE account_id > {} AND account_id <= {} AND period >= {} AND status <> 'reversed' AND status = 'issued'
        AND total_kopecks > 0
        UNION ALL
        SELECT account_id, due_on, principal_kopecks FROM opening_balances
        WHERE account_id > {} AND account_id <= {} AND principal_kopecks > 0
        UNION ALL
        SELECT e.account_id, e.effective_on, e.amount_kopecks FROM corrections c
        JOIN ledger_entries e ON e.key = 'correction:' || c.public_id
        WHERE c.account_id > {} AND c.account_id <= {} AND c.part = 'principal' AND c.amount_kopecks > 0
    ), due AS (
        SELECT account_id,
        sum(CASE WHEN due_on IS NULL OR due_on >= {} THEN kopecks END) AS later,
        sum(CASE WHEN due_on < {} AND due_on >= {} THEN kopecks END) AS first,
        sum(CASE WHEN due_on < {} AND due_on >= {} THEN kopecks END) AS second,
        sum(CASE WHEN due_on < {} AND due_on >= {} THEN kopecks END) AS third
        FROM debts GROUP BY account_id
    )
    SELECT o.kopecks, d.later, d.first, d.second, d.third FROM owed o LEFT JOIN due d ON d.account_id = o.account_id
    WHERE o.kopecks > 0 AND o.account_id > {} AND o.account_id <= {}
"""


async def _look_at_bills(looking: Aside, period: Period, after: int, through: int, found: _Found) -> None:
    billed = await looking.number(f"SELECT count(*) {_TO_PAY}", after, through, period.number)
    if not billed:
        return
    found.billed[period.number] += billed
    for row in await looking.rows_as(
        _Paid, _PAID, after, through, period.number, period.first_day, period.last_day + PAID_WITHIN
    ):
        found.days[period.number][max((row.paid_on - row.delivered_on).days, 0)] += row.bills


@dataclass(frozen=True, slots=True)
class _Paid:
    delivered_on: date
    paid_on: date
    bills: int


_TO_PAY = """
    FROM bills b WHERE b.account_id > {} AND b.account_id <= {} AND b.period = {} AND b.status <> 'reversed'
    AND b.status = 'issued' AND b.delivered_on IS NOT NULL AND b.opening_kopecks + b.total_kopecks > 0
"""
_PAID = f"""
    SELECT delivered_on, paid_on, count(*) AS bills FROM (
        SELECT delivered_on, min(effective_on) AS paid_on FROM (
            SELECT t.id, t.delivered_on, t.needed, e.effective_on,
            sum(e.amount_kopecks) OVER (PARTITION BY t.id ORDER BY e.effective_on, e.id) AS paid
            FROM (SELECT b.id, b.account_id, b.delivered_on, b.created_at, b.opening_kopecks + b.total_kopecks AS needed
                  {_TO_PAY}) AS t
            JOIN ledger_entries e ON e.account_id = t.account_id AND e.part = 'principal' AND e.kind = 'payment'
            AND e.posted_at > t.created_at AND e.effective_on >= {{}} AND e.effective_on <= {{}}
        ) AS paying WHERE paid >= needed GROUP BY id, delivered_on
    ) AS once GROUP BY delivered_on, paid_on
"""  # noqa: S608
"""A bill is paid on the day on which what came since comes to all that stood on it, the debt before it too."""


async def _keep(held: Held, periods: list[Period], found: _Found) -> None:
    debts = [
        Counted(name, held.day, age, value)
        for name, values in (("debts", found.kopecks), ("debtors", found.debtors))
        for age, value in zip(AGES, values, strict=True)
    ]
    await replace(held, ["debts", "debtors"], (held.day, held.day), debts)
    paying = [
        Counted("paying", period.first_day, series, value)
        for period in periods
        for series, value in _paying(found.billed[period.number], found.days[period.number])
    ]
    newest = periods[-1]
    await replace(held, ["paying"], (periods[0].first_day, newest.first_day), paying, mark=("paying", newest.number))


def _paying(billed: int, days: dict[int, int]) -> list[tuple[str, int]]:
    within = quartiles(days)
    if not billed:
        return []
    told = list(zip(("quarter", "half", "three_quarters"), within, strict=True)) if within else []
    return [("billed", billed), ("paid", sum(days.values())), *told]
