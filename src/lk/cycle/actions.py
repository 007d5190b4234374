"""Do what is owed: claim a step, do it chunk by chunk, say that it is done. Safe to repeat and to kill."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from lk import db
from lk.claims import ClaimLost
from lk.cycle.billing import bill, deliver
from lk.cycle.claims import Claim, claim, finish, let_go
from lk.cycle.owed import owed_steps
from lk.cycle.queries import is_done
from lk.cycle.reminding import remind_of_payment, remind_of_readings
from lk.cycle.rules import IN_ORDER, Owed, Step
from lk.timekeeping.watching import ClockJumped, is_clock_right, refuse_if_jumped

log = structlog.get_logger()

WAIT_SECONDS = 0.5

Report = Callable[[Owed], None]
Work = Callable[[Claim], Awaitable[None]]


async def run_due(report: Report | None = None, *, is_patient: bool = True) -> list[Owed]:
    """Does every step that is owed now and not done, oldest first; returns those done by this call.

    A patient call waits for a step that another process has, and takes it over if that one died; an impatient one
    leaves it. A step that fails holds up only those that build on it; the first failure is raised at the end. While
    the clock is in doubt nothing is done; reminders wait while people sleep.
    """
    finished: list[Owed] = []
    failures: list[Exception] = []
    is_held_up = False
    for each in await _owed_now():
        if is_held_up and each.step in IN_ORDER:
            continue
        try:
            was_done_here = await _run(each, is_patient)
        except (db.DatabaseError, ClockJumped):
            raise
        except Exception as failure:
            log.exception("step_failed", period=str(each.period), step=each.step)
            failures.append(failure)
            was_done_here = False
        if was_done_here:
            finished.append(each)
            if report:
                report(each)
        elif each.step in IN_ORDER:
            is_held_up = not await is_done(each.period, each.step)
    if failures:
        raise failures[0]
    return finished


async def _owed_now() -> list[Owed]:
    """Nothing while a clock is in doubt."""
    return await owed_steps() if await is_clock_right() else []


async def _run(owed: Owed, is_patient: bool) -> bool:
    """Whether this process did it. Raises ClockJumped."""
    while not await is_done(owed.period, owed.step):
        refuse_if_jumped()
        held = await claim(owed.period, owed.step)
        if held is not None and await _do(held):
            log.info("step_done", period=str(owed.period), step=owed.step)
            return True
        if not is_patient:
            return False
        await asyncio.sleep(WAIT_SECONDS)
    return False


async def _do(held: Claim) -> bool:
    """False where another process took the step over meanwhile."""
    try:
        await WORK[held.step](held)
        await finish(held)
    except ClaimLost:
        log.warning("claim_lost", period=str(held.period), step=held.step)
        return False
    except BaseException:
        with suppress(Exception):
            await let_go(held)
        raise
    return True


async def _nothing(_: Claim) -> None:
    """The step is a mark in time: the rules read it from the calendar."""


WORK: dict[Step, Work] = {
    Step.OPEN_WINDOW: _nothing,
    Step.REMIND_FIRST: remind_of_readings,
    Step.REMIND_AGAIN: remind_of_readings,
    Step.REMIND_LAST: remind_of_readings,
    Step.CLOSE_WINDOW: _nothing,
    Step.BILL: bill,
    Step.DELIVER: deliver,
    Step.BILL_REST: bill,
    Step.DELIVER_REST: deliver,
    Step.REMIND_DUE: remind_of_payment,
    Step.DUE: _nothing,
}
