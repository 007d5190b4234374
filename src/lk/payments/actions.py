"""Learn how a payment ends: the acquirer is asked, and only its answer is believed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from lk import clock, db
from lk.acquirer.answers import UNREACHABLE, Outcome, Pending, Unknown
from lk.acquirer.gateway import SENT_WITHIN, gateway
from lk.cards.asking import claim_asking
from lk.cards.queries import is_linked
from lk.payments.rules import ASKING, PaymentStatus, Step, may_ask_on_return, next_step, not_found
from lk.payments.settling import settle
from lk.payments.tables import AcquirerEvent, Payment

log = structlog.get_logger()

BATCH = 100
AT_ONCE = 10
FIRST_CALL = timedelta(seconds=30)
"""Longer than any call takes: a charge that is younger may be on its way, and is left to whoever sent it."""

Listed = Mapping[str, Outcome] | Unknown
"""Payments by intent, of a complete list of the acquirer's; or that it did not answer to the end."""

_OBJECT_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


async def re_ask(payment: Payment, listed: Listed | None = None) -> Outcome | None:
    """Learns how an open payment stands, and settles it; None where it has ended or somebody else is asking.

    `listed`: the acquirer's list, where it is at hand.
    """
    if PaymentStatus(payment.status).is_final or _is_on_its_way(payment) or not await claim_asking("payments", payment):
        return None
    outcome = await learn(payment, listed=listed)
    await settle(payment.id, outcome)
    return outcome


async def learn(payment: Payment, *, is_first: bool = False, listed: Listed | None = None) -> Outcome:
    """What the acquirer says of an open payment; `is_first`: it cannot have heard of it yet."""
    now = clock.now()
    by = clock.ran() + SENT_WITHIN - (now - payment.created_at if is_first else timedelta(0))
    step = next_step(
        PaymentStatus(payment.status),
        payment.acquirer_id is not None,
        now - payment.created_at,
        is_card_gone=await _is_card_gone(payment),
        is_too_late=payment.send_until is not None and now >= payment.send_until,
    )
    match step:
        case Step.ASK:
            return await gateway().ask(payment.acquirer_id or "")
        case Step.SEND_AGAIN if is_first or payment.card_id is None:
            return await gateway().create(payment.key, payment.body, by=by)
        case _:
            return await _find(payment, listed, may_send=step is Step.SEND_AGAIN)


async def ask_open_payments() -> int:
    """Asks about every open payment whose time it is, at most so many in one call; how many were asked about."""
    asked = 0
    due = await _due()
    listed = await _listed(due)
    for at in range(0, len(due), AT_ONCE):
        outcomes = await asyncio.gather(*(re_ask(payment, listed) for payment in due[at : at + AT_ONCE]))
        asked += len(outcomes)
        if all(outcome == UNREACHABLE for outcome in outcomes):
            break
    return asked


async def ask_on_return(account_id: int, public_id: str) -> None:
    """The payer is back and waits: the acquirer is asked now, unless it was a moment ago."""
    payment = (
        await Payment.objects().where((Payment.account_id == account_id) & (Payment.public_id == public_id)).first()
    )
    if payment is not None and may_ask_on_return(payment.asked_at, clock.now()):
        await re_ask(payment)


async def take_event(event: str, object_id: str) -> bool:
    """A notice is only a reason to ask. False: it could not be dealt with now, and should be sent again."""
    if not event.startswith("payment.") or not _OBJECT_ID.fullmatch(object_id):
        log.info("acquirer_event_ignored", event_name=event[:64])
        return True
    if await AcquirerEvent.exists().where((AcquirerEvent.event == event) & (AcquirerEvent.object_id == object_id)):
        return True
    outcome = await gateway().ask(object_id)
    if isinstance(outcome, Unknown) and outcome.code != "http_404":
        return False
    await _settle_told(outcome, event)
    if not isinstance(outcome, Pending):
        async with db.write():
            await db.insert_once(AcquirerEvent(event=event, object_id=object_id, received_at=clock.now()))
    return True


async def _listed(due: Sequence[Payment]) -> Listed | None:
    """One list for all charges that have to be looked for; None where there are not two of them."""
    lost = [each.created_at for each in due if each.card_id is not None and each.acquirer_id is None]
    return await gateway().find_all(min(lost), max(lost)) if len(lost) > 1 else None


async def _find(payment: Payment, listed: Listed | None, *, may_send: bool) -> Outcome:
    """By the acquirer's list. A charge is looked for before it is sent again: no page stops a second one."""
    if listed is None:
        found = await gateway().find(payment.key, payment.created_at)
    else:
        found = listed if isinstance(listed, Unknown) else listed.get(payment.key)
    if found is not None:
        return found
    by, is_card_gone = clock.ran() + SENT_WITHIN, await _is_card_gone(payment)
    if may_send and not is_card_gone:
        return await gateway().create(payment.key, payment.body, by=by)
    return not_found(clock.now() - payment.created_at, is_card_gone=is_card_gone)


def _is_on_its_way(payment: Payment) -> bool:
    is_charge = payment.status == PaymentStatus.CREATED and payment.card_id is not None
    return is_charge and clock.now() - payment.created_at < FIRST_CALL


async def _is_card_gone(payment: Payment) -> bool:
    """The linked card that it charges was unlinked meanwhile."""
    return payment.card_id is not None and not await is_linked(payment.card_id)


async def _due() -> list[Payment]:
    """Open payments whose pause is over, the youngest first: their payers wait."""
    now, due = clock.now(), []
    for each in ASKING:
        asked_before = now - each.pause
        due += (
            await Payment.objects()
            .where(
                Payment.status.is_in([PaymentStatus.CREATED, PaymentStatus.PENDING, PaymentStatus.UNKNOWN])
                & (Payment.created_at <= now - each.from_age)
                & (Payment.created_at > now - each.until_age)
                & (
                    (Payment.asked_at <= asked_before)
                    | (Payment.asked_at.is_null() & (Payment.created_at <= asked_before))
                )
            )
            .order_by(Payment.asked_at, Payment.id)
            .limit(BATCH)
        )
    return due


async def _settle_told(outcome: Outcome, event: str) -> None:
    told = None if isinstance(outcome, Unknown) else outcome.told
    rows = await db.read("SELECT id FROM payments WHERE key = {}", told.intent_id) if told else []
    if not rows:
        log.warning("acquirer_event_of_no_payment", event_name=event)
        return
    await settle(rows[0]["id"], outcome)
