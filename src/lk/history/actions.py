"""Write down what happened, in the transaction in which it does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lk import clock, db
from lk.actor import PROGRAM, Actor
from lk.history.tables import Event


async def record(
    kind: str, *, account_id: int | None = None, user_id: int | None = None, actor: Actor = PROGRAM, **params: object
) -> None:
    """`params` are ids, codes and numbers: never a name, an address or a secret."""
    await Event.insert(
        Event(
            kind=kind,
            account_id=account_id,
            user_id=user_id,
            at=clock.now(),
            actor_kind=actor.kind,
            actor_user_id=actor.user_id,
            actor_agent_id=actor.agent_id,
            impersonation_id=actor.impersonation_id,
            params=json.dumps(params, ensure_ascii=False, separators=(",", ":")),
        )
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of many."""

    kind: str
    account_id: int
    params: Mapping[str, object]


async def record_many(events: Iterable[Happened], actor: Actor = PROGRAM) -> None:
    """What one person or the program did on many accounts at once. Inside `write()`."""
    now = clock.now()
    await db.write_many(
        "INSERT INTO events "
        "(kind, account_id, at, actor_kind, actor_user_id, actor_agent_id, impersonation_id, params) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        [
            (
                event.kind,
                event.account_id,
                now,
                actor.kind,
                actor.user_id,
                actor.agent_id,
                actor.impersonation_id,
                json.dumps(dict(event.params), ensure_ascii=False, separators=(",", ":")),
            )
            for event in events
        ],
    )
