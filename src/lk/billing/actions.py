"""Make bills, and release those that a person has looked at."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

import structlog

from lk import clock, db
from lk.actor import Actor
from lk.billing.delivering import deliver_between
from lk.billing.facts import facts_between
from lk.billing.lines import BillDraft, BillFacts
from lk.billing.rules import bill_for, is_billed_in
from lk.billing.storing import Issued, enter, store
from lk.outcome import refuse
from lk.period import Period
from lk.tariffs.queries import calendars
from lk.tariffs.rules import Calendar, PriceList

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Run:
    """What is the same for all bills of one run. Nothing before `company_first` is billed."""

    period: Period
    prices: PriceList
    calendars: tuple[Calendar, ...]
    company_first: Period

    def of(self, period: Period) -> Run:
        """The same of another period."""
        return replace(self, period=period)


async def bill_between(
    first_id: int, last_id: int, run: Run, passed_over: Container[int] = ()
) -> tuple[int, dict[int, str]]:
    """Bills the accounts with ids in the range that owe a bill of the period and have none; inside `write()`.

    Returns how many were billed, and why each of those failed on which the rules gave up; the others are billed.
    """
    unbilled = [each for each in await _unbilled_between(first_id, last_id, run.period) if each not in passed_over]
    if not unbilled:
        return 0, {}
    drafts: list[BillDraft] = []
    failed: dict[int, str] = {}
    known = await facts_between(unbilled[0], unbilled[-1], run.period)
    for account_id in unbilled:
        facts = known[account_id]
        if not is_billed_in(run.period, facts.opened_on, facts.closed_on, run.calendars, run.company_first):
            continue
        try:
            drafts.append(bill_for(facts, run.period, run.prices))
        except Exception as trouble:
            failed[account_id] = _noted(facts, run.period, trouble)
    await store(drafts, run.prices)
    return len(drafts), failed


def _noted(facts: BillFacts, period: Period, trouble: Exception) -> str:
    log.exception("bill_impossible", account_id=facts.account_id, period=str(period))
    return type(trouble).__name__


async def _unbilled_between(first_id: int, last_id: int, period: Period) -> list[int]:
    """Ids of accounts without a live bill of the period, in order: at the end of a month very few."""
    rows = await db.read(
        "SELECT a.id FROM accounts a WHERE a.id BETWEEN {} AND {} AND NOT EXISTS (SELECT 1 FROM bills b "
        "WHERE b.account_id = a.id AND b.period = {} AND b.status <> 'reversed') ORDER BY a.id",
        first_id,
        last_id,
        period.number,
    )
    return [row["id"] for row in rows]


async def release_bill(bill_id: int, actor: Actor) -> None:
    """A held bill is right after all: it is issued, posted and delivered now. Raises Refused if it is not held.

    One without lines is held for want of a price: there is nothing to release.
    """
    bill = await db.read_one_as(
        Issued, "SELECT id, account_id, period, energy_kopecks, adjustment_kopecks FROM bills WHERE id = {}", bill_id
    )
    if bill is None:
        raise refuse("bill_not_held")
    async with db.write(f"account {bill.account_id}", "ledger"):
        released = await db.execute(
            "UPDATE bills SET status = 'issued', issued_at = {} WHERE id = {} AND status = 'held' "
            "AND EXISTS (SELECT 1 FROM charges c WHERE c.bill_id = bills.id)",
            clock.now(),
            bill_id,
        )
        if not released:
            raise refuse("bill_not_held")
        await enter([bill], actor)
        await deliver_between(bill.account_id, bill.account_id, bill.period, await calendars(), clock.today())
