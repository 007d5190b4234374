"""Readings that an account's closing, told late, leaves behind its last bill: that bill has to count them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from lk import db
from lk.actor import PROGRAM
from lk.billing.correcting import correct_from
from lk.billing.rules import last_period
from lk.operations.rows import Row
from lk.operations.stored import StoredAccount
from lk.outcome import Refused
from lk.period import Period
from lk.tariffs.rules import Calendar


class Closed(NamedTuple):
    """An account whose last bill, of `last`, was made before the file's row said that it is closed."""

    row: Row
    account_id: int
    last: Period
    closed_on: date


def closed_late(
    told: Iterable[tuple[Row, date | None, StoredAccount]], calendars: Sequence[Calendar]
) -> Iterator[Closed]:
    """Of rows with the day that they tell, and their accounts as they stood before."""
    for row, closed_on, account in told:
        if closed_on is None or closed_on == account.closed_on or account.last_billed is None:
            continue
        if account.last_billed >= last_period(closed_on, calendars):
            yield Closed(row, account.id, account.last_billed, closed_on)


async def take_back(closed: Sequence[Closed]) -> list[Closed]:
    """What was read before the closing and counted for a later month counts for the last one; of which accounts.

    Of a meter's readings the latest counts. Their accounts are stored as closed.
    """
    if not closed:
        return []
    ids = [each.account_id for each in closed]
    rows = await db.read_rows(_STRANDED.replace("ACCOUNTS", f"({db.placeholders(ids)})"), *ids)
    stranded = {row[0] for row in rows}
    behind = [each for each in closed if each.account_id in stranded]
    await db.write_many(_DISPLACE, [(each.account_id, each.last.number, each.closed_on) for each in behind])
    await db.write_many(
        _TAKE_BACK, [(each.last.number, each.account_id, each.last.number, each.closed_on) for each in behind]
    )
    return behind


async def bill_again(behind: Iterable[Closed]) -> None:
    """Complains of those whose last bill cannot be made anew."""
    for each in behind:
        try:
            await correct_from(each.account_id, each.last, "reading", PROGRAM)
        except Refused:
            each.row.bad("closed_on", "cannot_bill_again", period=str(each.last))


_STRANDED = """
    SELECT DISTINCT r.account_id FROM accounts a
    JOIN readings r ON r.account_id = a.id AND r.status = 'accepted' AND r.kind <> 'initial'
    WHERE a.id IN ACCOUNTS AND r.taken_on <= a.closed_on AND r.period > (
        SELECT max(b.period) FROM bills b WHERE b.account_id = a.id AND b.status <> 'reversed')
"""
_DISPLACE = """
    UPDATE readings AS r SET status = 'superseded'
    WHERE r.account_id = {} AND r.period >= {} AND r.kind = 'regular' AND r.status = 'accepted' AND EXISTS (
        SELECT 1 FROM readings n WHERE n.meter_id = r.meter_id AND n.kind = 'regular' AND n.status = 'accepted'
        AND n.period > r.period AND n.taken_on <= {})
"""
_TAKE_BACK = """
    UPDATE readings SET period = {}
    WHERE account_id = {} AND period > {} AND taken_on <= {} AND status = 'accepted' AND kind <> 'initial'
"""
