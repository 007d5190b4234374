"""The steps that remind people, one transaction a chunk of accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from lk import clock, db
from lk.cycle.claims import Claim, progress
from lk.cycle.queries import Recipient, account_chunks, holders_in_debt, holders_without_reading
from lk.cycle.rules import DAYS_BEFORE_DUE, REMINDERS, Owed, Reminding, reminded_until, reminding
from lk.notifications.actions import Link, Outgoing, queue_many
from lk.readings.links import reading_link
from lk.tariffs.queries import calendars
from lk.tariffs.rules import Calendar, calendar_for

Recipients = Callable[[int, int], Awaitable[list[Recipient]]]


def waits_for_morning(owed: Owed, calendar: Calendar) -> bool:
    """Whether it is a reminder that is better sent when people are awake."""
    if owed.step not in REMINDERS:
        return False
    now = clock.local(clock.now())
    return reminding(owed.step, owed.period, calendar, now, clock.start_of_day) is Reminding.LATER


async def remind_of_readings(held: Claim) -> None:
    """Holders whose meters have no reading of the period yet."""
    closes_on = calendar_for(await calendars(), held.period).window(held.period).closes_on

    async def recipients(first_id: int, last_id: int) -> list[Recipient]:
        return await holders_without_reading(held.period, closes_on, first_id, last_id)

    await _remind(held, recipients, "readings_wanted", lambda to: reading_link(to.public_id, held.period))


async def remind_of_payment(held: Claim) -> None:
    """Holders whose account owes, and no autopay will see to it; not those who were just given longer."""
    latest = clock.today() + timedelta(days=DAYS_BEFORE_DUE)

    async def recipients(first_id: int, last_id: int) -> list[Recipient]:
        return await holders_in_debt(held.period, latest, first_id, last_id)

    await _remind(held, recipients, "payment_due", lambda to: Link(f"/accounts/{to.public_id}/payments"))


async def _remind(held: Claim, recipients: Recipients, kind: str, link_for: Callable[[Recipient], Link]) -> None:
    calendar, now = calendar_for(await calendars(), held.period), clock.local(clock.now())
    if reminding(held.step, held.period, calendar, now, clock.start_of_day) is Reminding.NEVER:
        # It would only annoy.
        return
    until = reminded_until(held.step, held.period, calendar)
    async for first_id, last_id in account_chunks():
        async with db.write(held.lock):
            letters = [_letter(held, each, kind, link_for(each), until) for each in await recipients(first_id, last_id)]
            await progress(held, await queue_many(letters), through_id=last_id)


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
