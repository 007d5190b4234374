"""A meter is replaced: the old one's last figures, the new one's first, in one transaction, told to the holder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.history.actions import record
from lk.metering.queries import meters_of, occasions, readings_of
from lk.metering.replacements import NewMeter, Replacement, ReplacementFacts, judge_replacement
from lk.metering.rules import MeterFacts
from lk.metering.storing import set_aside_held
from lk.metering.tables import Meter, Reading
from lk.notifications.actions import Link, queue
from lk.outcome import Problem, Refused, Severity, refuse
from lk.period import Period
from lk.text import fold_serial_number

TO_CONFIRM = Problem("replacement_to_confirm", Severity.CONFIRM)


async def meter_to_replace(account_id: int, meter_id: int) -> MeterFacts | None:
    """A meter of this account, in its place or removed; None for any other."""
    return next((meter for meter in await meters_of(account_id) if meter.id == meter_id), None)


async def replacement_facts(account: AccountView, meter: MeterFacts, replaced_on: date | None) -> ReplacementFacts:
    """What a replacement on that day is judged by; a day that cannot be is judged as today."""
    today = clock.today()
    day = replaced_on if replaced_on and meter.installed_on <= replaced_on <= today else today
    found = await occasions(account.id, account.power_kw, taken_on=day, today=today, source="agent")
    occasion = next(each for each in found if each.meter.id == meter.id)
    own = [reading for reading in await readings_of(account.id) if reading.meter_id == meter.id]
    last = own[-1] if own else None
    return ReplacementFacts(
        meter=meter,
        last=last,
        period=occasion.period,
        judge=replace(occasion, previous=last).facts(()),
        serial_keys=frozenset(fold_serial_number(each.serial_number) for each in await meters_of(account.id)),
        today=today,
    )


async def replace_meter(
    account: AccountView, meter_id: int, wanted: Replacement, *, actor: Actor, is_confirmed: bool = False
) -> Period | None:
    """For which period its readings count; None: the same replacement sent again is done already.

    Raises Refused with everything wrong about it at once, `meter_not_here`, `already_replaced`; and, until it
    `is_confirmed`, with what to look at once more and `replacement_to_confirm`.
    """
    async with db.write(f"account {account.id}", db.shared("bills")):
        old = await meter_to_replace(account.id, meter_id)
        if old is None:
            raise refuse("meter_not_here")
        if old.removed_on is not None:
            await _check_same(account.id, old, wanted)
            return None
        facts = await replacement_facts(account, old, wanted.replaced_on)
        problems = judge_replacement(facts, wanted)
        if any(problem.severity is Severity.REFUSE for problem in problems):
            raise Refused(problems)
        if not is_confirmed:
            raise Refused([*problems, TO_CONFIRM])
        await _replace(account, _Case(old, facts.period, wanted), actor)
        return facts.period


@dataclass(frozen=True, slots=True)
class _Case:
    """A replacement that was found good: nothing in it is missing."""

    old: MeterFacts
    period: Period
    wanted: Replacement

    @property
    def on(self) -> date:
        assert self.wanted.replaced_on is not None
        return self.wanted.replaced_on

    @property
    def new(self) -> NewMeter:
        return self.wanted.new

    @property
    def final(self) -> tuple[int, ...]:
        return _known(self.wanted.final)

    @property
    def initial(self) -> tuple[int, ...]:
        return _known(self.wanted.new.initial)


def _known(values: Sequence[int | None]) -> tuple[int, ...]:
    return tuple(value for value in values if value is not None)


async def _check_same(account_id: int, old: MeterFacts, wanted: Replacement) -> None:
    """Raises Refused `already_replaced` unless it is this very replacement that was made."""
    finals = [each.values for each in await readings_of(account_id) if (each.meter_id, each.kind) == (old.id, "final")]
    keys = {fold_serial_number(meter.serial_number) for meter in await meters_of(account_id) if meter.id != old.id}
    is_same = (old.removed_on, finals) == (wanted.replaced_on, [_known(wanted.final)]) and wanted.new.serial_key in keys
    if not is_same:
        raise refuse("already_replaced")


async def _replace(account: AccountView, case: _Case, actor: Actor) -> None:
    await db.execute("UPDATE meters SET removed_on = {} WHERE id = {}", case.on, case.old.id)
    await set_aside_held(case.old.id)
    new_id = await _install(account.id, case)
    await Reading.insert(
        _reading(account.id, case.old.id, "final", case, case.final, actor),
        _reading(account.id, new_id, "initial", case, case.initial, actor),
    )
    await record(
        "meter_replaced",
        account_id=account.id,
        actor=actor,
        meter=case.old.id,
        new_meter=new_id,
        period=str(case.period),
        on=case.on.isoformat(),
        final=list(case.final),
        initial=list(case.initial),
    )
    await _tell_holder(account, case)


async def _install(account_id: int, case: _Case) -> int:
    new = Meter(
        account_id=account_id,
        serial_number=case.new.serial_number,
        serial_key=case.new.serial_key,
        zones=case.new.zones,
        digits=case.new.digits,
        ratio=case.new.ratio,
        installed_on=case.on,
        verified_until=case.new.verified_until,
    )
    await Meter.insert(new)
    return int(new.id)


def _reading(account_id: int, meter_id: int, kind: str, case: _Case, values: Sequence[int], actor: Actor) -> Reading:
    t1, t2, t3 = (*values, None, None)[:3]
    return Reading(
        account_id=account_id,
        meter_id=meter_id,
        kind=kind,
        period=case.period.number,
        taken_on=case.on,
        received_at=clock.now(),
        source="agent",
        status="accepted",
        t1_kwh=t1,
        t2_kwh=t2,
        t3_kwh=t3,
        user_id=actor.user_id,
        agent_id=actor.agent_id,
    )


@dataclass(frozen=True, slots=True)
class _Holder:
    user_id: int
    email: str | None


async def _tell_holder(account: AccountView, case: _Case) -> None:
    holder = await db.read_one_as(
        _Holder,
        "SELECT u.id AS user_id, u.email FROM accesses x JOIN users u ON u.id = x.user_id "
        "WHERE x.account_id = {} AND x.role = 'holder' AND x.ended_at IS NULL",
        account.id,
    )
    if holder is None or not holder.email:
        return
    await queue(
        "meter_replaced",
        holder.email,
        key=f"meter_replaced {case.old.id}",
        account_id=account.id,
        user_id=holder.user_id,
        link=Link(f"/accounts/{account.public_id}/readings"),
        replaced_on=case.on.isoformat(),
        old_number=case.old.serial_number,
        new_number=case.new.serial_number,
        final=list(case.final),
        initial=list(case.initial),
    )
