"""The steps that make bills and deliver them, one transaction a chunk of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lk import clock, db
from lk.billing.actions import Run, bill_between
from lk.billing.delivering import deliver_between
from lk.cycle.claims import Claim, expect, progress
from lk.cycle.queries import (
    account_chunks,
    accounts_behind,
    unbilled_count,
    undelivered_count,
    waiting_accounts,
)
from lk.cycle.rules import Step
from lk.cycle.tables import PutAside
from lk.period import Period
from lk.tariffs.queries import calendars, first_period, fresh_price_list
from lk.tariffs.rules import calendar_for


async def bill(held: Claim) -> None:
    """Bills every account that owes a bill of the period and has none; what cannot be billed is put aside.

    A held reading is waited for until the month's last day. An account that lacks an earlier bill gets that one first,
    or none: bills follow each other.
    """
    run = Run(held.period, await fresh_price_list(), tuple(await calendars()), await first_period())
    await _catch_up(held, run)
    waiting = await waiting_accounts(held.period) if held.step is Step.BILL else frozenset[int]()
    await expect(held, await _still_to_bill(run))
    passed_over = waiting | (await accounts_behind(held.period)).keys()
    async for first_id, last_id in account_chunks():
        await _bill_chunk(held, run, first_id, last_id, passed_over, through_id=last_id)


async def _still_to_bill(run: Run) -> int:
    calendar = calendar_for(run.calendars, run.period)
    return await unbilled_count(run.period, calendar.bill_run_on(run.period), calendar.bill_run_on(run.period.previous))


async def _bill_chunk(
    held: Claim, run: Run, first_id: int, last_id: int, passed_over: Iterable[int] = (), through_id: int = 0
) -> int:
    """How many had to be put aside. Readings that decide for which month they count are waited for, and wait."""
    async with db.write("bills", held.lock, "ledger"):
        made, failed = await bill_between(first_id, last_id, run, frozenset(passed_over))
        await _put_aside(run.period, failed)
        await _resolve(first_id, last_id)
        if run.period != held.period and not failed:
            await _forget(run.period, first_id)
        await progress(held, made if run.period == held.period else 0, len(failed), through_id)
    return len(failed)


async def _catch_up(held: Claim, run: Run) -> None:
    """Earlier bills of accounts put aside, each account's in order up to the first that still fails."""
    for account_id, oldest in (await accounts_behind(held.period)).items():
        for months in range(held.period - oldest):
            if await _bill_chunk(held, run.of(oldest + months), account_id, account_id):
                break


async def _put_aside(period: Period, failed: Mapping[int, str]) -> None:
    for account_id, reason in failed.items():
        await db.insert_once(
            PutAside(
                period=period.number, step=Step.BILL.value, account_id=account_id, reason=reason, since=clock.now()
            )
        )


async def _resolve(first_id: int, last_id: int) -> None:
    """What was put aside and has its bill now."""
    await db.execute(
        "UPDATE put_asides SET resolved_at = {} WHERE resolved_at IS NULL AND account_id BETWEEN {} AND {} "
        "AND EXISTS (SELECT 1 FROM bills b WHERE b.account_id = put_asides.account_id "
        "AND b.period = put_asides.period AND b.status <> 'reversed')",
        clock.now(),
        first_id,
        last_id,
    )


async def _forget(period: Period, account_id: int) -> None:
    """An account whose days have changed owes no such bill any more, and has not to wait for it."""
    await db.execute(
        "UPDATE put_asides SET resolved_at = {} WHERE resolved_at IS NULL AND period = {} AND account_id = {}",
        clock.now(),
        period.number,
        account_id,
    )


async def deliver(held: Claim) -> None:
    """Every issued bill that was not delivered yet, of this period or an earlier one."""
    dated = await calendars()
    await expect(held, await undelivered_count())
    async for first_id, last_id in account_chunks():
        async with db.write(held.lock):
            delivered = await deliver_between(first_id, last_id, held.period, dated, clock.today())
            await progress(held, delivered, through_id=last_id)
