"""Everything that is owed at a moment, for whoever asks by the command line."""

from __future__ import annotations

from collections.abc import Callable

from lk.autopay.charging import charge_due
from lk.autopay.planning import plan_months
from lk.cycle.actions import run_due
from lk.cycle.messages import step_words
from lk.language import _
from lk.timekeeping.watching import ClockJumped, is_clock_right


async def run_all(tell: Callable[[str], None]) -> int:
    """The steps of the month, then autopay; how many things were done. Raises ClockJumped while a clock is in doubt."""
    if not await is_clock_right():
        raise ClockJumped
    finished = await run_due(
        report=lambda owed: tell(_("%(period)s %(step)s: сделано", period=owed.period, step=step_words(owed.step)))
    )
    planned, charged = await plan_months(), await charge_due()
    if planned or charged:
        tell(_("автоплатёж: предупреждений %(planned)s, списаний %(charged)s", planned=planned, charged=charged))
    return len(finished) + planned + charged
