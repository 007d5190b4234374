"""The town's acquirer of the past is a story: nobody can be asked about its days, so they count as compared."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from lk import clock, db

_DAY = timedelta(days=1)


async def compare_past_days(now: datetime) -> None:
    """Every day from the first payment to the last one of the story, and to yesterday, with what came on it."""
    rows = await db.read_rows("SELECT created_at, amount_kopecks FROM payments WHERE status = 'succeeded' ORDER BY id")
    came: dict[date, list[int]] = defaultdict(list)
    for created_at, kopecks in rows:
        came[clock.local_date(created_at)].append(kopecks)
    if not came:
        return
    first, last = min(came), max(*came, clock.local_date(now) - _DAY)
    days = [first + at * _DAY for at in range((last - first).days + 1)]
    await db.insert_many(
        "reconciled_days",
        ("day", "payments", "taken_kopecks", "refunded_kopecks", "differences", "done_at"),
        [(day, len(came[day]), sum(came[day]), 0, 0, min(clock.start_of_day(day + _DAY), now)) for day in days],
    )
