"""Money that the acquirer took unbooked reaches an account: its payment, and the entry by which it counts."""

from __future__ import annotations

from lk import clock, db
from lk.acquirer.answers import Succeeded
from lk.actor import Actor
from lk.ledger.rules import Part
from lk.outcome import refuse
from lk.payments.reviving import UNKNOWN_BODY
from lk.payments.rules import PaymentStatus
from lk.payments.settling import enter, payment_with_id
from lk.payments.stray_rules import OwnIntent
from lk.payments.tables import Payment, Stray
from lk.tokens import new_public_id


async def book_stray(stray: Stray, own: OwnIntent | None, outcome: Succeeded) -> None:
    """Inside `write()`: once for ever, by the acquirer's id of the payment. Raises Refused `booked_already`."""
    if own is not None and not own.is_other_capture:
        await _went_through_after_all(own.id, outcome)
        payment = await payment_with_id(own.id)
    else:
        payment = await _found(stray, own, outcome)
    if not await enter(payment, outcome, Actor(agent_id=stray.asked_by)):
        raise refuse("booked_already")


async def _went_through_after_all(payment_id: int, outcome: Succeeded) -> None:
    """The one way in which a payment that had ended ends otherwise: two have seen it, an operator and the acquirer."""
    told = outcome.told
    await db.execute(
        "UPDATE payments SET status = {}, reason = '', acquirer_id = {}, confirmation_url = NULL, "
        "card = CASE WHEN {} = '' THEN card ELSE {} END, finished_at = {} WHERE id = {}",
        PaymentStatus.SUCCEEDED,
        told.acquirer_id,
        told.card,
        told.card,
        clock.now(),
        payment_id,
    )


async def _found(stray: Stray, own: OwnIntent | None, outcome: Succeeded) -> Payment:
    """A payment of which there was no row: it counts from the day of its capture."""
    told, payer = outcome.told, await payment_with_id(own.id) if own is not None else None
    key = f"found:{told.acquirer_id}"
    payment = Payment(
        public_id=new_public_id(),
        account_id=stray.account_id,
        user_id=payer.user_id if payer else None,
        key=key,
        kind="one_off",
        part=payer.part if payer else Part.PRINCIPAL,
        amount_kopecks=told.amount_kopecks,
        status=PaymentStatus.SUCCEEDED,
        acquirer_id=told.acquirer_id,
        card=told.card,
        way=payer.way if payer else "card",
        body=UNKNOWN_BODY,
        created_at=min(outcome.captured_at or clock.now(), clock.now()),
        finished_at=clock.now(),
    )
    if not await db.insert_once(payment, Payment.key):
        raise refuse("booked_already")
    return payment
