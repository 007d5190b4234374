"""Recovery codes: what an agent signs in with, each once, when the phone with the second factor is lost."""

from __future__ import annotations

from functools import partial

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.identity.queries import Viewer
from lk.identity.rules import RECOVERY_CODE_LENGTH, RECOVERY_CODES
from lk.identity.second_factor import second_factor
from lk.identity.tables import Agent, RecoveryCode
from lk.tokens import new_public_id, token_hash


async def make_codes(user_id: int) -> list[str]:
    """Inside `write()`: ten new ones end those before. To be shown now: 79 random bits each, only their hashes stay."""
    await end_codes(user_id)
    codes = [new_public_id(RECOVERY_CODE_LENGTH) for _ in range(RECOVERY_CODES)]
    await RecoveryCode.insert(*(RecoveryCode(user_id=user_id, code_hash=token_hash(code)) for code in codes))
    return codes


async def renew_codes(viewer: Viewer, *, address: str) -> list[str]:
    """By the agent, from the profile."""
    async with db.write(f"user {viewer.user_id}"):
        codes = await make_codes(viewer.user_id)
        await record("recovery_codes_made", user_id=viewer.user_id, actor=viewer.actor(address))
    return codes


async def end_codes(user_id: int) -> None:
    await db.execute("DELETE FROM recovery_codes WHERE user_id = {}", user_id)


async def codes_left(user_id: int) -> int:
    rows = await db.read("SELECT count(*) AS codes FROM recovery_codes WHERE user_id = {} AND used_at IS NULL", user_id)
    return int(rows[0]["codes"])


async def enter_recovery_code(token: str, code: str, *, address: str) -> str:
    """Instead of the TOTP code → a new token with the second factor; the code is spent.

    Raises Refused `recovery_code_wrong`, `too_many_tries`, `session_ended`.
    """
    return await second_factor(token, partial(_use, code), wrong="recovery_code_wrong", address=address)


async def _use(code: str, agent: Agent) -> bool:
    changed = await db.execute(
        "UPDATE recovery_codes SET used_at = {} WHERE user_id = {} AND code_hash = {} AND used_at IS NULL",
        clock.now(),
        agent.user_id,
        token_hash(code),
    )
    if changed:
        actor = Actor(agent.user_id, agent.id)
        await record("recovery_code_used", user_id=agent.user_id, actor=actor, left=await codes_left(agent.user_id))
    return bool(changed)
