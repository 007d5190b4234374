"""How much of a month has come in: counts that go through a whole city."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from lk import db
from lk.counting import Counting
from lk.period import Period
from lk.tariffs.rules import Calendar

PATIENCE_SECONDS = 1.0
"""So long a page waits for them."""


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


_counting = Counting[Counts](PATIENCE_SECONDS)


async def month_counts(period: Period, calendar: Calendar) -> Counts | None:
    """None while a city is counted the first time."""
    return await _counting.of(period, partial(_count, period, calendar))


def is_counting(period: Period) -> bool:
    """The first time."""
    return _counting.is_first(period)


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
