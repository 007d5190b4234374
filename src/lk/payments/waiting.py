"""Returns of money whose end is not known: which of them are to be asked about by now."""

from __future__ import annotations

from typing import Any, Literal

from lk import clock, db
from lk.payments.rules import ASKING

BATCH = 100


async def due_returns(table: Literal["refunds", "strays"]) -> list[dict[str, Any]]:
    """Open rows whose pause is over; one that waited for a second person is as old as that one's word."""
    now, due = clock.now(), []
    for each in ASKING:
        due += await db.read(
            f"SELECT * FROM {table} WHERE status IN ('created', 'pending', 'unknown') "  # noqa: S608
            "AND coalesce(decided_at, created_at) <= {} AND coalesce(decided_at, created_at) > {} "
            "AND coalesce(asked_at, decided_at, created_at) <= {} ORDER BY id LIMIT {}",
            now - each.from_age,
            now - each.until_age,
            now - each.pause,
            BATCH,
        )
    return due
