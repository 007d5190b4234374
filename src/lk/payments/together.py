"""One linked card pays what is owed on several accounts: a payment for each, all written down before any is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from lk import clock, db
from lk.actor import Actor
from lk.cards.rules import lock_of
from lk.identity import limits
from lk.identity.queries import email_of
from lk.outcome import Problem, Refused, Severity, refuse
from lk.payments.actions import AT_ONCE, ask_on_return
from lk.payments.means import Means
from lk.payments.owing import FormPayment, OwingAccount, owing_accounts, payments_of_form
from lk.payments.queries import vat_percent
from lk.payments.rules import intent_key, judge_amount
from lk.payments.starting import Wanted, check_tries, own_card, send, written
from lk.payments.tables import Payment
from lk.period import Period


async def pay_together(
    user_id: int, account_ids: Collection[str], actor: Actor, *, nonce: str, card_id: str, total_kopecks: int
) -> None:
    """Pays on each of these accounts what it owes; the same form sent again begins nothing.

    Ids are public; `total_kopecks` is what the form's button said. Raises Refused: `nothing_chosen`, `no_email`,
    `too_many_tries`, `card_gone`, `amount_too_small`, `amount_too_large`, `total_changed` (severity confirm).
    """
    chosen = await _chosen(user_id, account_ids)
    if not chosen and not await payments_of_form(user_id, nonce):
        raise refuse("nothing_chosen")
    async with db.write(*(f"account {each.id}" for each in chosen), lock_of(user_id)):
        if await payments_of_form(user_id, nonce):
            return
        # Once more: one of them may have been paid before its lock was there.
        chosen = await _chosen(user_id, [each.public_id for each in chosen])
        payments = await _intend(user_id, chosen, actor, nonce=nonce, card_id=card_id, total_kopecks=total_kopecks)
    await _send_all(payments)


async def ask_on_return_together(payments: Sequence[FormPayment]) -> None:
    """The payer waits: the acquirer is asked about all that are open."""
    waiting = [each for each in payments if not each.status.is_final]
    for at in range(0, len(waiting), AT_ONCE):
        await asyncio.gather(*(ask_on_return(each.account_id, each.public_id) for each in waiting[at : at + AT_ONCE]))


async def _chosen(user_id: int, account_ids: Collection[str]) -> list[OwingAccount]:
    """Without those whose last payment may have taken the money already."""
    owing = await owing_accounts(user_id)
    return [each for each in owing if each.public_id in account_ids and not each.is_in_the_way]


async def _intend(
    user_id: int, chosen: Sequence[OwingAccount], actor: Actor, *, nonce: str, card_id: str, total_kopecks: int
) -> list[Payment]:
    """The rows that are there before the acquirer is called. Inside `write()`. Raises Refused."""
    if sum(each.owed_kopecks for each in chosen) != total_kopecks:
        raise Refused([Problem("total_changed", Severity.CONFIRM)])
    if problems := [problem for each in chosen for problem in judge_amount(each.owed_kopecks)]:
        raise Refused(problems[:1])
    email = await email_of(user_id)
    if not email:
        raise refuse("no_email")
    await check_tries(user_id)
    means, card = Means(card_id), await own_card(user_id, card_id)
    vat, this_month = await vat_percent(), Period.of(clock.today())
    rows = []
    for each in chosen:
        key = intent_key(each.id, user_id, nonce, each.owed_kopecks, means.mark)
        wanted = Wanted(each, user_id, each.owed_kopecks, key, email, means, card)
        rows.append(written(wanted, each.owed_kopecks, each.bill_period or this_month, vat))
    await Payment.insert(*rows)
    await limits.note("payment", subject=str(user_id), address=actor.address)
    return await Payment.objects().where(Payment.key.is_in([row.key for row in rows])).order_by(Payment.id)


async def _send_all(payments: Sequence[Payment]) -> None:
    for at in range(0, len(payments), AT_ONCE):
        await asyncio.gather(*(send(each, is_new=True) for each in payments[at : at + AT_ONCE]))
