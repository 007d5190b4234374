"""The agent of the simulated town: decides about held readings and releases held bills, some days late."""

from __future__ import annotations

from datetime import date

from lk import db
from lk.billing.actions import release_bill
from lk.demo.living_town import Town, Waiting
from lk.metering.deciding import accept, ask_again, correct
from lk.metering.held import HeldReading, held_readings
from lk.metering.rules import physical_cap
from lk.outcome import Refused
from lk.period import Period

MANY = 1_000_000
BLIND = 0.02
"""Of the agent's decisions believe what nobody should: a lost digit, swapped zones."""


async def look_through(town: Town, day: date) -> None:
    """One morning at the desk."""
    for held in await held_readings(MANY):
        waiting = town.waiting.get(held.account_number)
        if waiting is None or waiting.values != held.reading.values:
            await ask_again(held, "unclear", "", town.agent)
        elif _is_time(town, held, day):
            del town.waiting[held.account_number]
            await _decide(town, held, waiting, day)
    await _release(town, day)


def _is_time(town: Town, held: HeldReading, day: date) -> bool:
    """Most are decided at once, some on the month's last day only: after the bills of those who waited."""
    home = town.homes[held.account_number]
    return day >= held.period.last_day or town.dice(home, "desk", held.taken_on).random() > 0.15


async def _decide(town: Town, held: HeldReading, waiting: Waiting, day: date) -> None:
    """Who typed what the dial shows is believed; of the others some are asked by phone, some again, some believed."""
    home = town.homes[held.account_number]
    period = held.period if day < held.period.last_day else held.period.next
    choice = town.dice(home, "why", held.taken_on).random()
    is_right = waiting.values == waiting.shown
    if is_right or choice < (0.3 if waiting.values > waiting.shown else BLIND):
        if await accept(held, town.agent, is_rolled_over=_went_round(held)):
            home.note(period, waiting.kwh, is_right=is_right)
    elif choice < 0.7:
        try:
            await correct(held, waiting.shown, town.agent, is_confirmed=True)
        except Refused:
            await ask_again(held, "too_low", "", town.agent)
        else:
            home.note(period, waiting.kwh, is_right=True)
    else:
        await ask_again(held, "unclear", "", town.agent)


def _went_round(held: HeldReading) -> bool:
    """Whether a dial that stands lower may have gone through zero by what the line can carry in three months."""
    most = physical_cap(held.power_kw, 100)
    pairs = [(was, now) for was, now in zip(held.previous, held.reading.values, strict=True) if was is not None]
    return held.is_lower and all(now >= was or now + 10**held.digits - was <= most for was, now in pairs)


async def _release(town: Town, day: date) -> None:
    """Most bills the day after they were made, the others by the fifth."""
    rows = await db.read_rows(
        "SELECT b.id, b.period, a.number FROM bills b JOIN accounts a ON a.id = b.account_id "
        "WHERE b.status = 'held' ORDER BY b.id"
    )
    for bill_id, number, account in rows:
        period = Period.from_number(number)
        is_slow = town.dice(town.homes[account], "bill", period).random() < 0.2
        if not is_slow or day >= period.next.day(5):
            await release_bill(bill_id, town.agent)
