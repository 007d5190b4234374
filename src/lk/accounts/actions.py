"""Small changes to one's own view of an account."""

from __future__ import annotations

from lk import db
from lk.accounts.queries import AccountView
from lk.accounts.rules import folded_name


async def rename(account: AccountView, name: str) -> None:
    """What this user calls the place; nothing: its address again."""
    async with db.write():
        await db.execute("UPDATE accesses SET name = {} WHERE id = {}", folded_name(name), account.access_id)
