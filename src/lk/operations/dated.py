"""Consumption bands and the penalty's yearly rate from a day on: set by an operator, withdrawn before they begin."""

from __future__ import annotations

from datetime import date

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.operations.pricing import LOCKS, refuse_unless_planned, refuse_while_billing
from lk.operations.stored_prices import last_billed_period
from lk.outcome import refuse
from lk.payments.desk_people import operator_behind
from lk.period import Period
from lk.tariffs.queries import forget_price_list, fresh_price_list

MOST_KWH = 1_000_000
MOST_BASIS_POINTS = 10_000


async def set_bands(limits: tuple[int, ...], since: Period, actor: Actor, *, is_confirmed: bool) -> bool:
    """`limits`: upper edges in kWh, one or two. Whether it was done: without `is_confirmed` it is only looked at.

    Raises Refused: `not_an_operator`, `billing_under_way`, `bands_out_of_order`, `month_billed`, `nothing_changes`.
    """
    if not limits or list(limits) != sorted(set(limits)) or not 0 < limits[-1] <= MOST_KWH or limits[0] <= 0:
        raise refuse("bands_out_of_order", "limit_1")
    async with db.write(*LOCKS) as unit:
        await operator_behind(actor)
        await refuse_while_billing()
        billed = await last_billed_period()
        if billed is not None and since <= billed:
            raise refuse("month_billed", "since", first=billed.next)
        widths = (await fresh_price_list()).month(since).band_widths
        if widths == tuple(upper - lower for lower, upper in zip((0, *limits), limits, strict=False)):
            raise refuse("nothing_changes")
        await db.execute("DELETE FROM band_limits WHERE valid_from = {}", since.first_day)
        await db.write_many(
            "INSERT INTO band_limits (valid_from, band, upto_kwh) VALUES ({}, {}, {})",
            [(since.first_day, band, upto) for band, upto in enumerate(limits, start=1)],
        )
        await record("bands_set", actor=actor, since=str(since), limits=list(limits))
        if not is_confirmed:
            await unit.rollback()
    forget_price_list()
    return is_confirmed


async def withdraw_bands(since: Period, actor: Actor) -> None:
    """Raises Refused: `not_an_operator`, `nothing_planned`, `begun_already`."""
    async with db.write(*LOCKS):
        await operator_behind(actor)
        day = since.first_day
        found = await db.read("SELECT upto_kwh FROM band_limits WHERE valid_from = {} ORDER BY band", day)
        refuse_unless_planned(found, day)
        await db.execute("DELETE FROM band_limits WHERE valid_from = {}", day)
        await record("bands_withdrawn", actor=actor, since=str(since), limits=[row["upto_kwh"] for row in found])
    forget_price_list()


async def set_penalty_rate(basis_points: int, valid_from: date, actor: Actor, *, is_confirmed: bool) -> bool:
    """From a day to come: the penalty is counted day by day, and days that are over may be in bills.

    Raises Refused: `not_an_operator`, `billing_under_way`, `rate_too_high`, `day_is_past`, `nothing_changes`.
    """
    if not 0 <= basis_points <= MOST_BASIS_POINTS:
        raise refuse("rate_too_high", "rate")
    async with db.write(*LOCKS) as unit:
        await operator_behind(actor)
        await refuse_while_billing()
        if valid_from <= clock.today():
            raise refuse("day_is_past", "valid_from")
        before = [each for each in (await fresh_price_list()).penalty_rates if each.valid_from <= valid_from]
        if before and before[-1].basis_points == basis_points:
            raise refuse("nothing_changes")
        await db.execute("DELETE FROM penalty_rates WHERE valid_from = {}", valid_from)
        await db.execute(
            "INSERT INTO penalty_rates (valid_from, basis_points) VALUES ({}, {})", valid_from, basis_points
        )
        await record("penalty_rate_set", actor=actor, since=valid_from.isoformat(), basis_points=basis_points)
        if not is_confirmed:
            await unit.rollback()
    forget_price_list()
    return is_confirmed


async def withdraw_penalty_rate(valid_from: date, actor: Actor) -> None:
    """Raises Refused: `not_an_operator`, `nothing_planned`, `begun_already`."""
    async with db.write(*LOCKS):
        await operator_behind(actor)
        found = await db.read("SELECT basis_points FROM penalty_rates WHERE valid_from = {}", valid_from)
        refuse_unless_planned(found, valid_from)
        await db.execute("DELETE FROM penalty_rates WHERE valid_from = {}", valid_from)
        points = found[0]["basis_points"]
        await record("penalty_rate_withdrawn", actor=actor, since=valid_from.isoformat(), basis_points=points)
    forget_price_list()
