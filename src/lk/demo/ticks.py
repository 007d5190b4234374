"""The ticks of the schedule that the simulated days depend on, at the hours that matter."""

from __future__ import annotations

from lk import clock, db
from lk.accounts.closing import end_closed
from lk.autopay.charging import charge_due
from lk.autopay.planning import plan_months
from lk.autopay.unlinking import end_orphans
from lk.cards.actions import ask_open_links
from lk.cycle.actions import run_due
from lk.payments.actions import ask_open_payments
from lk.payments.reconciling import reconcile_due
from lk.payments.refunding import ask_open_refunds
from lk.payments.tasks import open_tasks_of_the_old
from lk.payments.unmatched import match_by_number

MONEY = (ask_open_payments, ask_open_refunds, ask_open_links, charge_due)
"""Of those of every ten seconds: while something is open."""
MORNING = (run_due, end_orphans, plan_months)
HOURLY = (end_closed, reconcile_due, open_tasks_of_the_old, match_by_number)
"""Once a night here: nothing of it is in a hurry."""


async def money_ticks() -> None:
    for tick in MONEY:
        await tick()


async def morning_ticks() -> None:
    for tick in MORNING:
        await tick()


async def night_ticks() -> None:
    await let_letters_go()
    for tick in HOURLY:
        await tick()


async def let_letters_go() -> None:
    """Those of the day before. The town has no mail server: whoever gets one finds it in the morning."""
    async with db.write():
        await db.execute(
            "UPDATE messages SET status = 'sent', attempts = 1, sent_at = created_at "
            "WHERE status IN ('queued', 'sending')"
        )


async def is_something_open() -> bool:
    """A payment, a refund or a link of a card without its end, or a charge that is due or under way."""
    rows = await db.read_rows(
        "SELECT EXISTS (SELECT 1 FROM payments WHERE status IN ('created', 'pending', 'unknown')) "
        "OR EXISTS (SELECT 1 FROM refunds WHERE status IN ('created', 'pending', 'unknown')) "
        "OR EXISTS (SELECT 1 FROM cards WHERE status IN ('created', 'pending')) "
        "OR EXISTS (SELECT 1 FROM autopay_months WHERE status IN ('planned', 'charging') "
        "AND (status = 'charging' OR next_at <= {}))",
        clock.now(),
    )
    return bool(rows[0][0])
