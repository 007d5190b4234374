"""A provisional cabinet becomes its holder's own: by the code of the paper bill, or by the hotline."""

from __future__ import annotations

import hmac

import structlog

from lk import clock, db
from lk.accounts.queries import AccountView, confirmation_code
from lk.accounts.rules import CONFIRMATION_PER_HOUR, CONFIRMATION_PER_MONTH
from lk.actor import Actor
from lk.history.actions import record
from lk.identity import limits
from lk.notifications.actions import Link, queue
from lk.outcome import refuse
from lk.text import fold_code

log = structlog.get_logger()


async def confirm_by_code(account: AccountView, code: str, actor: Actor) -> None:
    """Raises Refused: `code_wrong`, `too_many_codes`."""
    access_id = account.access_id or 0
    await _count_try(access_id, actor)
    if not hmac.compare_digest(fold_code(code).encode(), confirmation_code(access_id).encode()):
        log.info("confirmation_refused", access_id=access_id)
        raise refuse("code_wrong", "code")
    await confirm(account.id, actor)


async def confirm(account_id: int, actor: Actor) -> None:
    """The holder's access is provisional no more; once more changes nothing."""
    async with db.write(f"account {account_id}"):
        found = await db.read(
            "SELECT x.id, x.user_id, u.email, a.public_id FROM accesses x JOIN users u ON u.id = x.user_id "
            "JOIN accounts a ON a.id = x.account_id "
            "WHERE x.account_id = {} AND x.role = 'holder' AND x.ended_at IS NULL AND x.is_provisional",
            account_id,
        )
        if not found:
            return
        access = found[0]
        await db.execute(
            "UPDATE accesses SET is_provisional = {}, confirmed_at = {} WHERE id = {}", False, clock.now(), access["id"]
        )
        await record("cabinet_confirmed", account_id=account_id, user_id=access["user_id"], actor=actor)
        if access["email"]:
            await queue(
                "cabinet_confirmed",
                access["email"],
                key=f"access {access['id']} confirmed",
                account_id=account_id,
                user_id=access["user_id"],
                link=Link(f"/accounts/{access['public_id']}"),
            )


async def _count_try(access_id: int, actor: Actor) -> None:
    subject = str(access_id)
    async with db.write(f"access {access_id}"):
        is_spent = await limits.is_over(CONFIRMATION_PER_HOUR, "cabinet_code", subject=subject) or await limits.is_over(
            CONFIRMATION_PER_MONTH, "cabinet_code", subject=subject
        )
        if not is_spent:
            await limits.note("cabinet_code", subject=subject, address=actor.address)
    if is_spent:
        raise refuse("too_many_codes", "code")
