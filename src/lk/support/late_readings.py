"""What the desk makes of readings: one that comes after its account's last bill has that bill made anew at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lk import db
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.billing.late import bill_again_if_billed
from lk.metering import deciding, phoned, replacing
from lk.metering.actions import SubmittedReading
from lk.metering.held import HeldReading, once_held
from lk.metering.replacements import Replacement


async def take_by_phone(
    account: AccountView,
    meter_id: int,
    values: Sequence[int | None],
    *,
    taken_on: date,
    actor: Actor,
    is_confirmed: bool,
) -> SubmittedReading:
    """As `phoned.take_by_phone`. Raises Refused as that does, and as `correct_from`."""
    async with db.write(f"account {account.id}"):
        kept = await phoned.take_by_phone(
            account, meter_id, values, taken_on=taken_on, actor=actor, is_confirmed=is_confirmed
        )
        if kept.status == "accepted":
            await bill_again_if_billed(account.id, kept.period, actor)
        return kept


async def accept(held: HeldReading, actor: Actor, *, is_rolled_over: bool = False) -> bool:
    """As `deciding.accept`. Raises Refused as that does, and as `correct_from`."""
    async with db.write(f"account {held.account_id}"):
        counts = await deciding.accept(held, actor, is_rolled_over=is_rolled_over)
        decided = await once_held(held.id)
        if counts and decided is not None:
            await bill_again_if_billed(held.account_id, decided.period, actor)
        return counts


async def correct(
    held: HeldReading, values: Sequence[int | None], actor: Actor, *, is_confirmed: bool = False
) -> SubmittedReading:
    """As `deciding.correct`. Raises Refused as that does, and as `correct_from`."""
    async with db.write(f"account {held.account_id}"):
        kept = await deciding.correct(held, values, actor, is_confirmed=is_confirmed)
        await bill_again_if_billed(held.account_id, kept.period, actor)
        return kept


async def replace_meter(
    account: AccountView, meter_id: int, wanted: Replacement, *, actor: Actor, is_confirmed: bool = False
) -> None:
    """As `replacing.replace_meter`. Raises Refused as that does, and as `correct_from`."""
    async with db.write(f"account {account.id}"):
        period = await replacing.replace_meter(account, meter_id, wanted, actor=actor, is_confirmed=is_confirmed)
        if period is not None:
            await bill_again_if_billed(account.id, period, actor)
