"""Take a reading: judge it, keep it, write down that it came."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.history.actions import record
from lk.metering.queries import Occasion, StoredReading, occasions, standing_readings
from lk.metering.rules import Verdict, judge_reading, verdict
from lk.metering.tables import Reading
from lk.outcome import Problem, Refused, refuse
from lk.period import Period


@dataclass(frozen=True, slots=True)
class SubmittedReading:
    """A reading that was kept. `status` accepted counts, held waits for a person; `id` and `received_at` prove it."""

    id: int
    meter_id: int
    period: Period
    status: str
    values: tuple[int, ...]
    taken_on: date
    received_at: datetime
    problems: tuple[Problem, ...]


async def submit_reading(
    account: AccountView,
    meter_id: int,
    values: Sequence[int | None],
    *,
    taken_on: date,
    source: str,
    actor: Actor,
    is_confirmed: bool = False,
) -> SubmittedReading:
    """Keeps the reading for the period it counts for; the same numbers sent again are the same reading.

    `values` by register, whole kWh, None where no number was typed. Raises Refused with everything odd about it:
    with a `refuse` nothing can be kept, with `confirm` alone it can once `is_confirmed`.
    """
    async with db.write(f"account {account.id}"):
        occasion = await _occasion(account, meter_id, taken_on, source)
        problems = judge_reading(occasion.facts(values))
        judged = verdict(problems, source, is_confirmed)
        if judged in (Verdict.REFUSED, Verdict.UNCONFIRMED):
            raise Refused(problems)
        read = tuple(value for value in values[: occasion.meter.zones] if value is not None)
        standing = [each for each in await standing_readings(account.id, occasion.period) if each.meter_id == meter_id]
        if standing and (standing[-1].values, standing[-1].source) == (read, source):
            return _submitted(standing[-1])
        replaced = [each.id for each in standing if judged is Verdict.ACCEPTED or each.status == "held"]
        await _supersede(replaced)
        stored = await _store(account.id, occasion, read, judged, problems, actor)
        await _record(stored, account.id, actor, replaced)
        return _submitted(stored)


async def _occasion(account: AccountView, meter_id: int, taken_on: date, source: str) -> Occasion:
    found = await occasions(account.id, account.power_kw, taken_on=taken_on, today=clock.today(), source=source)
    for occasion in found:
        if occasion.meter.id == meter_id:
            return occasion
    raise refuse("meter_not_here")


async def _supersede(ids: Sequence[int]) -> None:
    """The latest accepted one counts; one that waits for a person never displaces one that counts."""
    await db.write_many("UPDATE readings SET status = 'superseded' WHERE id = {}", [(each,) for each in ids])


async def _store(
    account_id: int,
    occasion: Occasion,
    values: Sequence[int],
    judged: Verdict,
    problems: Sequence[Problem],
    actor: Actor,
) -> StoredReading:
    stored = StoredReading(
        id=0,
        meter_id=occasion.meter.id,
        kind="regular",
        period=occasion.period,
        taken_on=occasion.taken_on,
        received_at=clock.now(),
        source=occasion.source,
        status=judged.value,
        t1_kwh=values[0],
        t2_kwh=values[1] if len(values) > 1 else None,
        t3_kwh=values[2] if len(values) > 2 else None,
        problems=json.dumps([_plain(problem) for problem in problems]),
    )
    columns = {**asdict(stored), "period": occasion.period.number}
    del columns["id"]
    row = Reading(account_id=account_id, user_id=actor.user_id, agent_id=actor.agent_id, **columns)
    await Reading.insert(row)
    return replace(stored, id=row.id)


def _plain(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "field": problem.field,
        "params": dict(problem.params),
    }


async def _record(reading: StoredReading, account_id: int, actor: Actor, replaced: Sequence[int]) -> None:
    registers = {f"t{at}": kwh for at, kwh in enumerate(reading.values, start=1)}
    await record(
        "reading_held" if reading.status == "held" else "reading_sent",
        account_id=account_id,
        actor=actor,
        reading=reading.id,
        meter=reading.meter_id,
        period=str(reading.period),
        source=reading.source,
        replaced=list(replaced),
        **registers,
    )


def _submitted(reading: StoredReading) -> SubmittedReading:
    return SubmittedReading(
        id=reading.id,
        meter_id=reading.meter_id,
        period=reading.period,
        status=reading.status,
        values=reading.values,
        taken_on=reading.taken_on,
        received_at=reading.received_at,
        problems=reading.reasons,
    )
