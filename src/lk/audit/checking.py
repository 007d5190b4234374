"""The chain of seals looked along now, whole, beside the pages; and searches of the audit are noted themselves."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from lk import clock, db
from lk.actor import Actor, Role
from lk.audit.rules import Search
from lk.audit.tables import AuditCheck
from lk.claims import ClaimLost, database_now, prove
from lk.cycle.verify import Stopped, findings
from lk.history.actions import record
from lk.outcome import refuse

log = structlog.get_logger()

CLAIM = timedelta(minutes=30)
"""Far longer than the longest look takes: whoever holds it longer is no more."""


@dataclass(frozen=True, slots=True)
class _Held:
    id: int
    fence: int


async def ask_check(actor: Actor) -> None:
    """While one waits or goes on, once more changes nothing. Raises Refused `not_an_admin`."""
    async with db.write("audit checks"):
        await _admin_behind(actor)
        if await db.read("SELECT id FROM audit_checks WHERE finished_at IS NULL"):
            return
        await AuditCheck.insert(
            AuditCheck(asked_by=actor.agent_id, asked_at=clock.now(), claim_ends_at=await database_now())
        )
        await record("audit_check_asked", actor=actor)


async def note_search(kind: str, search: Search, actor: Actor) -> None:
    """`kind` audit_searched|audit_taken. Raises Refused `not_an_admin`."""
    async with db.write():
        await _admin_behind(actor)
        told: dict[str, object] = {"since": search.since.isoformat(), "until": search.until.isoformat()}
        told |= {"agent": search.agent_id} if search.agent_id is not None else {}
        # The last of them, as queries of one account look for it.
        told |= {"account": search.account_id} if search.account_id is not None else {}
        await record(kind, actor=actor, **{"subject": search.subject, **told})  # type: ignore[arg-type]


async def make_waiting_checks(stop: asyncio.Event | None = None) -> bool:
    """Whether one was made. Broken off by `stop` it waits for whoever comes next."""
    held = await _claim()
    if held is None:
        return False
    try:
        found = [each async for each in findings(full=True, is_stopped=stop.is_set if stop else None, only="I14")]
    except Stopped:
        await _change(held, "claim_ends_at = {}", await database_now())
        return False
    for each in found:
        if each.breached:
            log.error("invariant_broken", invariant=each.id, breached=each.breached, first=each.breaches[0])
        told = json.dumps(each.breaches, ensure_ascii=False)
        change = "finished_at = {}, checked = {}, breached = {}, breaches = {}"
        await _change(held, change, clock.now(), each.checked, each.breached, told)
    return True


async def _claim() -> _Held | None:
    if not await db.read("SELECT id FROM audit_checks WHERE finished_at IS NULL"):
        return None
    async with db.write("audit checks"):
        now = await database_now()
        rows = await db.read(
            "SELECT id, fence FROM audit_checks WHERE finished_at IS NULL AND claim_ends_at <= {} LIMIT 1", now
        )
        if not rows:
            return None
        held = _Held(rows[0]["id"], rows[0]["fence"] + 1)
        await db.execute(
            "UPDATE audit_checks SET fence = {}, claim_ends_at = {} WHERE id = {}", held.fence, now + CLAIM, held.id
        )
        return held


async def _change(held: _Held, change: str, *values: object) -> None:
    """Nothing where another process has taken it over."""
    with suppress(ClaimLost):
        async with db.write("audit checks"):
            await prove("audit_checks", held, change, *values)


async def _admin_behind(actor: Actor) -> None:
    rows = await db.read(
        "SELECT id FROM agents WHERE id = {} AND NOT is_disabled AND role = {}", actor.agent_id, Role.ADMIN.value
    )
    if not rows or actor.impersonation_id is not None:
        raise refuse("not_an_admin")
