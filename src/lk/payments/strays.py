"""Operators settle money that the acquirer took and the ledger does not hold: it is booked, or it goes back.

The acquirer is asked again at that moment; above a limit another operator has to agree, and it is asked once more.
Each decision is one transaction; a refund is called for after it.
"""

from __future__ import annotations

from lk import clock, db
from lk.acquirer.answers import Succeeded
from lk.acquirer.gateway import frozen
from lk.actor import Actor
from lk.outcome import Problem, Refused, refuse
from lk.payments.desk_people import (
    moved_alone,
    moved_alone_of_nobodys,
    note_money,
    operator_behind,
    refuse_unless_second,
)
from lk.payments.desk_rules import judge_words, needs_second_person, tidy
from lk.payments.differences import TaskKind
from lk.payments.refund_rules import RefundStatus, refund_body
from lk.payments.stray_booking import book_stray
from lk.payments.stray_facts import account_meant, confirmed, stray_task, taken
from lk.payments.stray_returning import send_return, stray_with_id
from lk.payments.stray_rules import StrayKind, Taken, judge_booking, judge_taken, return_key
from lk.payments.tables import MoneyTask, Stray
from lk.payments.tasks import note_closed


async def ask_to_book(task_id: int, number: str, words: str, actor: Actor, *, nonce: str) -> Stray:
    """The money reaches the account of its intent, or, where it has none, the one with this number, folded.

    `nonce` is the form's: the same form sent again is the same decision. Raises Refused: `not_an_operator`,
    `form_stale`, what is wrong with the words, `closed_already`, `unknown_account`, `not_confirmed`, and what the
    rules say; LookupError.
    """
    await operator_behind(actor)
    if known := await _known(nonce, task_id, StrayKind.BOOKING):
        return known
    task = await stray_task(task_id)
    is_nobodys = task.kind == TaskKind.UNKNOWN_PAYMENT
    account_id = (await account_meant(number)).id if is_nobodys else task.account_id
    return await _decide(task_id, StrayKind.BOOKING, account_id, await confirmed(task), words, actor, nonce)


async def ask_to_return(task_id: int, words: str, actor: Actor, *, nonce: str) -> Stray:
    """All of the money goes back the way it came; the stray as it stands after the first call.

    Raises as `ask_to_book`.
    """
    await operator_behind(actor)
    if known := await _known(nonce, task_id, StrayKind.RETURN):
        return known
    task = await stray_task(task_id)
    stray = await _decide(task_id, StrayKind.RETURN, task.account_id, await confirmed(task), words, actor, nonce)
    if stray.status == RefundStatus.CREATED:
        await send_return(stray)
    return await stray_with_id(stray.id)


async def approve_stray(public_id: str, actor: Actor) -> None:
    """The second person agrees.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`, and what is wrong with it by now; LookupError.
    """
    found = await _stray(public_id)
    await operator_behind(actor)
    outcome = await confirmed(await stray_task(found.task_id))
    kind = StrayKind(found.kind)
    async with db.write(*_locks(found.account_id)):
        agent_id = await operator_behind(actor)
        stray = await _waiting(found.id, agent_id)
        known = await taken(await stray_task(stray.task_id), outcome.told, besides=stray.id)
        if outcome.told.amount_kopecks != stray.amount_kopecks:
            raise refuse("not_confirmed")
        if problems := _judged(kind, known, stray.account_id):
            raise Refused(problems)
        await _move(stray.id, _begun(kind), agent_id)
        await note_money("money_approved", kind, stray.amount_kopecks, actor, stray.account_id)
        if kind is StrayKind.BOOKING:
            await _book(stray, known, outcome, agent_id)
    if kind is StrayKind.RETURN:
        await send_return(await stray_with_id(found.id))


async def refuse_stray(public_id: str, words: str, actor: Actor) -> None:
    """The second person does not agree: no money moves, and the task waits on.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`, what is wrong with the words; LookupError.
    """
    words = tidy(words)
    if problems := judge_words(words):
        raise Refused(problems)
    found = await _stray(public_id)
    async with db.write(*_locks(found.account_id)):
        agent_id = await operator_behind(actor)
        await _waiting(found.id, agent_id)
        await _move(found.id, RefundStatus.REFUSED, agent_id, words)
        await note_money("money_refused", found.kind, found.amount_kopecks, actor, found.account_id)


