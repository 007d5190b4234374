"""Once a night one of the processes looks at the invariants, and what it found is kept for those who run the month."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import structlog

from lk import clock, db
from lk.cycle.tables import Verification
from lk.cycle.verify import Finding, Stopped, findings

log = structlog.get_logger()

FROM, UNTIL = timedelta(hours=3), timedelta(hours=5)
"""Of the company's day: the month's steps and the letters about them are done by then."""
ABANDONED_AFTER = timedelta(hours=1)
"""A look takes minutes: one that is not finished by then has no process any more."""


async def verify_nightly(stop: asyncio.Event | None = None) -> bool:
    """Whether this process did it now. Broken off by `stop` it leaves the night to whoever comes next.

    It waits while a step of the month is under way, and begins no more once the night is over.
    """
    midnight, now = clock.start_of_day(clock.today()), clock.now()
    if not midnight + FROM <= now < midnight + UNTIL or await _is_month_busy():
        return False
    claimed = await _claim()
    if claimed is None:
        return False
    try:
        found = [each async for each in findings(is_stopped=stop.is_set if stop else None)]
    except BaseException as interruption:
        with suppress(Exception):
            await _let_go(claimed)
        if isinstance(interruption, Stopped):
            return False
        raise
    return await _keep(claimed, found)


async def _is_month_busy() -> bool:
    """By the database's clock, as claims are."""
    return bool(
        await db.read(
            "SELECT id FROM cycle_runs WHERE status = 'running' AND claim_ends_at > CURRENT_TIMESTAMP LIMIT 1"
        )
    )


async def _claim() -> Verification | None:
    """None where another process has the night, or did it."""
    now = clock.now()
    claimed = Verification(day=clock.today(), begun_at=now)
    async with db.write("verification"):
        await db.execute(
            "DELETE FROM verifications WHERE day = {} AND finished_at IS NULL AND begun_at <= {}",
            claimed.day,
            now - ABANDONED_AFTER,
        )
        return claimed if await db.insert_once(claimed) else None


async def _let_go(claimed: Verification) -> None:
    async with db.write("verification"):
        await db.execute("DELETE FROM verifications WHERE id = {} AND finished_at IS NULL", claimed.id)


async def _keep(claimed: Verification, found: Sequence[Finding]) -> bool:
    """False where another process took the night over meanwhile."""
    async with db.write("verification"):
        changed = await db.execute(
            "UPDATE verifications SET finished_at = {} WHERE id = {} AND finished_at IS NULL", clock.now(), claimed.id
        )
        if changed != 1:
            return False
        await db.insert_many("verification_findings", _COLUMNS, [_row(claimed.id, each) for each in found])
    for each in found:
        if each.breached:
            log.error("invariant_broken", invariant=each.id, breached=each.breached, first=each.breaches[0])
    log.info("verified", day=str(claimed.day), invariants=len(found))
    return True


_COLUMNS = ("verification_id", "invariant", "what", "checked", "breached", "breaches", "milliseconds")


def _row(verification_id: int, found: Finding) -> tuple[object, ...]:
    told = json.dumps(found.breaches, ensure_ascii=False)
    milliseconds = round(1000 * found.seconds)
    return (verification_id, found.id, found.what, found.checked, found.breached, told, milliseconds)
