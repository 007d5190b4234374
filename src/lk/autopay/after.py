"""What follows a charge that ended: the month is paid, tried again, or given back to the resident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lk import clock, db
from lk.autopay.ending import finish_month
from lk.autopay.rules import CHARGE_FROM, SOON, After, Mode, MonthStatus, after_refusal
from lk.history.actions import record
from lk.notifications.actions import Link, queue
from lk.payments.rules import PaymentStatus
from lk.period import Period

BATCH = 100


@dataclass(frozen=True, slots=True)
class _Ended:
    """A month whose newest charge has ended."""

    month_id: int
    account_id: int
    public_id: str
    account_number: str
    period: Period
    due_on: date
    autopay_id: int
    mode: Mode
    user_id: int
    email: str
    payment_id: int
    status: PaymentStatus
    reason: str
    amount_kopecks: int
    last_four: str


async def advance() -> int:
    """Takes every month whose charge has ended a step on; how many."""
    count = 0
    while ended := await _ended():
        async with db.write("autopay", *sorted(f"account {each.account_id}" for each in ended)):
            ended = await _ended([each.month_id for each in ended])
            refusals = await _refusals([each for each in ended if each.status is not PaymentStatus.SUCCEEDED])
            for each in ended:
                if each.status is PaymentStatus.SUCCEEDED:
                    await finish_month(each.month_id, MonthStatus.PAID)
                else:
                    await _refused(each, refusals[each.month_id])
        count += len(ended)
    return count


async def _refused(ended: _Ended, refusals: Sequence[str]) -> None:
    today, now = clock.today(), clock.now()
    after = after_refusal(refusals, today, ended.due_on)
    match after:
        case After.SOON:
            await _again(ended, now + SOON)
            return
        case After.TOMORROW:
            await _again(ended, clock.start_of_day(today + timedelta(days=1)) + CHARGE_FROM)
        case After.OFF:
            await finish_month(ended.month_id, MonthStatus.OFF, ended.reason)
            return
        case After.SUSPEND:
            await finish_month(ended.month_id, MonthStatus.REFUSED, ended.reason)
            await _suspend(ended)
        case After.ASK:
            await finish_month(ended.month_id, MonthStatus.REFUSED, ended.reason)
    await _tell(ended, after)


async def _again(ended: _Ended, at: object) -> None:
    await db.execute(
        "UPDATE autopay_months SET status = 'planned', next_at = {}, reason = {} WHERE id = {}",
        at,
        ended.reason,
        ended.month_id,
    )


async def _suspend(ended: _Ended) -> None:
    """The card is not charged again before its owner does something."""
    await db.execute(
        "UPDATE autopays SET suspended_at = {}, reason = {} WHERE id = {} AND ended_at IS NULL",
        clock.now(),
        ended.reason,
        ended.autopay_id,
    )
    await record("autopay_suspended", account_id=ended.account_id, reason=ended.reason, last_four=ended.last_four)


async def _tell(ended: _Ended, after: After) -> None:
    await queue(
        "autopay_suspended" if after is After.SUSPEND else "autopay_refused",
        ended.email,
        key=f"autopay_refused:{ended.payment_id}",
        account_id=ended.account_id,
        user_id=ended.user_id,
        link=Link(f"/accounts/{ended.public_id}/autopay"),
        account_number=ended.account_number,
        period=str(ended.period),
        mode=ended.mode.value,
        amount_kopecks=ended.amount_kopecks,
        card=ended.last_four,
        reason=ended.reason,
        is_tried_again=after is After.TOMORROW,
        due_on=ended.due_on.isoformat(),
    )


async def _ended(month_ids: Sequence[int] = ()) -> list[_Ended]:
    among = f"AND m.id IN ({db.placeholders(month_ids)})" if month_ids else ""
    return await db.read_as(
        _Ended,
        "SELECT m.id AS month_id, m.account_id, a.public_id, a.number AS account_number, m.period, m.due_on, "  # noqa: S608 - placeholders only
        "m.autopay_id, ap.mode, p.user_id, coalesce(u.email, '') AS email, p.id AS payment_id, p.status, p.reason, "
        "p.amount_kopecks, p.card AS last_four "
        "FROM autopay_months m JOIN payments p ON p.account_id = m.account_id AND p.period = m.period "
        "AND p.attempt = m.attempts AND p.kind = 'autopay' JOIN accounts a ON a.id = m.account_id "
        "JOIN users u ON u.id = p.user_id JOIN autopays ap ON ap.id = m.autopay_id "
        f"WHERE m.status = 'charging' AND p.status IN ('succeeded', 'canceled') {among} ORDER BY m.id LIMIT {BATCH}",
        *month_ids,
    )


async def _refusals(ended: Sequence[_Ended]) -> dict[int, list[str]]:
    """By month: the reasons of all its attempts, the newest last."""
    if not ended:
        return {}
    rows = await db.read_rows(
        "SELECT m.id, p.reason FROM autopay_months m JOIN payments p ON p.account_id = m.account_id "  # noqa: S608 - placeholders only
        "AND p.period = m.period AND p.kind = 'autopay' AND p.status = 'canceled' "
        f"WHERE m.id IN ({db.placeholders(ended)}) ORDER BY m.id, p.attempt",
        *(each.month_id for each in ended),
    )
    found: dict[int, list[str]] = {each.month_id: [] for each in ended}
    for month_id, reason in rows:
        found[month_id].append(reason)
    return found
