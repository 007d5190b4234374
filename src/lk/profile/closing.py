"""The cabinet closed by its owner: everything of it ends at once, the company's books stay as they are."""

from __future__ import annotations

from lk import clock, db
from lk.accounts.leaving import leave_all
from lk.actor import Actor
from lk.history.actions import record
from lk.identity.forgetting import forget_user
from lk.identity.queries import email_of, is_open
from lk.notifications.actions import queue
from lk.notifications.queries import language_of
from lk.profile.consents import live_consents, withdraw_consent


async def close_cabinet(user_id: int, actor: Actor) -> None:
    """Once more changes nothing."""
    async with db.write(f"user {user_id}"):
        if not await is_open(user_id):
            return
        email = await email_of(user_id)
        if email:
            # In the language chosen until now: the choice is forgotten with the rest.
            await queue(
                "cabinet_closed",
                email,
                key=f"cabinet of {user_id} closed",
                user_id=user_id,
                language=await language_of(user_id),
            )
        for kind in await live_consents(user_id):
            await withdraw_consent(user_id, kind, actor)
        await record("cabinet_closed", user_id=user_id, actor=actor)
        await forget_user(user_id)
        await leave_all(user_id, actor)
        await _empty_papers(user_id, email or "")


async def _empty_papers(user_id: int, email: str) -> None:
    """Letters that have arrived, copies of own data, open questions, and addresses typed on the way in."""
    await db.execute("DELETE FROM data_exports WHERE user_id = {}", user_id)
    await db.execute("DELETE FROM letter_preferences WHERE user_id = {}", user_id)
    # Nobody can read an answer any more; what was asked and answered is kept its term.
    await db.execute(
        "UPDATE questions SET status = 'closed', closed_at = {}, changed_at = {} "
        "WHERE user_id = {} AND closed_at IS NULL",
        clock.now(),
        clock.now(),
        user_id,
    )
    await db.execute("UPDATE registrations SET email = NULL WHERE user_id = {}", user_id)
    await db.execute("UPDATE invitations SET email = '' WHERE user_id = {}", user_id)
    await db.execute(
        "UPDATE messages SET to_address = '', params = {} WHERE status IN ('sent', 'dead') AND to_address <> '' "
        "AND (user_id = {} OR (user_id IS NULL AND to_address = {}))",
        "{}",
        user_id,
        email,
    )
