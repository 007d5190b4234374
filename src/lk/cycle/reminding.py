"""The steps that remind people, one transaction a chunk of accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from lk import clock, db
from lk.cycle.claims import Claim, progress
from lk.cycle.queries import Recipient, account_chunks, holders_in_debt, holders_without_reading
from lk.cycle.rules import reminded_until
from lk.notifications.actions import Link, Outgoing, queue_many
from lk.tariffs.queries import calendars
from lk.tariffs.rules import calendar_for

Recipients = Callable[[int, int], Awaitable[list[Recipient]]]


async def remind_of_readings(held: Claim) -> None:
    """Holders whose meters have no reading of the period yet."""

    async def recipients(first_id: int, last_id: int) -> list[Recipient]:
        return await holders_without_reading(held.period, first_id, last_id)

    await _remind(held, recipients, "readings_wanted", "readings")


async def remind_of_payment(held: Claim) -> None:
    """Holders whose account owes."""
    await _remind(held, holders_in_debt, "payment_due", "payments")


async def _remind(held: Claim, recipients: Recipients, kind: str, page: str) -> None:
    until = reminded_until(held.step, held.period, calendar_for(await calendars(), held.period))
    if clock.today() > until:
        # After the day it would only annoy.
        return
    async for first_id, last_id in account_chunks():
        async with db.write(held.lock):
            letters = [_letter(held, each, kind, page, until) for each in await recipients(first_id, last_id)]
            await progress(held, await queue_many(letters))


def _letter(held: Claim, to: Recipient, kind: str, page: str, until: date) -> Outgoing:
    return Outgoing(
        kind=kind,
        to_address=to.email,
        key=f"{held.step}:{held.period}:{to.account_id}",
        account_id=to.account_id,
        user_id=to.user_id,
        link=Link(f"/accounts/{to.public_id}/{page}"),
        params={"period": str(held.period), "until": until.isoformat(), "owed_kopecks": to.owed_kopecks},
    )
