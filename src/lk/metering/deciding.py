"""A person decides about a held reading: it counts, it is asked for again, or other digits count in its place.

Each is one transaction under the account's lock, and holds only while the reading still waits: of two people who
decide at once the second is told so.
"""

from __future__ import annotations

from collections.abc import Sequence

from lk import clock, db
from lk.actor import Actor
from lk.metering.actions import SubmittedReading, occasion_of, submitted
from lk.metering.decisions import ACCEPTED, CORRECTED, ROLLED_OVER, Decision, judge_asking
from lk.metering.held import HeldReading, once_held
from lk.metering.letters import tell_holder
from lk.metering.queries import StoredReading, standing_readings, unbilled_period
from lk.metering.rules import Verdict, judge_reading, verdict
from lk.metering.storing import record_reading, store, supersede
from lk.outcome import Refused, refuse
from lk.period import Period


async def accept(held: HeldReading, actor: Actor, *, is_rolled_over: bool = False) -> bool:
    """It counts, for the first period not yet billed. False: a later one counts there already, and it stays aside.

    `is_rolled_over`: every dial that stands lower than before has gone through zero. Raises Refused: `not_lower`,
    `decided_already`.
    """
    if is_rolled_over and not held.is_lower:
        raise refuse("not_lower")
    decision = Decision(ROLLED_OVER if is_rolled_over else ACCEPTED)
    async with db.write(f"account {held.account_id}", db.shared("bills")):
        period = await unbilled_period(held.account_id, held.period)
        rivals = await _accepted(held, period)
        counts = all(each.id < held.id for each in rivals)
        if counts:
            await supersede([each.id for each in rivals])
        await _decide(held, "accepted" if counts else "superseded", period, decision, actor)
        reading = await _again(held)
        await record_reading("reading_accepted", reading, held.account_id, actor, [each.id for each in rivals])
        return counts


async def ask_again(held: HeldReading, reason: str, words: str, actor: Actor) -> None:
    """It does not count, and its holder reads why. `words`: the agent's own beside the reason.

    Raises Refused: `reason_wanted`, `words_wanted`, `words_too_long`, `words_odd`, `decided_already`.
    """
    words = " ".join(words.split(" ")).strip()
    problem = judge_asking(reason, words)
    if problem:
        raise Refused([problem])
    async with db.write(f"account {held.account_id}"):
        await _decide(held, "rejected", held.period, Decision(reason, words), actor)
        await record_reading("reading_rejected", held.reading, held.account_id, actor, reason=reason)
        await tell_holder("reading_asked_again", held.account_id, held.reading, why=reason, words=words)


async def correct(
    held: HeldReading, values: Sequence[int | None], actor: Actor, *, is_confirmed: bool = False
) -> SubmittedReading:
    """Other digits, seen on the photo or heard by phone, count in its place.

    Whatever is odd about them has to be confirmed. Raises Refused: what is odd, `newer_counts`, `decided_already`.
    """
    async with db.write(f"account {held.account_id}", db.shared("bills")):
        occasion = await occasion_of(held.account_id, held.power_kw, held.meter_id, held.taken_on, "agent")
        problems = judge_reading(occasion.facts(values))
        if verdict(problems, "agent", is_confirmed=True) is Verdict.REFUSED or (problems and not is_confirmed):
            raise Refused(problems)
        rivals = await _accepted(held, occasion.period)
        if any(each.id > held.id for each in rivals):
            raise refuse("newer_counts")
        await _decide(held, "superseded", held.period, Decision(CORRECTED), actor)
        replaced = [*(each.id for each in rivals), held.id]
        await supersede(replaced)
        read = [value for value in values[: held.zones] if value is not None]
        stored = await store(held.account_id, occasion, read, Verdict.ACCEPTED, problems, actor)
        await record_reading("reading_corrected", stored, held.account_id, actor, replaced)
        return submitted(stored)


async def _accepted(held: HeldReading, period: Period) -> list[StoredReading]:
    """What counts in the period on this meter."""
    standing = await standing_readings(held.account_id, period)
    return [each for each in standing if each.meter_id == held.meter_id and each.status == "accepted"]


async def _decide(held: HeldReading, status: str, period: Period, decision: Decision, actor: Actor) -> None:
    changed = await db.execute(
        "UPDATE readings SET status = {}, period = {}, decided_at = {}, decided_by = {}, decision = {} "
        "WHERE id = {} AND status = 'held'",
        status,
        period.number,
        clock.now(),
        actor.agent_id,
        decision.stored,
        held.id,
    )
    if changed != 1:
        raise refuse("decided_already")


async def _again(held: HeldReading) -> StoredReading:
    found = await once_held(held.id)
    assert found is not None
    return found.reading
