"""What the month owes by now, and what it owes for so long that a person should look."""

from __future__ import annotations

import structlog

from lk import clock
from lk.cycle.lines import LATE_AFTER, since_asked
from lk.cycle.queries import done_steps, running_steps
from lk.cycle.reminding import waits_for_morning
from lk.cycle.rules import Owed, steps_due
from lk.tariffs.queries import calendars, first_period
from lk.tariffs.rules import calendar_for

log = structlog.get_logger()


async def owed_steps() -> list[Owed]:
    """In the order in which they came to be owed; a reminder that waits for the morning is not owed yet."""
    dated = await calendars()
    owed = steps_due(dated, await first_period(), clock.now(), await done_steps(), clock.start_of_day)
    return [each for each in owed if not waits_for_morning(each, calendar_for(dated, each.period))]


async def late_steps() -> list[Owed]:
    """Those owed for an hour or more."""
    owed = since_asked(await owed_steps(), await running_steps())
    return [each for each in owed if clock.now() - each.since >= LATE_AFTER]


async def tell_late_steps() -> None:
    """Into the log, for whoever watches nothing else."""
    for each in await late_steps():
        log.error("step_late", period=str(each.period), step=each.step, since=each.since.isoformat())
