"""The timetable, in words, and the ticks that keep it.

Every second   letters that are due are sent.
Every 2 s      files that operators sent are checked, or loaded.
Every 10 s     steps of the month that are owed are done (cycle/rules.py says when each begins);
               open payments, refunds and links of cards are asked about; copies of own data that wait are made;
               bill runs on trial that wait are computed; print runs that were asked for are made; looks along the
               seals that an admin asked for;
               autopay is announced the day before, from nine; charged on its day, from ten; ended where its card or
               its access ended;
               the pages' price list is read again, and the heartbeat is noted.
Every minute   it is noted that lk was up; a longer silence extends what was cut short;
               registrations whose three days have passed, links to new passwords and e-mails and invitations are ended;
               accounts are released whose day has passed.
Every 10 min   between three and five at night the invariants are looked at, once (cycle/verifying/nightly.py);
               after two the company's numbers are counted, once (statistics/);
               after five what staff did is sealed.
Every hour     accounts whose last day has passed leave their cabinets;
               days of the acquirer that have ended are compared with our books, from three in the morning;
               payments and refunds without an end for two days wait for a person;
               payments of banks whose account has come since reach it;
               a step of the month that is an hour late is told to the log;
               holders are told that the verification of a meter ends, three months before and one, by day;
               questions that nobody goes on with are closed, unconfirmed ones forgotten;
               what is kept no longer than it serves is deleted (cycle/retention.py says what and when).

Each line has its own tick: none waits for another. What money or a term hangs on (`by_clock`) waits while the clock
is in doubt (timekeeping/), and no letter that merely reminds goes out at night. Nothing is remembered between ticks:
what is owed is asked of the database, so a missed tick costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import monotonic

import structlog
from structlog.contextvars import bound_contextvars

from lk import stopping
from lk.accounts.closing import end_closed
from lk.accounts.inviting import end_expired_invitations
from lk.accounts.releasing import release_due
from lk.audit.checking import make_waiting_checks
from lk.autopay.charging import charge_due
from lk.autopay.planning import plan_months
from lk.autopay.unlinking import end_orphans
from lk.cards.actions import ask_open_links
from lk.cycle.actions import run_due
from lk.cycle.outages import keep_beating, note_outage
from lk.cycle.owed import tell_late_steps
from lk.cycle.retention import clean_up
from lk.cycle.trials import make_waiting_trials
from lk.cycle.verifications import remind_of_verifications
from lk.cycle.verifying.nightly import verify_nightly
from lk.feedback.tidying import tidy
from lk.history.sealing import seal_due
from lk.identity.emails import end_expired_changes
from lk.identity.resetting import end_expired_resets
from lk.notifications.actions import send_due
from lk.onboarding.actions import end_expired
from lk.operations.import_running import run_waiting_imports
from lk.operations.print_runs import make_waiting_print_runs
from lk.payments.actions import ask_open_payments
from lk.payments.reconciling import reconcile_due
from lk.payments.refunding import ask_open_refunds
from lk.payments.stray_returning import ask_open_returns
from lk.payments.tasks import open_tasks_of_the_old
from lk.payments.unmatched import match_by_number
from lk.profile.copies import make_waiting_copies
from lk.statistics.gathering import gather_nightly
from lk.tariffs.queries import refresh
from lk.timekeeping.watching import begin, by_clock
from lk.watching.figures import note_tick

log = structlog.get_logger()

PATIENCE_SECONDS = 8.0
"""So long is waited for what is under way, from the signal on; then it is broken off, for the next process to do."""

_beat_at: float | None = None


@asynccontextmanager
async def ticking(is_on: bool) -> AsyncIterator[None]:
    """Runs the ticks beside the web pages until the block ends; then waits for what is under way."""
    if not is_on:
        yield
        return
    begin()
    await note_outage()
    await _beat()
    stop = asyncio.Event()
    ticks = [
        every(1, stop, partial(send_due, stop)),
        every(10, stop, partial(by_clock(run_due), is_patient=False)),
        every(10, stop, by_clock(ask_open_payments)),
        every(10, stop, by_clock(ask_open_refunds)),
        every(10, stop, by_clock(ask_open_returns)),
        every(10, stop, by_clock(ask_open_links)),
        every(10, stop, by_clock(plan_months)),
        every(10, stop, by_clock(charge_due)),
        every(10, stop, end_orphans),
        every(10, stop, make_waiting_copies),
        every(10, stop, make_waiting_trials),
        every(2, stop, by_clock(run_waiting_imports)),
        every(10, stop, make_waiting_print_runs),
        every(10, stop, partial(make_waiting_checks, stop)),
        every(10, stop, _beat),
        every(60, stop, keep_beating),
        every(60, stop, by_clock(end_expired)),
        every(60, stop, by_clock(end_expired_resets)),
        every(60, stop, by_clock(end_expired_changes)),
        every(60, stop, by_clock(end_expired_invitations)),
        every(60, stop, by_clock(release_due)),
        every(600, stop, partial(by_clock(verify_nightly), stop)),
        every(600, stop, partial(by_clock(gather_nightly), stop)),
        every(600, stop, by_clock(seal_due)),
        every(3600, stop, by_clock(end_closed)),
        every(3600, stop, by_clock(reconcile_due)),
        every(3600, stop, by_clock(open_tasks_of_the_old)),
        every(3600, stop, match_by_number),
        every(3600, stop, by_clock(tell_late_steps)),
        every(3600, stop, by_clock(remind_of_verifications)),
        every(3600, stop, by_clock(tidy)),
        every(3600, stop, by_clock(clean_up)),
    ]
    tasks = [asyncio.create_task(tick) for tick in ticks]
    untell = stopping.tell(stop.set)
    try:
        yield
    finally:
        stop.set()
        untell()
        _, late = await asyncio.wait(tasks, timeout=stopping.seconds_left(PATIENCE_SECONDS))
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def every(seconds: float, stop: asyncio.Event, work: Callable[[], Awaitable[object]]) -> None:
    """One failure ends one tick, never the ticking."""
    name = getattr(getattr(work, "func", work), "__name__", "tick")
    while not stop.is_set():
        with bound_contextvars(tick=name):
            await _tick(name, work)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


async def _tick(name: str, work: Callable[[], Awaitable[object]]) -> None:
    """The log tells of ticks that did something; what they did is told by those who did it."""
    begun, is_failed = monotonic(), False
    try:
        done = await work()
        if done:
            log.info("tick_done", ms=round(1000 * (monotonic() - begun)))
    except Exception:
        is_failed = True
        log.exception("tick_failed")
    finally:
        note_tick(name, monotonic() - begun, is_failed=is_failed)


async def _beat() -> None:
    """The database answers and the loop turns; `/health` looks at it."""
    global _beat_at
    await refresh()
    _beat_at = monotonic()


def seconds_since_beat() -> float | None:
    """None where this process doesn't tick."""
    return None if _beat_at is None else monotonic() - _beat_at
