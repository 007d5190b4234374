"""Accounts that owe bills of months that were run already: each is put aside, and the next run bills it in order.

The month stands beside this package; its runs and what they put aside are known here by their tables alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from lk import db
from lk.period import Period
from lk.tariffs.queries import first_period
from lk.tariffs.rules import Calendar, calendar_for


class BillRun(NamedTuple):
    """It owes a bill to whoever was opened before `run_on` and not closed before `run_before`."""

    period: Period
    run_on: date
    run_before: date


async def bill_runs(calendars: Sequence[Calendar]) -> list[BillRun]:
    """Those that were begun. Nothing before the company's first month is owed."""
    rows = await db.read_rows(
        "SELECT period FROM cycle_runs WHERE step = 'bill' AND period >= {} ORDER BY period",
        (await first_period()).number,
    )
    return [_run(Period.from_number(row[0]), calendars) for row in rows]


def _run(period: Period, calendars: Sequence[Calendar]) -> BillRun:
    run_on, run_before = (calendar_for(calendars, each).bill_run_on(each) for each in (period, period.previous))
    return BillRun(period, run_on, run_before)


async def put_aside_late(account_ids: Collection[int], runs: Sequence[BillRun], now: datetime) -> None:
    """Those of the accounts that owe a bill of one of the runs and have none, since `now`."""
    if not account_ids:
        return
    await db.write_many(
        _PUT_ASIDE.replace("ACCOUNTS", f"({db.placeholders(account_ids)})"),
        [(period.number, now, *account_ids, run_on, run_before, period.number) for period, run_on, run_before in runs],
    )


async def bills_to_come(since: datetime) -> int:
    """Bills of accounts that were put aside at that instant."""
    rows = await db.read_rows("SELECT count(*) FROM put_asides WHERE reason = 'came_late' AND since = {}", since)
    return int(rows[0][0])


_PUT_ASIDE = """
    INSERT INTO put_asides (period, step, account_id, reason, since)
    SELECT {}, 'bill', a.id, 'came_late', {} FROM accounts a
    WHERE a.id IN ACCOUNTS AND a.opened_on < {} AND (a.closed_on IS NULL OR a.closed_on >= {})
          AND NOT EXISTS (SELECT 1 FROM bills b WHERE b.account_id = a.id AND b.period = {} AND b.status <> 'reversed')
    ON CONFLICT (period, step, account_id) DO UPDATE
    SET reason = excluded.reason, since = excluded.since, resolved_at = NULL WHERE put_asides.resolved_at IS NOT NULL
"""
