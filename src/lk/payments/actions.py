"""Begin a payment and learn its end: the acquirer is asked, and only its answer is believed."""

from __future__ import annotations

import asyncio
import re

import structlog

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.acquirer.answers import UNREACHABLE, Outcome, Pending, Unknown
from lk.acquirer.gateway import frozen, gateway
from lk.actor import Actor
from lk.config import settings
from lk.identity import limits
from lk.ledger.queries import balance
from lk.outcome import Problem, Refused, Severity, refuse
from lk.payments.queries import payment_in_the_way, period_paid, vat_percent
from lk.payments.rules import (
    ASKING,
    STARTS_PER_USER,
    Intent,
    PaymentStatus,
    Step,
    intent_key,
    judge_amount,
    may_ask_on_return,
    next_step,
    payment_body,
)
from lk.payments.settling import payment_with_id, settle
from lk.payments.tables import AcquirerEvent, Payment
from lk.tokens import new_public_id

log = structlog.get_logger()

BATCH = 100
AT_ONCE = 10
_OBJECT_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


async def start_payment(
    account: AccountView, user_id: int, amount_kopecks: int, actor: Actor, *, nonce: str, warned_of: str = ""
) -> Payment:
    """The payment as it stands after the first call; the same form sent again gives the same payment.

    `nonce` is the form's, `warned_of` the public id of the payment in the way that the resident was told of. Raises
    Refused: `amount_too_small`, `amount_too_large`, `no_access`, `no_email`, `too_many_tries`, `another_in_the_way`
    (severity confirm).
    """
    if problems := judge_amount(amount_kopecks):
        raise Refused(problems)
    key = intent_key(account.id, user_id, nonce, amount_kopecks)
    async with db.write(f"account {account.id}"):
        payment = await Payment.objects().where(Payment.key == key).first()
        if payment is None:
            payment = await _intend(account, user_id, amount_kopecks, actor, key, warned_of)
    if payment.status == PaymentStatus.CREATED:
        await settle(payment.id, await gateway().create(payment.key, payment.body))
    return await payment_with_id(payment.id)


async def re_ask(payment: Payment) -> Outcome | None:
    """Learns how an open payment stands, and settles it; None where it has ended or somebody else is asking."""
    now = clock.now()
    step = next_step(PaymentStatus(payment.status), payment.acquirer_id is not None, now - payment.created_at)
    if step is None or not await _claim(payment):
        return None
    outcome = await _learn(payment, step)
    await settle(payment.id, outcome)
    return outcome


async def ask_open_payments() -> int:
    """Asks about every open payment whose time it is, at most so many in one call; how many were asked about."""
    asked = 0
    due = await _due()
    for at in range(0, len(due), AT_ONCE):
        outcomes = await asyncio.gather(*map(re_ask, due[at : at + AT_ONCE]))
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


async def _intend(
    account: AccountView, user_id: int, amount_kopecks: int, actor: Actor, key: str, warned_of: str
) -> Payment:
    """The intent, if nothing stands in its way. Raises Refused."""
    email = await _email_of_payer(account.id, user_id)
    if await limits.is_over(STARTS_PER_USER, "payment", subject=str(user_id)):
        raise refuse("too_many_tries")
    other = await payment_in_the_way(account.id)
    if other is not None and other.public_id != warned_of:
        raise Refused([Problem("another_in_the_way", Severity.CONFIRM)])
    payment = await intend(account, user_id, amount_kopecks, key=key, email=email)
    await limits.note("payment", subject=str(user_id), address=actor.address)
    return payment


async def intend(account: AccountView, user_id: int, amount_kopecks: int, *, key: str, email: str) -> Payment:
    """The row that is there before the acquirer is called, its request frozen. Inside `write()`."""
    public_id = new_public_id()
    intent = Intent(
        key=key,
        amount_kopecks=amount_kopecks,
        owed_kopecks=(await balance(account.id)).principal,
        account_number=account.number,
        period=await period_paid(account.id),
        email=email,
        return_url=f"{settings().public_url}/accounts/{account.public_id}/payments/{public_id}",
        vat_percent=await vat_percent(),
    )
    payment = Payment(
        public_id=public_id,
        account_id=account.id,
        user_id=user_id,
        key=key,
        kind="one_off",
        amount_kopecks=amount_kopecks,
        status=PaymentStatus.CREATED,
        body=frozen(payment_body(intent, settings().company)),
        created_at=clock.now(),
    )
    await db.insert_once(payment, Payment.key)
    return payment


async def _email_of_payer(account_id: int, user_id: int) -> str:
    """Where the receipt goes; asked again inside the transaction, so that access ended a moment ago has ended."""
    rows = await db.read(
        "SELECT u.email FROM users u JOIN accesses x ON x.user_id = u.id "
        "WHERE u.id = {} AND x.account_id = {} AND x.ended_at IS NULL",
        user_id,
        account_id,
    )
    if not rows:
        raise refuse("no_access")
    if not rows[0]["email"]:
        raise refuse("no_email")
    return str(rows[0]["email"])


async def _claim(payment: Payment) -> bool:
    """One asks, whoever else has the same thought at the same moment."""
    async with db.write():
        changed = await db.execute(
            "UPDATE payments SET asked_at = {} WHERE id = {} AND coalesce(asked_at, created_at) = {}",
            clock.now(),
            payment.id,
            payment.asked_at or payment.created_at,
        )
    return changed == 1


async def _learn(payment: Payment, step: Step) -> Outcome:
    match step:
        case Step.ASK:
            return await gateway().ask(payment.acquirer_id or "")
        case Step.SEND_AGAIN:
            return await gateway().create(payment.key, payment.body)
        case Step.FIND:
            found = await gateway().find(payment.key, payment.created_at)
            return found if found is not None else Unknown("not_listed", is_alarm=True)


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
