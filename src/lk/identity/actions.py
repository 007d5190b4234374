"""Sign in and out; sessions begin and end here only."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import structlog

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.identity import known_devices, limits, passwords
from lk.identity.queries import Viewer, user_by_login
from lk.identity.rules import (
    AGENT_IDLE,
    SIGN_IN_PER_ADDRESS,
    SIGN_IN_PER_KNOWN_DEVICE,
    SIGN_IN_PER_LOGIN,
    SIGN_IN_PER_LOGIN_AND_ADDRESS,
    login_key,
    session_ends_at,
    source_of,
)
from lk.identity.tables import Agent, Session, User
from lk.language import Language
from lk.notifications.queries import company_language
from lk.outcome import refuse
from lk.tokens import new_token, token_hash

log = structlog.get_logger()

END_SESSIONS = "UPDATE sessions SET ends_at = {}, token_hash = 'ended ' || id"
"""For good: no token has such a hash, whatever the clock says later."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` and `device_token` go into cookies; `wants_code`: the second factor is still to come."""

    token: str
    user_id: int
    wants_code: bool
    device_token: str
    is_agent: bool = False


async def sign_in(login: str, password: str, *, address: str, device: str, device_token: str | None = None) -> SignedIn:
    """`device_token`: the cookie of a device that may be known.

    Raises Refused: `sign_in_wrong` whoever the login belongs to; `too_many_tries` after too many failures of one,
    `too_many_everywhere` after too many of all, right or wrong.
    """
    key = login_key(login)
    user = await user_by_login(key)
    is_known = await known_devices.is_known(user.id if user else None, device_token)
    await _count_try(key, address, is_known=is_known)
    if not await passwords.is_password(password, user.password_hash if user else None) or user is None:
        log.info("sign_in_refused", user_id=user.id if user else None, address=address)
        if not is_known:
            await limits.trip_if_spraying("sign_in")
        raise refuse("sign_in_wrong")
    rehashed = await passwords.hash_password(password) if passwords.wants_rehash(user.password_hash or "") else None
    async with db.write(f"user {user.id}"):
        await limits.forget("sign_in", key)
        await limits.forget("sign_in_known", key)
        if rehashed:
            await db.execute("UPDATE users SET password_hash = {} WHERE id = {}", rehashed, user.id)
        agent = await Agent.objects().where(Agent.user_id == user.id).first()
        if agent is not None and agent.is_disabled:
            raise refuse("sign_in_wrong")
        token = await begin_session(user.id, address=address, device=device, is_agent=agent is not None)
        if agent is None:
            await record("signed_in", user_id=user.id, actor=Actor(user.id))
        remembered = await known_devices.remember(user.id, device_token, device=device, address=address)
    return SignedIn(token, user.id, wants_code=agent is not None, device_token=remembered)


async def begin_session(
    user_id: int, *, address: str, device: str, is_agent: bool = False, way: str = "password"
) -> str:
    """A new session's token. Always a new one: a cookie planted before sign-in opens nothing."""
    token, now = new_token(), clock.now()
    await Session.insert(
        Session(
            token_hash=token_hash(token),
            user_id=user_id,
            created_at=now,
            used_at=now,
            ends_at=session_ends_at(now, now, is_agent),
            confirmed_at=now,
            way=way,
            device=device[:200],
            address=address,
        )
    )
    log.info("session_begun", user_id=user_id, address=address, way=way, is_agent=is_agent)
    return token


async def renew_session(session_id: int) -> str:
    """The same session under a new token: at every change of rights."""
    session = await Session.objects().where(Session.id == session_id).first()
    if session is None:
        raise refuse("session_ended")
    return await renew(session, has_second_factor=False)


async def touch(viewer: Viewer) -> None:
    """A used session lives on; written at most every few minutes, or by a later request where that fails."""
    now = clock.now()
    is_due = now - viewer.used_at > (AGENT_IDLE / 10 if viewer.is_agent else AGENT_IDLE)
    if not is_due or viewer.look_id is not None:
        return
    with suppress(db.DatabaseError):
        async with db.write():
            await db.execute(
                "UPDATE sessions SET used_at = {}, ends_at = {} WHERE id = {}",
                now,
                session_ends_at(now, viewer.created_at, viewer.is_agent),
                viewer.session_id,
            )


async def sign_out(token: str) -> None:
    async with db.write():
        await db.execute(f"{END_SESSIONS} WHERE token_hash = {{}}", clock.now(), token_hash(token))


async def end_sessions(user_id: int) -> None:
    now = clock.now()
    await db.execute(f"{END_SESSIONS} WHERE user_id = {{}} AND ends_at > {{}}", now, user_id, now)


async def choose_credentials(user_id: int, login: str, password_hash: str) -> None:
    """The resident's own login and password. Raises Refused `login_taken`."""
    taken = await user_by_login(login_key(login))
    if taken is not None and taken.id != user_id:
        raise refuse("login_taken", "new_login")
    await db.execute(
        "UPDATE users SET login = {}, login_key = {}, password_hash = {} WHERE id = {}",
        login.strip(),
        login_key(login),
        password_hash,
        user_id,
    )


async def new_user(email: str, language: Language | None = None) -> int:
    """A user who can't sign in yet. `language`: of the pages they read; the company's own need not be remembered."""
    chosen = language if language != company_language() else None
    rows = await User.insert(User(email=email, language=chosen, created_at=clock.now())).returning(User.id)
    return int(rows[0]["id"])


async def _count_try(key: str, address: str, *, is_known: bool) -> None:
    """Counted before the password is looked at, so that tries at once count too; a success takes them back."""
    if is_known:
        await _count_try_on_known_device(key, address)
        return
    if await limits.is_tripped("sign_in"):
        raise refuse("too_many_everywhere")
    async with db.write(f"sign-in {key}", f"sign-in from {source_of(address)}"):
        is_spent = (
            await limits.is_over(SIGN_IN_PER_LOGIN_AND_ADDRESS, "sign_in", subject=key, address=address)
            or await limits.is_over(SIGN_IN_PER_LOGIN, "sign_in", subject=key)
            or await limits.is_over(SIGN_IN_PER_ADDRESS, "sign_in", address=address)
        )
        if not is_spent:
            await limits.note("sign_in", subject=key, address=address)
    if is_spent:
        log.warning("sign_in_limited", address=address)
        raise refuse("too_many_tries")


async def _count_try_on_known_device(key: str, address: str) -> None:
    async with db.write(f"sign-in {key}"):
        is_spent = await limits.is_over(SIGN_IN_PER_KNOWN_DEVICE, "sign_in_known", subject=key)
        if not is_spent:
            await limits.note("sign_in_known", subject=key, address=address)
    if is_spent:
        raise refuse("too_many_tries")


async def renew(session: Session, *, has_second_factor: bool) -> str:
    """Inside `write()`: a new token for the same session."""
    token = new_token()
    await db.execute(
        "UPDATE sessions SET token_hash = {}, second_factor_at = {} WHERE id = {}",
        token_hash(token),
        clock.now() if has_second_factor else session.second_factor_at,
        session.id,
    )
    return token
