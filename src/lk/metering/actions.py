"""Take a reading: judge it, keep it, write down that it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.identity import limits
from lk.identity.looks import refuse_unless_let
from lk.metering.carried import carried_of
from lk.metering.queries import Occasion, StoredReading, occasions, standing_readings
from lk.metering.rules import READINGS_PER_ACCOUNT, READINGS_PER_ADDRESS, Verdict, judge_reading, verdict
from lk.metering.storing import record_reading, store, supersede
from lk.outcome import Problem, Refused, refuse
from lk.period import Period

UNLIMITED = ("agent", "import")
"""Sources behind which stands the company itself."""


@dataclass(frozen=True, slots=True)
class SubmittedReading:
    """A reading that was kept. `status` accepted counts, held waits for a person; `id` and `received_at` prove it."""

    id: int
    meter_id: int
    period: Period
    status: str
    values: tuple[int, ...]
    taken_on: date
    received_at: datetime
    problems: tuple[Problem, ...]


async def submit_reading(
    account: AccountView,
    meter_id: int,
    values: Sequence[int | None],
    *,
    taken_on: date,
    source: str,
    actor: Actor,
    is_confirmed: bool = False,
    only_for: Period | None = None,
    reopened: Period | None = None,
    taken_at: datetime | None = None,
    claimed_at: datetime | None = None,
) -> SubmittedReading:
    """Keeps the reading for the period it counts for; the same numbers sent again are the same reading.

    `values` by register, whole kWh, None where no number was typed. Raises Refused with everything odd about it:
    with a `refuse` nothing can be kept, with `confirm` alone it can once `is_confirmed`. `only_for`: refused as
    `period_over` where it would count for any other. `reopened` as for `occasions`. `taken_at`: it was
    carried in a phone since then and counts by it; `taken_on` is that day. `claimed_at`: so the phone says,
    and what was taken after that stands.
    """
    async with db.write(f"account {account.id}", db.shared("bills")):
        await refuse_unless_let(actor, account.id)
        occasion = await occasion_of(account.id, account.power_kw, meter_id, taken_on, source, reopened, taken_at)
        if only_for not in (None, occasion.period):
            raise refuse("period_over")
        problems = judge_reading(occasion.facts(values))
        judged = verdict(problems, source, is_confirmed)
        if judged in (Verdict.REFUSED, Verdict.UNCONFIRMED):
            raise Refused(problems)
        read = tuple(value for value in values[: occasion.meter.zones] if value is not None)
        standing = [each for each in await standing_readings(account.id, occasion.period) if each.meter_id == meter_id]
        if standing and (standing[-1].values, standing[-1].source) == (read, source):
            return submitted(standing[-1])
        if await _is_overtaken(standing, claimed_at):
            judged = Verdict.OVERTAKEN
        await _count(account.id, source, actor)
        replaced = [each.id for each in standing if _gives_way(each, judged)]
        await supersede(replaced)
        stored = await store(account.id, occasion, read, judged, problems, actor)
        kind = "reading_held" if stored.status == "held" else "reading_sent"
        await record_reading(kind, stored, account.id, actor, replaced)
        return submitted(stored)


def _gives_way(standing: StoredReading, judged: Verdict) -> bool:
    return judged is Verdict.ACCEPTED or (judged is Verdict.HELD and standing.status == "held")


async def _is_overtaken(standing: Sequence[StoredReading], claimed_at: datetime | None) -> bool:
    """Whether the dial was read again after `claimed_at`, and that came first."""
    if claimed_at is None or not standing:
        return False
    carried = await carried_of([each.id for each in standing])
    claims = {reading_id: each.claimed_at for reading_id, each in carried.items()}
    return any((claims.get(each.id) or each.received_at) > claimed_at for each in standing)


async def occasion_of(
    account_id: int,
    power_kw: int,
    meter_id: int,
    taken_on: date,
    source: str,
    reopened: Period | None = None,
    taken_at: datetime | None = None,
) -> Occasion:
    """Raises Refused `meter_not_here`."""
    found = await occasions(
        account_id,
        power_kw,
        taken_on=taken_on,
        today=clock.today(),
        source=source,
        reopened=reopened,
        is_carried=taken_at is not None,
    )
    for occasion in found:
        if occasion.meter.id == meter_id:
            return occasion
    raise refuse("meter_not_here")


async def _count(account_id: int, source: str, actor: Actor) -> None:
    """Only what is kept is counted: the rest leaves nothing behind. Raises Refused `too_many_readings`."""
    if source in UNLIMITED:
        return
    subject, address = str(account_id), actor.address
    is_spent = await limits.is_over(READINGS_PER_ACCOUNT, "reading", subject=subject)
    if is_spent or (address and await limits.is_over(READINGS_PER_ADDRESS, "reading", address=address)):
        raise refuse("too_many_readings")
    await limits.note("reading", subject=subject, address=address)


def submitted(reading: StoredReading) -> SubmittedReading:
    return SubmittedReading(
        id=reading.id,
        meter_id=reading.meter_id,
        period=reading.period,
        status=reading.status,
        values=reading.values,
        taken_on=reading.taken_on,
        received_at=reading.received_at,
        problems=reading.reasons,
    )
