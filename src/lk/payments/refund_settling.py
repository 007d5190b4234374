"""Write down, once, how a refund ended: its row, the ledger, the history, the letters."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from lk import clock, db
from lk.acquirer.answers import Unknown
from lk.acquirer.refunds import RefundCanceled, Refunded, RefundOutcome, RefundTold
from lk.actor import Actor
from lk.history.actions import record
from lk.ledger.actions import post
from lk.ledger.rules import Kind, Part
from lk.notifications.actions import Link, Outgoing, queue_many
from lk.payments.refund_rules import RefundStatus, next_refund_status
from lk.payments.settling import payment_with_id
from lk.payments.tables import Payment, Refund

log = structlog.get_logger()


async def settle_refund(refund_id: int, outcome: RefundOutcome) -> None:
    """Moves the refund forward by what the acquirer said; success goes to the ledger, once. Raises LookupError."""
    async with db.write(f"account {(await refund_with_id(refund_id)).account_id}", "ledger"):
        refund = await refund_with_id(refund_id)
        payment = await payment_with_id(refund.payment_id)
        if not await _is_its_own(refund, payment, outcome):
            return
        status = next_refund_status(RefundStatus(refund.status), outcome)
        if status is None:
            return
        await _move(refund, status, outcome)
        if isinstance(outcome, Refunded):
            await _enter(refund, payment, outcome.told)


async def refund_with_id(refund_id: int) -> Refund:
    """Raises LookupError."""
    refund = await Refund.objects().where(Refund.id == refund_id).first()
    if refund is None:
        raise LookupError(f"no refund {refund_id}")
    return refund


async def _is_its_own(refund: Refund, payment: Payment, outcome: RefundOutcome) -> bool:
    """Payment, amount and the acquirer's id have to be this refund's, and the id nobody else's."""
    if isinstance(outcome, Unknown):
        if outcome.is_alarm:
            log.error("refund_unknown", refund_id=refund.id, code=outcome.code)
        return True
    told = outcome.told
    if told is None:
        return True
    is_same = (told.payment_id, told.amount_kopecks) == (payment.acquirer_id, refund.amount_kopecks)
    is_own = is_same and refund.acquirer_id in (None, told.acquirer_id) and not await _is_anothers(refund, told)
    is_late = isinstance(outcome, Refunded) and refund.status == RefundStatus.CANCELED
    if not is_own or is_late:
        log.error("refund_contradicted", refund_id=refund.id, acquirer_id=told.acquirer_id, is_late=is_late)
    return is_own


async def _is_anothers(refund: Refund, told: RefundTold) -> bool:
    return bool(
        await db.read("SELECT id FROM refunds WHERE acquirer_id = {} AND id <> {}", told.acquirer_id, refund.id)
    )


async def _move(refund: Refund, status: RefundStatus, outcome: RefundOutcome) -> None:
    told = None if isinstance(outcome, Unknown) else outcome.told
    await db.execute(
        "UPDATE refunds SET status = {}, reason = {}, acquirer_id = {}, finished_at = {} WHERE id = {}",
        status,
        outcome.reason if isinstance(outcome, RefundCanceled) else "",
        told.acquirer_id if told else refund.acquirer_id,
        None if status.is_open else clock.now(),
        refund.id,
    )


async def _enter(refund: Refund, payment: Payment, told: RefundTold) -> None:
    """The ledger, the history and the letters of a refund that went through."""
    is_new = await post(
        Kind.REFUND,
        refund.account_id,
        refund.amount_kopecks,
        part=Part(payment.part),
        effective_on=clock.today(),
        key=f"refund:{told.acquirer_id}",
        source="acquirer",
    )
    if not is_new:
        log.error("refund_posted_before", refund_id=refund.id)
        return
    await record(
        "refunded",
        account_id=refund.account_id,
        actor=Actor(agent_id=refund.asked_by),
        refund=refund.public_id,
        amount=refund.amount_kopecks,
        last_four=payment.card,
        part=payment.part,
    )
    await queue_many([_letter(refund, payment, reader) for reader in await _readers(refund, payment)])


@dataclass(frozen=True, slots=True)
class _Reader:
    """`public_id` of the account for whoever may open it, else None."""

    user_id: int
    email: str
    number: str
    public_id: str | None


async def _readers(refund: Refund, payment: Payment) -> list[_Reader]:
    """Whoever paid, and whoever holds the account."""
    return await db.read_as(
        _Reader,
        "SELECT u.id AS user_id, u.email, a.number, CASE WHEN x.id IS NOT NULL THEN a.public_id END AS public_id "
        "FROM users u JOIN accounts a ON a.id = {} "
        "LEFT JOIN accesses x ON x.account_id = a.id AND x.user_id = u.id AND x.ended_at IS NULL "
        "WHERE u.email IS NOT NULL AND u.id IN ({}, (SELECT h.user_id FROM accesses h "
        "WHERE h.account_id = a.id AND h.role = 'holder' AND h.ended_at IS NULL)) ORDER BY u.id",
        refund.account_id,
        payment.user_id,
    )


def _letter(refund: Refund, payment: Payment, reader: _Reader) -> Outgoing:
    return Outgoing(
        kind="payment_refunded",
        to_address=reader.email,
        key=f"payment_refunded:{refund.id}:{reader.user_id}",
        account_id=refund.account_id,
        user_id=reader.user_id,
        link=Link(f"/accounts/{reader.public_id}/refunds/{refund.public_id}") if reader.public_id else None,
        params={
            "account_number": reader.number,
            "amount_kopecks": refund.amount_kopecks,
            "part": payment.part,
            "card": payment.card if reader.user_id == payment.user_id else "",
            "words": refund.words,
        },
    )
