"""What a household declared: until when nobody is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import clock, db


@dataclass(frozen=True, slots=True)
class Away:
    """A declaration that holds today. `periods_used`: so many bills in a row went by it already."""

    until_on: date
    declared_at: datetime
    periods_used: int


async def away_of(account_id: int) -> Away | None:
    """None where nobody said so, it was called off, or the day has passed."""
    return await db.read_one_as(
        Away,
        "SELECT d.until_on, d.declared_at, coalesce((SELECT b.away_periods FROM bills b WHERE b.account_id = {} "
        "AND b.status <> 'reversed' ORDER BY b.period DESC LIMIT 1), 0) AS periods_used FROM away_declarations d "
        "WHERE d.account_id = {} AND d.ended_at IS NULL AND d.until_on >= {}",
        account_id,
        account_id,
        clock.today(),
    )


async def has_meter(account_id: int) -> bool:
    return bool(await db.read("SELECT id FROM meters WHERE account_id = {} AND removed_on IS NULL LIMIT 1", account_id))
