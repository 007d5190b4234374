"""The month's board: what each step of a period has done, and what waits for a person; and whether all is well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lk import db
from lk.period import Period
from lk.tariffs.queries import calendars, first_period
from lk.tariffs.rules import Calendar, calendar_for


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one period. `read` are accounts with a reading that counts, `metered` those with a meter in its place."""

    to_bill: int
    metered: int
    read: int
    held_readings: int
    bills: int
    held_bills: int
    put_aside: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the board: `done` of `total` accounts or bills; `put_aside` wait for a person."""

    code: str
    first_on: date
    last_on: date
    done: int
    total: int
    put_aside: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Accounts that could not be billed, by the reason; `account_number` is the first of them."""

    reason: str
    accounts: int
    account_number: str


@dataclass(frozen=True, slots=True)
class Board:
    """`running` is the step under way by the month's own books, None while it rests."""

    period: Period
    earlier: Period | None
    later: Period | None
    steps: tuple[Step, ...]
    waiting: tuple[Waiting, ...]
    running: str | None


async def board(period: Period | None, today: date) -> Board:
    """Of this period, of the current month without one; never before the company's first."""
    first, current = await first_period(), Period.of(today)
    shown = min(max(period or current, first), max(current, first))
    calendar = calendar_for(await calendars(), shown)
    counts = await _counts(shown, calendar)
    return Board(
        period=shown,
        earlier=shown.previous if shown > first else None,
        later=shown.next if shown < current else None,
        steps=_steps(shown, calendar, counts),
        waiting=tuple(await _waiting(shown)) if counts.put_aside or counts.held_bills else (),
        running=await _running(shown),
    )


def _steps(period: Period, calendar: Calendar, counts: Counts) -> tuple[Step, ...]:
    window, run_on = calendar.window(period), calendar.bill_run_on(period)
    issued = counts.bills - counts.held_bills
    return (
        Step("readings", window.opens_on, window.closes_on, counts.read, counts.metered, counts.held_readings),
        Step("bills", run_on, run_on, issued, counts.to_bill, counts.held_bills + counts.put_aside),
        Step("delivery", run_on, calendar.bill_by_on(period), counts.delivered, issued, 0),
    )


async def _counts(period: Period, calendar: Calendar) -> Counts:
    """An account is billed that was opened before the run and not closed before the run of the month before."""
    run_on, run_before = calendar.bill_run_on(period), calendar.bill_run_on(period.previous)
    (found,) = await db.read_as(
        Counts,
        "SELECT "
        "(SELECT count(*) FROM accounts WHERE opened_on < {} AND (closed_on IS NULL OR closed_on >= {})) AS to_bill, "
        "(SELECT count(DISTINCT m.account_id) FROM meters m JOIN accounts a ON a.id = m.account_id "
        "WHERE m.installed_on <= {} AND (m.removed_on IS NULL OR m.removed_on > {}) "
        "AND (a.closed_on IS NULL OR a.closed_on >= {})) AS metered, "
        "(SELECT count(DISTINCT account_id) FROM readings WHERE period = {} AND status = 'accepted' "
        "AND kind = 'regular') AS read, "
        "(SELECT count(*) FROM readings WHERE period = {} AND status = 'held') AS held_readings, "
        "(SELECT count(*) FROM bills WHERE period = {} AND status <> 'reversed') AS bills, "
        "(SELECT count(*) FROM bills WHERE period = {} AND status = 'held') AS held_bills, "
        "(SELECT count(*) FROM put_asides WHERE period = {} AND resolved_at IS NULL) AS put_aside, "
        "(SELECT count(*) FROM bills WHERE period = {} AND status = 'issued' AND delivered_on IS NOT NULL) "
        "AS delivered",
        run_on,
        run_before,
        period.last_day,
        period.first_day,
        period.first_day,
        *[period.number] * 6,
    )
    return found


async def _waiting(period: Period) -> list[Waiting]:
    return await db.read_as(
        Waiting,
        "SELECT p.reason, count(*) AS accounts, min(a.number) AS account_number FROM put_asides p "
        "JOIN accounts a ON a.id = p.account_id WHERE p.period = {} AND p.resolved_at IS NULL "
        "GROUP BY p.reason UNION ALL SELECT 'held', count(*), min(a.number) FROM bills b "
        "JOIN accounts a ON a.id = b.account_id WHERE b.period = {} AND b.status = 'held' HAVING count(*) > 0 "
        "ORDER BY 1",
        period.number,
        period.number,
    )


async def _running(period: Period) -> str | None:
    rows = await db.read(
        "SELECT step FROM cycle_runs WHERE period = {} AND status = 'running' ORDER BY id LIMIT 1", period.number
    )
    return rows[0]["step"] if rows else None


async def database_answers() -> bool:
    try:
        return bool(await db.read("SELECT 1 AS one"))
    except db.DatabaseError:
        return False
