"""A step done once more because a person asks: only what is owed by now, by the next tick."""

from __future__ import annotations

from lk import clock, db
from lk.actor import Actor
from lk.claims import database_now
from lk.cycle.lines import MARKS
from lk.cycle.queries import done_steps, is_begun
from lk.cycle.rules import IN_ORDER, Step, reminded_until
from lk.history.actions import record
from lk.outcome import refuse
from lk.payments.desk_people import operator_behind
from lk.period import Period
from lk.tariffs.queries import calendars
from lk.tariffs.rules import calendar_for

PAIRS = {Step.BILL: Step.DELIVER, Step.BILL_REST: Step.DELIVER_REST}
"""What is billed late is delivered at once, where the others were delivered already."""


async def try_put_aside_again(actor: Actor) -> Period:
    """Opens the newest bill run there was, which makes up for earlier months too; returns its period.

    Raises Refused: `nothing_billed` where there was none yet, `already_under_way` while it runs.
    """
    # In one period the run of the rest comes after the first one.
    begun = await db.read(
        "SELECT period, step FROM cycle_runs WHERE step IN ({}, {}) ORDER BY period DESC, id DESC LIMIT 1", *PAIRS
    )
    if not begun:
        raise refuse("nothing_billed")
    newest = Period.from_number(begun[0]["period"])
    await do_again(newest, Step(begun[0]["step"]), actor)
    return newest


async def do_again(period: Period, step: Step, actor: Actor) -> None:
    """The step counts as not done: whoever ticks next does of it what is owed, under a claim as the first time.

    Nobody is billed, told or reminded twice: each bill and letter has its own key. Raises Refused: `not_an_operator`;
    `nothing_to_do` for a step that only marks a moment, or that would only annoy by now; `not_done_yet`; `too_old`;
    `already_under_way`.
    """
    steps = [step, PAIRS[step]] if step in PAIRS else [step]
    async with db.write(*(f"cycle {period} {each}" for each in steps)):
        await operator_behind(actor)
        await _refuse_what_is_over(period, step)
        if not await _reopen(period, step):
            raise refuse("already_under_way")
        for each in steps[1:]:
            await _reopen(period, each)
        await record("step_asked_again", actor=actor, period=str(period), step=step.value)


async def _refuse_what_is_over(period: Period, step: Step) -> None:
    done = await done_steps()
    if step in MARKS:
        raise refuse("nothing_to_do")
    if step not in IN_ORDER or step is Step.REMIND_DUE:
        if clock.today() > reminded_until(step, period, calendar_for(await calendars(), period)):
            raise refuse("nothing_to_do")
    elif any(each == step and later > period for later, each in done):
        raise refuse("too_old")
    if (period, step) not in done and not await is_begun(period, step):
        raise refuse("not_done_yet")


async def _reopen(period: Period, step: Step) -> bool:
    """False where it is not done: it is still to come, or under way, and will do all that is owed anyway."""
    changed = await db.execute(
        "UPDATE cycle_runs SET status = 'running', claimed_at = {}, claim_ends_at = {}, finished_at = NULL, "
        "through_id = 0, expected = NULL WHERE period = {} AND step = {} AND status = 'done'",
        clock.now(),
        await database_now(),
        period.number,
        step.value,
    )
    return changed == 1