async def _decide(
    task_id: int, kind: StrayKind, account_id: int | None, outcome: Succeeded, words: str, actor: Actor, nonce: str
) -> Stray:
    words = tidy(words)
    async with db.write(*_locks(account_id)):
        agent_id = await operator_behind(actor)
        if before := await _known(nonce, task_id, kind):
            return before
        task = await stray_task(task_id)
        known = await taken(task, outcome.told)
        if problems := _judged(kind, known, account_id) + judge_words(words):
            raise Refused(problems)
        alone = await (moved_alone(account_id) if account_id is not None else moved_alone_of_nobodys(agent_id))
        is_waiting = needs_second_person(outcome.told.amount_kopecks, alone)
        stray = _new(task, kind, account_id, outcome, words, agent_id, nonce, is_waiting=is_waiting)
        await db.insert_once(stray, Stray.key)
        await note_money("money_asked", kind, stray.amount_kopecks, actor, account_id)
        if kind is StrayKind.BOOKING and not is_waiting:
            await _book(stray, known, outcome, agent_id)
        return stray


def _new(
    task: MoneyTask,
    kind: StrayKind,
    account_id: int | None,
    outcome: Succeeded,
    words: str,
    agent_id: int,
    nonce: str,
    *,
    is_waiting: bool,
) -> Stray:
    """The row that is there before the acquirer is called, its request frozen."""
    told, key, now = outcome.told, return_key(nonce), clock.now()
    is_booking = kind is StrayKind.BOOKING
    body = refund_body(told.acquirer_id, key, told.amount_kopecks, refunded_kopecks=0, payment_body={})
    return Stray(
        public_id=nonce,
        task_id=task.id,
        kind=kind,
        acquirer_payment_id=told.acquirer_id,
        account_id=account_id,
        key=f"booking:{nonce}" if is_booking else key,
        amount_kopecks=told.amount_kopecks,
        card=told.card,
        words=words,
        status=RefundStatus.WAITING if is_waiting else _begun(kind),
        body="" if is_booking else frozen(body),
        asked_by=agent_id,
        created_at=now,
        finished_at=now if is_booking and not is_waiting else None,
    )


def _begun(kind: StrayKind) -> RefundStatus:
    return RefundStatus.SUCCEEDED if kind is StrayKind.BOOKING else RefundStatus.CREATED


def _judged(kind: StrayKind, known: Taken, account_id: int | None) -> list[Problem]:
    if kind is StrayKind.RETURN or account_id is None:
        return judge_taken(known)
    return judge_booking(known, account_id)


async def _book(stray: Stray, known: Taken, outcome: Succeeded, agent_id: int) -> None:
    await book_stray(stray, known.own, outcome)
    await note_closed(stray.task_id, stray.words, agent_id)


async def _move(stray_id: int, status: RefundStatus, agent_id: int, reason: str = "") -> None:
    now = clock.now()
    await db.execute(
        "UPDATE strays SET status = {}, reason = {}, decided_by = {}, decided_at = {}, finished_at = {} WHERE id = {}",
        status,
        reason,
        agent_id,
        now,
        None if status.is_open else now,
        stray_id,
    )


async def _known(nonce: str, task_id: int, kind: StrayKind) -> Stray | None:
    """Raises Refused `form_stale`."""
    known = await Stray.objects().where(Stray.public_id == nonce).first()
    if known is not None and (known.task_id, known.kind) != (task_id, kind):
        raise refuse("form_stale")
    return known


async def _waiting(stray_id: int, agent_id: int) -> Stray:
    """Raises Refused: `decided_already`, `same_person`."""
    stray = await stray_with_id(stray_id)
    refuse_unless_second(stray, agent_id)
    return stray


async def _stray(public_id: str) -> Stray:
    """Raises LookupError."""
    stray = await Stray.objects().where(Stray.public_id == public_id).first()
    if stray is None:
        raise LookupError(f"no stray money {public_id}")
    return stray


def _locks(account_id: int | None) -> list[str]:
    # Autopay goes on with a month while nobody looks: it and a booking wait for each other.
    of_account = [f"account {account_id}"] if account_id is not None else []
    return ["money tasks", "autopay", "ledger", *of_account]
