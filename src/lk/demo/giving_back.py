"""Operators of the simulated town: money given back by card, a second person's word, and tasks about money."""

from __future__ import annotations

from datetime import date, timedelta

from lk import clock, db
from lk.demo.by_hand import nonce_by
from lk.demo.living_town import Town
from lk.outcome import Refused
from lk.payments.differences import TaskKind
from lk.payments.found_refunds import enter_found_refund
from lk.payments.refund_decisions import approve_refund, ask_for_refund, refuse_refund
from lk.payments.refund_rules import RefundStatus
from lk.payments.tasks import close_task

SHARE = 0.03
"""Of the payments by card somebody wants back, all of it or a part."""
WORDS = "Житель заплатил дважды и попросил вернуть"
LOOKED_UP = "Спросили эквайера ещё раз"


async def give_back(town: Town, day: date) -> None:
    """Of what came by card three days ago."""
    rows = await db.read_rows(
        "SELECT p.id, p.account_id, p.amount_kopecks FROM payments p WHERE p.status = 'succeeded' "
        "AND p.created_at >= {} AND p.created_at < {} ORDER BY p.account_id, p.id",
        clock.start_of_day(day - timedelta(3)),
        clock.start_of_day(day - timedelta(2)),
    )
    for payment_id, account_id, kopecks in rows:
        dice = town.dice(town.by_id[account_id], "back", f"{day}:{kopecks}")
        if dice.random() < SHARE:
            part = kopecks if dice.random() < 0.5 else max(100, kopecks * dice.randint(10, 90) // 100)
            await _ask(town, payment_id, min(part, kopecks), nonce_by(dice), is_agreed=dice.random() < 0.8)


async def _ask(town: Town, payment_id: int, kopecks: int, nonce: str, *, is_agreed: bool) -> None:
    """Above the limit another operator decides at once."""
    asking, deciding = town.operators
    try:
        refund = await ask_for_refund(payment_id, kopecks, WORDS, asking, nonce=nonce)
        if refund.status == RefundStatus.WAITING and is_agreed:
            await approve_refund(refund.public_id, deciding)
        elif refund.status == RefundStatus.WAITING:
            await refuse_refund(refund.public_id, "Сумма верна", deciding)
    except Refused:
        return


async def look_into_tasks(town: Town) -> None:
    """What is still unknown waits for another day; other differences nobody here can settle."""
    rows = await db.read_rows("SELECT id, kind FROM money_tasks WHERE closed_at IS NULL ORDER BY id")
    for task_id, kind in rows:
        try:
            if kind == TaskKind.UNKNOWN_TOO_OLD:
                await close_task(task_id, LOOKED_UP, town.operators[0])
            elif kind == TaskKind.REFUND_NOT_BOOKED:
                await enter_found_refund(task_id, LOOKED_UP, town.operators[0])
        except Refused:
            continue
