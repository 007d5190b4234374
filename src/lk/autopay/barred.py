"""Cards that autopay never charges again: a bank said of one of their charges that it never will do."""

from __future__ import annotations

from lk import db
from lk.autopay.rules import NEVER_AGAIN


async def barred_cards(user_id: int) -> frozenset[str]:
    """Public ids of those that are linked. One that is linked anew is another card."""
    reasons = sorted(NEVER_AGAIN)
    rows = await db.read_rows(
        "SELECT DISTINCT c.public_id FROM cards c JOIN accesses x ON x.user_id = c.user_id "  # noqa: S608 - placeholders only
        "JOIN payments p ON p.account_id = x.account_id AND p.card_id = c.id AND p.status = 'canceled' "
        f"AND p.reason IN ({db.placeholders(reasons)}) WHERE c.user_id = {{}} AND c.status = 'active'",
        *reasons,
        user_id,
    )
    return frozenset(public_id for (public_id,) in rows)
