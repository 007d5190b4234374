"""A due day that lk itself lost moves, and what autopay was to do by it moves along."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lk import clock, db
from lk.period import Period


async def extend_months(period: Period, due_on: date, days: int) -> None:
    """Of the months due on that day those that have not ended are due so much later. Inside `write("autopay")`."""
    await db.execute(
        "UPDATE autopay_months SET due_on = {} WHERE period = {} AND due_on = {} AND status IN ('planned', 'charging')",
        due_on + timedelta(days),
        period.number,
        due_on,
    )
    await db.execute(
        "UPDATE payments SET send_until = {} WHERE kind = 'autopay' AND period = {} AND send_until = {} "
        "AND status IN ('created', 'pending', 'unknown')",
        _end_of(due_on + timedelta(days)),
        period.number,
        _end_of(due_on),
    )


def _end_of(day: date) -> datetime:
    return clock.start_of_day(day + timedelta(days=1))
