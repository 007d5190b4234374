"""An account closed by the company: its cabinet ends with it."""

from __future__ import annotations

from dataclasses import dataclass

from lk import clock, db, filters
from lk.accounts.inviting import AccessRow, accesses_of
from lk.accounts.releasing import end_accesses
from lk.actor import PROGRAM
from lk.apart import apart
from lk.history.actions import record
from lk.notifications.actions import queue


async def end_closed() -> int:
    """Ends the accesses of every account whose last day has passed; how many accounts."""
    closed = await db.read_as(
        _Closed,
        "SELECT DISTINCT a.id, a.number FROM accounts a JOIN accesses x ON x.account_id = a.id AND x.ended_at IS NULL "
        "WHERE a.closed_on < {}",
        clock.today(),
    )
    return await apart(closed, _end, "closing_failed")


@dataclass(frozen=True, slots=True)
class _Closed:
    id: int
    number: str


async def _end(account: _Closed) -> bool:
    async with db.write(f"account {account.id}"):
        accesses = await accesses_of(account.id)
        if not accesses:
            return False
        await end_accesses(account.id)
        await record("account_closed", account_id=account.id, actor=PROGRAM)
        for each in accesses:
            await _tell(each, account)
    return True


async def _tell(access: AccessRow, account: _Closed) -> None:
    if access.email:
        await queue(
            "account_closed",
            access.email,
            key=f"access {access.id} closed",
            account_id=account.id,
            user_id=access.user_id,
            number_end=filters.number_end(account.number),
        )
