"""The simulated town moves: homes are handed over, opened and closed, meters replaced, people go away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from lk import db
from lk.accounts.tables import Account
from lk.actor import PROGRAM
from lk.demo.home import Home
from lk.demo.households import Device, Household
from lk.demo.living_town import Town
from lk.demo.papers import import_accounts, import_devices, import_prices
from lk.demo.people import agent_at_desk, hire_agents, open_by_wizard, operators
from lk.demo.town import TownNotEmpty
from lk.metering.away import declare
from lk.period import Period
from lk.tokens import new_token


async def hand_over(town: Town) -> None:
    """As a company gives its books away: whoever lives there on the first day, each with the meter on the wall.

    Raises TownNotEmpty.
    """
    async with db.write("town"):
        if await Account.exists():
            raise TownNotEmpty
        await db.execute("UPDATE settings SET value = {} WHERE name = 'first_period'", str(town.span.first))
        await import_prices()
        await hire_agents()
        town.agent, town.operators = await agent_at_desk(), await operators()
        here = [home for home in town.homes.values() if not _comes_later(home, town)]
        await _open(town, here, town.span.before.last_day)


async def move(town: Town, day: date) -> None:
    """What is planned for the day; a home whose dial was misread stays as it is until that is put right."""
    planned = town.plans.get(day, [])
    await _open(town, [home for home in planned if home.nature.household.opened_on == day], day)
    settled = [home for home in planned if home.is_open and _is_settled(home, town)]
    await _close(town, [home for home in settled if home.nature.household.closed_on == day], day)
    await _replace(town, [home for home in settled if home.is_open and home.nature.replaced_on == day], day)


async def go_away(town: Town, period: Period) -> None:
    """On the first day of a month, until the last one of theirs."""
    for home in town.homes.values():
        away = home.nature.away
        if away and away[0] == period and home.is_open and home.dial is not None:
            await declare(home.account_id, away[1].last_day, PROGRAM)


async def open_cabinets(town: Town) -> None:
    """By the wizard, as residents do: with the number of the meter that hangs there now."""
    for home in town.cabinets:
        household, dial = home.nature.household, home.dial
        if dial is None or not home.is_open or home.user_id is not None:
            continue
        home.user_id = await open_by_wizard(
            home.number,
            dial.device.serial_number,
            household.login,
            household.email,
            new_token(),
            address=f"2001:db8::{home.number}",
        )


def _comes_later(home: Home, town: Town) -> bool:
    return home.nature.household.opened_on >= town.span.first.first_day


def _is_settled(home: Home, town: Town) -> bool:
    return home.is_read_right() and home.number not in town.waiting


async def _open(town: Town, homes: Iterable[Home], day: date) -> None:
    opened = list(homes)
    if not opened:
        return
    await import_accounts(_open_household(home) for home in opened)
    await import_devices(
        (home.nature.household, home.nature.device) for home in opened if home.nature.device is not None
    )
    for home in opened:
        home.move_in(day, town.dice(home, "in", day))
    await town.know_ids()


def _open_household(home: Home) -> Household:
    return replace(home.nature.household, closed_on=None)


async def _close(town: Town, homes: Iterable[Home], day: date) -> None:
    closed = list(homes)
    removed: list[tuple[Household, Device]] = []
    for home in closed:
        home.is_open = False
        if home.dial is not None:
            home.note(town.period_of(day), home.true_kwh(day), is_right=True)
            removed.append((home.nature.household, home.take_down(day)))
    await import_accounts(home.nature.household for home in closed)
    await import_devices(removed)


async def _replace(town: Town, homes: Iterable[Home], day: date) -> None:
    devices: list[tuple[Household, Device]] = []
    for home in homes:
        if home.dial is None:
            continue
        home.note(town.period_of(day), home.true_kwh(day), is_right=True)
        devices.append((home.nature.household, home.take_down(day)))
        devices.append((home.nature.household, home.put_up(day, town.dice(home, "new", day))))
    await import_devices(devices)
