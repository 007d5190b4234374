"""What the month's board shows, and what a step still has to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.cycle.lines import StepRun
from lk.cycle.rules import Step
from lk.metering.rules import AWAY_PERIODS_AT_MOST
from lk.period import Period

CHUNK = 2000


_RUNS = (
    "SELECT period, step, status, claimed_at, finished_at, done, put_aside, expected, through_id, last_id, resumed_at, "
    "claim_ends_at, CURRENT_TIMESTAMP AS seen_at FROM cycle_runs "
)


async def step_runs(first: Period, last: Period) -> list[StepRun]:
    """The steps claimed so far of these periods, oldest first."""
    sql = _RUNS + "WHERE period >= {} AND period <= {} ORDER BY period, id"
    return await db.read_as(StepRun, sql, first.number, last.number)


async def running_steps() -> list[StepRun]:
    """Those that were begun and not finished, of every period."""
    return await db.read_as(StepRun, _RUNS + "WHERE status = 'running' ORDER BY period, id")


async def last_account_id() -> int:
    """The end of every way through the accounts; 0 without any."""
    rows = await db.read("SELECT max(id) AS last FROM accounts")
    return rows[0]["last"] or 0


async def unbilled_count(period: Period, run_on: date, run_before: date) -> int:
    """Accounts that owe a bill of the period and have none, counted off the loop.

    An account is billed that was opened before the run and not closed before the run of the month before.
    """
    return await _counted(
        "SELECT (SELECT count(*) FROM accounts WHERE opened_on < {} AND (closed_on IS NULL OR closed_on >= {})) - "
        "(SELECT count(*) FROM bills WHERE period = {} AND status <> 'reversed') AS n",
        run_on,
        run_before,
        period.number,
    )


async def undelivered_count() -> int:
    """Issued bills, counted off the loop."""
    return await _counted("SELECT count(*) AS n FROM bills WHERE status = 'issued' AND delivered_on IS NULL")


@dataclass(frozen=True, slots=True)
class _Count:
    n: int


async def _counted(sql: str, *args: object) -> int:
    async for (found,) in db.stream(_Count, sql, *args):
        return max(found.n, 0)
    return 0


async def done_steps() -> set[tuple[Period, Step]]:
    rows = await db.read("SELECT period, step FROM cycle_runs WHERE status = 'done'")
    return {(Period.from_number(row["period"]), Step(row["step"])) for row in rows}


async def is_done(period: Period, step: Step) -> bool:
    rows = await db.read(
        "SELECT id FROM cycle_runs WHERE period = {} AND step = {} AND status = 'done'", period.number, step.value
    )
    return bool(rows)


async def is_begun(period: Period, step: Step) -> bool:
    rows = await db.read("SELECT id FROM cycle_runs WHERE period = {} AND step = {}", period.number, step.value)
    return bool(rows)


async def account_chunks() -> AsyncIterator[tuple[int, int]]:
    """Ranges of account ids, both ends included, that cover every account."""
    last_id = 0
    while True:
        rows = await db.read("SELECT id FROM accounts WHERE id > {} ORDER BY id LIMIT {}", last_id, CHUNK)
        if not rows:
            return
        yield rows[0]["id"], rows[-1]["id"]
        last_id = rows[-1]["id"]


async def waiting_accounts(period: Period) -> frozenset[int]:
    """Accounts with a held reading of the period: a person has to decide first."""
    rows = await db.read(
        "SELECT DISTINCT account_id FROM readings WHERE status = 'held' AND period = {}", period.number
    )
    return frozenset(row["account_id"] for row in rows)


async def accounts_behind(period: Period) -> dict[int, Period]:
    """Accounts that lack an earlier bill because they were put aside, and the earliest period of it."""
    rows = await db.read(
        "SELECT account_id, min(period) AS oldest FROM put_asides WHERE resolved_at IS NULL AND period < {} "
        "GROUP BY account_id ORDER BY account_id",
        period.number,
    )
    return {row["account_id"]: Period.from_number(row["oldest"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A holder who is to be reminded."""

    account_id: int
    public_id: str
    user_id: int
    email: str
    owed_kopecks: int


async def holders_without_reading(period: Period, closes_on: date, first_id: int, last_id: int) -> list[Recipient]:
    """Holders of open accounts of whose meters in place at least one is not read in the period.

    An initial reading is none yet; the final one of the meter that was replaced is the period's. Nobody is asked who
    is away through `closes_on`, until so many periods went by that a reading is wanted all the same.
    """
    return await db.read_as(
        Recipient,
        "SELECT DISTINCT a.id AS account_id, a.public_id, u.id AS user_id, u.email, 0 AS owed_kopecks "
        "FROM accounts a JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "JOIN users u ON u.id = x.user_id AND u.email IS NOT NULL "
        "JOIN meters m ON m.account_id = a.id AND m.removed_on IS NULL "
        "WHERE a.id BETWEEN {} AND {} AND a.closed_on IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.account_id = a.id AND r.period = {} "
        "AND r.status IN ('accepted', 'held') AND ((r.kind = 'regular' AND r.meter_id = m.id) OR r.kind = 'final')) "
        "AND NOT EXISTS (SELECT 1 FROM away_declarations w WHERE w.account_id = a.id AND w.ended_at IS NULL "
        "AND w.until_on >= {} AND NOT EXISTS (SELECT 1 FROM bills b WHERE b.account_id = a.id AND b.period = {} "
        "AND b.status <> 'reversed' AND b.away_periods >= {})) ORDER BY a.id",
        first_id,
        last_id,
        period.number,
        closes_on,
        period.previous.number,
        AWAY_PERIODS_AT_MOST,
    )


async def holders_in_debt(period: Period, latest: date, first_id: int, last_id: int) -> list[Recipient]:
    """Holders whose account owes principal, unless the period's bill is due after `latest`.

    Nor those whose autopay takes all of it by the due day: it is planned so, or will be.
    """
    return await db.read_as(
        Recipient,
        "SELECT a.id AS account_id, a.public_id, u.id AS user_id, u.email, owed.kopecks AS owed_kopecks "
        "FROM (SELECT account_id, "
        "sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS kopecks "
        "FROM ledger_entries WHERE account_id BETWEEN {} AND {} AND part = 'principal' GROUP BY account_id) owed "
        "JOIN accounts a ON a.id = owed.account_id "
        "JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "JOIN users u ON u.id = x.user_id AND u.email IS NOT NULL "
        "LEFT JOIN bills b ON b.account_id = a.id AND b.period = {} AND b.status = 'issued' "
        "WHERE owed.kopecks > 0 AND (b.due_on IS NULL OR b.due_on <= {}) AND NOT EXISTS (SELECT 1 FROM autopays ap "
        "JOIN accesses px ON px.id = ap.access_id AND px.ended_at IS NULL "
        "JOIN cards c ON c.id = ap.card_id AND c.status = 'active' "
        "LEFT JOIN autopay_months m ON m.account_id = a.id AND m.period = {} AND m.status <> 'off' "
        "WHERE ap.account_id = a.id AND ap.ended_at IS NULL AND ap.suspended_at IS NULL "
        "AND ap.sum_kopecks >= owed.kopecks AND (m.status IN ('planned', 'charging') "
        "AND m.planned_kopecks >= owed.kopecks "
        "OR m.id IS NULL AND ap.planned_period < {} AND (ap.mode = 'fixed' OR b.id IS NOT NULL))) ORDER BY a.id",
        first_id,
        last_id,
        period.number,
        latest,
        period.number,
        period.number,
    )
