"""Make bills, and release those that a person has looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

import structlog

from lk import clock, db
from lk.actor import Actor
from lk.billing.delivering import deliver_between
from lk.billing.facts import facts_between, with_usual_totals
from lk.billing.lines import BillDraft, BillFacts
from lk.billing.rules import STOP_LOSS_KOPECKS, bill_for, is_billed_in
from lk.billing.storing import Issued, enter, store
from lk.outcome import refuse
from lk.period import Period
from lk.tariffs.queries import calendars
from lk.tariffs.rules import Calendar, NoNorm, NoRate, PriceList

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

    def is_owed_by(self, facts: BillFacts) -> bool:
        """Whether the account gets a bill of the period."""
        return is_billed_in(self.period, facts.opened_on, facts.closed_on, self.calendars, self.company_first)


@dataclass(frozen=True, slots=True)
class Made:
    """Bills of some accounts, and why each of the others could not be billed."""

    drafts: dict[int, BillDraft]
    failed: dict[int, str]


async def bill_between(
    first_id: int, last_id: int, run: Run, passed_over: Container[int] = ()
) -> tuple[int, dict[int, str]]:
    """Bills the accounts with ids in the range that owe a bill of the period and have none; inside `write()`.

    Returns how many were billed, and why each of those failed that has no price or on which the rules gave up; the
    others are billed.
    """
    unbilled = [each for each in await _unbilled_between(first_id, last_id, run.period) if each not in passed_over]
    if not unbilled:
        return 0, {}
    known = await facts_between(unbilled[0], unbilled[-1], run.period)
    made = await drafts_of({each: known[each] for each in unbilled}, run)
    await store(list(made.drafts.values()), run.prices)
    return len(made.drafts), made.failed


async def drafts_of(facts: Mapping[int, BillFacts], run: Run) -> Made:
    """Bills of those of the accounts that owe one, computed off the loop.

    What is usual is asked only of those whose sum is high enough for it to matter.
    """
    owed = [each for each in facts.values() if run.is_owed_by(each)]
    made = await asyncio.to_thread(_drafted, owed, run)
    high = {each: facts[each] for each, draft in made.drafts.items() if draft.total > STOP_LOSS_KOPECKS}
    if high:
        again = await with_usual_totals(high, run.period)
        made.drafts.update((await asyncio.to_thread(_drafted, again.values(), run)).drafts)
    return made


def _drafted(owed: Iterable[BillFacts], run: Run) -> Made:
    made = Made({}, {})
    for facts in owed:
        try:
            made.drafts[facts.account_id] = bill_for(facts, run.period, run.prices)
        except NoRate:
            made.failed[facts.account_id] = "no_rate"
        except NoNorm:
            made.failed[facts.account_id] = "no_norm"
        except Exception as trouble:
            log.exception("bill_impossible", account_id=facts.account_id, period=str(run.period))
            made.failed[facts.account_id] = type(trouble).__name__
    return made


async def _unbilled_between(first_id: int, last_id: int, period: Period) -> list[int]:
    """Ids of accounts without a live bill of the period, in order: at the end of a month very few."""
    rows = await db.read_rows(
        "SELECT a.id FROM accounts a WHERE a.id BETWEEN {} AND {} AND NOT EXISTS (SELECT 1 FROM bills b "
        "WHERE b.account_id = a.id AND b.period = {} AND b.status <> 'reversed') ORDER BY a.id",
        first_id,
        last_id,
        period.number,
    )
    return [row[0] for row in rows]


async def release_bill(bill_id: int, actor: Actor) -> None:
    """A held bill is right after all: it is issued, posted and delivered now. Raises Refused if it is not held."""
    bill = await db.read_one_as(
        Issued,
        "SELECT id, account_id, period, energy_kopecks, adjustment_kopecks, penalty_kopecks FROM bills WHERE id = {}",
        bill_id,
    )
    if bill is None:
        raise refuse("bill_not_held")
    async with db.write(f"account {bill.account_id}", "ledger"):
        released = await db.execute(
            "UPDATE bills SET status = 'issued', issued_at = {} WHERE id = {} AND status = 'held'", clock.now(), bill_id
        )
        if not released:
            raise refuse("bill_not_held")
        await enter([bill], actor)
        await deliver_between(bill.account_id, bill.account_id, bill.period, await calendars(), clock.today())
