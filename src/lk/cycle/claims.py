"""Claiming a step: one row elects one process; a claim that ran out passes on with a higher fence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lk import clock, db
from lk.claims import ClaimLost, database_now
from lk.cycle.queries import last_account_id
from lk.cycle.rules import Step
from lk.cycle.tables import CycleRun
from lk.period import Period
from lk.timekeeping.watching import refuse_if_jumped

CLAIM = timedelta(seconds=20)
"""Every chunk prolongs it, so it is short: what a killed process leaves behind waits no longer than this."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do a step for a while. Proven again in every transaction of the step."""

    run_id: int
    period: Period
    step: Step
    fence: int

    @property
    def lock(self) -> str:
        return f"cycle {self.period} {self.step}"


async def claim(period: Period, step: Step) -> Claim | None:
    """None while another process has it, or when it is done."""
    async with db.write(f"cycle {period} {step}"):
        now, last_id = await database_now(), await last_account_id()
        run = CycleRun(
            period=period.number,
            step=step.value,
            status="running",
            claimed_at=clock.now(),
            claim_ends_at=now + CLAIM,
            resumed_at=now,
            last_id=last_id,
        )
        if await db.insert_once(run):
            return Claim(run.id, period, step, fence=1)
        return await _take_over(period, step, now, last_id)


async def _take_over(period: Period, step: Step, now: datetime, last_id: int) -> Claim | None:
    rows = await db.read(
        "SELECT id, fence FROM cycle_runs "
        "WHERE period = {} AND step = {} AND status = 'running' AND claim_ends_at <= {}",
        period.number,
        step.value,
        now,
    )
    if not rows:
        return None
    fence = rows[0]["fence"] + 1
    await db.execute(
        "UPDATE cycle_runs SET fence = {}, claim_ends_at = {}, resumed_at = {}, through_id = 0, last_id = {} "
        "WHERE id = {}",
        fence,
        now + CLAIM,
        now,
        last_id,
        rows[0]["id"],
    )
    return Claim(rows[0]["id"], period, step, fence)


async def progress(held: Claim, done: int, put_aside: int = 0, through_id: int = 0) -> None:
    """In the transaction of a chunk: proves the claim, prolongs it, counts. Raises ClaimLost, ClockJumped.

    `through_id` is the chunk's last account; 0 where the chunk is not one of the way through all of them.
    """
    refuse_if_jumped()
    await _prove(
        held,
        "claim_ends_at = {}, done = done + {}, put_aside = put_aside + {}, "
        "through_id = CASE WHEN through_id < {} THEN {} ELSE through_id END",
        await database_now() + CLAIM,
        done,
        put_aside,
        through_id,
        through_id,
    )


async def expect(held: Claim, more: int) -> None:
    """Says how many are still to be done, for those who watch. Raises ClaimLost."""
    async with db.write(held.lock):
        await _prove(held, "claim_ends_at = {}, expected = done + {}", await database_now() + CLAIM, more)


async def finish(held: Claim) -> None:
    """Raises ClaimLost."""
    async with db.write(held.lock):
        await _prove(held, "status = 'done', finished_at = {}", clock.now())


async def let_go(held: Claim) -> None:
    """The work failed: whoever comes next may claim it at once. Raises ClaimLost."""
    async with db.write(held.lock):
        await _prove(held, "claim_ends_at = {}", await database_now())


async def _prove(held: Claim, change: str, *values: object) -> None:
    changed = await db.execute(
        f"UPDATE cycle_runs SET {change} WHERE id = {{}} AND fence = {{}} AND status = 'running'",  # noqa: S608
        *values,
        held.run_id,
        held.fence,
    )
    if changed != 1:
        raise ClaimLost(held.lock)
