"""What an account owes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lk import db
from lk.ledger.rules import Part


@dataclass(frozen=True, slots=True)
class Balance:
    """Kopecks; positive = the customer owes, negative = an advance."""

    principal: int
    penalty: int

    def of(self, part: Part) -> int:
        return self.penalty if part is Part.PENALTY else self.principal


async def balance(account_id: int) -> Balance:
    rows = await db.read(
        "SELECT part, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS owed "
        "FROM ledger_entries WHERE account_id = {} GROUP BY part",
        account_id,
    )
    owed = {row["part"]: int(row["owed"]) for row in rows}
    return Balance(owed.get("principal", 0), owed.get("penalty", 0))


async def penalties_owed(account_ids: Collection[int]) -> dict[int, int]:
    """By account; those on which a penalty never was are left out."""
    if not account_ids:
        return {}
    rows = await db.read_rows(
        "SELECT account_id, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) "  # noqa: S608
        f"FROM ledger_entries WHERE account_id IN ({db.placeholders(account_ids)}) AND part = 'penalty' "
        "GROUP BY account_id",
        *account_ids,
    )
    return {account_id: int(kopecks) for account_id, kopecks in rows}
