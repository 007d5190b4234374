"""What the month's board shows, and what a step still has to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime

from lk import db
from lk.cycle.rules import Step
from lk.metering.rules import AWAY_PERIODS_AT_MOST
from lk.period import Period

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class StepRun:
    """One step of one period as far as it has come."""

    period: Period
    step: Step
    status: str
    claimed_at: datetime
    finished_at: datetime | None
    done: int
    put_aside: int


async def step_runs(period: Period | None = None) -> list[StepRun]:
    """The steps claimed so far, newest period first; of one period only, if given."""
    return await db.read_as(
        StepRun,
        "SELECT period, step, status, claimed_at, finished_at, done, put_aside FROM cycle_runs "
        "WHERE period >= {} AND period <= {} ORDER BY period DESC, id",
        period.number if period else 0,
        period.number if period else 999912,
    )


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


async def holders_in_debt(first_id: int, last_id: int) -> list[Recipient]:
    """Holders whose account owes principal."""
    return await db.read_as(
        Recipient,
        "SELECT a.id AS account_id, a.public_id, u.id AS user_id, u.email, owed.kopecks AS owed_kopecks "
        "FROM (SELECT account_id, "
        "sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS kopecks "
        "FROM ledger_entries WHERE account_id BETWEEN {} AND {} AND part = 'principal' GROUP BY account_id) owed "
        "JOIN accounts a ON a.id = owed.account_id "
        "JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "JOIN users u ON u.id = x.user_id AND u.email IS NOT NULL WHERE owed.kopecks > 0 ORDER BY a.id",
        first_id,
        last_id,
    )
