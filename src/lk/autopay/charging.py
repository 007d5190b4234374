"""Charges that are due: decided and written down, then asked of the acquirer, then settled; in batches.

A charge's row is committed before the acquirer is called. Its key names account, month and attempt, so that no crash,
no second process and no restored copy ever makes another one of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from lk import clock, db
from lk.acquirer.answers import Outcome
from lk.acquirer.gateway import SENT_WITHIN, Gateway, frozen, gateway
from lk.autopay.after import advance
from lk.autopay.cases import Case, cases_of, due_accounts
from lk.autopay.ending import end_month
from lk.autopay.rules import Charge, End, Wait, decide
from lk.config import settings
from lk.payments.bodies import Intent, payment_body
from lk.payments.catching_up import catch_up, owed_since
from lk.payments.queries import vat_percent
from lk.payments.settling import settle_all
from lk.timekeeping.watching import refuse_if_jumped
from lk.tokens import new_public_id

log = structlog.get_logger()

AT_ONCE = 60
BATCH = 20
BUSY_FOR = timedelta(minutes=1)
TROUBLE_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A charge that is written down, to be sent while `clock.ran()` is not past `by`; else whoever asks sends it."""

    payment_id: int
    key: str
    body: str
    by: timedelta


async def charge_due() -> int:
    """Charges all that is due now; how many charges were begun. What was begun before is looked after first.

    After a silence nothing is charged before the acquirer has told what happened meanwhile.
    """
    await advance()
    if await owed_since() is not None and not await catch_up():
        return 0
    if not await due_accounts(1):
        return 0
    async with gateway().connected(AT_ONCE) as acquirer:
        return sum(await asyncio.gather(*(_charge_batches(acquirer) for _ in range(AT_ONCE // BATCH))))


async def _charge_batches(acquirer: Gateway) -> int:
    begun = 0
    while True:
        accounts = await due_accounts(BATCH)
        if not accounts:
            return begun
        charges = await _begin(accounts)
        if charges:
            begun += len(charges)
            await _settle(await _send(acquirer, charges))


async def _begin(accounts: Sequence[int]) -> list[_Sent]:
    """Decides about each month and writes the charges down; whatever is decided, none of them is due any more."""
    async with db.write("autopay", *(f"account {account_id}" for account_id in accounts)):
        vat = await vat_percent()
        intended: dict[int, tuple[Case, int]] = {}
        for case in await cases_of(accounts):
            match decide(case.moment(clock.today(), is_busy=case.account_id in intended)):
                case Charge(kopecks):
                    intended[case.account_id] = (case, kopecks)
                case Wait():
                    await _put_off(case, BUSY_FOR)
                case End(status):
                    await end_month(case, status)
        charges = [
            sent for case, kopecks in intended.values() if (sent := await _intend(case, kopecks, vat)) is not None
        ]
        refuse_if_jumped()
        return charges


async def _intend(case: Case, kopecks: int, vat: int) -> _Sent | None:
    """None where the request cannot be made: it is tried again later, and the log tells."""
    attempt, now, send_until = case.attempts + 1, clock.now(), clock.start_of_day(case.due_on + timedelta(days=1))
    by = clock.ran() + min(SENT_WITHIN, send_until - now)
    key = f"autopay:{case.account_id}:{case.period}:{attempt}"
    try:
        body = frozen(payment_body(_intent(case, key, kopecks, vat), settings().company))
    except KeyError:
        log.exception("autopay_unwritable", account_id=case.account_id)
        await _put_off(case, TROUBLE_FOR)
        return None
    rows = await db.read(
        "INSERT INTO payments (public_id, account_id, user_id, key, kind, amount_kopecks, status, reason, card, "
        "card_id, saves_card, way, period, attempt, send_until, body, created_at) "
        "VALUES ({}, {}, {}, {}, 'autopay', {}, 'created', '', {}, {}, {}, 'card', {}, {}, {}, {}, {}) "
        "ON CONFLICT (key) DO NOTHING RETURNING id",
        new_public_id(),
        case.account_id,
        case.user_id,
        key,
        kopecks,
        case.last_four,
        case.card_id,
        False,
        case.period.number,
        attempt,
        send_until,
        body,
        now,
    )
    await db.execute(
        "UPDATE autopay_months SET status = 'charging', attempts = {} WHERE id = {}", attempt, case.month_id
    )
    return _Sent(rows[0]["id"], key, body, by) if rows else None


def _intent(case: Case, key: str, kopecks: int, vat: int) -> Intent:
    return Intent(
        key=key,
        amount_kopecks=kopecks,
        owed_kopecks=case.owed_kopecks,
        account_number=case.account_number,
        period=case.period,
        email=case.email,
        return_url="",
        vat_percent=vat,
        card=case.acquirer_card_id,
    )


async def _send(acquirer: Gateway, charges: Sequence[_Sent]) -> Mapping[int, Outcome]:
    outcomes = await asyncio.gather(*(acquirer.create(each.key, each.body, by=each.by) for each in charges))
    return {each.payment_id: outcome for each, outcome in zip(charges, outcomes, strict=True)}


async def _settle(outcomes: Mapping[int, Outcome]) -> None:
    await settle_all(outcomes)
    await advance()


async def _put_off(case: Case, pause: timedelta) -> None:
    await db.execute("UPDATE autopay_months SET next_at = {} WHERE id = {}", clock.now() + pause, case.month_id)
