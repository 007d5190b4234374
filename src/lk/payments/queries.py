"""What the pages of payments show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import clock, db
from lk.billing.queries import bills_of, due_of
from lk.ledger.queries import Balance, balance
from lk.ledger.rules import Part
from lk.payments.rules import PaymentStatus, Returned, Way, returned_of, stands_in_the_way
from lk.period import Period
from lk.tariffs.queries import price_list

LIST_LONGEST = 100


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as its page shows it."""

    public_id: str
    user_id: int | None
    kind: str
    part: Part
    amount_kopecks: int
    status: PaymentStatus
    reason: str
    confirmation_url: str | None
    card: str
    way: Way
    has_kept_card: bool
    """The card typed for it became a linked one."""
    refunded_kopecks: int
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        return not self.status.is_final

    @property
    def returned(self) -> Returned:
        return returned_of(self.amount_kopecks, self.refunded_kopecks)

    @property
    def is_in_the_way(self) -> bool:
        return stands_in_the_way(self.status, has_page=self.confirmation_url is not None)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came past the cabinet: by a bank's registry."""

    amount_kopecks: int
    part: Part
    effective_on: date
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """What there is to pay, and by when; `due_on` is the newest bill's, `overdue_kopecks` of the principal."""

    balance: Balance
    due_on: date | None
    overdue_kopecks: int
    late_since: date | None
    """The last day to pay of what is overdue."""
    bill_period: Period | None


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    owed: Owed
    payments: list[PaymentView]
    receipts: list[Receipt]
    in_the_way: PaymentView | None
    unfinished: PaymentView | None
    """The acquirer's page of this one still waits for its payer: whoever types a card there may have it kept."""


REFUNDED = (
    "(SELECT coalesce(sum(r.amount_kopecks), 0) FROM refunds r WHERE r.payment_id = p.id AND r.status = 'succeeded')"
)
"""Kopecks of the payment `p` that went back."""

_VIEW = (
    "SELECT p.public_id, p.user_id, p.kind, p.part, p.amount_kopecks, p.status, p.reason, p.confirmation_url, "  # noqa: S608
    "p.card, p.way, EXISTS (SELECT 1 FROM cards c WHERE c.key = 'payment:' || p.id) "
    "AS has_kept_card, "
    + REFUNDED
    + " AS refunded_kopecks, p.created_at, p.finished_at FROM payments p WHERE p.account_id = {} "
)


async def payments_page(account_id: int, since: datetime | None = None, *, user_id: int | None = None) -> PaymentsPage:
    """A cabinet that shows nothing from before `since` names no older payment; one in the way is in the way.

    `user_id` pays: only what they began themselves is theirs to go on with.
    """
    found = await db.read_as(
        PaymentView, _VIEW + "ORDER BY p.created_at DESC, p.id DESC LIMIT {}", account_id, LIST_LONGEST
    )
    payments = [payment for payment in found if since is None or payment.created_at >= since]
    return PaymentsPage(
        owed=await owed(account_id, since),
        payments=payments,
        receipts=await _receipts(account_id, since),
        in_the_way=next((each for each in found if each.is_in_the_way), None),
        unfinished=next(
            (each for each in payments if each.is_open and each.confirmation_url and each.user_id == user_id), None
        ),
    )


async def payment_of(account_id: int, public_id: str, since: datetime | None = None) -> PaymentView | None:
    """None where there is none, or none from `since` on."""
    payment = await db.read_one_as(PaymentView, _VIEW + "AND p.public_id = {}", account_id, public_id)
    return payment if payment is not None and (since is None or payment.created_at >= since) else None


async def payment_in_the_way(account_id: int) -> PaymentView | None:
    """The newest payment that may have taken money already, without our knowing it."""
    opened = await db.read_as(
        PaymentView,
        _VIEW + "AND p.status IN ('created', 'pending', 'unknown') ORDER BY p.created_at DESC",
        account_id,
    )
    return next((payment for payment in opened if payment.is_in_the_way), None)


async def cards_used(user_id: int) -> list[tuple[str, bool]]:
    """Public ids of linked cards with which this user paid last, newest first, and whether the bank declined."""
    rows = await db.read(
        "SELECT c.public_id, p.status FROM accesses x JOIN payments p ON p.account_id = x.account_id "
        "AND p.user_id = x.user_id JOIN cards c ON c.id = p.card_id WHERE x.user_id = {} AND x.ended_at IS NULL "
        "ORDER BY p.created_at DESC, p.id DESC LIMIT {}",
        user_id,
        LIST_LONGEST,
    )
    return [(row["public_id"], row["status"] == PaymentStatus.CANCELED) for row in rows]


async def owed(account_id: int, since: datetime | None = None) -> Owed:
    """The bill is not named where it is from before `since`."""
    bills, now = await bills_of(account_id, limit=2), await balance(account_id)
    if not bills:
        return Owed(now, None, 0, None, None)
    due, today = due_of(bills), clock.today()
    return Owed(
        balance=now,
        due_on=due.on,
        overdue_kopecks=due.overdue(now.principal, today),
        late_since=due.late_since(today),
        bill_period=bills[0].period if bills[0].is_seen(since) else None,
    )


async def period_paid(account_id: int) -> Period:
    """The month that a payment names: of the newest bill, else this one."""
    newest = await bills_of(account_id, limit=1)
    return newest[0].period if newest else Period.of(clock.today())


async def vat_percent() -> int:
    prices = await price_list()
    return prices.month(Period.of(clock.today())).vat_percent


async def _receipts(account_id: int, since: datetime | None) -> list[Receipt]:
    found = await db.read_as(
        Receipt,
        "SELECT e.amount_kopecks, e.part, e.effective_on, e.posted_at FROM ledger_entries e "
        "WHERE e.account_id = {} AND e.kind = 'payment' AND e.credit = 'receivable' "
        "AND NOT EXISTS (SELECT 1 FROM ledger_entries u WHERE u.key = 'undone:' || e.key) AND NOT EXISTS "
        "(SELECT 1 FROM payments p WHERE p.account_id = e.account_id AND e.key = 'payment:' || p.acquirer_id) "
        "ORDER BY e.effective_on DESC, e.id DESC LIMIT {}",
        account_id,
        LIST_LONGEST,
    )
    return [receipt for receipt in found if since is None or receipt.posted_at >= since]
