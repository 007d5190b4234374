"""What a user owes on all accounts, and the payments that one form began on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lk import db
from lk.accounts.queries import shown_title
from lk.payments.queries import REFUNDED
from lk.payments.rules import LEAST_KOPECKS, PaymentStatus, Returned, returned_of
from lk.period import Period


@dataclass(frozen=True, slots=True)
class OwingAccount:
    """An account of the user's on which money is owed."""

    id: int
    public_id: str
    number: str
    address: str
    name: str
    is_provisional: bool
    owed_kopecks: int
    due_on: date | None
    bill_period: Period | None
    is_in_the_way: bool
    """A payment of it may have taken money already, without our knowing."""

    @property
    def title(self) -> str:
        return shown_title(self.name, self.number, self.address, is_provisional=self.is_provisional)


@dataclass(frozen=True, slots=True)
class FormPayment:
    """One of the payments that one form began, on the page of all of them."""

    id: int
    account_id: int
    account_public_id: str
    number: str
    address: str
    name: str
    is_provisional: bool
    public_id: str
    amount_kopecks: int
    status: PaymentStatus
    reason: str
    card: str
    refunded_kopecks: int

    @property
    def returned(self) -> Returned:
        return returned_of(self.amount_kopecks, self.refunded_kopecks)

    @property
    def title(self) -> str:
        return shown_title(self.name, self.number, self.address, is_provisional=self.is_provisional)


_OWING = (
    "SELECT a.id, a.public_id, a.number, h.address, x.name, x.is_provisional, "
    "(SELECT coalesce(sum(CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END), 0) "
    "FROM ledger_entries e WHERE e.account_id = a.id AND e.part = 'principal') AS owed_kopecks, "
    "b.due_on, b.period AS bill_period, EXISTS (SELECT 1 FROM payments p WHERE p.account_id = a.id "
    "AND p.status IN ('created', 'pending', 'unknown') AND p.confirmation_url IS NULL) AS is_in_the_way "
    "FROM accesses x JOIN accounts a ON a.id = x.account_id JOIN premises h ON h.id = a.premises_id "
    # `<> 'reversed'` says to both engines that the index of live bills will do.
    "LEFT JOIN bills b ON b.account_id = a.id AND b.status = 'issued' AND b.status <> 'reversed' "
    "AND b.period = (SELECT max(n.period) FROM bills n WHERE n.account_id = a.id AND n.status = 'issued' "
    "AND n.status <> 'reversed') WHERE x.user_id = {} AND x.ended_at IS NULL ORDER BY h.address, a.number"
)


async def owing_accounts(user_id: int) -> list[OwingAccount]:
    """Those on which enough is owed for a payment, by address."""
    return [each for each in await db.read_as(OwingAccount, _OWING, user_id) if each.owed_kopecks >= LEAST_KOPECKS]


async def payments_of_form(user_id: int, nonce: str) -> list[FormPayment]:
    """What the form with this nonce began, on accounts that the user still reaches."""
    return await db.read_as(
        FormPayment,
        "SELECT p.id, p.account_id, a.public_id AS account_public_id, a.number, h.address, x.name, x.is_provisional, "  # noqa: S608
        "p.public_id, p.amount_kopecks, p.status, p.reason, p.card, "
        + REFUNDED
        + " AS refunded_kopecks FROM accesses x "
        "JOIN accounts a ON a.id = x.account_id JOIN premises h ON h.id = a.premises_id "
        "JOIN payments p ON p.account_id = a.id AND p.user_id = x.user_id AND p.key LIKE {} "
        "WHERE x.user_id = {} AND x.ended_at IS NULL ORDER BY h.address, a.number, p.id",
        f"hand:%:{nonce}-%",
        user_id,
    )
