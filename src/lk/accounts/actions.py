"""Small changes to one's own view of an account."""

from __future__ import annotations

from lk import db
from lk.accounts.queries import AccountView
from lk.accounts.rules import folded_name
from lk.actor import Actor
from lk.history.actions import record
from lk.outcome import refuse


async def rename(account: AccountView, name: str) -> None:
    """What this user calls the place; nothing: its address again."""
    async with db.write():
        await db.execute("UPDATE accesses SET name = {} WHERE id = {}", folded_name(name), account.access_id)


async def choose_paper_bill(account: AccountView, actor: Actor, *, is_wanted: bool) -> None:
    """On paper as well, or in the cabinet and by e-mail alone. Raises Refused `paper_until_code`."""
    async with db.write(f"account {account.id}"):
        held = await db.read(
            "SELECT is_provisional FROM accesses WHERE id = {} AND ended_at IS NULL", account.access_id
        )
        if not held or held[0]["is_provisional"]:
            raise refuse("paper_until_code")
        changed = await db.execute(
            "UPDATE accounts SET has_paper_bill = {} WHERE id = {} AND has_paper_bill <> {}",
            is_wanted,
            account.id,
            is_wanted,
        )
        if changed:
            await record("paper_bill_changed", account_id=account.id, actor=actor, is_wanted=is_wanted)
