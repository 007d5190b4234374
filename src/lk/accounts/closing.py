"""An account closed by the company: its cabinet ends with it."""

from __future__ import annotations

from lk import clock, db, filters
from lk.accounts.inviting import AccessRow, accesses_of
from lk.accounts.releasing import end_accesses
from lk.actor import PROGRAM
from lk.history.actions import record
from lk.notifications.actions import queue


async def end_closed() -> int:
    """Ends the accesses of every account whose last day has passed; how many accounts."""
    found = await db.read(
        "SELECT DISTINCT a.id, a.number FROM accounts a JOIN accesses x ON x.account_id = a.id AND x.ended_at IS NULL "
        "WHERE a.closed_on < {}",
        clock.today(),
    )
    for account in found:
        await _end(account["id"], account["number"])
    return len(found)


async def _end(account_id: int, number: str) -> None:
    async with db.write(f"account {account_id}"):
        accesses = await accesses_of(account_id)
        if not accesses:
            return
        await end_accesses(account_id)
        await record("account_closed", account_id=account_id, actor=PROGRAM)
        for each in accesses:
            await _tell(each, account_id, number)


async def _tell(access: AccessRow, account_id: int, number: str) -> None:
    if access.email:
        await queue(
            "account_closed",
            access.email,
            key=f"access {access.id} closed",
            account_id=account_id,
            user_id=access.user_id,
            number_end=filters.account_number(number)[-6:],
        )
