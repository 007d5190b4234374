"""The month's board: is this month all right, how far has each step come, and what needs a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lk import clock, db
from lk.cycle.lines import StepLine, StepRun, Verdict, present_period, step_lines, verdict
from lk.cycle.month_counts import Counts, month_counts
from lk.cycle.queries import running_steps, step_runs
from lk.cycle.reminding import waits_for_morning
from lk.cycle.rules import Step, begins_at
from lk.payments.desk import waiting_count
from lk.payments.desk_tasks import tasks_count
from lk.payments.unmatched import unmatched_count
from lk.period import Period
from lk.tariffs.queries import calendars, first_period
from lk.tariffs.rules import Calendar, calendar_for

MONTHS_SHOWN = 12
UNKNOWN_FOR = timedelta(hours=1)
"""A payment without an answer for so long is worth a look, though lk goes on asking by itself."""
VERIFIED_WITHIN = timedelta(days=7)
"""What a look found longer ago may be put right by now."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for a person. The first four are of the month shown, the others of today: none in an earlier month."""

    held_readings: int
    held_bills: int
    put_aside: int
    dead_letters: int
    money_tasks: int
    unmatched: int
    approvals: int
    unknown_payments: int
    broken: int

    @property
    def is_any(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Accounts put aside, by the reason; `account_number` is the first of them."""

    reason: str
    accounts: int
    account_number: str


@dataclass(frozen=True, slots=True)
class MonthMark:
    """A month of the strip; `verdict` is None before the company's first."""

    period: Period
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Board:
    """`present` is the month that goes on now, the one shown without being asked for another.

    `counts` are None while a city is counted for the first time.
    """

    period: Period
    present: Period
    first: Period
    latest: Period
    calendar: Calendar
    lines: tuple[StepLine, ...]
    counts: Counts | None
    needs: Needs
    waiting: tuple[Waiting, ...]
    months: tuple[MonthMark, ...]
    verdict: Verdict

    @property
    def running(self) -> list[StepRun]:
        return [line.run for line in self.lines if line.run is not None and line.run.status == "running"]


async def board(asked: Period | None) -> Board:
    """Of this period, without one of the present month; never before the company's first, never after this month."""
    dated, first, now = await calendars(), await first_period(), clock.now()
    present, latest = _present(dated, first), max(Period.of(clock.today()), first)
    period = min(max(asked or present, first), latest)
    calendar = calendar_for(dated, period)
    until = max(period, present)
    lines = _lines_by_period(dated, await _runs(until), until, now)
    needs = await _needs(period, is_present=period == present)
    return Board(
        period=period,
        present=present,
        first=first,
        latest=latest,
        calendar=calendar,
        lines=lines[period],
        counts=await month_counts(period, calendar),
        needs=needs,
        waiting=tuple(await waiting(period)) if needs.put_aside else (),
        months=_marks(lines, await _waiting_months(until), first, until),
        verdict=verdict(lines[period], needs.is_any),
    )


async def steps_of(period: Period | None) -> list[StepLine]:
    """Of this period; without one of the present month and of every earlier month of the board that is not over."""
    dated, first, now = await calendars(), await first_period(), clock.now()
    present = _present(dated, first)
    until = period or present
    lines = _lines_by_period(dated, await _runs(until), until, now)
    if period is not None:
        return list(lines[period])
    return [
        line
        for each, of_month in sorted(lines.items())
        if each >= first and (each == present or verdict(of_month, waits_for_a_person=False) is not Verdict.WELL)
        for line in of_month
    ]


async def running_now(period: Period) -> list[StepRun]:
    """Steps of the period that are under way: all that a page asks for every two seconds."""
    return [run for run in await running_steps() if run.period == period]


async def waiting(period: Period) -> list[Waiting]:
    return await db.read_as(
        Waiting,
        "SELECT p.reason, count(*) AS accounts, min(a.number) AS account_number FROM put_asides p "
        "JOIN accounts a ON a.id = p.account_id WHERE p.period = {} AND p.resolved_at IS NULL "
        "GROUP BY p.reason ORDER BY p.reason",
        period.number,
    )


def _present(dated: Sequence[Calendar], first: Period) -> Period:
    def opens_at(period: Period) -> datetime:
        return begins_at(Step.OPEN_WINDOW, period, calendar_for(dated, period), clock.start_of_day)

    return present_period(first, clock.now(), opens_at, clock.today())


async def _runs(until: Period) -> dict[Period, dict[Step, StepRun]]:
    runs: dict[Period, dict[Step, StepRun]] = defaultdict(dict)
    for run in await step_runs(until + (1 - MONTHS_SHOWN), until):
        runs[run.period][run.step] = run
    return runs


def _lines_by_period(
    dated: Sequence[Calendar], runs: dict[Period, dict[Step, StepRun]], until: Period, now: datetime
) -> dict[Period, tuple[StepLine, ...]]:
    months = [until + -back for back in range(MONTHS_SHOWN)]
    return {month: _lines_of(month, calendar_for(dated, month), now, runs[month]) for month in months}


def _lines_of(period: Period, calendar: Calendar, now: datetime, runs: dict[Step, StepRun]) -> tuple[StepLine, ...]:
    return step_lines(period, calendar, now, runs, clock.start_of_day, lambda owed: waits_for_morning(owed, calendar))


async def _needs(period: Period, *, is_present: bool) -> Needs:
    """By partial indexes only: what waits is little, whatever the size of the city."""
    first_at, last_at = clock.start_of_day(period.first_day), clock.start_of_day(period.next.first_day)
    of_month = [period.number] * 3
    unknown_until = clock.now() - UNKNOWN_FOR if is_present else clock.EVER
    (found,) = await db.read(_NEEDS, *of_month, first_at, last_at, unknown_until)
    return Needs(
        **found,
        money_tasks=await tasks_count() if is_present else 0,
        unmatched=await unmatched_count() if is_present else 0,
        approvals=await waiting_count() if is_present else 0,
        broken=await _broken() if is_present else 0,
    )


async def _broken() -> int:
    """Invariants that the last night found broken."""
    rows = await db.read(
        "SELECT count(*) AS n FROM verification_findings WHERE breached > 0 AND verification_id = "
        "(SELECT max(id) FROM verifications WHERE day >= {} AND finished_at IS NOT NULL)",
        clock.today() - VERIFIED_WITHIN,
    )
    return int(rows[0]["n"])


_NEEDS = """
    SELECT
    (SELECT count(*) FROM readings WHERE status = 'held' AND period = {}) AS held_readings,
    (SELECT count(*) FROM bills WHERE status = 'held' AND period = {}) AS held_bills,
    (SELECT count(*) FROM put_asides WHERE resolved_at IS NULL AND period = {}) AS put_aside,
    (SELECT count(*) FROM messages WHERE status = 'dead' AND created_at >= {} AND created_at < {}) AS dead_letters,
    (SELECT count(*) FROM payments WHERE status IN ('created', 'pending', 'unknown')
     AND status = 'unknown' AND created_at <= {}) AS unknown_payments
"""


async def _waiting_months(until: Period) -> frozenset[Period]:
    """Months of the strip in which something waits for a person."""
    months = [(until + -back).number for back in range(MONTHS_SHOWN)]
    listed = db.placeholders(months)
    rows = await db.read(_WAITING_MONTHS.replace("LIST", listed), *months * 3)
    return frozenset(Period.from_number(row["period"]) for row in rows)


_WAITING_MONTHS = """
    SELECT period FROM put_asides WHERE resolved_at IS NULL AND period IN (LIST) UNION
    SELECT period FROM bills WHERE status = 'held' AND period IN (LIST) UNION
    SELECT period FROM readings WHERE status = 'held' AND period IN (LIST)
"""


def _marks(
    lines: dict[Period, tuple[StepLine, ...]], waits: frozenset[Period], first: Period, until: Period
) -> tuple[MonthMark, ...]:
    """The oldest first."""
    months = [until + -back for back in reversed(range(MONTHS_SHOWN))]
    return tuple(MonthMark(each, verdict(lines[each], each in waits) if each >= first else None) for each in months)
