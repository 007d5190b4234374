"""A payment of a bank that belongs to nobody goes back to its sender; above a limit another operator has to agree.

The bank sends the money, lk notes it. It is for good: what the sender pays again comes as a new row of a registry.
"""

from __future__ import annotations

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.outcome import Refused, refuse
from lk.payments.bank_return_rules import BankReturnStatus
from lk.payments.desk_people import moved_alone_of_nobodys, note_money, operator_behind, refuse_unless_second
from lk.payments.desk_rules import judge_words, needs_second_person, tidy
from lk.payments.tables import BankReturn
from lk.payments.unmatched import bank_payment, why_not_free


async def ask_for_bank_return(payment_id: int, words: str, actor: Actor, *, nonce: str) -> BankReturn:
    """Noted at once, or waiting for a second person. `words`: the bank's reference and why.

    `nonce` is the form's: the same form sent again is the same return. Raises Refused: `not_an_operator`,
    `form_stale`, what is wrong with the words, `assigned_already`, `returned_already`, `going_back`; LookupError.
    """
    words = tidy(words)
    async with db.write("bank payments"):
        agent_id = await operator_behind(actor)
        known = await BankReturn.objects().where(BankReturn.public_id == nonce).first()
        if known is not None:
            if known.bank_payment_id != payment_id:
                raise refuse("form_stale")
            return known
        payment = await bank_payment(payment_id)
        if payment is None:
            raise LookupError(f"no bank payment {payment_id}")
        problem = why_not_free(payment)
        if problems := [*([problem] if problem else []), *judge_words(words)]:
            raise Refused(problems)
        is_waiting = needs_second_person(payment.amount_kopecks, await moved_alone_of_nobodys(agent_id))
        back = BankReturn(
            public_id=nonce,
            bank_payment_id=payment.id,
            amount_kopecks=payment.amount_kopecks,
            words=words,
            status=BankReturnStatus.WAITING if is_waiting else BankReturnStatus.RETURNED,
            asked_by=agent_id,
            created_at=clock.now(),
        )
        await db.insert_once(back, BankReturn.public_id)
        await note_money("money_asked", "bank_return", back.amount_kopecks, actor)
        if not is_waiting:
            await _close(back)
        return back


async def approve_bank_return(public_id: str, actor: Actor) -> None:
    """The second person agrees, and it went back.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`; LookupError.
    """
    async with db.write("bank payments"):
        agent_id = await operator_behind(actor)
        back = await _waiting(public_id, agent_id)
        await _decide(back, BankReturnStatus.RETURNED, agent_id)
        await note_money("money_approved", "bank_return", back.amount_kopecks, actor)
        await _close(back)


async def refuse_bank_return(public_id: str, words: str, actor: Actor) -> None:
    """The second person does not agree: the payment waits for its account again.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`, what is wrong with the words; LookupError.
    """
    words = tidy(words)
    if problems := judge_words(words):
        raise Refused(problems)
    async with db.write("bank payments"):
        agent_id = await operator_behind(actor)
        back = await _waiting(public_id, agent_id)
        await _decide(back, BankReturnStatus.REFUSED, agent_id, words)
        await note_money("money_refused", "bank_return", back.amount_kopecks, actor)


async def _waiting(public_id: str, agent_id: int) -> BankReturn:
    """Raises Refused: `decided_already`, `same_person`; LookupError."""
    back = await BankReturn.objects().where(BankReturn.public_id == public_id).first()
    if back is None:
        raise LookupError(f"no return of a bank payment {public_id}")
    refuse_unless_second(back, agent_id)
    return back


async def _decide(back: BankReturn, status: BankReturnStatus, agent_id: int, reason: str = "") -> None:
    await db.execute(
        "UPDATE bank_returns SET status = {}, reason = {}, decided_by = {}, decided_at = {} WHERE id = {}",
        status,
        reason,
        agent_id,
        clock.now(),
        back.id,
    )


async def _close(back: BankReturn) -> None:
    """The schema refuses it where the payment has an account."""
    changed = await db.execute(
        "UPDATE bank_payments SET returned_at = {} WHERE id = {} AND account_id IS NULL AND returned_at IS NULL",
        clock.now(),
        back.bank_payment_id,
    )
    if changed != 1:
        raise refuse("assigned_already")
    await record(
        "bank_payment_returned",
        actor=Actor(agent_id=back.asked_by),
        bank_payment=back.bank_payment_id,
        amount=back.amount_kopecks,
    )
