"""Payments that came by a bank's registry: into the ledger and the history, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.actor import PROGRAM, Actor
from lk.history.actions import Happened, record_many
from lk.ledger.actions import Transfer, post_many
from lk.ledger.queries import penalties_owed
from lk.ledger.rules import BANK_CLEARING, Kind, Part
from lk.payments.purpose_rules import penalty_paid


@dataclass(frozen=True, slots=True)
class MatchedPayment:
    """A payment whose account is known; `times_undone`: how often one of its `external_id` was taken back before it.

    `part`: what it is for.
    """

    external_id: str
    account_id: int
    paid_on: date
    amount_kopecks: int
    times_undone: int = 0
    part: Part = Part.PRINCIPAL


def entry_key(external_id: str, times_undone: int, part: Part = Part.PRINCIPAL) -> str:
    """Of the ledger, where a key stays for good: what was taken back and comes again has one of its own."""
    bank = "bank-penalty" if part is Part.PENALTY else "bank"
    return f"{bank}~{times_undone}:{external_id}" if times_undone else f"{bank}:{external_id}"


async def enter_bank_payments(payments: Sequence[MatchedPayment], actor: Actor = PROGRAM) -> None:
    """Money that the bank holds already: it counts from the day on which it was paid. Inside `write("ledger")`.

    One for the penalty pays what is owed of it by now, and with the rest the principal: two entries. Its row has to be
    there. A payment that was entered before raises what the unique key of the ledger raises.
    """
    penalties = await _penalties(payments)
    await post_many(each for payment in payments for each in _transfers(payment, penalties))
    await record_many((_event(each, penalties) for each in payments), actor)
    await db.write_many(
        "UPDATE bank_payments SET penalty_kopecks = {} WHERE external_id = {}",
        [(kopecks, external_id) for external_id, kopecks in penalties.items()],
    )


async def _penalties(payments: Sequence[MatchedPayment]) -> dict[str, int]:
    """By `external_id`, what each pays of the penalty; none that pays nothing of it."""
    meant = [each for each in payments if each.part is Part.PENALTY]
    owed, paid = await penalties_owed({each.account_id for each in meant}), {}
    for each in meant:
        kopecks = penalty_paid(each.amount_kopecks, owed.get(each.account_id, 0))
        if kopecks:
            owed[each.account_id] -= kopecks
            paid[each.external_id] = kopecks
    return paid


def _transfers(payment: MatchedPayment, penalties: Mapping[str, int]) -> Iterator[Transfer]:
    penalty = penalties.get(payment.external_id, 0)
    for part, kopecks in ((Part.PRINCIPAL, payment.amount_kopecks - penalty), (Part.PENALTY, penalty)):
        yield Transfer(
            Kind.PAYMENT,
            payment.account_id,
            -kopecks,
            part,
            payment.paid_on,
            key=entry_key(payment.external_id, payment.times_undone, part),
            source="bank",
            book=BANK_CLEARING,
        )


def _event(payment: MatchedPayment, penalties: Mapping[str, int]) -> Happened:
    told = {"via": "bank", "amount": payment.amount_kopecks, "paid_on": payment.paid_on.isoformat()}
    penalty = penalties.get(payment.external_id)
    return Happened("payment_succeeded", payment.account_id, told | {"penalty": penalty} if penalty else told)
