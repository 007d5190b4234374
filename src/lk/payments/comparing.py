"""A stretch of the acquirer's time beside ours: open intents are settled on the way, and what differs is named."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from lk.acquirer.answers import Outcome, Succeeded, Unknown
from lk.acquirer.gateway import Gateway
from lk.acquirer.refunds import RefundOutcome
from lk.payments.acquirer_day import Listed, ListedPayment, ListedRefund, listed_between
from lk.payments.differences import Difference, payment_difference, refund_difference
from lk.payments.own_day import Own, own_of, paid_between, refunded_between, returned_of
from lk.payments.refund_settling import settle_refund
from lk.payments.refunding import re_ask_nameless
from lk.payments.reviving import revive
from lk.payments.settling import settle

AT_ONCE = 10

Answer = TypeVar("Answer", Outcome, RefundOutcome)


@dataclass(frozen=True, slots=True)
class PaymentThere:
    """The acquirer's; None: it knows of none with this id."""

    acquirer_id: str
    intent_id: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class RefundThere:
    """The same of a refund; `payment_id` is the acquirer's."""

    acquirer_id: str
    intent_id: str
    payment_id: str
    outcome: RefundOutcome | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What was listed, and what of it, or of ours beside it, differed when it was looked at."""

    listed: Listed
    odd_payments: Sequence[PaymentThere]
    odd_refunds: Sequence[RefundThere]


async def compare(acquirer: Gateway, begins: datetime, ends: datetime) -> Compared | None:
    """Made from `begins` on and before `ends`; None where the acquirer did not answer to the end."""
    listed = await listed_between(acquirer, begins, ends)
    if listed is None:
        return None
    await _settle(listed)
    payments, refunds = await _payments(acquirer, listed, begins, ends), await _refunds(acquirer, listed, begins, ends)
    if payments is None or refunds is None:
        return None
    own = await _own(payments, refunds)
    return Compared(
        listed,
        [each for each in payments if _payment_difference(each, own)],
        [each for each in refunds if _refund_difference(each, own)],
    )


async def differences_of(compared: Compared) -> list[Difference]:
    """What still differs of what was odd. Inside `write()`."""
    own = await _own(compared.odd_payments, compared.odd_refunds)
    of_payments = (_payment_difference(each, own) for each in compared.odd_payments)
    of_refunds = (_refund_difference(each, own) for each in compared.odd_refunds)
    return [each for each in (*of_payments, *of_refunds) if each is not None]


async def _settle(listed: Listed) -> None:
    """What is open here ends as it ended there; a row that is gone is made again. Money that was taken goes first."""
    own = await own_of(
        [each.told.acquirer_id for each in listed.payments],
        [each.told.intent_id for each in listed.payments],
        [each.told.acquirer_id for each in listed.refunds],
        [each.intent_id for each in listed.refunds],
    )
    for payment in sorted(listed.payments, key=lambda each: not isinstance(each.outcome, Succeeded)):
        await _settle_payment(payment, own)
    for refund in listed.refunds:
        await _settle_refund(refund, own)


async def _settle_payment(there: ListedPayment, own: Own) -> None:
    known = own.payment(there.told.acquirer_id, there.told.intent_id)
    if known is None:
        revived = await revive(there.told, there.made_at)
        if revived is not None:
            await settle(revived, there.outcome)
    elif known.is_open:
        await settle(known.id, there.outcome)


async def _settle_refund(there: ListedRefund, own: Own) -> None:
    known = own.refund(there.told.acquirer_id, there.intent_id)
    if known is None:
        await re_ask_nameless(there.told.payment_id)
    elif known.is_open:
        await settle_refund(known.id, there.outcome)


async def _payments(acquirer: Gateway, listed: Listed, begins: datetime, ends: datetime) -> list[PaymentThere] | None:
    """Those listed, and those of ours that are not: the acquirer made them a little later, or not at all."""
    found = [PaymentThere(each.told.acquirer_id, each.told.intent_id, each.outcome) for each in listed.payments]
    known = {each.acquirer_id for each in found}
    unlisted = [each for each in await paid_between(begins, ends) if each not in known]
    answers = await _asked(acquirer.ask, unlisted)
    if answers is None:
        return None
    return found + [PaymentThere(each, "", answer) for each, answer in zip(unlisted, answers, strict=True)]


async def _refunds(acquirer: Gateway, listed: Listed, begins: datetime, ends: datetime) -> list[RefundThere] | None:
    found = [
        RefundThere(each.told.acquirer_id, each.intent_id, each.told.payment_id, each.outcome)
        for each in listed.refunds
    ]
    known = {each.acquirer_id for each in found}
    returned = await returned_of(known, [each.intent_id for each in found])
    found = [each for each in found if not returned & {each.acquirer_id, each.intent_id}]
    unlisted = [each for each in await refunded_between(begins, ends) if each[0] not in known]
    answers = await _asked(acquirer.ask_refund, [refund_id for refund_id, _ in unlisted])
    if answers is None:
        return None
    return found + [
        RefundThere(refund_id, "", payment_id, answer)
        for (refund_id, payment_id), answer in zip(unlisted, answers, strict=True)
    ]


async def _asked(ask: Callable[[str], Awaitable[Answer]], ids: Sequence[str]) -> list[Answer | None] | None:
    """One answer for each, None for what the acquirer does not know; None for all where it did not answer."""
    answers: list[Answer | None] = []
    for at in range(0, len(ids), AT_ONCE):
        for answer in await asyncio.gather(*map(ask, ids[at : at + AT_ONCE])):
            if isinstance(answer, Unknown) and answer.code != "http_404":
                return None
            answers.append(None if isinstance(answer, Unknown) else answer)
    return answers


async def _own(payments: Sequence[PaymentThere], refunds: Sequence[RefundThere]) -> Own:
    return await own_of(
        [each.acquirer_id for each in payments] + [each.payment_id for each in refunds],
        [each.intent_id for each in payments],
        [each.acquirer_id for each in refunds],
        [each.intent_id for each in refunds],
    )


def _payment_difference(there: PaymentThere, own: Own) -> Difference | None:
    return payment_difference(there.acquirer_id, there.outcome, own.payment(there.acquirer_id, there.intent_id))


def _refund_difference(there: RefundThere, own: Own) -> Difference | None:
    known = own.refund(there.acquirer_id, there.intent_id)
    return refund_difference(there.acquirer_id, there.outcome, known, own.payment(there.payment_id))
