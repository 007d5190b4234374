"""A change of e-mail counts once both addresses have agreed to it; either of them, or the user, calls it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.identity import limits
from lk.identity.queries import Viewer, email_of
from lk.identity.rules import EMAIL_CHANGE_FOR, EMAIL_CHANGES_PER_USER
from lk.identity.tables import EmailChange
from lk.notifications.actions import Link, queue
from lk.outcome import refuse
from lk.tokens import derived_token, token_hash


@dataclass(frozen=True, slots=True)
class OpenChange:
    """`old_confirmed_at`, `new_confirmed_at`: which of the two has agreed."""

    id: int
    user_id: int
    old_email: str
    new_email: str
    old_token_hash: str | None
    ends_at: datetime
    old_confirmed_at: datetime | None
    new_confirmed_at: datetime | None


_OPEN = (
    "SELECT id, user_id, old_email, new_email, old_token_hash, ends_at, old_confirmed_at, new_confirmed_at "
    "FROM email_changes WHERE finished_at IS NULL AND ends_at > {} AND "
)


async def change_of(user_id: int) -> OpenChange | None:
    return await db.read_one_as(OpenChange, _OPEN + "user_id = {}", clock.now(), user_id)


async def change_by(token: str) -> OpenChange | None:
    """By the link of either letter; None for one that is unknown, over or too old, for good."""
    await end_expired_changes()
    hashed = token_hash(token)
    return await db.read_one_as(
        OpenChange, _OPEN + "(old_token_hash = {} OR new_token_hash = {})", clock.now(), hashed, hashed
    )


async def end_expired_changes() -> None:
    """A clock set back later revives none."""
    now = clock.now()
    async with db.write():
        await db.execute(
            "UPDATE email_changes SET finished_at = {}, old_token_hash = NULL, new_token_hash = NULL "
            "WHERE finished_at IS NULL AND ends_at <= {}",
            now,
            now,
        )


async def ask_change(viewer: Viewer, new_email: str, *, address: str) -> None:
    """Letters to both addresses; a change asked for before is called off.

    Raises Refused: `same_email`, `no_old_email`, `too_many_changes`.
    """
    async with db.write(f"user {viewer.user_id}"):
        old_email = await email_of(viewer.user_id)
        if not old_email:
            raise refuse("no_old_email")
        if old_email.casefold() == new_email.casefold():
            raise refuse("same_email", "email")
        if await limits.is_over(EMAIL_CHANGES_PER_USER, "email_change", subject=str(viewer.user_id)):
            raise refuse("too_many_changes", "email")
        await limits.note("email_change", subject=str(viewer.user_id), address=address)
        await _finish("user_id", viewer.user_id)
        now = clock.now()
        change = EmailChange(
            user_id=viewer.user_id,
            old_email=old_email,
            new_email=new_email,
            created_at=now,
            ends_at=now + EMAIL_CHANGE_FOR,
        )
        await EmailChange.insert(change)
        await record("email_change_asked", user_id=viewer.user_id, actor=viewer.actor(address))
        await db.execute(
            "UPDATE email_changes SET old_token_hash = {}, new_token_hash = {} WHERE id = {}",
            token_hash(derived_token("email change", change.id, "old")),
            token_hash(derived_token("email change", change.id, "new")),
            change.id,
        )
        for which, to_address in (("old", old_email), ("new", new_email)):
            await queue(
                f"email_change_{which}",
                to_address,
                key=f"email change {change.id} {which}",
                user_id=viewer.user_id,
                link=Link("/email-change/{token}", ("email change", change.id, which)),
            )


async def agree(token: str, *, address: str) -> bool:
    """One of the two addresses agrees; True when that was the second. Raises Refused `change_gone`."""
    seen = await _seen(token)
    async with db.write(f"user {seen.user_id}"):
        change = await _seen(token)
        is_old = change.old_token_hash == token_hash(token)
        column = "old_confirmed_at" if is_old else "new_confirmed_at"
        await db.execute(
            f"UPDATE email_changes SET {column} = {{}} WHERE id = {{}}",  # noqa: S608
            clock.now(),
            change.id,
        )
        if (change.new_confirmed_at if is_old else change.old_confirmed_at) is None:
            return False
        await db.execute("UPDATE users SET email = {} WHERE id = {}", change.new_email, change.user_id)
        await _finish("id", change.id, is_done=True)
        await record("email_changed", user_id=change.user_id, actor=Actor(change.user_id, address=address))
        for to_address in (change.old_email, change.new_email):
            await queue(
                "email_changed", to_address, key=f"email change {change.id} done {to_address}", user_id=change.user_id
            )
    return True


async def call_off(change: OpenChange, actor: Actor) -> None:
    """By the user, or by whoever reads a letter and did not ask for it."""
    async with db.write(f"user {change.user_id}"):
        if await _finish("id", change.id):
            await record("email_change_canceled", user_id=change.user_id, actor=actor)


async def _finish(column: str, value: int, *, is_done: bool = False) -> int:
    return await db.execute(
        "UPDATE email_changes SET finished_at = {}, is_done = {}, old_token_hash = NULL, new_token_hash = NULL "  # noqa: S608
        f"WHERE {column} = {{}} AND finished_at IS NULL",
        clock.now(),
        is_done,
        value,
    )


async def _seen(token: str) -> OpenChange:
    seen = await change_by(token)
    if seen is None:
        raise refuse("change_gone")
    return seen
