"""Our books beside the acquirer's, day by day: what was open is settled by its word, what differs waits for a person.

Level-triggered: a day is owed until it was compared to its end, and the oldest goes first.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog

from lk import clock, db
from lk.acquirer.gateway import gateway
from lk.payments.comparing import compare, differences_of
from lk.payments.differences import ENDED_BY, days_to_compare
from lk.payments.tables import ReconciledDay
from lk.payments.tasks import open_tasks

log = structlog.get_logger()

DAYS_AT_ONCE = 31
_DAY = timedelta(days=1)


async def reconcile_due() -> int:
    """Compares every day that is owed, the oldest first, until the acquirer does not answer; how many were done."""
    done = 0
    for day in (await _owed())[:DAYS_AT_ONCE]:
        if not await reconcile_day(day):
            log.warning("reconciliation_put_off", day=day.isoformat())
            break
        done += 1
    return done


async def reconcile_day(day: date) -> bool:
    """False: the acquirer did not answer to the end, and the day is still owed."""
    async with gateway().connected() as acquirer:
        compared = await compare(acquirer, clock.start_of_day(day), clock.start_of_day(day + _DAY))
    if compared is None:
        return False
    listed = compared.listed
    async with db.write("money tasks", "ledger"):
        differences = await differences_of(compared)
        row = ReconciledDay(
            day=day,
            payments=listed.paid,
            taken_kopecks=listed.taken_kopecks,
            refunded_kopecks=listed.refunded_kopecks,
            differences=len(differences),
            done_at=clock.now(),
        )
        if await db.insert_once(row, ReconciledDay.day):
            await open_tasks(differences)
    return True


async def reconcile_since(instant: datetime) -> int | None:
    """After an older copy was restored, or a long silence: everything since then in one go.

    How many differences wait for a person; None where the acquirer did not answer to the end: do it again.
    """
    async with gateway().connected() as acquirer:
        compared = await compare(acquirer, instant, clock.now())
    if compared is None:
        return None
    async with db.write("money tasks", "ledger"):
        differences = await differences_of(compared)
        await open_tasks(differences)
    return len(differences)


async def _owed() -> list[date]:
    rows = await db.read("SELECT created_at FROM payments ORDER BY created_at LIMIT 1")
    if not rows:
        return []
    first = clock.local_date(rows[0]["created_at"])
    done = frozenset(row["day"] for row in await db.read("SELECT day FROM reconciled_days WHERE day >= {}", first))
    return days_to_compare(first, done, clock.local_date(clock.now() - ENDED_BY) - _DAY)
