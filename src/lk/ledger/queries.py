"""What an account owes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import db


@dataclass(frozen=True, slots=True)
class Balance:
    """Kopecks; positive = the customer owes, negative = an advance."""

    principal: int
    penalty: int


async def balance(account_id: int) -> Balance:
    rows = await db.read(
        "SELECT part, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS owed "
        "FROM ledger_entries WHERE account_id = {} GROUP BY part",
        account_id,
    )
    owed = {row["part"]: int(row["owed"]) for row in rows}
    return Balance(owed.get("principal", 0), owed.get("penalty", 0))


async def paid_between(account_id: int, since: datetime | None) -> int:
    """Principal paid after an instant, kopecks."""
    if since is None:
        return 0
    rows = await db.read(
        "SELECT coalesce(sum(CASE WHEN credit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END), 0) AS paid "
        "FROM ledger_entries WHERE account_id = {} AND part = 'principal' AND kind IN ('payment', 'refund') "
        "AND posted_at > {}",
        account_id,
        since,
    )
    return int(rows[0]["paid"])
