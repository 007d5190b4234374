"""A bill run on trial: asked for, computed by the schedule a few accounts at a time, and no bill comes of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from lk import clock, db
from lk.actor import Actor
from lk.billing.actions import Run
from lk.claims import database_now, prove, work_on_each
from lk.cycle.claims import CLAIM
from lk.cycle.queries import accounts_behind, is_done, last_account_id, waiting_accounts
from lk.cycle.rules import Step, begins_at
from lk.cycle.tables import TrialRun
from lk.cycle.trial_computing import Line, Passed, Tally, computed_between
from lk.history.actions import record
from lk.outcome import refuse
from lk.payments.desk_people import operator_behind
from lk.period import Period
from lk.tariffs.queries import calendars, first_period, fresh_price_list
from lk.tariffs.rules import calendar_for

CHUNK = 2000
"""Accounts between two looks at the claim."""
SLICE = 100
"""Accounts read at once: nobody else waits for longer than these take."""
LINES_KEPT = 10_000
"""Of one trial; the counts go on."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The right to compute a trial for a while."""

    id: int
    period: Period
    is_billed: bool
    fence: int
    through_id: int
    lines: int


async def ask_trial(period: Period, actor: Actor) -> None:
    """Takes the place of the period's earlier trial; while one is computed, once more changes nothing.

    Raises Refused: `not_an_operator`, and `no_such_month` outside of the company's months.
    """
    if not await first_period() <= period <= Period.of(clock.today()):
        raise refuse("no_such_month")
    is_billed = await is_done(period, Step.BILL)
    async with db.write("trials"):
        await operator_behind(actor)
        if await db.read("SELECT id FROM trial_runs WHERE period = {} AND finished_at IS NULL", period.number):
            return
        await db.execute(
            "DELETE FROM trial_lines WHERE trial_id IN (SELECT id FROM trial_runs WHERE period = {})", period.number
        )
        await db.execute("DELETE FROM trial_runs WHERE period = {}", period.number)
        await TrialRun.insert(
            TrialRun(
                period=period.number,
                is_billed=is_billed,
                asked_by=actor.agent_id,
                asked_at=clock.now(),
                claim_ends_at=await database_now(),
            )
        )
        await record("trial_asked", actor=actor, period=str(period))


async def make_waiting_trials() -> int:
    """Computes every trial that waits, the oldest first; how many."""
    return await work_on_each("trial", _claim, _compute, _give_up)


async def _claim() -> _Held | None:
    """Goes on where the one before it died."""
    async with db.write("trials"):
        now = await database_now()
        rows = await db.read(
            "SELECT id, period, is_billed, fence, through_id, lines FROM trial_runs "
            "WHERE finished_at IS NULL AND claim_ends_at <= {} ORDER BY id LIMIT 1",
            now,
        )
        if not rows:
            return None
        found = rows[0]
        fence = found["fence"] + 1
        await db.execute(
            "UPDATE trial_runs SET fence = {}, claim_ends_at = {}, resumed_at = {}, resumed_id = through_id, "
            "last_id = {} WHERE id = {}",
            fence,
            now + CLAIM,
            now,
            await last_account_id(),
            found["id"],
        )
        period = Period.from_number(found["period"])
        return _Held(found["id"], period, bool(found["is_billed"]), fence, found["through_id"], found["lines"])


async def _compute(held: _Held) -> None:
    dated = await calendars()
    run = Run(held.period, await fresh_price_list(), tuple(dated), await first_period())
    rest_at = begins_at(Step.BILL_REST, held.period, calendar_for(dated, held.period), clock.start_of_day)
    waits = await waiting_accounts(held.period) if clock.now() < rest_at else frozenset[int]()
    passed = Passed(waits, (await accounts_behind(held.period)).keys())
    after, lines = held.through_id, held.lines
    while True:
        tally, last_id = await _chunk_after(after, held, run, passed)
        if last_id == after:
            break
        after, lines = last_id, await _keep(held, tally, last_id, lines)
    await _finish(held)


async def _chunk_after(after: int, held: _Held, run: Run, passed: Passed) -> tuple[Tally, int]:
    """With the chunk's last account: `after` itself where there is no further one."""
    tally = Tally()
    for _ in range(CHUNK // SLICE):
        ids = await db.read_rows("SELECT id FROM accounts WHERE id > {} ORDER BY id LIMIT {}", after, SLICE)
        if not ids:
            break
        after = ids[-1][0]
        tally.add(await computed_between(ids[0][0], after, run, passed, is_billed=held.is_billed))
        await asyncio.sleep(0)
    return tally, after


async def _keep(held: _Held, tally: Tally, through_id: int, lines: int) -> int:
    """Counts and lines of a chunk in one transaction with how far it came; how many lines there are now."""
    kept = tally.found[: max(LINES_KEPT - lines, 0)]
    counts = tally.counts()
    async with db.write("trials"):
        await prove(
            "trial_runs",
            held,
            "claim_ends_at = {}, through_id = {}, lines = lines + {}, "
            + ", ".join(f"{name} = {name} + {{}}" for name in counts),
            await database_now() + CLAIM,
            through_id,
            len(kept),
            *counts.values(),
        )
        await db.insert_many("trial_lines", _LINE, [_line_row(held.id, line) for line in kept])
    return lines + len(kept)


_LINE = ("trial_id", "account_id", "kind", "stored_kopecks", "computed_kopecks", "reason")


def _line_row(trial_id: int, line: Line) -> tuple[object, ...]:
    return trial_id, line.account_id, line.kind, line.stored_kopecks, line.computed_kopecks, line.reason


async def _finish(held: _Held, *, is_failed: bool = False) -> None:
    async with db.write("trials"):
        await prove("trial_runs", held, "finished_at = {}, is_failed = {}", clock.now(), is_failed)


async def _give_up(held: _Held) -> None:
    await _finish(held, is_failed=True)
