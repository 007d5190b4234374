"""A month that ends without a charge, and autopay that ends or stops: written down, told, in the same transaction."""

from __future__ import annotations

from lk import clock, db
from lk.actor import PROGRAM, Actor
from lk.autopay.cases import Case
from lk.autopay.rules import MonthStatus
from lk.history.actions import record
from lk.notifications.actions import Link, queue

_TOLD = {
    MonthStatus.NOTHING: "autopay_nothing",
    MonthStatus.ABOVE: "autopay_above",
    MonthStatus.MISSED: "autopay_missed",
}


async def end_month(case: Case, status: MonthStatus) -> None:
    """The resident is told, unless they did it themselves."""
    await finish_month(case.month_id, status)
    if status in _TOLD:
        await tell(case, _TOLD[status], f"autopay_end:{case.month_id}:{status}")


async def finish_month(month_id: int, status: MonthStatus, reason: str = "") -> None:
    await db.execute(
        "UPDATE autopay_months SET status = {}, reason = {}, finished_at = {} WHERE id = {}",
        status,
        reason,
        clock.now(),
        month_id,
    )


async def tell(case: Case, kind: str, key: str, **params: object) -> None:
    await queue(
        kind,
        case.email,
        key=key,
        account_id=case.account_id,
        user_id=case.user_id,
        link=Link(f"/accounts/{case.public_id}/autopay"),
        account_number=case.account_number,
        period=str(case.period),
        mode=case.mode.value,
        amount_kopecks=case.planned_kopecks,
        limit_kopecks=case.sum_kopecks,
        owed_kopecks=case.owed_kopecks,
        card=case.last_four,
        **params,
    )


async def end_autopay(autopay_id: int, account_id: int, reason: str, actor: Actor = PROGRAM) -> bool:
    """Ends it with what it planned and has not sent; False where it had ended before. Inside `write()`."""
    ended = await db.execute(
        "UPDATE autopays SET ended_at = {}, reason = {} WHERE id = {} AND ended_at IS NULL",
        clock.now(),
        reason,
        autopay_id,
    )
    if not ended:
        return False
    await call_off(account_id)
    await record("autopay_ended", account_id=account_id, actor=actor, reason=reason)
    return True


async def call_off(account_id: int) -> None:
    """What is planned is planned no more; what was sent takes its course."""
    await db.execute(
        "UPDATE autopay_months SET status = 'off', finished_at = {} WHERE account_id = {} AND status = 'planned'",
        clock.now(),
        account_id,
    )
