"""A payment that the acquirer knows by an intent of ours whose row is gone, as after an older copy was restored.

Its money must reach the account, so the row is made again of the intent's own words, where they can only mean this
account: ids are given anew after a restore, and an access that is older than the payment proves that this one was not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lk import db
from lk.acquirer.answers import Told
from lk.ledger.rules import Part
from lk.payments.rules import PaymentStatus
from lk.payments.tables import Payment
from lk.period import Period
from lk.tokens import new_public_id

_HAND = re.compile(
    r"(?P<what>hand|penalty):(?P<account>\d{1,18}):(?P<user>\d{1,18}):[^:]+:(?P<kopecks>\d{1,12})", re.ASCII
)
_AUTOPAY = re.compile(r"autopay:(?P<account>\d{1,18}):(?P<period>\d{4}-\d{2}):(?P<attempt>\d{1,3})", re.ASCII)

UNKNOWN_BODY = "{}"
"""The request is gone with the row; nothing sends it again, for the acquirer's id is known."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What an intent's key says of its payment."""

    account_id: int
    user_id: int | None = None
    kopecks: int | None = None
    period: Period | None = None
    attempt: int | None = None
    part: Part = Part.PRINCIPAL


async def revive(told: Told, made_at: datetime) -> int | None:
    """The id of the payment made again, still without its end; None where it cannot be told whose it is."""
    words = _read(told.intent_id)
    if words is None or words.kopecks not in (None, told.amount_kopecks):
        return None
    async with db.write(f"account {words.account_id}", "money tasks"):
        user_id = await _payer(words, made_at)
        if user_id is None or await _is_settled(told.acquirer_id):
            return None
        payment = Payment(
            public_id=new_public_id(),
            account_id=words.account_id,
            user_id=user_id,
            key=told.intent_id,
            kind="one_off" if words.period is None else "autopay",
            part=words.part,
            amount_kopecks=told.amount_kopecks,
            status=PaymentStatus.CREATED,
            acquirer_id=told.acquirer_id,
            period=words.period.number if words.period else None,
            attempt=words.attempt,
            body=UNKNOWN_BODY,
            created_at=made_at,
        )
        await db.insert_once(payment, Payment.key)
        rows = await db.read("SELECT id FROM payments WHERE key = {}", told.intent_id)
        return int(rows[0]["id"])


def names_an_intent(intent_id: str) -> bool:
    """Whether it is called as intents of ours are."""
    return _read(intent_id) is not None


def _read(intent_id: str) -> _Words | None:
    if found := _HAND.fullmatch(intent_id):
        part = Part.PENALTY if found["what"] == "penalty" else Part.PRINCIPAL
        return _Words(int(found["account"]), int(found["user"]), int(found["kopecks"]), part=part)
    if found := _AUTOPAY.fullmatch(intent_id):
        try:
            period = Period.parse(found["period"])
        except ValueError:
            return None
        return _Words(int(found["account"]), period=period, attempt=int(found["attempt"]))
    return None


async def _is_settled(acquirer_id: str) -> bool:
    """A person booked the money or gave it back while nobody knew whose it was."""
    rows = await db.read(
        "SELECT id FROM strays WHERE acquirer_payment_id = {} AND status NOT IN ('canceled', 'refused')", acquirer_id
    )
    return bool(rows)


async def _payer(words: _Words, made_at: datetime) -> int | None:
    """Who could pay for the account by then: the user of the key; autopay is its holder's."""
    whose = "role = 'holder'" if words.user_id is None else "user_id = {}"
    rows = await db.read(
        "SELECT user_id FROM accesses WHERE account_id = {} AND created_at <= {} "  # noqa: S608 - constants only
        f"AND (ended_at IS NULL OR ended_at > {{}}) AND {whose} ORDER BY id",
        words.account_id,
        made_at,
        made_at,
        *([] if words.user_id is None else [words.user_id]),
    )
    return int(rows[0]["user_id"]) if rows else None
