"""Bills that wait for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lk import db
from lk.period import Period


@dataclass(frozen=True, slots=True)
class HeldBill:
    """`hold_reasons` is JSON: each a code with its numbers."""

    id: int
    account_id: int
    account_number: str
    account_public_id: str
    period: Period
    status: str
    method: str
    total_kopecks: int
    kwh: int
    hold_reasons: str

    @property
    def reasons(self) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = json.loads(self.hold_reasons)
        return found


_HELD = (
    "SELECT b.id, b.account_id, a.number AS account_number, a.public_id AS account_public_id, b.period, b.status, "
    "b.method, b.total_kopecks, b.hold_reasons, "
    "(SELECT coalesce(sum(c.consumption_kwh), 0) FROM charges c WHERE c.bill_id = b.id) AS kwh "
    "FROM bills b JOIN accounts a ON a.id = b.account_id "
)


async def held_bills(limit: int) -> list[HeldBill]:
    """Those that wait longest first."""
    return await db.read_as(HeldBill, _HELD + "WHERE b.status = 'held' ORDER BY b.period, b.id LIMIT {}", limit)


async def once_held(bill_id: int) -> HeldBill | None:
    """A bill that waits, or waited, for a person."""
    return await db.read_one_as(HeldBill, _HELD + "WHERE b.id = {} AND b.hold_reasons <> '[]'", bill_id)


async def held_count() -> int:
    rows = await db.read("SELECT count(*) AS n FROM bills WHERE status = 'held'")
    return int(rows[0]["n"])
