"""Which readings were carried in a phone, and when they were taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from lk import db


@dataclass(frozen=True, slots=True)
class Carried:
    """`taken_at` is None where the reading counts by the time it came."""

    reading_id: int
    taken_at: datetime | None


async def carried_by_key(account_id: int, key: str) -> Carried | None:
    """What came under a key of the phone before."""
    return await db.read_one_as(
        Carried,
        "SELECT reading_id, taken_at FROM carried_readings WHERE account_id = {} AND key = {}",
        account_id,
        key,
    )


async def carried_instants(reading_ids: Collection[int]) -> dict[int, datetime]:
    """By reading: when those of them were taken that count by it."""
    if not reading_ids:
        return {}
    marks = ", ".join(["{}"] * len(reading_ids))
    sql = f"SELECT reading_id, taken_at FROM carried_readings WHERE taken_at IS NOT NULL AND reading_id IN ({marks})"  # noqa: S608
    return {each.reading_id: each.taken_at for each in await db.read_as(Carried, sql, *reading_ids) if each.taken_at}
