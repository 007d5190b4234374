"""Events of an account, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import db

PAGE = 30


@dataclass(frozen=True, slots=True)
class EventRow:
    """`agent_code` names the agent who did it, or looked."""

    id: int
    kind: str
    at: datetime
    actor_kind: str
    agent_code: str | None
    params: str


async def events_of(account_id: int, *, before_id: int | None = None, limit: int = PAGE) -> list[EventRow]:
    """What happened on the account and, for its holder and helpers, what they did themselves."""
    return await db.read_as(
        EventRow,
        "SELECT e.id, e.kind, e.at, e.actor_kind, g.code AS agent_code, e.params "
        "FROM events e LEFT JOIN agents g ON g.id = e.actor_agent_id "
        "WHERE e.account_id = {} AND e.id < {} ORDER BY e.at DESC, e.id DESC LIMIT {}",
        account_id,
        before_id if before_id is not None else 2**62,
        limit,
    )
