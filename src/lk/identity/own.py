"""What a signed-in user changes of the way in: password, login, other sessions; and shows the password once more."""

from __future__ import annotations

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.identity import limits, passwords
from lk.identity.actions import END_SESSIONS, choose_credentials, renew_session
from lk.identity.credentials import judge_new_password
from lk.identity.queries import Viewer, is_open, words_known_of
from lk.identity.rules import CONFIRMATION_PER_USER, judge_login, login_key
from lk.identity.tables import User
from lk.notifications.actions import queue
from lk.outcome import Refused, refuse


async def confirm(viewer: Viewer, password: str, *, address: str) -> str:
    """The password once more → the same session, fresh, under a new token.

    Raises Refused: `password_wrong`, `too_many_tries`.
    """
    await _count_try(viewer.user_id, address)
    user = await _user(viewer)
    if not await passwords.is_password(password, user.password_hash):
        raise refuse("password_wrong", "password")
    async with db.write(f"user {viewer.user_id}"):
        await limits.forget("confirmation", str(viewer.user_id))
        return await fresh_session(viewer)


async def fresh_session(viewer: Viewer) -> str:
    """Inside `write()`: a new token for this session, confirmed now."""
    await db.execute("UPDATE sessions SET confirmed_at = {} WHERE id = {}", clock.now(), viewer.session_id)
    return await renew_session(viewer.session_id)


async def change_password(viewer: Viewer, password: str, *, address: str) -> str:
    """Every other session ends; this one goes on under a new token. Raises Refused: what the password lacks."""
    problems = judge_new_password(password, await words_known_of(viewer.user_id))
    if problems:
        raise Refused(problems)
    password_hash = await passwords.hash_password(password)
    async with db.write(f"user {viewer.user_id}"):
        await db.execute("UPDATE users SET password_hash = {} WHERE id = {}", password_hash, viewer.user_id)
        await _end_others(viewer)
        await record("password_changed", user_id=viewer.user_id, actor=viewer.actor(address))
        await _tell(viewer, "password_changed")
        return await fresh_session(viewer)


async def change_login(viewer: Viewer, login: str, *, address: str) -> None:
    """Raises Refused: what the login lacks, `login_taken`; `session_ended` where the cabinet closed meanwhile."""
    user = await _user(viewer)
    problems = judge_login(login, own_email=user.email)
    if problems:
        raise Refused(problems)
    async with db.write(f"user {viewer.user_id}", f"login {login_key(login)}"):
        if not await is_open(viewer.user_id):
            raise refuse("session_ended")
        await choose_credentials(viewer.user_id, login, user.password_hash or "")
        await record("login_changed", user_id=viewer.user_id, actor=viewer.actor(address))
        await _tell(viewer, "login_changed")


async def end_session(viewer: Viewer, session_id: int) -> None:
    """One of the user's own; nobody else's, whatever the number."""
    now = clock.now()
    async with db.write(f"user {viewer.user_id}"):
        ended = await db.execute(
            f"{END_SESSIONS} WHERE id = {{}} AND user_id = {{}} AND ends_at > {{}}",
            now,
            session_id,
            viewer.user_id,
            now,
        )
        if ended:
            await record("sessions_ended", user_id=viewer.user_id, actor=Actor(viewer.user_id), count=1)


async def end_other_sessions(viewer: Viewer) -> int:
    """How many."""
    async with db.write(f"user {viewer.user_id}"):
        count = await _end_others(viewer)
        if count:
            await record("sessions_ended", user_id=viewer.user_id, actor=Actor(viewer.user_id), count=count)
    return count


async def _end_others(viewer: Viewer) -> int:
    now = clock.now()
    others = f"{END_SESSIONS} WHERE user_id = {{}} AND ends_at > {{}} AND id <> {{}}"
    return await db.execute(others, now, viewer.user_id, now, viewer.session_id)


async def _tell(viewer: Viewer, kind: str) -> None:
    user = await _user(viewer)
    if user.email:
        await queue(kind, user.email, key=f"{kind} {user.id} {clock.now().isoformat()}", user_id=user.id)


async def _count_try(user_id: int, address: str) -> None:
    """Counted before the password is looked at; a success takes them back."""
    subject = str(user_id)
    async with db.write(f"confirmation {subject}"):
        is_spent = await limits.is_over(CONFIRMATION_PER_USER, "confirmation", subject=subject)
        if not is_spent:
            await limits.note("confirmation", subject=subject, address=address)
    if is_spent:
        raise refuse("too_many_tries", "password")


async def _user(viewer: Viewer) -> User:
    user = await User.objects().where(User.id == viewer.user_id).first()
    if user is None:
        raise refuse("session_ended")
    return user
