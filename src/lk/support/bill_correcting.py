"""An operator corrects a bill that its reader has: by another reading, or anew; the reason stands on the bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lk import db
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.billing.correcting import correct_from
from lk.billing.notes import REASONS
from lk.metering.decisions import ROLLED_OVER, Decision
from lk.metering.phoned import take_by_phone
from lk.outcome import Problem, Refused, Severity, refuse
from lk.period import Period
from lk.support.bill_queries import live_bill, next_reading
from lk.support.bill_reading import of_the_day


@dataclass(frozen=True, slots=True)
class RightDials:
    """What one meter showed on a day of the bill's month, by register; None where nothing was typed."""

    meter_id: int
    values: Sequence[int | None]
    taken_on: date
    is_confirmed: bool


async def correct_bill(
    account: AccountView, period: Period, bill_id: int, reason: str, actor: Actor, dials: RightDials | None = None
) -> None:
    """Reverses the bill and makes it anew, and later ones; `dials` count in the place of the month's reading.

    `bill_id` is the bill that the operator saw. All or nothing. Raises Refused: `cause_wanted`, `bill_changed`,
    `above_next`, `day_of_other_bill`, what is odd about the reading, and what `correct_from` raises.
    """
    if reason not in REASONS:
        raise refuse("cause_wanted", "reason")
    async with db.write(f"account {account.id}", db.shared("bills"), "ledger"):
        bill = await live_bill(account.id, period)
        if bill is None or bill.id != bill_id or bill.status != "issued":
            raise refuse("bill_changed")
        if dials is not None:
            await _store(account, period, dials, actor)
        await correct_from(account.id, period, reason, actor)


async def _store(account: AccountView, period: Period, dials: RightDials, actor: Actor) -> None:
    if problems := await above_next(dials, period):
        raise Refused(problems)
    try:
        kept = await take_by_phone(
            account,
            dials.meter_id,
            dials.values,
            taken_on=dials.taken_on,
            actor=actor,
            is_confirmed=dials.is_confirmed,
            reopened=period,
            is_correction=True,
        )
    except Refused as refusal:
        raise await of_the_day(refusal, period) from None
    if kept.status == "held":
        # Nobody waits for it in a queue: the operator is before it now.
        raise Refused([replace(each, severity=Severity.REFUSE) for each in kept.problems])


async def above_next(dials: RightDials, period: Period) -> list[Problem]:
    """Higher than the meter stood later: then a later bill would take back what nobody used."""
    later = await next_reading(dials.meter_id, period)
    if later is None or ((decided := Decision.read(later.decision)) and decided.code == ROLLED_OVER):
        return []
    return [
        Problem("above_next", field=f"t{at}", params={"next": was, "period": str(later.period)})
        for at, (value, was) in enumerate(zip(dials.values, later.values, strict=False), start=1)
        if value is not None and value > was
    ]
