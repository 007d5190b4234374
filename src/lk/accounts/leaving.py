"""A user goes for good: every account they hold is nobody's, and they help nobody any more."""

from __future__ import annotations

from dataclasses import dataclass

from lk import db
from lk.accounts.inviting import accesses_of, leave, tell_left
from lk.accounts.releasing import end_accesses
from lk.actor import Actor
from lk.history.actions import record


@dataclass(frozen=True, slots=True)
class _Held:
    account_id: int
    role: str


async def leave_all(user_id: int, actor: Actor) -> None:
    """Inside `write()` under the user's lock, so that no access is added meanwhile; helpers are told."""
    locks = [f"account {each.account_id}" for each in await _accesses(user_id)]
    async with db.write(*locks):
        # Once more: one of them may have ended before its lock was there.
        for each in await _accesses(user_id):
            await (_give_up if each.role == "holder" else leave)(each.account_id, user_id, actor)


async def _accesses(user_id: int) -> list[_Held]:
    return await db.read_as(
        _Held,
        "SELECT account_id, role FROM accesses WHERE user_id = {} AND ended_at IS NULL ORDER BY account_id",
        user_id,
    )


async def _give_up(account_id: int, user_id: int, actor: Actor) -> None:
    helpers = [each for each in await accesses_of(account_id) if each.user_id != user_id]
    await end_accesses(account_id)
    await record("cabinet_closed", account_id=account_id, user_id=user_id, actor=actor)
    for each in helpers:
        await tell_left(account_id, each, actor)
