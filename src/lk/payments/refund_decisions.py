"""Operators ask for a refund, and above a limit another one has to agree before any money moves.

Each is one transaction under the account's lock; the acquirer is called after it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from lk import clock, db
from lk.acquirer.gateway import frozen
from lk.actor import Actor
from lk.ledger.rules import Part
from lk.outcome import Refused, refuse
from lk.payments.desk_people import moved_alone, note_money, operator_behind, refuse_unless_second
from lk.payments.desk_rules import judge_words, needs_second_person, tidy
from lk.payments.refund_rules import IN_FLIGHT, LIVE, RefundStatus, judge_refund, refund_body, refund_key
from lk.payments.refund_settling import refund_with_id
from lk.payments.refunding import send_refund
from lk.payments.rules import PaymentStatus
from lk.payments.settling import payment_with_id
from lk.payments.tables import Payment, Refund


async def ask_for_refund(payment_id: int, kopecks: int, words: str, actor: Actor, *, nonce: str) -> Refund:
    """The refund as it stands after the first call, or as it waits for a second person.

    `nonce` is the form's: the same form sent again gives the same refund. Raises Refused: `not_an_operator`,
    `form_stale`, what is wrong with the words or the sum, `not_paid`, `refund_in_flight`.
    """
    words = tidy(words)
    payment = await payment_with_id(payment_id)
    async with db.write(f"account {payment.account_id}"):
        agent_id = await operator_behind(actor)
        known = await Refund.objects().where(Refund.public_id == nonce).first()
        if known is not None:
            if (known.payment_id, known.amount_kopecks) != (payment_id, kopecks):
                raise refuse("form_stale")
            return known
        refund = await _intend(await payment_with_id(payment_id), kopecks, words, agent_id, nonce)
        await note_money("money_asked", "refund", kopecks, actor, payment.account_id)
    if refund.status == RefundStatus.CREATED:
        await send_refund(refund)
    return await refund_with_id(refund.id)


async def approve_refund(public_id: str, actor: Actor) -> Refund:
    """The second person agrees, and the money goes.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`, `not_paid`, `refund_in_flight`; LookupError.
    """
    found = await _refund(public_id)
    async with db.write(f"account {found.account_id}"):
        agent_id = await operator_behind(actor)
        refund = await _waiting(found.id, agent_id)
        payment = await payment_with_id(refund.payment_id)
        standing = await _standing(payment, besides=refund.id)
        if problems := judge_refund(
            refund.amount_kopecks,
            standing.left_kopecks,
            is_paid=payment.status == PaymentStatus.SUCCEEDED,
            is_one_in_flight=standing.is_one_in_flight,
        ):
            raise Refused(problems)
        await db.execute(
            "UPDATE refunds SET status = {}, decided_by = {}, decided_at = {}, body = {} WHERE id = {}",
            RefundStatus.CREATED,
            agent_id,
            clock.now(),
            _body(payment, refund.key, refund.amount_kopecks, standing.refunded_kopecks),
            refund.id,
        )
        await note_money("money_approved", "refund", refund.amount_kopecks, actor, refund.account_id)
    await send_refund(await refund_with_id(found.id))
    return await refund_with_id(found.id)


async def refuse_refund(public_id: str, words: str, actor: Actor) -> None:
    """The second person does not agree: no money moves.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`, what is wrong with the words; LookupError.
    """
    words = tidy(words)
    if problems := judge_words(words):
        raise Refused(problems)
    found = await _refund(public_id)
    async with db.write(f"account {found.account_id}"):
        agent_id = await operator_behind(actor)
        refund = await _waiting(found.id, agent_id)
        now = clock.now()
        await db.execute(
            "UPDATE refunds SET status = {}, reason = {}, decided_by = {}, decided_at = {}, finished_at = {} "
            "WHERE id = {}",
            RefundStatus.REFUSED,
            words,
            agent_id,
            now,
            now,
            refund.id,
        )
        await note_money("money_refused", "refund", refund.amount_kopecks, actor, refund.account_id)


async def _intend(payment: Payment, kopecks: int, words: str, agent_id: int, nonce: str) -> Refund:
    """The row that is there before the acquirer is called, its request frozen. Raises Refused."""
    standing = await _standing(payment)
    is_paid = payment.status == PaymentStatus.SUCCEEDED
    problems = judge_refund(kopecks, standing.left_kopecks, is_paid=is_paid, is_one_in_flight=standing.is_one_in_flight)
    if problems := problems + judge_words(words):
        raise Refused(problems)
    is_waiting = needs_second_person(kopecks, await moved_alone(payment.account_id))
    key = refund_key(nonce)
    refund = Refund(
        public_id=nonce,
        payment_id=payment.id,
        account_id=payment.account_id,
        key=key,
        amount_kopecks=kopecks,
        words=words,
        status=RefundStatus.WAITING if is_waiting else RefundStatus.CREATED,
        body=_body(payment, key, kopecks, standing.refunded_kopecks),
        asked_by=agent_id,
        created_at=clock.now(),
    )
    await db.insert_once(refund, Refund.key)
    return refund


def _body(payment: Payment, key: str, kopecks: int, refunded_kopecks: int) -> str:
    asked = json.loads(payment.body)
    return frozen(
        refund_body(
            payment.acquirer_id or "",
            key,
            kopecks,
            refunded_kopecks=refunded_kopecks,
            payment_body=asked,
            part=Part(payment.part),
        )
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """Of a payment's money; `left_kopecks` is neither given back nor meant to be, `refunded_kopecks` went."""

    left_kopecks: int
    refunded_kopecks: int
    is_one_in_flight: bool


async def _standing(payment: Payment, besides: int = 0) -> _Standing:
    """`besides`: a refund that is not counted."""
    rows = await db.read(
        "SELECT status, amount_kopecks FROM refunds WHERE payment_id = {} AND id <> {}", payment.id, besides
    )
    live = [(row["status"], row["amount_kopecks"]) for row in rows if row["status"] in LIVE]
    return _Standing(
        left_kopecks=payment.amount_kopecks - sum(kopecks for _, kopecks in live),
        refunded_kopecks=sum(kopecks for status, kopecks in live if status != RefundStatus.WAITING),
        is_one_in_flight=any(status in IN_FLIGHT for status, _ in live),
    )


async def _waiting(refund_id: int, agent_id: int) -> Refund:
    """Raises Refused: `decided_already`, `same_person`."""
    refund = await refund_with_id(refund_id)
    refuse_unless_second(refund, agent_id)
    return refund


async def _refund(public_id: str) -> Refund:
    """Raises LookupError."""
    refund = await Refund.objects().where(Refund.public_id == public_id).first()
    if refund is None:
        raise LookupError(f"no refund {public_id}")
    return refund
