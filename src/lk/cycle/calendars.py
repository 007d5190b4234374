"""Other days of the month from some month on: only of months that have not begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lk import clock, db
from lk.actor import PROGRAM, Actor
from lk.cycle.rules import Step, begins_at
from lk.history.actions import record
from lk.outcome import refuse
from lk.payments.desk_people import operator_behind
from lk.period import Period
from lk.tariffs.queries import calendars, forget_price_list
from lk.tariffs.rules import DEFAULT_CALENDAR, LAW_2026, Calendar, calendar_for

PRESETS = {"default": DEFAULT_CALENDAR, "law-2026": LAW_2026}

DAYS = ("readings_open", "readings_close", "bill_run", "print_by", "bill_by", "pay_by")


async def calendar_from(period: Period, preset: str | None, days: Mapping[str, int]) -> Calendar:
    """The days of the preset, without one those in force in `period` so far; `days` go before them.

    Raises Refused `calendar_impossible`.
    """
    before = PRESETS[preset] if preset else calendar_for(await calendars(), period)
    named: dict[str, Any] = dict(days)
    try:
        return replace(before, valid_from=period.first_day, **named)
    except ValueError:
        raise refuse("calendar_impossible") from None


async def set_calendar(calendar: Calendar, actor: Actor = PROGRAM, *, is_confirmed: bool = True) -> bool:
    """Holds from its month on, in place of one that was to begin with the same month.

    Steps of months that have begun stay as they are. Whether it was done: without `is_confirmed` it is only looked at.
    Raises Refused `calendar_begun`, which names the first month that is free, `calendar_same` where nothing would
    change, and of a page `not_an_operator`.
    """
    period = Period.of(calendar.valid_from)
    async with db.write("calendars") as unit:
        if actor is not PROGRAM:
            await operator_behind(actor)
        dated = await calendars()
        first_free = await _first_free(dated, calendar)
        if period < first_free:
            raise refuse("calendar_begun", first_free=str(first_free))
        if replace(calendar_for(dated, period), valid_from=calendar.valid_from) == calendar:
            raise refuse("calendar_same")
        days = [getattr(calendar, each) for each in DAYS]
        await db.execute("DELETE FROM calendars WHERE valid_from = {}", calendar.valid_from)
        await db.execute(
            f"INSERT INTO calendars (valid_from, {', '.join(DAYS)}) VALUES ({{}}, {db.placeholders(days)})",  # noqa: S608
            calendar.valid_from,
            *days,
        )
        await record("calendar_set", actor=actor, period=str(period), **dict(zip(DAYS, days, strict=True)))
        if not is_confirmed:
            await unit.rollback()
    forget_price_list()
    return is_confirmed


async def withdraw_calendar(period: Period, actor: Actor) -> None:
    """One of a month to come. Raises Refused: `not_an_operator`, `nothing_planned`, `begun_already`."""
    async with db.write("calendars"):
        await operator_behind(actor)
        if period.first_day <= clock.today():
            raise refuse("begun_already")
        if not await db.execute("DELETE FROM calendars WHERE valid_from = {}", period.first_day):
            raise refuse("nothing_planned")
        await record("calendar_withdrawn", actor=actor, period=str(period))
    forget_price_list()


async def first_free_month() -> Period:
    """The first whose days may still be other ones."""
    dated = await calendars()
    return await _first_free(dated, calendar_for(dated, Period.of(clock.today())))


async def _first_free(dated: Sequence[Calendar], calendar: Calendar) -> Period:
    """The first month of which nothing was done or billed, and whose window opens later by either calendar."""
    rows = await db.read(
        "SELECT max(period) AS last FROM "
        "(SELECT max(period) AS period FROM cycle_runs UNION ALL SELECT max(period) FROM bills) AS begun"
    )
    period = Period.of(clock.today())
    if rows[0]["last"] is not None:
        period = max(period, Period.from_number(rows[0]["last"]).next)
    while min(_opens_at(period, calendar_for(dated, period)), _opens_at(period, calendar)) <= clock.now():
        period = period.next
    return period


def _opens_at(period: Period, calendar: Calendar) -> datetime:
    return begins_at(Step.OPEN_WINDOW, period, calendar, clock.start_of_day)
