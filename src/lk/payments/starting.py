"""Begin a payment: written down first, then asked of the acquirer; a form sent twice begins nothing new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.acquirer.gateway import frozen
from lk.actor import Actor
from lk.cards.queries import Chargeable, chargeable
from lk.cards.rules import lock_of
from lk.config import settings
from lk.identity import limits
from lk.ledger.queries import balance
from lk.ledger.rules import Part
from lk.outcome import Problem, Refused, Severity, refuse
from lk.payments.actions import learn
from lk.payments.bodies import Intent, payment_body
from lk.payments.means import Means
from lk.payments.queries import payment_in_the_way, period_paid, vat_percent
from lk.payments.rules import STARTS_PER_USER, PaymentStatus, intent_key, judge_amount
from lk.payments.settling import payment_with_id, settle
from lk.payments.tables import Payment
from lk.period import Period
from lk.tokens import new_public_id


class Payable(Protocol):
    """The account that is paid for."""

    @property
    def id(self) -> int: ...

    @property
    def public_id(self) -> str: ...

    @property
    def number(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A payment that is to be made; `card` is the linked one that is charged."""

    account: Payable
    user_id: int
    amount_kopecks: int
    key: str
    email: str
    means: Means
    card: Chargeable | None
    part: Part = Part.PRINCIPAL


async def start_payment(
    account: AccountView,
    user_id: int,
    amount_kopecks: int,
    actor: Actor,
    *,
    nonce: str,
    warned_of: str = "",
    means: Means = Means(),
    owed_shown: int | None = None,
    part: Part = Part.PRINCIPAL,
) -> Payment:
    """The payment as it stands after the first call; the same form sent again gives the same payment.

    `nonce` is the form's, `warned_of` the public id of the payment in the way that the resident was told of,
    `owed_shown` what the form's page said is owed; the penalty is never paid above what is owed of it. A linked card
    is charged by that call. Raises Refused:
    `amount_too_small`, `amount_too_large`, `no_access`, `no_email`, `may_not_save`, `too_many_tries`, `card_gone`,
    `owed_less`, `another_in_the_way` (the last two of severity confirm).
    """
    if problems := judge_amount(amount_kopecks):
        raise Refused(problems)
    key = intent_key(account.id, user_id, nonce, amount_kopecks, means.mark, part)
    async with db.write(f"account {account.id}", lock_of(user_id)):
        payment = await Payment.objects().where(Payment.key == key).first()
        is_new = payment is None
        if payment is None:
            email = await _email_of_payer(account.id, user_id, means)
            await check_tries(user_id)
            card = await own_card(user_id, means.card) if means.card else None
            await _check_the_way(account.id, warned_of, amount_kopecks if part is Part.PENALTY else owed_shown, part)
            payment = await intend(
                account, user_id, amount_kopecks, key=key, email=email, means=means, card=card, part=part
            )
            await limits.note("payment", subject=str(user_id), address=actor.address)
    return await send(payment, is_new=is_new)


async def intend(
    account: Payable,
    user_id: int,
    amount_kopecks: int,
    *,
    key: str,
    email: str,
    means: Means = Means(),
    card: Chargeable | None = None,
    part: Part = Part.PRINCIPAL,
) -> Payment:
    """The row that is there before the acquirer is called, its request frozen. Inside `write()`."""
    wanted = Wanted(account, user_id, amount_kopecks, key, email, means, card, part)
    owed = (await balance(account.id)).principal
    payment = written(wanted, owed, await period_paid(account.id), await vat_percent())
    await db.insert_once(payment, Payment.key)
    return payment


def written(wanted: Wanted, owed_kopecks: int, period: Period, vat_percent: int) -> Payment:
    """The row, not stored yet. `owed_kopecks`: the account's principal, `period`: the month that is paid."""
    public_id, account, card, means = new_public_id(), wanted.account, wanted.card, wanted.means
    intent = Intent(
        key=wanted.key,
        amount_kopecks=wanted.amount_kopecks,
        owed_kopecks=owed_kopecks,
        account_number=account.number,
        period=period,
        email=wanted.email,
        return_url=f"{settings().public_url}/accounts/{account.public_id}/payments/{public_id}",
        vat_percent=vat_percent,
        card=card.acquirer_id if card else None,
        saves_card=means.saves_card,
        way=means.way,
        part=wanted.part,
    )
    return Payment(
        public_id=public_id,
        account_id=account.id,
        user_id=wanted.user_id,
        key=wanted.key,
        kind="one_off",
        part=wanted.part,
        amount_kopecks=wanted.amount_kopecks,
        status=PaymentStatus.CREATED,
        card=card.last_four if card else "",
        card_id=card.id if card else None,
        saves_card=means.saves_card,
        way=means.way,
        body=frozen(payment_body(intent, settings().company)),
        created_at=clock.now(),
    )


async def send(payment: Payment, *, is_new: bool) -> Payment:
    """The first call, and what it came to.

    A linked card is charged without a page to confirm it on: of all who send the same form only the one who wrote the
    payment down makes the call.
    """
    if payment.status == PaymentStatus.CREATED and (is_new or payment.card_id is None):
        await settle(payment.id, await learn(payment, is_first=is_new))
    return await payment_with_id(payment.id)


async def own_card(user_id: int, public_id: str) -> Chargeable:
    """Linked, and this very user's. Raises Refused `card_gone`."""
    card = await chargeable(user_id, public_id)
    if card is None:
        raise refuse("card_gone", "means")
    return card


async def check_tries(user_id: int) -> None:
    """Raises Refused `too_many_tries`."""
    if await limits.is_over(STARTS_PER_USER, "payment", subject=str(user_id)):
        raise refuse("too_many_tries")


async def _check_the_way(account_id: int, warned_of: str, owed_shown: int | None, part: Part) -> None:
    """Raises Refused: the resident saw something else than is there now."""
    other = await payment_in_the_way(account_id)
    if other is not None and other.public_id != warned_of:
        raise Refused([Problem("another_in_the_way", Severity.CONFIRM)])
    if owed_shown is not None and max(0, (await balance(account_id)).of(part)) < owed_shown:
        raise Refused([Problem("owed_less", Severity.CONFIRM)])


async def _email_of_payer(account_id: int, user_id: int, means: Means) -> str:
    """Where the receipt goes; asked again inside the transaction, so that access ended a moment ago has ended."""
    rows = await db.read(
        "SELECT u.email, x.role FROM users u JOIN accesses x ON x.user_id = u.id "
        "WHERE u.id = {} AND x.account_id = {} AND x.ended_at IS NULL",
        user_id,
        account_id,
    )
    if not rows:
        raise refuse("no_access")
    if means.saves_card and all(row["role"] != "holder" for row in rows):
        raise refuse("may_not_save", "save")
    if not rows[0]["email"]:
        raise refuse("no_email")
    return str(rows[0]["email"])
