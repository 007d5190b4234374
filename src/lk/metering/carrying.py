"""A reading that was carried in a phone until there was a signal: under its key it is taken once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.metering.actions import SubmittedReading, submit_reading, submitted
from lk.metering.carried import carried_by_key
from lk.metering.queries import reading_of


@dataclass(frozen=True, slots=True)
class TakenFromPhone:
    """`taken_at` is None where the reading counts by the time it came."""

    reading: SubmittedReading
    taken_at: datetime | None


async def take_carried(
    account: AccountView,
    meter_id: int,
    values: Sequence[int | None],
    *,
    key: str,
    taken_at: datetime | None,
    claimed_at: datetime,
    source: str,
    actor: Actor,
    is_confirmed: bool = False,
) -> TakenFromPhone:
    """Like any other reading, by the instant at which it was taken where that is to be believed.

    `claimed_at`: when the phone says it was taken, to be believed or not. It can only weaken the reading: one that was
    taken after that is not displaced.
    Raises Refused as `submit_reading` does; then nothing is stored, and the phone may send it again.
    """
    async with db.write(f"account {account.id}"):
        known = await carried_by_key(account.id, key)
        if known is not None:
            stored = await reading_of(account.id, known.reading_id)
            assert stored is not None
            return TakenFromPhone(submitted(stored), known.taken_at)
        taken = await submit_reading(
            account,
            meter_id,
            values,
            taken_on=clock.local_date(taken_at or clock.now()),
            source=source,
            actor=actor,
            is_confirmed=is_confirmed,
            taken_at=taken_at,
            claimed_at=claimed_at,
        )
        await db.execute(
            "INSERT INTO carried_readings (account_id, key, reading_id, taken_at, claimed_at) "
            "VALUES ({}, {}, {}, {}, {})",
            account.id,
            key,
            taken.id,
            taken_at,
            claimed_at,
        )
        return TakenFromPhone(taken, taken_at)
