"""What an account owes."""

from __future__ import annotations

from dataclasses import dataclass

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
