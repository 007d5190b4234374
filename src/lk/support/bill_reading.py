"""A held bill of a wrong reading: the right one is told by phone, and the bill is counted anew by it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.billing.correcting import correct_from
from lk.billing.held import HeldBill, once_held
from lk.billing.queries import charges_of
from lk.metering.phoned import take_by_phone
from lk.outcome import Refused, Severity, refuse
from lk.period import Period
from lk.tariffs.queries import calendars
from lk.tariffs.rules import calendar_for


async def day_to_offer(bill_id: int, period: Period) -> date:
    """When the bill's own reading was taken, else the last day on which one still counted for it."""
    taken_on = [each.current_on for each in await charges_of(bill_id) if each.current_on is not None]
    return max(taken_on, default=min(await _last_day(period), clock.today()))


async def put_right(
    held: HeldBill,
    account: AccountView,
    meter_id: int,
    values: Sequence[int | None],
    *,
    taken_on: date,
    actor: Actor,
    is_confirmed: bool,
) -> None:
    """The reading counts for the month of the bill, which nobody has seen yet. All or nothing.

    Raises Refused: `bill_decided`, `day_of_other_bill`, what is odd about the reading, and what `correct_from` raises.
    """
    async with db.write(f"account {account.id}", db.shared("bills"), "ledger"):
        waiting = await once_held(held.id)
        if waiting is None or waiting.status != "held":
            raise refuse("bill_decided")
        try:
            kept = await take_by_phone(
                account,
                meter_id,
                values,
                taken_on=taken_on,
                actor=actor,
                is_confirmed=is_confirmed,
                reopened=held.period,
            )
        except Refused as refusal:
            raise await of_the_day(refusal, held.period) from None
        if kept.status == "held":
            # The next month's queue is no place for it: the agent has the resident on the line.
            raise Refused([replace(each, severity=Severity.REFUSE) for each in kept.problems])
        await correct_from(account.id, held.period, "reading", actor)


async def of_the_day(refusal: Refused, period: Period) -> Refused:
    """A reading that counts for another month is told so by its day."""
    if not any(each.code == "period_over" for each in refusal.problems):
        return refusal
    return refuse("day_of_other_bill", "taken_on", period=str(period), last=(await _last_day(period)).isoformat())


async def _last_day(period: Period) -> date:
    return calendar_for(await calendars(), period).window(period).closes_on
