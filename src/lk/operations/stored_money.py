"""Payments and opening balances that are stored already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.ledger.rules import Part
from lk.operations.stored import listed


@dataclass(frozen=True, slots=True)
class StoredPayment:
    external_id: str
    account_number: str
    paid_on: date
    amount_kopecks: int
    part: Part
    channel: str


_PAYMENTS = "SELECT external_id, account_number, paid_on, amount_kopecks, part, channel FROM bank_payments "


async def bank_payments(external_ids: Collection[str]) -> dict[str, StoredPayment]:
    if not external_ids:
        return {}
    rows = await db.read_as(
        StoredPayment,
        _PAYMENTS + "WHERE external_id IN " + listed(external_ids),
        *external_ids,
    )
    return {row.external_id: row for row in rows}


_NUMBERS = "SELECT number, id FROM accounts "


async def account_ids(numbers: Collection[str]) -> dict[str, int]:
    """By account number; unknown ones are left out."""
    if not numbers:
        return {}
    rows = await db.read_rows(_NUMBERS + "WHERE number IN " + listed(numbers), *numbers)
    return {number: int(account_id) for number, account_id in rows}


@dataclass(frozen=True, slots=True)
class StoredBalance:
    account_id: int
    due_on: date
    principal_kopecks: int
    penalty_kopecks: int

    @property
    def parts(self) -> tuple[tuple[Part, int], ...]:
        return (Part.PRINCIPAL, self.principal_kopecks), (Part.PENALTY, self.penalty_kopecks)


_BALANCES = "SELECT account_id, due_on, principal_kopecks, penalty_kopecks FROM opening_balances "


async def opening_balances(account_ids: Collection[int]) -> dict[tuple[int, date], StoredBalance]:
    if not account_ids:
        return {}
    rows = await db.read_as(
        StoredBalance,
        _BALANCES + "WHERE account_id IN " + listed(account_ids),
        *account_ids,
    )
    return {(row.account_id, row.due_on): row for row in rows}


_OPENED = (
    "SELECT account_id, effective_on, part, count(*) FROM ledger_entries WHERE kind = 'opening' AND account_id IN "
)


async def times_opened(account_ids: Collection[int]) -> dict[tuple[int, date, str], int]:
    """How often a part of the balance of an account and a day was posted, whatever was taken back of it."""
    if not account_ids:
        return {}
    rows = await db.read_rows(_OPENED + listed(account_ids) + " GROUP BY account_id, effective_on, part", *account_ids)
    return {(account_id, due_on, part): int(times) for account_id, due_on, part, times in rows}
