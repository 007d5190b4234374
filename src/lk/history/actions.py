"""Write down what happened, in the transaction in which it does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.actor import PROGRAM, Actor


async def record(
    kind: str, *, account_id: int | None = None, user_id: int | None = None, actor: Actor = PROGRAM, **params: object
) -> None:
    """`params` are ids, codes and numbers: never a name, an address or a secret."""
    await db.execute(_INSERT, *_row(kind, account_id, user_id, clock.now(), actor, params))


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
        _INSERT, [_row(event.kind, event.account_id, None, now, actor, dict(event.params)) for event in events]
    )


_INSERT = """
    INSERT INTO events (kind, account_id, user_id, at, actor_kind, actor_user_id, actor_agent_id, impersonation_id,
                        params)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})
"""


def _row(
    kind: str, account_id: int | None, user_id: int | None, at: datetime, actor: Actor, params: Mapping[str, object]
) -> tuple[object, ...]:
    told = json.dumps(params, ensure_ascii=False, separators=(",", ":"))
    whose = (actor.kind, actor.user_id, actor.agent_id, actor.impersonation_id)
    return (kind, account_id, user_id, at, *whose, told)
