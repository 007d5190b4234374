"""A reading told by phone: an agent types it at the desk, and the resident learns of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lk import db
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.metering.actions import SubmittedReading, submit_reading
from lk.metering.letters import tell_holder
from lk.metering.queries import reading_of
from lk.period import Period


async def take_by_phone(
    account: AccountView,
    meter_id: int,
    values: Sequence[int | None],
    *,
    taken_on: date,
    actor: Actor,
    is_confirmed: bool,
    reopened: Period | None = None,
    is_correction: bool = False,
) -> SubmittedReading:
    """Like any other reading, with a letter to the holder; with `reopened` for that period or none.

    `is_correction`: nobody told it by phone, the letter says that it was put right.
    Raises Refused as `submit_reading` does.
    """
    async with db.write(f"account {account.id}"):
        kept = await submit_reading(
            account,
            meter_id,
            values,
            taken_on=taken_on,
            source="agent",
            actor=actor,
            is_confirmed=is_confirmed,
            only_for=reopened,
            reopened=reopened,
        )
        reading = await reading_of(account.id, kept.id)
        assert reading is not None
        told = {"is_correction": True} if is_correction else {}
        await tell_holder("reading_by_agent", account.id, reading, is_held=kept.status == "held", **told)
        return kept
