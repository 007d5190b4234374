"""A look begins and ends: seen by the resident, bound to the agent's session, under a new token both times."""

from __future__ import annotations

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.identity.actions import renew_session
from lk.identity.queries import Viewer, viewer_of
from lk.identity.rules import is_factor_fresh
from lk.identity.second_factor import enter_code
from lk.notifications.actions import Link, queue
from lk.outcome import refuse
from lk.support.queries import DeskAccount, desk_account, session_end
from lk.support.rules import REASONS, look_ends_at
from lk.support.tables import Impersonation


async def begin_look(viewer: Viewer, token: str, account_public_id: str, reason: str, code: str, address: str) -> str:
    """A new token under which this agent sees the cabinet.

    Raises Refused: `reason_wanted`, `no_account`, `holder_is_agent`, `code_wanted`, `code_wrong`, `too_many_tries`,
    `already_looking`, `session_ended`.
    """
    if reason not in REASONS:
        raise refuse("reason_wanted", "reason")
    await _account_to_look_at(account_public_id)
    if not is_factor_fresh(viewer.second_factor_at, clock.now()):
        if not code.strip():
            raise refuse("code_wanted", "code")
        token = await enter_code(token, code, address=address)
    return await _begin(viewer, token, account_public_id, reason, address)


async def _account_to_look_at(public_id: str) -> DeskAccount:
    """A resident's. Raises Refused `no_account`, `holder_is_agent`."""
    account = await desk_account(public_id)
    if account is None:
        raise refuse("no_account")
    if await db.read("SELECT id FROM agents WHERE user_id = {}", account.holder_user_id or 0):
        raise refuse("holder_is_agent")
    return account


async def _begin(viewer: Viewer, token: str, public_id: str, reason: str, address: str) -> str:
    now = clock.now()
    async with db.write(f"session {viewer.session_id}"):
        _check_still_at_desk(await viewer_of(token))
        account = await _account_to_look_at(public_id)
        look = Impersonation(
            agent_id=viewer.agent_id,
            account_id=account.id,
            session_id=viewer.session_id,
            reason=reason,
            started_at=now,
            ends_at=look_ends_at(now, await session_end(viewer.session_id)),
        )
        await Impersonation.insert(look)
        actor = Actor(viewer.user_id, viewer.agent_id, look.id, address)
        await record("look_began", account_id=account.id, user_id=account.holder_user_id, actor=actor, reason=reason)
        if account.holder_email:
            await queue(
                "look_began",
                account.holder_email,
                key=f"look:{look.id}",
                account_id=account.id,
                user_id=account.holder_user_id,
                link=Link(f"/accounts/{account.public_id}/history"),
                agent=viewer.agent_code,
                reason=reason,
                at=now.isoformat(),
            )
        return await renew_session(viewer.session_id)


def _check_still_at_desk(viewer: Viewer | None) -> None:
    """Two looks asked for at once are one; an agent disabled a moment ago begins none."""
    if viewer is None or not viewer.is_agent:
        raise refuse("session_ended")
    if viewer.look_id is not None:
        raise refuse("already_looking")


async def end_look(viewer: Viewer) -> str:
    """The agent's own view again, under a new token; no code is left to read out."""
    async with db.write(f"session {viewer.session_id}"):
        await db.execute(
            "UPDATE impersonations SET ended_at = {} WHERE session_id = {} AND ended_at IS NULL",
            clock.now(),
            viewer.session_id,
        )
        await db.execute(
            "UPDATE look_codes SET ended_at = {} WHERE ended_at IS NULL AND look_id IN "
            "(SELECT id FROM impersonations WHERE session_id = {})",
            clock.now(),
            viewer.session_id,
        )
        return await renew_session(viewer.session_id)
