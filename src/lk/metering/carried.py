"""Which readings were carried in a phone, and when they were taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from lk import db


@dataclass(frozen=True, slots=True)
class Carried:
    """`taken_at` is None where the reading counts by the time it came; `claimed_at`: what the phone said of it."""

    reading_id: int
    taken_at: datetime | None
    claimed_at: datetime | None


async def carried_by_key(account_id: int, key: str) -> Carried | None:
    """What came under a key of the phone before."""
    sql = "SELECT reading_id, taken_at, claimed_at FROM carried_readings WHERE account_id = {} AND key = {}"
    return await db.read_one_as(Carried, sql, account_id, key)


async def carried_of(reading_ids: Collection[int]) -> dict[int, Carried]:
    """By reading, those of them that a phone carried."""
    if not reading_ids:
        return {}
    marks = ", ".join(["{}"] * len(reading_ids))
    sql = f"SELECT reading_id, taken_at, claimed_at FROM carried_readings WHERE reading_id IN ({marks})"  # noqa: S608
    return {each.reading_id: each for each in await db.read_as(Carried, sql, *reading_ids)}
