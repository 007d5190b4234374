"""An agent's second factor: a session that waits for it becomes one that has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import pyotp
import structlog

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.identity import limits
from lk.identity.actions import renew
from lk.identity.rules import CODE_PER_USER, totp_step
from lk.identity.tables import Agent, Session
from lk.outcome import refuse
from lk.tokens import token_hash

log = structlog.get_logger()


async def enter_code(token: str, code: str, *, address: str) -> str:
    """The agent's TOTP code → a new token with the second factor.

    Raises Refused `code_wrong`, `too_many_tries`, `session_ended`.
    """
    return await second_factor(token, partial(_use_totp, code), wrong="code_wrong", address=address)


async def second_factor(token: str, use: Callable[[Agent], Awaitable[bool]], *, wrong: str, address: str) -> str:
    """A session that waits for its second factor → a new token with it. `use` spends what was typed, if it is right.

    Whatever is typed counts against one limit. Raises Refused `wrong`, `too_many_tries`, `session_ended`.
    """
    session = await _waiting_session(token)
    subject = str(session.user_id)
    fresh = None
    async with db.write(f"user {session.user_id}"):
        session = await _waiting_session(token)
        agent = await _agent_with_code(session.user_id)
        is_tried_out = await limits.is_over(CODE_PER_USER, "code", subject=subject)
        if not is_tried_out and await use(agent):
            await limits.forget("code", subject)
            fresh = await renew(session, has_second_factor=True)
            await record("signed_in", user_id=session.user_id, actor=Actor(session.user_id, agent.id))
        else:
            await limits.note("code", subject=subject, address=address)
    if fresh is None:
        log.info("code_refused", user_id=session.user_id, address=address)
        raise refuse("too_many_tries" if is_tried_out else wrong, "code")
    return fresh


async def _waiting_session(token: str) -> Session:
    session = await Session.objects().where(Session.token_hash == token_hash(token)).first()
    if session is None or session.ends_at <= clock.now():
        raise refuse("session_ended")
    return session


async def _agent_with_code(user_id: int) -> Agent:
    agent = await Agent.objects().where(Agent.user_id == user_id).first()
    if agent is None or agent.is_disabled or agent.totp_secret is None:
        raise refuse("session_ended")
    return agent


async def _use_totp(code: str, agent: Agent) -> bool:
    step = _matching_step(agent, code)
    if step is not None:
        await db.execute("UPDATE agents SET totp_last_step = {} WHERE id = {}", step, agent.id)
    return step is not None


def _matching_step(agent: Agent, code: str) -> int | None:
    """The TOTP step of this code, one either side allowed, never one used before."""
    current = totp_step(clock.now())
    totp = pyotp.TOTP(agent.totp_secret)
    digits = "".join(code.split())
    for step in (current - 1, current, current + 1):
        if step > agent.totp_last_step and pyotp.utils.strings_equal(totp.at(step * 30), digits):
            return step
    return None
