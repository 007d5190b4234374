"""What operators did with the money of the accounts that a user holds: what went back, what was corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lk.money import Kopecks
from lk.profile.own_accounts import OWN, seen
from lk.profile.sheets import Sheet, sheet


@dataclass(frozen=True, slots=True)
class _Refund:
    """`card`: its last four digits, where the user had paid with it."""

    account_number: str
    amount: Kopecks
    card: str | None
    why: str
    refunded_at: datetime


@dataclass(frozen=True, slots=True)
class _Correction:
    """`kind` correction|payout; a positive amount makes more to pay."""

    account_number: str
    kind: str
    part: str
    amount: Kopecks
    why: str
    posted_at: datetime


async def correction_sheets(user_id: int) -> list[Sheet[Any]]:
    return [
        await sheet("refunds", _Refund, _REFUNDS, user_id, user_id),
        await sheet("corrections", _Correction, _CORRECTIONS, user_id),
    ]


_REFUNDS = (
    "SELECT a.number AS account_number, r.amount_kopecks AS amount, CASE WHEN p.user_id = {} THEN p.card END AS card, "
    f"r.words AS why, r.finished_at AS refunded_at {OWN} JOIN refunds r ON r.account_id = a.id "
    f"AND r.status = 'succeeded' AND {seen('r.finished_at')} JOIN payments p ON p.id = r.payment_id "
    "ORDER BY a.number, r.id"
)
_CORRECTIONS = (
    "SELECT a.number AS account_number, c.kind, c.part, c.amount_kopecks AS amount, c.words AS why, "
    f"coalesce(c.decided_at, c.created_at) AS posted_at {OWN} JOIN corrections c ON c.account_id = a.id "
    f"AND c.status = 'posted' AND {seen('coalesce(c.decided_at, c.created_at)')} ORDER BY a.number, c.id"
)
