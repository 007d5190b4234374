"""A forgotten password: a letter's link that works once, for half an hour, to choose a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog

from lk import clock, db
from lk.actor import PROGRAM, Actor
from lk.history.actions import record
from lk.identity import limits
from lk.identity.actions import begin_session, end_sessions
from lk.identity.credentials import judge_new_password
from lk.identity.passwords import hash_password
from lk.identity.queries import Resettable, resettable, resettable_user, words_known_of
from lk.identity.rules import RESET_FOR, RESET_PER_ADDRESS, RESET_PER_LOGIN, login_key
from lk.identity.tables import PasswordReset
from lk.language import Language, current
from lk.notifications.actions import Link, queue
from lk.outcome import Refused, refuse
from lk.tokens import derived_token, token_hash

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OpenReset:
    id: int
    user_id: int
    login: str
    email: str


async def ask_reset(login: str, *, address: str) -> None:
    """A letter to every resident whose login or e-mail this is, in the page's language; whoever asks learns nothing.

    An agent's password is never reset by letter: an agent gets a new enrolment link. Raises Refused `too_many_tries`,
    whoever the login belongs to.
    """
    key = login_key(login)
    await _count_try(key, address)
    found = await resettable(key)
    async with db.write(f"password reset {key}"):
        for user in found:
            await write_reset(user, Actor(address=address), current())


async def ask_reset_for(user_id: int | None, actor: Actor) -> None:
    """Support starts it for a resident; the letter goes to the cabinet's own e-mail. Raises Refused `no_reset`."""
    user = await resettable_user(user_id) if user_id is not None else None
    if user is None:
        raise refuse("no_reset")
    async with db.write(f"password reset of {user_id}"):
        await write_reset(user, actor)


async def write_reset(user: Resettable, actor: Actor = PROGRAM, language: Language | None = None) -> None:
    """Inside `write()`: a new link, which ends the one before. None: in the language of the user's letters."""
    now = clock.now()
    await db.execute("UPDATE password_resets SET token_hash = NULL WHERE user_id = {}", user.id)
    reset = PasswordReset(user_id=user.id, created_at=now, ends_at=now + RESET_FOR)
    await PasswordReset.insert(reset)
    reset_id = reset.id
    token_of = ("password reset", reset_id)
    await db.execute(
        "UPDATE password_resets SET token_hash = {} WHERE id = {}", token_hash(derived_token(*token_of)), reset_id
    )
    await record("password_reset_asked", user_id=user.id, actor=actor)
    of_its_own: dict[str, Any] = {"language": language} if language else {}
    await queue(
        "password_reset",
        user.email,
        key=f"password reset {reset_id}",
        user_id=user.id,
        link=Link("/password-reset/{token}", token_of),
        login=user.login,
        **of_its_own,
    )


async def open_reset(token: str) -> OpenReset | None:
    """None for a link that is unknown, used, too old, or came before a newer one."""
    await end_expired_resets()
    return await db.read_one_as(
        OpenReset,
        "SELECT r.id, r.user_id, u.login, u.email FROM password_resets r JOIN users u ON u.id = r.user_id "
        "WHERE r.token_hash = {} AND r.ends_at > {}",
        token_hash(token),
        clock.now(),
    )


async def end_expired_resets() -> None:
    """For good: a clock set back later revives no link."""
    async with db.write():
        await db.execute(
            "UPDATE password_resets SET token_hash = NULL WHERE token_hash IS NOT NULL AND ends_at <= {}", clock.now()
        )


async def choose_new_password(token: str, password: str, *, address: str, device: str) -> tuple[str, int]:
    """Ends every session of the user and begins one here: its token, and whose it is.

    Raises Refused: `reset_gone`, or what the password lacks.
    """
    seen = await open_reset(token)
    if seen is None:
        raise refuse("reset_gone")
    problems = judge_new_password(password, await words_known_of(seen.user_id))
    if problems:
        raise Refused(problems)
    password_hash = await hash_password(password)
    async with db.write(f"user {seen.user_id}"):
        used = await db.execute(
            "UPDATE password_resets SET token_hash = NULL, used_at = {} WHERE id = {} AND token_hash = {}",
            clock.now(),
            seen.id,
            token_hash(token),
        )
        if used != 1:
            raise refuse("reset_gone")
        await db.execute("UPDATE users SET password_hash = {} WHERE id = {}", password_hash, seen.user_id)
        await end_sessions(seen.user_id)
        await limits.forget("sign_in", login_key(seen.login))
        session = await begin_session(seen.user_id, address=address, device=device)
        await record("password_changed", user_id=seen.user_id, actor=Actor(seen.user_id, address=address))
        await queue("password_changed", seen.email, key=f"password reset {seen.id} used", user_id=seen.user_id)
    return session, seen.user_id


async def _count_try(key: str, address: str) -> None:
    async with db.write(f"reset tries {key}"):
        is_spent = await limits.is_over(RESET_PER_LOGIN, "password_reset", subject=key) or await limits.is_over(
            RESET_PER_ADDRESS, "password_reset", address=address
        )
        if not is_spent:
            await limits.note("password_reset", subject=key, address=address)
    if is_spent:
        log.warning("password_reset_limited", address=address)
        raise refuse("too_many_tries")
