"""Keep a judged reading: it displaces what it corrects, and the history tells of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.metering.queries import Occasion, StoredReading
from lk.metering.rules import Verdict
from lk.metering.tables import Reading
from lk.outcome import Problem


async def supersede(ids: Sequence[int]) -> None:
    """The latest accepted one counts; one that waits for a person never displaces one that counts."""
    await db.write_many("UPDATE readings SET status = 'superseded' WHERE id = {}", [(each,) for each in ids])


async def set_aside_held(meter_id: int) -> None:
    """The meter is gone and its last figures are known: nobody has to decide any more what it seemed to say before."""
    await db.execute("UPDATE readings SET status = 'superseded' WHERE meter_id = {} AND status = 'held'", meter_id)


async def store(
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
        decision="",
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


async def record_reading(
    kind: str, reading: StoredReading, account_id: int, actor: Actor, replaced: Sequence[int] = (), **params: Any
) -> None:
    registers = {f"t{at}": kwh for at, kwh in enumerate(reading.values, start=1)}
    await record(
        kind,
        account_id=account_id,
        actor=actor,
        reading=reading.id,
        meter=reading.meter_id,
        period=str(reading.period),
        source=reading.source,
        replaced=list(replaced),
        **registers,
        **params,
    )
