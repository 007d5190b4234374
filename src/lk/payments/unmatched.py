"""Payments of banks whose account number nobody has: a person finds out whose they are, or the account comes later.

One that waits for a second person to go back to its sender (`bank_returns.py`), or went, reaches no account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from lk import clock, db
from lk.actor import Actor
from lk.ledger.rules import Part
from lk.outcome import Problem, Refused, refuse
from lk.payments.banking import MatchedPayment, enter_bank_payments
from lk.payments.desk_people import operator_behind
from lk.payments.number_slips import slips_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A payment that waits for its account; `account_id` once it has one, `returned_at` once it went back instead.

    `is_going_back`: that waits for a second person.
    """

    id: int
    external_id: str
    account_number: str
    account_id: int | None
    paid_on: date
    amount_kopecks: int
    part: Part
    channel: str
    loaded_at: datetime
    times_undone: int
    returned_at: datetime | None
    is_going_back: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be meant."""

    number: str
    holder_name: str
    address: str
    closed_on: date | None


_IS_GOING_BACK = "EXISTS (SELECT 1 FROM bank_returns r WHERE r.bank_payment_id = b.id AND r.status = 'waiting')"
_UNMATCHED = (
    "SELECT b.id, b.external_id, b.account_number, b.account_id, b.paid_on, "  # noqa: S608 - constants only
    "b.amount_kopecks, b.part, b.channel, b.loaded_at, b.times_undone, "
    f"b.returned_at, {_IS_GOING_BACK} AS is_going_back FROM bank_payments b "
)

_MATCHED = (
    "SELECT b.id, a.id AS account_id FROM bank_payments b "  # noqa: S608 - constants only
    "JOIN accounts a ON a.number = b.account_number "
    f"WHERE b.account_id IS NULL AND b.returned_at IS NULL AND NOT {_IS_GOING_BACK} "
    "ORDER BY b.id LIMIT {}"
)


async def unmatched_payments(limit: int) -> list[Unmatched]:
    """Those that wait longest."""
    return await db.read_as(
        Unmatched,
        _UNMATCHED + "WHERE b.account_id IS NULL AND b.returned_at IS NULL ORDER BY b.loaded_at, b.id LIMIT {}",
        limit,
    )


async def unmatched_count() -> int:
    rows = await db.read(
        "SELECT count(*) AS n FROM bank_payments WHERE account_id IS NULL AND returned_at IS NULL",
    )
    return int(rows[0]["n"])


async def bank_payment(payment_id: int) -> Unmatched | None:
    return await db.read_one_as(Unmatched, _UNMATCHED + "WHERE b.id = {}", payment_id)


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

    Raises Refused: `not_an_operator`, `unknown_account`, `assigned_already`, `returned_already`, `going_back`;
    LookupError.
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
        if problem := why_not_free(payment):
            raise Refused([problem])
        await _assign([(payment, account_id)], agent_id, actor)


def why_not_free(payment: Unmatched) -> Problem | None:
    """Why nothing can be decided about it any more, or not now."""
    if payment.account_id is not None:
        return Problem("assigned_already")
    if payment.returned_at is not None:
        return Problem("returned_already")
    return Problem("going_back") if payment.is_going_back else None


async def match_by_number() -> int:
    """Payments whose account has come meanwhile reach it by themselves; how many."""
    async with db.write("bank payments", "ledger"):
        rows = await db.read(_MATCHED, BATCH)
        if not rows:
            return 0
        accounts = {row["id"]: row["account_id"] for row in rows}
        found = await db.read_as(
            Unmatched,
            _UNMATCHED + f"WHERE b.id IN ({db.placeholders(accounts)}) ORDER BY b.id",
            *accounts,
        )
        await _assign([(each, accounts[each.id]) for each in found], None, None)
    return len(rows)


async def _assign(found: Collection[tuple[Unmatched, int]], agent_id: int | None, actor: Actor | None) -> None:
    now = clock.now()
    await db.write_many(
        "UPDATE bank_payments SET account_id = {}, assigned_by = {}, assigned_at = {} "
        "WHERE id = {} AND account_id IS NULL AND returned_at IS NULL",
        [(account_id, agent_id, now, each.id) for each, account_id in found],
    )
    payments = [
        MatchedPayment(each.external_id, account_id, each.paid_on, each.amount_kopecks, each.times_undone, each.part)
        for each, account_id in found
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
