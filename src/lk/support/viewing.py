"""What staff saw of a customer is written down: who, whose, when, and why what is masked was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.history.views import VIEWS, views_a_day
from lk.identity.queries import Viewer
from lk.language import N_
from lk.outcome import refuse

log = structlog.get_logger()

REASONS: dict[str, str] = {
    "caller": N_("Сверяю, кто звонит"),
    "letter": N_("Не доходят письма"),
    "paper": N_("Готовлю документ"),
    "other": N_("Другой вопрос жителя"),
}
"""Why an agent asks for what is masked."""

ONE_VIEW = timedelta(hours=1)
"""A customer's card that stays in work is one view."""


async def note_view(viewer: Viewer, account_id: int, address: str) -> None:
    """The agent has the customer's card before them."""
    if not await _is_in_work(viewer, account_id):
        async with db.write(f"views {viewer.agent_id}"):
            await record("customer_viewed", account_id=account_id, actor=_at_desk(viewer, address))
        await _tell_many(viewer)


async def unmask(viewer: Viewer, account_id: int, reason: str, address: str) -> None:
    """Name and e-mail are shown, this once; the resident sees who asked and why. Raises Refused `why_wanted`."""
    if reason not in REASONS:
        raise refuse("why_wanted", "why")
    async with db.write(f"views {viewer.agent_id}"):
        await record("data_unmasked", account_id=account_id, actor=_at_desk(viewer, address), reason=reason)
    await _tell_many(viewer)


async def note_search(viewer: Viewer, account_ids: list[int], address: str) -> None:
    """A list names people too: which accounts stood in it."""
    async with db.write():
        await record("customers_listed", actor=_at_desk(viewer, address), accounts=account_ids)


@dataclass(frozen=True, slots=True)
class ManyViews:
    """An agent who looked at more customers today than one usually does."""

    agent_code: str
    views: int


async def many_views() -> list[ManyViews]:
    """The most first."""
    return await db.read_as(
        ManyViews,
        "SELECT g.code AS agent_code, count(*) AS views FROM events e JOIN agents g ON g.id = e.actor_agent_id "  # noqa: S608
        f"WHERE e.{VIEWS} AND e.at >= {{}} GROUP BY g.id, g.code HAVING count(*) > {{}} "
        "ORDER BY count(*) DESC LIMIT 20",
        _today(),
        await views_a_day(),
    )


def _at_desk(viewer: Viewer, address: str) -> Actor:
    """What the desk shows while a look goes on is no part of that look."""
    return Actor(viewer.user_id, viewer.agent_id, None, address)


async def _is_in_work(viewer: Viewer, account_id: int) -> bool:
    rows = await db.read(
        "SELECT id FROM events WHERE account_id = {} AND at > {} AND kind = 'customer_viewed' AND actor_agent_id = {} "
        "LIMIT 1",
        account_id,
        clock.now() - ONE_VIEW,
        viewer.agent_id,
    )
    return bool(rows)


async def _tell_many(viewer: Viewer) -> None:
    (row,) = await db.read(
        f"SELECT count(*) AS views FROM events WHERE actor_agent_id = {{}} AND at >= {{}} AND {VIEWS}",  # noqa: S608
        viewer.agent_id,
        _today(),
    )
    if row["views"] > await views_a_day():
        log.warning("many_views", agent=viewer.agent_code, views=row["views"])


def _today() -> datetime:
    return clock.start_of_day(clock.today())
