"""Write down, once, how a payment ended: its row, the ledger, the history, the letter."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import structlog

from lk import clock, db
from lk.acquirer.answers import Canceled, Outcome, Pending, Succeeded, Told, Unknown
from lk.actor import Actor
from lk.cards.rules import lock_of
from lk.cards.settling import keep_card
from lk.history.actions import record
from lk.ledger.actions import post
from lk.ledger.queries import balance
from lk.ledger.rules import Kind, Part
from lk.notifications.actions import Link, queue
from lk.payments.rules import PaymentStatus, next_status, paid_on
from lk.payments.tables import Payment

log = structlog.get_logger()


async def settle(payment_id: int, outcome: Outcome) -> None:
    """Moves the payment forward by what the acquirer said; success goes to the ledger, once. Raises LookupError."""
    async with db.write(*_locks(await payment_with_id(payment_id))):
        await _settle(await payment_with_id(payment_id), outcome)


async def settle_all(outcomes: Mapping[int, Outcome]) -> None:
    """The same for payments of many accounts, by id, in one transaction."""
    async with db.write(*{lock for payment in await _payments(outcomes) for lock in _locks(payment)}):
        for payment in await _payments(outcomes):
            await _settle(payment, outcomes[payment.id])


def _locks(payment: Payment) -> list[str]:
    # The bill run writes down what was owed and paid before it: it and a payment wait for each other.
    locks = [f"account {payment.account_id}", "ledger"]
    return [*locks, lock_of(payment.user_id)] if payment.saves_card else locks


async def _settle(payment: Payment, outcome: Outcome) -> None:
    if not _is_its_own(payment, outcome):
        return
    status = next_status(PaymentStatus(payment.status), outcome)
    if status is None:
        return
    await _move(payment, status, outcome)
    if isinstance(outcome, Succeeded):
        await enter(payment, outcome, Actor(payment.user_id))
        await _keep_card(payment, outcome.told)
    elif isinstance(outcome, Canceled):
        await _note_refusal(payment, outcome.reason)


async def payment_with_id(payment_id: int) -> Payment:
    """Raises LookupError."""
    found = await _payments([payment_id])
    if not found:
        raise LookupError(f"no payment {payment_id}")
    return found[0]


async def _payments(ids: Collection[int]) -> list[Payment]:
    rows = await db.read(f"SELECT * FROM payments WHERE id IN ({db.placeholders(ids)}) ORDER BY id", *ids)  # noqa: S608 - placeholders only
    return [Payment(**row) for row in rows]


def _is_its_own(payment: Payment, outcome: Outcome) -> bool:
    """Intent, amount and the acquirer's id have to be this payment's: anything else is for a person to look at."""
    if isinstance(outcome, Unknown):
        if outcome.is_alarm:
            log.error("payment_unknown", payment_id=payment.id, code=outcome.code)
        return True
    told = outcome.told
    if told is None:
        return True
    is_same = (told.intent_id, told.amount_kopecks) == (payment.key, payment.amount_kopecks)
    is_own = is_same and payment.acquirer_id in (None, told.acquirer_id)
    is_late = isinstance(outcome, Succeeded) and payment.status == PaymentStatus.CANCELED
    if not is_own or is_late:
        log.error("payment_contradicted", payment_id=payment.id, acquirer_id=told.acquirer_id, is_late=is_late)
    return is_own


async def _move(payment: Payment, status: PaymentStatus, outcome: Outcome) -> None:
    told: Told | None = None if isinstance(outcome, Unknown) else outcome.told
    await db.execute(
        "UPDATE payments SET status = {}, reason = {}, acquirer_id = {}, confirmation_url = {}, card = {}, "
        "finished_at = {} WHERE id = {}",
        status,
        outcome.reason if isinstance(outcome, Canceled) else "",
        told.acquirer_id if told else payment.acquirer_id,
        outcome.confirmation_url if isinstance(outcome, Pending) else None,
        (told.card if told else "") or payment.card,
        clock.now() if status.is_final else None,
        payment.id,
    )


async def enter(payment: Payment, outcome: Succeeded, actor: Actor) -> bool:
    """The ledger, the history and the letter of a payment that went through. Inside `write()`; False: a second time."""
    told, today = outcome.told, clock.today()
    captured_on = clock.local_date(outcome.captured_at) if outcome.captured_at else None
    is_new = await post(
        Kind.PAYMENT,
        payment.account_id,
        -payment.amount_kopecks,
        part=Part(payment.part),
        effective_on=paid_on(captured_on, clock.local_date(payment.created_at), today),
        key=f"payment:{told.acquirer_id}",
        source="acquirer",
    )
    if not is_new:
        log.error("payment_posted_before", payment_id=payment.id)
        return False
    await record(
        "payment_succeeded",
        account_id=payment.account_id,
        actor=actor,
        payment=payment.public_id,
        amount=payment.amount_kopecks,
        last_four=told.card,
        via="autopay" if payment.kind == "autopay" else payment.way,
        part=payment.part,
    )
    await _thank(payment, told)
    return True


async def _thank(payment: Payment, told: Told) -> None:
    """Whoever paid; where that is not known, whoever holds the account."""
    rows = await db.read(
        "SELECT u.id, u.email, a.public_id, a.number FROM users u, accounts a WHERE a.id = {} AND u.id = coalesce("
        "{}, (SELECT user_id FROM accesses WHERE account_id = a.id AND role = 'holder' AND ended_at IS NULL))",
        payment.account_id,
        payment.user_id,
    )
    if not rows or not rows[0]["email"]:
        return
    to = rows[0]
    await queue(
        "payment_received",
        to["email"],
        key=f"payment_received:{payment.id}",
        account_id=payment.account_id,
        user_id=to["id"],
        link=Link(f"/accounts/{to['public_id']}/payments/{payment.public_id}"),
        account_number=to["number"],
        amount_kopecks=payment.amount_kopecks,
        card=told.card,
        part=payment.part,
        balance_kopecks=(await balance(payment.account_id)).of(Part(payment.part)),
    )


async def _keep_card(payment: Payment, told: Told) -> None:
    """The payer wished it, and the acquirer did it."""
    if payment.saves_card and payment.user_id is not None and told.saved is not None:
        await keep_card(told.saved, user_id=payment.user_id, account_id=payment.account_id, key=f"payment:{payment.id}")


async def _note_refusal(payment: Payment, reason: str) -> None:
    await record(
        "payment_canceled",
        account_id=payment.account_id,
        actor=Actor(payment.user_id),
        payment=payment.public_id,
        amount=payment.amount_kopecks,
        reason=reason,
        part=payment.part,
    )
