"""How much of a month has come in: counts that go through a whole city, off the loop, kept where they took long."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from lk import db
from lk.cycle.queries import last_account_id
from lk.period import Period
from lk.tariffs.rules import Calendar

LARGE = 20_000
"""A city of so many accounts takes long to count; of fewer the counts are always fresh."""
PATIENCE_SECONDS = 1.0
"""So long a page waits for them."""
KEPT_TIMES = 50
"""So many times as long as counting took they are kept: counting never takes more than a fiftieth of the time."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one period. `metered` accounts have a meter in its place, `read` of them a reading that counts.

    `received_kopecks` of principal came in from the bill run to the due day, for `billed_kopecks`. `planned` charges by
    autopay, of which `charged` went through, `failed` did not, `open` are still to come; the others were not needed.
    """

    metered: int
    read: int
    issued: int
    undelivered: int
    billed_kopecks: int
    received_kopecks: int
    planned: int
    charged: int
    failed: int
    open: int


@dataclass(slots=True)
class _Kept:
    """`counts` until `until`; `task` is what counts them, or counts them anew."""

    task: asyncio.Task[Counts]
    counts: Counts | None = None
    until: float = 0.0


@dataclass(slots=True)
class _Memory:
    engine: object = None
    by_period: dict[Period, _Kept] = field(default_factory=dict)


_memory = _Memory()


async def month_counts(period: Period, calendar: Calendar) -> Counts | None:
    """What is too old is answered once more while it is counted anew; None while a city is counted the first time."""
    if await last_account_id() < LARGE:
        return await _count(period, calendar)
    if _memory.engine is not db.engine():
        _memory.engine, _memory.by_period = db.engine(), {}
    kept = _memory.by_period.get(period)
    if kept is None:
        kept = _memory.by_period[period] = _Kept(asyncio.create_task(_count(period, calendar)))
        kept.task.add_done_callback(partial(_keep, kept, monotonic()))
    elif kept.task.done() and monotonic() > kept.until:
        kept.task = asyncio.create_task(_count(period, calendar))
        kept.task.add_done_callback(partial(_keep, kept, monotonic()))
    if kept.counts is None:
        await asyncio.wait([kept.task], timeout=PATIENCE_SECONDS)
    return kept.counts


def is_counting(period: Period) -> bool:
    """The first time."""
    kept = _memory.by_period.get(period)
    return kept is not None and kept.counts is None and not kept.task.done()


def _keep(kept: _Kept, began: float, task: asyncio.Task[Counts]) -> None:
    now = monotonic()
    kept.until = now + KEPT_TIMES * (now - began)
    if not task.cancelled() and task.exception() is None:
        kept.counts = task.result()


async def _count(period: Period, calendar: Calendar) -> Counts:
    run_on, due_on = calendar.bill_run_on(period), calendar.pay_by_on(period)
    async for (found,) in db.stream(
        Counts,
        _COUNTS,
        period.last_day,
        *[period.first_day] * 2,
        *[period.number] * 4,
        run_on,
        due_on,
        *[period.number] * 4,
    ):
        return found
    raise LookupError("a count without a row")


_COUNTS = """
    SELECT
    (SELECT count(DISTINCT m.account_id) FROM meters m JOIN accounts a ON a.id = m.account_id
     WHERE m.installed_on <= {} AND (m.removed_on IS NULL OR m.removed_on > {})
     AND (a.closed_on IS NULL OR a.closed_on >= {})) AS metered,
    (SELECT count(*) FROM (SELECT DISTINCT account_id FROM readings
     WHERE period = {} AND status = 'accepted' AND kind = 'regular') r) AS read,
    (SELECT count(*) FROM bills WHERE period = {} AND status = 'issued') AS issued,
    (SELECT count(*) FROM bills WHERE status = 'issued' AND delivered_on IS NULL AND period + 0 = {}) AS undelivered,
    (SELECT coalesce(sum(total_kopecks), 0) FROM bills WHERE period = {} AND status = 'issued') AS billed_kopecks,
    (SELECT coalesce(sum(CASE WHEN kind = 'payment' THEN amount_kopecks ELSE -amount_kopecks END), 0)
     FROM ledger_entries WHERE kind IN ('payment', 'refund') AND part = 'principal'
     AND effective_on >= {} AND effective_on <= {}) AS received_kopecks,
    (SELECT count(*) FROM autopay_months WHERE period = {}) AS planned,
    (SELECT count(*) FROM autopay_months WHERE period = {} AND status = 'paid') AS charged,
    (SELECT count(*) FROM autopay_months WHERE period = {} AND status IN ('refused', 'missed', 'above')) AS failed,
    (SELECT count(*) FROM autopay_months WHERE period = {} AND status IN ('planned', 'charging')) AS open
"""
