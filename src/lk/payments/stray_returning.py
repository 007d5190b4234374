"""Give back money that was never booked, and learn how that ended: only the acquirer's answer is believed."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from lk import clock, db
from lk.acquirer.answers import UNREACHABLE, Unknown
from lk.acquirer.gateway import gateway
from lk.acquirer.refunds import RefundCanceled, Refunded, RefundOutcome, RefundTold
from lk.actor import Actor
from lk.cards.asking import claim_asking
from lk.history.actions import record
from lk.notifications.actions import queue
from lk.payments.differences import NEVER_ARRIVED
from lk.payments.refund_rules import RefundStatus, next_refund_status, next_refund_step
from lk.payments.refunding import FIRST_CALL, SENT_WITHIN, found_refund
from lk.payments.rules import Step
from lk.payments.tables import Stray
from lk.payments.tasks import note_closed
from lk.payments.waiting import due_returns

log = structlog.get_logger()

AT_ONCE = 10


async def send_return(stray: Stray) -> None:
    """The first call, made once, by whoever wrote the return down or agreed to it."""
    await settle_return(stray.id, await gateway().create_refund(stray.key, stray.body))


async def ask_open_returns() -> int:
    """Asks about every open return whose time it is, at most so many in one call; how many were asked about."""
    asked = 0
    due = [Stray(**row) for row in await due_returns("strays")]
    for at in range(0, len(due), AT_ONCE):
        outcomes = await asyncio.gather(*map(re_ask_return, due[at : at + AT_ONCE]))
        asked += len(outcomes)
        if all(outcome == UNREACHABLE for outcome in outcomes):
            break
    return asked


async def re_ask_return(stray: Stray) -> RefundOutcome | None:
    """Learns how an open return stands, and settles it; None where it has ended or somebody else is asking."""
    age = clock.now() - _begun_at(stray)
    step = next_refund_step(RefundStatus(stray.status), stray.acquirer_id is not None, age)
    is_on_its_way = stray.status == RefundStatus.CREATED and age < FIRST_CALL
    if step is None or is_on_its_way or not await claim_asking("strays", stray):
        return None
    outcome = await _learn(stray, step)
    await settle_return(stray.id, outcome)
    return outcome


async def settle_return(stray_id: int, outcome: RefundOutcome) -> None:
    """Moves the return forward by what the acquirer said; its end closes the task, once. Raises LookupError."""
    async with db.write("money tasks"):
        stray = await stray_with_id(stray_id)
        if not await _is_its_own(stray, outcome):
            return
        status = next_refund_status(RefundStatus(stray.status), outcome)
        if status is None:
            return
        await _move(stray, status, outcome)
        if status is RefundStatus.SUCCEEDED:
            await note_closed(stray.task_id, stray.words, stray.asked_by)
            await _tell(stray)


async def stray_with_id(stray_id: int) -> Stray:
    """Raises LookupError."""
    stray = await Stray.objects().where(Stray.id == stray_id).first()
    if stray is None:
        raise LookupError(f"no stray money {stray_id}")
    return stray


async def _learn(stray: Stray, step: Step) -> RefundOutcome:
    """One without an id is looked for before it is sent again: nothing else would stop a second one."""
    if step is Step.ASK:
        return await gateway().ask_refund(stray.acquirer_id or "")
    begun = _begun_at(stray)
    found = await found_refund(stray.key, stray.acquirer_payment_id, stray.amount_kopecks, begun, frozenset())
    if found is not None:
        return found
    if step is Step.SEND_AGAIN:
        return await gateway().create_refund(stray.key, stray.body)
    # Its task is open still: whoever looks at it may begin anew.
    is_lost = clock.now() - begun > SENT_WITHIN
    return RefundCanceled(NEVER_ARRIVED) if is_lost else Unknown("not_listed", is_alarm=True)


async def _is_its_own(stray: Stray, outcome: RefundOutcome) -> bool:
    """Payment, amount and the acquirer's id have to be this return's, and the id nobody else's."""
    if isinstance(outcome, Unknown):
        if outcome.is_alarm:
            log.error("return_unknown", stray_id=stray.id, code=outcome.code)
        return True
    told = outcome.told
    if told is None:
        return True
    is_same = (told.payment_id, told.amount_kopecks) == (stray.acquirer_payment_id, stray.amount_kopecks)
    is_own = is_same and stray.acquirer_id in (None, told.acquirer_id) and not await _is_anothers(stray, told)
    is_late = isinstance(outcome, Refunded) and stray.status == RefundStatus.CANCELED
    if not is_own or is_late:
        log.error("return_contradicted", stray_id=stray.id, acquirer_id=told.acquirer_id, is_late=is_late)
    return is_own


async def _is_anothers(stray: Stray, told: RefundTold) -> bool:
    return bool(
        await db.read(
            "SELECT id FROM strays WHERE acquirer_id = {} AND id <> {} UNION ALL "
            "SELECT id FROM refunds WHERE acquirer_id = {}",
            told.acquirer_id,
            stray.id,
            told.acquirer_id,
        )
    )


async def _move(stray: Stray, status: RefundStatus, outcome: RefundOutcome) -> None:
    told = None if isinstance(outcome, Unknown) else outcome.told
    await db.execute(
        "UPDATE strays SET status = {}, reason = {}, acquirer_id = {}, finished_at = {} WHERE id = {}",
        status,
        outcome.reason if isinstance(outcome, RefundCanceled) else "",
        told.acquirer_id if told else stray.acquirer_id,
        None if status.is_open else clock.now(),
        stray.id,
    )


async def _tell(stray: Stray) -> None:
    """The history of its account, and whoever holds it; nobody's money has nobody to be told."""
    if stray.account_id is None:
        return
    await record(
        "charge_returned",
        account_id=stray.account_id,
        actor=Actor(agent_id=stray.asked_by),
        amount=stray.amount_kopecks,
        last_four=stray.card,
    )
    for holder in await db.read(
        "SELECT u.id, u.email, a.number FROM accounts a "
        "JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "JOIN users u ON u.id = x.user_id AND u.email IS NOT NULL WHERE a.id = {}",
        stray.account_id,
    ):
        await queue(
            "charge_returned",
            holder["email"],
            key=f"charge_returned:{stray.id}",
            account_id=stray.account_id,
            user_id=holder["id"],
            account_number=holder["number"],
            amount_kopecks=stray.amount_kopecks,
            words=stray.words,
        )


def _begun_at(stray: Stray) -> datetime:
    """When it was first meant to be sent: one that waited for a second person is as old as that one's word."""
    return stray.decided_at or stray.created_at
