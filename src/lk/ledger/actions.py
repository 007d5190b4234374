"""Post to the ledger; nothing is ever changed in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from lk import clock, db
from lk.ledger.rules import Kind, Part, sides


@dataclass(frozen=True, slots=True)
class Transfer:
    """Between the account's receivable and the book of its kind, or the one given.

    `amount_kopecks` is signed as the customer sees it: positive makes them owe more. `key` makes it once.
    """

    kind: Kind
    account_id: int
    amount_kopecks: int
    part: Part
    effective_on: date
    key: str
    source: str
    book: str | None = None


async def post(
    kind: Kind, account_id: int, amount_kopecks: int, *, part: Part, effective_on: date, key: str, source: str
) -> bool:
    """One transfer; False when its `key` was posted before, or when there is nothing to post."""
    if amount_kopecks == 0:
        return False
    transfer = Transfer(kind, account_id, amount_kopecks, part, effective_on, key, source)
    return await db.execute(f"{_INSERT} ON CONFLICT (key) DO NOTHING", *_row(transfer, clock.now())) == 1


async def post_many(transfers: Iterable[Transfer]) -> None:
    """The same for many whose keys are new; a key that was posted before raises. Inside `write()`."""
    now = clock.now()
    await db.write_many(_INSERT, [_row(transfer, now) for transfer in transfers if transfer.amount_kopecks])


_INSERT = """
    INSERT INTO ledger_entries
        (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, key, source)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
"""


def _row(transfer: Transfer, now: datetime) -> tuple[object, ...]:
    debit, credit = sides(transfer.kind, transfer.part, transfer.amount_kopecks, transfer.book)
    return (
        transfer.account_id,
        debit,
        credit,
        abs(transfer.amount_kopecks),
        transfer.part.value,
        transfer.kind.value,
        transfer.effective_on,
        now,
        transfer.key,
        transfer.source,
    )
