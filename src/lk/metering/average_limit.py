"""How many periods in a row without a reading go by the average: a setting of the company."""

from __future__ import annotations

from lk import db
from lk.metering.rules import AVERAGE_PERIODS_AT_MOST

NO_LIMIT = "none"


async def max_estimated_periods() -> int | None:
    """None: without limit."""
    rows = await db.read("SELECT value FROM settings WHERE name = 'max_estimated_periods'")
    value = rows[0]["value"] if rows else str(AVERAGE_PERIODS_AT_MOST)
    return None if value == NO_LIMIT else int(value)
