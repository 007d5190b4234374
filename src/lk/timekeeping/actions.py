"""A person says that a clock which jumped is right."""

from __future__ import annotations

from lk import clock, db
from lk.actor import Actor, Role
from lk.history.actions import record
from lk.outcome import refuse

_MAY = (Role.OPERATOR, Role.ADMIN)


async def trust_clock(doubt_id: int, actor: Actor) -> None:
    """Money goes on by what the clock says. Raises Refused: `not_an_operator`, `no_doubt` where it is over already."""
    async with db.write("clock"):
        agents = await db.read(
            "SELECT id FROM agents WHERE id = {} AND NOT is_disabled AND role IN ({}, {})", actor.agent_id, *_MAY
        )
        if not agents or actor.impersonation_id is not None:
            raise refuse("not_an_operator")
        changed = await db.execute(
            "UPDATE clock_doubts SET ended_at = {}, ended_by = {} WHERE id = {} AND ended_at IS NULL",
            clock.now(),
            actor.agent_id,
            doubt_id,
        )
        if not changed:
            raise refuse("no_doubt")
        await record("clock_trusted", actor=actor, doubt=doubt_id)
