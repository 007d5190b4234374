"""The steps that remind people, one transaction a chunk of accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from lk import clock, db
from lk.cycle.claims import Claim, progress
from lk.cycle.queries import Recipient, account_chunks, holders_in_debt, holders_without_reading
from lk.cycle.rules import reminded_until
from lk.notifications.actions import Link, Outgoing, queue_many
from lk.readings.links import reading_link
from lk.tariffs.queries import calendars
from lk.tariffs.rules import calendar_for

Recipients = Callable[[int, int], Awaitable[list[Recipient]]]


async def remind_of_readings(held: Claim) -> None:
    """Holders whose meters have no reading of the period yet."""
    closes_on = calendar_for(await calendars(), held.period).window(held.period).closes_on

    async def recipients(first_id: int, last_id: int) -> list[Recipient]:
        return await holders_without_reading(held.period, closes_on, first_id, last_id)

    await _remind(held, recipients, "readings_wanted", lambda to: reading_link(to.public_id, held.period))


async def remind_of_payment(held: Claim) -> None:
    """Holders whose account owes."""
    await _remind(held, holders_in_debt, "payment_due", lambda to: Link(f"/accounts/{to.public_id}/payments"))


async def _remind(held: Claim, recipients: Recipients, kind: str, link_for: Callable[[Recipient], Link]) -> None:
    until = reminded_until(held.step, held.period, calendar_for(await calendars(), held.period))
    if clock.today() > until:
        # After the day it would only annoy.
        return
    async for first_id, last_id in account_chunks():
        async with db.write(held.lock):
            letters = [_letter(held, each, kind, link_for(each), until) for each in await recipients(first_id, last_id)]
            await progress(held, await queue_many(letters))


def _letter(held: Claim, to: Recipient, kind: str, link: Link, until: date) -> Outgoing:
    return Outgoing(
        kind=kind,
        to_address=to.email,
        key=f"{held.step}:{held.period}:{to.account_id}",
        account_id=to.account_id,
        user_id=to.user_id,
        link=link,
        params={"period": str(held.period), "until": until.isoformat(), "owed_kopecks": to.owed_kopecks},
    )
