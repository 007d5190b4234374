"""What waits for the acquirer's word is asked about by one process at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from lk import clock, db


class Waiting(Protocol):
    """A row that was sent to the acquirer and has not ended."""

    @property
    def id(self) -> int: ...
    @property
    def asked_at(self) -> datetime | None: ...
    @property
    def created_at(self) -> datetime: ...


async def claim_asking(table: Literal["cards", "payments", "refunds", "strays"], row: Waiting) -> bool:
    """One asks, whoever else has the same thought at the same moment."""
    async with db.write():
        changed = await db.execute(
            f"UPDATE {table} SET asked_at = {{}} WHERE id = {{}} AND coalesce(asked_at, created_at) = {{}}",  # noqa: S608
            clock.now(),
            row.id,
            row.asked_at or row.created_at,
        )
    return changed == 1
