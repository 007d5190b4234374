"""A reading that came after its account's last bill: there is no next bill, so that one is made anew."""

from __future__ import annotations

from lk import db
from lk.actor import Actor
from lk.billing.correcting import correct_from
from lk.period import Period


async def bill_again_if_billed(account_id: int, period: Period, actor: Actor) -> bool:
    """Inside `write("account N")`, with the reading stored for that period. False: its bill is still to come.

    Raises Refused as `correct_from` does.
    """
    rows = await db.read_rows(
        "SELECT id FROM bills WHERE account_id = {} AND period = {} AND status <> 'reversed'", account_id, period.number
    )
    if rows:
        await correct_from(account_id, period, "reading", actor)
    return bool(rows)
