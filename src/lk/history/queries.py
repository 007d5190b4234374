"""Events of an account, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock, db

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


_EVENTS = (
    "SELECT e.id, e.kind, e.at, e.actor_kind, g.code AS agent_code, e.params FROM ("
    "SELECT * FROM (SELECT * FROM events WHERE account_id = {} AND id < {} AND at >= {} "
    "ORDER BY at DESC, id DESC LIMIT {}) AS of_account UNION ALL "
    "SELECT * FROM (SELECT * FROM events WHERE user_id = {} AND account_id IS NULL AND id < {} AND at >= {} "
    "ORDER BY at DESC, id DESC LIMIT {}) AS of_user"
    ") AS e LEFT JOIN agents g ON g.id = e.actor_agent_id ORDER BY e.at DESC, e.id DESC LIMIT {}"
)


async def events_of(
    account_id: int,
    user_id: int | None,
    *,
    since: datetime | None = None,
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[EventRow]:
    """What happened on the account, and what this one user did with their own way in; nothing from before `since`."""
    window = (before_id if before_id is not None else 2**62, since or clock.EVER, limit)
    return await db.read_as(EventRow, _EVENTS, account_id, *window, user_id or 0, *window, limit)
