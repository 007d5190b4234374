"""Ask the acquirer to give money back, and learn how it ended: only its answer is believed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog

from lk import clock, db
from lk.acquirer.answers import UNREACHABLE, Unknown, intent_of
from lk.acquirer.gateway import gateway
from lk.acquirer.refunds import RefundOutcome, RefundPending, refund_outcome
from lk.cards.asking import claim_asking
from lk.payments.refund_rules import RefundStatus, next_refund_step
from lk.payments.refund_settling import settle_refund
from lk.payments.rules import Step
from lk.payments.settling import payment_with_id
from lk.payments.tables import AcquirerEvent, Refund
from lk.payments.waiting import due_returns

log = structlog.get_logger()

AT_ONCE = 10
CLOCKS_DIFFER = timedelta(minutes=10)
FIRST_CALL = timedelta(seconds=30)
"""Longer than any call takes: a refund that is younger may be on its way, and is left to whoever sent it."""
SENT_WITHIN = timedelta(hours=25)
"""A request is sent again only in the first day of a refund: no later one at the acquirer can be of it."""

_OBJECT_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


async def send_refund(refund: Refund) -> None:
    """The first call, made once, by whoever wrote the refund down."""
    await settle_refund(refund.id, await gateway().create_refund(refund.key, refund.body))


async def re_ask_refund(refund: Refund) -> RefundOutcome | None:
    """Learns how an open refund stands, and settles it; None where it has ended or somebody else is asking."""
    age = clock.now() - begun_at(refund)
    step = next_refund_step(RefundStatus(refund.status), refund.acquirer_id is not None, age)
    is_on_its_way = refund.status == RefundStatus.CREATED and age < FIRST_CALL
    if step is None or is_on_its_way or not await claim_asking("refunds", refund):
        return None
    outcome = await _learn(refund, step)
    await settle_refund(refund.id, outcome)
    return outcome


async def re_ask_nameless(payment_id: str) -> None:
    """The open refund of a payment, by the acquirer's id of it, whose own id there is not known: one at most."""
    rows = await db.read(
        "SELECT r.* FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.acquirer_id = {} "
        "AND r.acquirer_id IS NULL AND r.status IN ('created', 'unknown')",
        payment_id,
    )
    for row in rows:
        await re_ask_refund(Refund(**row))


async def ask_open_refunds() -> int:
    """Asks about every open refund whose time it is, at most so many in one call; how many were asked about."""
    asked = 0
    due = [Refund(**row) for row in await due_returns("refunds")]
    for at in range(0, len(due), AT_ONCE):
        outcomes = await asyncio.gather(*map(re_ask_refund, due[at : at + AT_ONCE]))
        asked += len(outcomes)
        if all(outcome == UNREACHABLE for outcome in outcomes):
            break
    return asked


async def take_refund_event(event: str, object_id: str) -> bool:
    """A notice is only a reason to ask. False: it could not be dealt with now, and should be sent again."""
    if not event.startswith("refund.") or not _OBJECT_ID.fullmatch(object_id):
        log.info("acquirer_event_ignored", event_name=event[:64])
        return True
    if await AcquirerEvent.exists().where((AcquirerEvent.event == event) & (AcquirerEvent.object_id == object_id)):
        return True
    outcome = await gateway().ask_refund(object_id)
    if isinstance(outcome, Unknown) and outcome.code != "http_404":
        return False
    await _settle_told(outcome, event)
    if not isinstance(outcome, RefundPending):
        async with db.write():
            await db.insert_once(AcquirerEvent(event=event, object_id=object_id, received_at=clock.now()))
    return True


async def find_refund(refund: Refund) -> RefundOutcome | None:
    """What the acquirer's list says of a refund whose id is not known; None where the complete list has none of it."""
    payment, taken = await payment_with_id(refund.payment_id), await _ids_of_others(refund)
    return await found_refund(refund.key, payment.acquirer_id or "", refund.amount_kopecks, begun_at(refund), taken)


async def found_refund(
    key: str, payment_id: str, kopecks: int, begun: datetime, taken: frozenset[str]
) -> RefundOutcome | None:
    """The same of a refund known by its key; `payment_id` is the acquirer's, `taken` the ids that are others'."""
    nameless: list[Any] = []
    async for page in gateway().pages("refunds", begun - CLOCKS_DIFFER, begun + SENT_WITHIN):
        if isinstance(page, Unknown):
            return page
        for each in page:
            if intent_of(each) == key:
                return refund_outcome(each)
            if intent_of(each) is None:
                nameless.append(each)
    return next(_like(nameless, payment_id, kopecks, taken), None)


def begun_at(refund: Refund) -> datetime:
    """When it was first meant to be sent: one that waited for a second person is as old as that one's word."""
    return refund.decided_at or refund.created_at


def _like(found: list[Any], payment_id: str, kopecks: int, taken: frozenset[str]) -> Iterator[RefundOutcome]:
    """Those that name no intent, are of this payment and sum, and are no other refund of ours."""
    for each in found:
        outcome = refund_outcome(each)
        told = None if isinstance(outcome, Unknown) else outcome.told
        if told and (told.payment_id, told.amount_kopecks) == (payment_id, kopecks) and told.acquirer_id not in taken:
            yield outcome


async def _ids_of_others(refund: Refund) -> frozenset[str]:
    rows = await db.read(
        "SELECT acquirer_id FROM refunds WHERE payment_id = {} AND id <> {} AND acquirer_id IS NOT NULL",
        refund.payment_id,
        refund.id,
    )
    return frozenset(row["acquirer_id"] for row in rows)


async def _learn(refund: Refund, step: Step) -> RefundOutcome:
    """One without an id is looked for before it is sent again: nothing else would stop a second one."""
    if step is Step.ASK:
        return await gateway().ask_refund(refund.acquirer_id or "")
    found = await find_refund(refund)
    if found is not None:
        return found
    if step is Step.SEND_AGAIN:
        return await gateway().create_refund(refund.key, refund.body)
    return Unknown("not_listed", is_alarm=True)


async def _settle_told(outcome: RefundOutcome, event: str) -> None:
    """By the acquirer's id; one whose answer was lost has none yet, and is asked for once more by its own key."""
    told = None if isinstance(outcome, Unknown) else outcome.told
    if told is None:
        log.warning("acquirer_event_of_no_refund", event_name=event)
        return
    rows = await db.read("SELECT id FROM refunds WHERE acquirer_id = {}", told.acquirer_id)
    if rows:
        await settle_refund(rows[0]["id"], outcome)
        return
    await re_ask_nameless(told.payment_id)
