"""Letters about a reading, to whoever holds the account."""

from __future__ import annotations

from dataclasses import dataclass

from lk import db
from lk.metering.queries import StoredReading
from lk.notifications.actions import Link, queue


@dataclass(frozen=True, slots=True)
class _Holder:
    public_id: str
    user_id: int
    email: str


async def tell_holder(kind: str, account_id: int, reading: StoredReading, **params: object) -> None:
    """One letter of a kind about one reading, in the transaction of what it tells; nobody to tell: none."""
    holder = await db.read_one_as(
        _Holder,
        "SELECT a.public_id, u.id AS user_id, u.email FROM accounts a "
        "JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "JOIN users u ON u.id = x.user_id AND u.email IS NOT NULL "
        "WHERE a.id = {} AND (a.seen_from IS NULL OR a.seen_from <= {})",
        account_id,
        reading.received_at,
    )
    if holder is None:
        return
    await queue(
        kind,
        holder.email,
        key=f"{kind}:{reading.id}",
        account_id=account_id,
        user_id=holder.user_id,
        link=Link(f"/accounts/{holder.public_id}/readings"),
        period=str(reading.period),
        values=list(reading.values),
        **params,
    )
