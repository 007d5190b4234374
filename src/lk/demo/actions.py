"""What follows a clock moved by hand."""

from __future__ import annotations

from datetime import datetime

from lk import clock, db
from lk.cycle.actions import run_due
from lk.cycle.queries import done_steps
from lk.cycle.rules import steps_due
from lk.tariffs.queries import calendars, first_period


async def live_until(instant: datetime) -> None:
    """All that is owed by then, each step at its own moment, as if the days had passed.

    Agents' codes count again, also where the clock goes back.
    """
    async with db.write():
        await db.execute("UPDATE agents SET totp_last_step = 0")
    owed = steps_due(await calendars(), await first_period(), instant, await done_steps(), clock.start_of_day)
    for moment in sorted({each.since for each in owed}):
        with clock.fixed_at(moment):
            await run_due()
