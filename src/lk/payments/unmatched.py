"""Payments of banks whose account number nobody has: a person finds out whose they are, or the account comes later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from lk import clock, db
from lk.actor import Actor
from lk.outcome import refuse
from lk.payments.banking import MatchedPayment, enter_bank_payments
from lk.payments.desk_people import operator_behind
from lk.payments.number_slips import slips_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A payment that waits for its account; `account_id` once it has one."""

    id: int
    external_id: str
    account_number: str
    account_id: int | None
    paid_on: date
    amount_kopecks: int
    channel: str
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be meant."""

    number: str
    holder_name: str
    address: str
    closed_on: date | None


_UNMATCHED = """
    SELECT id, external_id, account_number, account_id, paid_on, amount_kopecks, channel, loaded_at FROM bank_payments
"""


async def unmatched_payments(limit: int) -> list[Unmatched]:
    """Those that wait longest."""
    return await db.read_as(Unmatched, _UNMATCHED + "WHERE account_id IS NULL ORDER BY loaded_at, id LIMIT {}", limit)


async def unmatched_count() -> int:
    return int((await db.read("SELECT count(*) AS n FROM bank_payments WHERE account_id IS NULL"))[0]["n"])


async def bank_payment(payment_id: int) -> Unmatched | None:
    return await db.read_one_as(Unmatched, _UNMATCHED + "WHERE id = {}", payment_id)


async def candidates_for(numbers: Collection[str]) -> dict[str, list[Candidate]]:
    """By the number that a payment names: the account of that very number first, then those a slip away."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for number in numbers:
        for near in (number, *slips_of(number)):
            wanted[near].add(number)
    found: dict[str, list[Candidate]] = {number: [] for number in numbers}
    for each in await _accounts(wanted):
        for number in wanted[each.number]:
            found[number].insert(0 if each.number == number else len(found[number]), each)
    return found


async def candidate_with(number: str) -> Candidate | None:
    """The account with this number, folded."""
    found = await _accounts([number])
    return found[0] if found else None


async def assign(payment_id: int, number: str, actor: Actor) -> None:
    """The money reaches the account with this number, from the day on which it was paid.

    Raises Refused: `not_an_operator`, `unknown_account`, `assigned_already`; LookupError.
    """
    rows = await db.read("SELECT id FROM accounts WHERE number = {}", number)
    if not rows:
        raise refuse("unknown_account", "account_number")
    account_id = int(rows[0]["id"])
    async with db.write("bank payments", f"account {account_id}", "ledger"):
        agent_id = await operator_behind(actor)
        payment = await bank_payment(payment_id)
        if payment is None:
            raise LookupError(f"no bank payment {payment_id}")
        if payment.account_id is not None:
            raise refuse("assigned_already")
        await _assign([(payment, account_id)], agent_id, actor)


async def match_by_number() -> int:
    """Payments whose account has come meanwhile reach it by themselves; how many."""
    async with db.write("bank payments", "ledger"):
        rows = await db.read(
            "SELECT b.id, a.id AS account_id FROM bank_payments b JOIN accounts a ON a.number = b.account_number "
            "WHERE b.account_id IS NULL ORDER BY b.id LIMIT {}",
            BATCH,
        )
        if not rows:
            return 0
        accounts = {row["id"]: row["account_id"] for row in rows}
        found = await db.read_as(
            Unmatched,
            _UNMATCHED + f"WHERE id IN ({db.placeholders(accounts)}) ORDER BY id",
            *accounts,
        )
        await _assign([(each, accounts[each.id]) for each in found], None, None)
    return len(rows)


async def _assign(found: Collection[tuple[Unmatched, int]], agent_id: int | None, actor: Actor | None) -> None:
    now = clock.now()
    await db.write_many(
        "UPDATE bank_payments SET account_id = {}, assigned_by = {}, assigned_at = {} "
        "WHERE id = {} AND account_id IS NULL",
        [(account_id, agent_id, now, each.id) for each, account_id in found],
    )
    payments = [
        MatchedPayment(each.external_id, account_id, each.paid_on, each.amount_kopecks) for each, account_id in found
    ]
    await (enter_bank_payments(payments, actor) if actor else enter_bank_payments(payments))


async def _accounts(numbers: Collection[str]) -> list[Candidate]:
    if not numbers:
        return []
    return await db.read_as(
        Candidate,
        "SELECT a.number, a.holder_name, p.address, a.closed_on FROM accounts a "  # noqa: S608 - placeholders only
        f"JOIN premises p ON p.id = a.premises_id WHERE a.number IN ({db.placeholders(numbers)}) ORDER BY a.number",
        *numbers,
    )
