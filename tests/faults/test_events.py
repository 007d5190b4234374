"""The acquirer's notices five times each, in every order, before its own answer, forged and of nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

from lk import clock, db
from lk.autopay.charging import charge_due
from lk.payments.actions import ask_open_payments, take_event
from tests.faults.town import MORNING, Town, check_books

NOTICES = ("payment.succeeded", "payment.canceled", "payment.waiting_for_capture", "nobody")
ORDERS = list(permutations(NOTICES))
TIMES = 5


async def notify(order: tuple[str, ...], acquirer_id: str) -> None:
    for _ in range(TIMES):
        for notice in order:
            known = ("payment.succeeded", "no-such-payment") if notice == "nobody" else (notice, acquirer_id)
            await take_event(*known)


async def live_through(town: Town) -> None:
    """Each account's charge is told of in another order: while it is pending, at once with its end, and afterwards."""
    town.acquirer.faults(late_success=600)
    with clock.fixed_at(MORNING):
        await charge_due()
    rows = await db.read("SELECT acquirer_id FROM payments ORDER BY account_id")
    charges = list(zip(ORDERS, (row["acquirer_id"] for row in rows), strict=True))
    with clock.fixed_at(MORNING + timedelta(minutes=5)):
        for order, acquirer_id in charges:
            await notify(order, acquirer_id)
    assert town.acquirer.captures() == []
    with clock.fixed_at(MORNING + timedelta(minutes=11)):
        await asyncio.gather(*(notify(*charge) for charge in charges), ask_open_payments(), charge_due())
        await charge_due()
    with clock.fixed_at(MORNING + timedelta(days=3)):
        for order, acquirer_id in charges:
            await notify(tuple(reversed(order)), acquirer_id)


async def ends(account_id: int) -> dict[str, list[object]]:
    """What is stored of an account, without what names or times it."""
    asked = {
        "payment": "SELECT status, reason FROM payments WHERE account_id = {}",
        "month": "SELECT status, attempts FROM autopay_months WHERE account_id = {}",
        "entry": "SELECT kind FROM ledger_entries WHERE account_id = {} AND kind = 'payment'",
        "event": "SELECT kind FROM events WHERE account_id = {} ORDER BY id",
        "letter": "SELECT kind FROM messages WHERE account_id = {} ORDER BY id",
    }
    return {what: [tuple(row.values()) for row in await db.read(sql, account_id)] for what, sql in asked.items()}


def test_any_order_and_repetition_gives_the_same_rows(town_of: Callable[[int], Town]) -> None:
    town = town_of(len(ORDERS))
    db.run(live_through(town))
    db.run(check_books(town))
    found = [db.run(ends(account_id)) for account_id in town.owed]
    assert found == [
        {
            "payment": [("succeeded", "")],
            "month": [("paid", 1)],
            "entry": [("payment",)],
            "event": [("payment_succeeded",)],
            "letter": [("autopay_notice",), ("payment_received",)],
        }
    ] * len(ORDERS)
