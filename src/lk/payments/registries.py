"""A bank's registry that was loaded by mistake is taken back: each of its payments gets an entry against it.

The ledger keeps both. What was given back to its sender, or waits for that, stays: a person decided about it. A
registry may be a city's: all of it is done in a few statements, off the loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lk import clock, db
from lk.actor import Actor
from lk.ledger.rules import BANK_CLEARING, Kind, Part

UNDONE = "undone"
"""The source of entries that take a payment of a bank back, and what their keys begin with."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What can be taken back of an import: `payments`, of which those on accounts come to `kopecks`; `kept` can't."""

    payments: int
    kopecks: int
    kept: int


_IS_FREE = "NOT EXISTS (SELECT 1 FROM bank_returns r WHERE r.bank_payment_id = b.id)"
_END = "CASE b.times_undone WHEN 0 THEN ':' ELSE '~' || b.times_undone || ':' END || b.external_id"
_KEY = f"'bank' || {_END}"
"""`banking.entry_key`; that of what paid the penalty is made of it."""
_PARTS = {
    Part.PRINCIPAL: (_KEY, "b.amount_kopecks - b.penalty_kopecks"),
    Part.PENALTY: (f"'bank-penalty' || {_END}", "b.penalty_kopecks"),
}
_REGISTRY = (
    f"SELECT coalesce(sum(CASE WHEN {_IS_FREE} THEN 1 ELSE 0 END), 0) AS payments, "  # noqa: S608 - constants only
    f"coalesce(sum(CASE WHEN b.account_id IS NOT NULL AND {_IS_FREE} THEN b.amount_kopecks ELSE 0 END), 0) AS kopecks, "
    f"coalesce(sum(CASE WHEN {_IS_FREE} THEN 0 ELSE 1 END), 0) AS kept FROM bank_payments b WHERE b.import_id = {{}}"
)


async def registry_of(import_id: int) -> Registry:
    """Inside `write()`."""
    ((payments, kopecks, kept),) = await db.read_rows(_REGISTRY, import_id)
    return Registry(int(payments), int(kopecks), int(kept))


async def registry_shown(import_id: int) -> Registry:
    """As it is committed, read aside."""
    ((found,),) = [rows async for rows in db.stream(Registry, _REGISTRY, import_id)]
    return found


async def times_undone(external_ids: Sequence[str]) -> dict[str, int]:
    """By `external_id`; those that never were are left out."""
    if not external_ids:
        return {}
    rows = await db.read_rows(
        "SELECT external_id, count(*) FROM undone_bank_payments "  # noqa: S608 - placeholders only
        f"WHERE external_id IN ({db.placeholders(external_ids)}) GROUP BY external_id",
        *external_ids,
    )
    return {external_id: int(times) for external_id, times in rows}


async def take_back(import_id: int, undo_id: int, actor: Actor) -> None:
    """From today on they do not count. Inside `write("bank payments", "ledger")`."""
    now = clock.now()
    for part, (key, kopecks) in _PARTS.items():
        post = _POST.replace("KEY", key).replace("KOPECKS", kopecks)
        await db.write_many(post, [(part, Kind.REFUND, clock.today(), now, UNDONE, import_id)])
    await db.write_many(_RECORD, [(now, actor.kind, actor.agent_id, import_id)])
    await db.write_many(_MOVE, [(undo_id, now, import_id)])
    await db.write_many(_DELETE, [(import_id,)])


_OF_IMPORT = f"FROM bank_payments b WHERE b.import_id = {{}} AND {_IS_FREE}"
_POST = (
    "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, key, "
    f"source) SELECT b.account_id, 'receivable', '{BANK_CLEARING}', KOPECKS, {{}}, {{}}, {{}}, {{}}, "
    f"'{UNDONE}:' || KEY, {{}} {_OF_IMPORT} AND b.account_id IS NOT NULL AND KOPECKS > 0"
)
_RECORD = (
    "INSERT INTO events (kind, account_id, at, actor_kind, actor_agent_id, params) "
    "SELECT 'bank_payment_undone', b.account_id, {}, {}, {}, "
    """'{"amount":' || b.amount_kopecks || ',"penalty":' || b.penalty_kopecks || """
    """',"paid_on":"' || CAST(b.paid_on AS TEXT) || '"}' """
    f"{_OF_IMPORT} AND b.account_id IS NOT NULL"
)
_MOVE = (
    "INSERT INTO undone_bank_payments (undo_id, external_id, account_number, account_id, paid_on, amount_kopecks, "
    "penalty_kopecks, channel, loaded_at, entry_key, undone_at) SELECT {}, b.external_id, b.account_number, "
    "b.account_id, b.paid_on, b.amount_kopecks, b.penalty_kopecks, b.channel, b.loaded_at, "
    f"CASE WHEN b.account_id IS NOT NULL THEN {_KEY} END, {{}} {_OF_IMPORT}"
)
_DELETE = (
    "DELETE FROM bank_payments AS b WHERE b.import_id = {} "  # noqa: S608
    f"AND {_IS_FREE}"
)
"""Out of the registry, so that the bank may send them again."""
