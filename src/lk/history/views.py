"""Which events tell that an agent saw somebody's data, and how many of them a day are usual."""

from __future__ import annotations

from lk import db

VIEWS = "kind IN ('customer_viewed', 'data_unmasked', 'look_began')"
"""The condition of the index of such events."""
VIEWS_A_DAY = 200
"""Of one agent; the setting `views_a_day` says otherwise. More of them are an alarm, not a refusal."""


async def views_a_day() -> int:
    rows = await db.read("SELECT value FROM settings WHERE name = 'views_a_day'")
    value = rows[0]["value"] if rows else ""
    return int(value) if value.isascii() and value.isdigit() else VIEWS_A_DAY
