"""The demo town: two years lived through the program's own doors, month by month, up to the present."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import merge

from lk import clock, db
from lk.accounts.tables import Account
from lk.cycle.actions import run_due
from lk.cycle.rules import Step, begins_at
from lk.demo.compared import compare_past_days
from lk.demo.dials import dials
from lk.demo.households import households
from lk.demo.lives import Deed, Life
from lk.demo.papers import import_accounts, import_devices, import_prices
from lk.demo.people import hire_agents
from lk.demo.planned import plan_prices
from lk.demo.questions import ask_questions
from lk.demo.situations import Twist
from lk.demo.span import Span, moment, span_until
from lk.tariffs.queries import calendars
from lk.tariffs.rules import Calendar, calendar_for


class TownNotEmpty(Exception):
    """There are accounts already: a town is founded on empty land only."""


async def found_town(accounts: int = 50, seed: int = 1) -> str:
    """Fills an empty migrated database, whole or not at all; what was founded, in a line.

    The same seed at the same moment makes the same town, but for its random ids. Raises TownNotEmpty.
    """
    now = clock.now()
    async with db.write("town"):
        if await Account.exists():
            raise TownNotEmpty
        dated = await calendars()
        span = span_until(now, dated)
        lives = [Life(each, dials(each, span, seed), span, seed) for each in households(accounts, seed, span)]
        with clock.fixed_at(moment(span.first, 1, 8)):
            await _hand_over(lives, span)
        await _live(merge(_deeds(lives), _steps(span, dated), key=lambda deed: deed.at))
        await ask_questions(now)
        await plan_prices(now)
        await _deliver_letters(now)
        await compare_past_days(now)
    return f"городок готов: лицевых счетов — {accounts}, месяцев — {span.last - span.first + 1}"


async def _hand_over(lives: list[Life], span: Span) -> None:
    """Prices, accounts and meters, as a company gives them away; replacements and closings are still to come."""
    await db.execute("UPDATE settings SET value = {} WHERE name = 'first_period'", str(span.first))
    await import_prices()
    await hire_agents()
    settled = [life for life in lives if not life.is_newly_opened]
    await import_accounts([replace(life.household, closed_on=None) for life in settled])
    await import_devices(
        (life.household, replace(life.dials.devices[0], removed_on=None, final=()))
        for life in settled
        if life.twist is not Twist.NO_METER
    )


def _deeds(lives: Iterable[Life]) -> list[Deed]:
    return sorted((deed for life in lives for deed in life.deeds()), key=lambda deed: deed.at)


def _steps(span: Span, dated: list[Calendar]) -> list[Deed]:
    """The ticks at which the month has something to do."""
    instants = {
        begins_at(step, period, calendar_for(dated, period), clock.start_of_day)
        for period in span.months
        for step in Step
    }
    return [Deed(at, _tick) for at in sorted(instants) if at <= span.now]


async def _tick() -> None:
    await run_due()


async def _live(deeds: Iterable[Deed]) -> None:
    for deed in deeds:
        with clock.fixed_at(deed.at):
            await deed.act()


async def _deliver_letters(now: datetime) -> None:
    """The town's letters were read long ago: none of them goes out again."""
    await db.execute(
        "UPDATE messages SET status = 'sent', attempts = 1, sent_at = created_at WHERE created_at <= {}",
        now + timedelta(seconds=1),
    )
