"""An agent who looks acts only as far as the resident let them: asked again in the transaction of the act."""

from __future__ import annotations

from lk import clock, db
from lk.actor import Actor
from lk.outcome import refuse


async def refuse_unless_let(actor: Actor, account_id: int) -> None:
    """Inside `write()`. Raises Refused `look_over` for one whose look is over, or without the resident's code."""
    if actor.impersonation_id is None:
        return
    now = clock.now()
    found = await db.read(
        "SELECT i.id FROM impersonations i JOIN sessions s ON s.id = i.session_id JOIN agents g ON g.id = i.agent_id "
        "WHERE i.id = {} AND i.agent_id = {} AND i.account_id = {} AND i.allowed_at IS NOT NULL "
        "AND i.ended_at IS NULL AND i.ends_at > {} AND s.ends_at > {} AND NOT g.is_disabled",
        actor.impersonation_id,
        actor.agent_id,
        account_id,
        now,
        now,
    )
    if not found:
        raise refuse("look_over")
