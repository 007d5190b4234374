"""Payments that came by a bank's registry: into the ledger and the history, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lk.actor import PROGRAM, Actor
from lk.history.actions import Happened, record_many
from lk.ledger.actions import Transfer, post_many
from lk.ledger.rules import BANK_CLEARING, Kind, Part


@dataclass(frozen=True, slots=True)
class MatchedPayment:
    """A payment whose account is known; `times_undone`: how often one of its `external_id` was taken back before it."""

    external_id: str
    account_id: int
    paid_on: date
    amount_kopecks: int
    times_undone: int = 0


def entry_key(external_id: str, times_undone: int) -> str:
    """Of the ledger, where a key stays for good: what was taken back and comes again has one of its own."""
    return f"bank~{times_undone}:{external_id}" if times_undone else f"bank:{external_id}"


async def enter_bank_payments(payments: Sequence[MatchedPayment], actor: Actor = PROGRAM) -> None:
    """Money that the bank holds already: it counts from the day on which it was paid. Inside `write()`.

    A payment that was entered before raises what the unique key of the ledger raises.
    """
    await post_many(_transfer(each) for each in payments)
    await record_many((_event(each) for each in payments), actor)


def _transfer(payment: MatchedPayment) -> Transfer:
    return Transfer(
        Kind.PAYMENT,
        payment.account_id,
        -payment.amount_kopecks,
        Part.PRINCIPAL,
        payment.paid_on,
        key=entry_key(payment.external_id, payment.times_undone),
        source="bank",
        book=BANK_CLEARING,
    )


def _event(payment: MatchedPayment) -> Happened:
    told = {"via": "bank", "amount": payment.amount_kopecks, "paid_on": payment.paid_on.isoformat()}
    return Happened("payment_succeeded", payment.account_id, told)
