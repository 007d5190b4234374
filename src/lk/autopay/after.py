"""What follows a charge that ended: the month is paid, tried again, or given back to the resident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lk import clock, db
from lk.autopay.ending import finish_month
from lk.autopay.rules import CHARGE_FROM, SOON, After, Mode, MonthStatus, after_refusal
from lk.autopay.stopping import stop_cards
from lk.notifications.actions import Link, queue
from lk.payments.rules import PaymentStatus
from lk.period import Period

BATCH = 100


@dataclass(frozen=True, slots=True)
class _Ended:
    """A month whose newest charge has ended.

    `is_of_card`: its autopay still is one of the card that was charged; `is_stopped`: that was found out elsewhere to
    be one that will never do.
    """

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
    card_id: int
    is_of_card: bool
    is_stopped: bool


async def advance() -> int:
    """Takes every month whose charge has ended a step on; how many."""
    count = 0
    while ended := await _ended():
        async with db.write("autopay", *sorted(f"account {each.account_id}" for each in ended)):
            ended = await _ended([each.month_id for each in ended])
            afters = await _afters([each for each in ended if each.status is not PaymentStatus.SUCCEEDED])
            barred = {each.card_id: each.reason for each in ended if afters.get(each.month_id) is After.SUSPEND}
            await stop_cards(barred)
            for each in ended:
                is_stopped = each.is_of_card and (each.is_stopped or each.card_id in barred)
                if each.status is PaymentStatus.SUCCEEDED:
                    await _paid(each, is_stopped)
                else:
                    await _refused(each, afters[each.month_id], is_stopped)
        count += len(ended)
    return count


async def _afters(refused: Sequence[_Ended]) -> dict[int, After]:
    """By month."""
    refusals, today = await _refusals(refused), clock.today()
    return {each.month_id: after_refusal(refusals[each.month_id], today, each.due_on) for each in refused}


async def _paid(ended: _Ended, is_stopped: bool) -> None:
    await finish_month(ended.month_id, MonthStatus.PAID)
    if is_stopped:
        await _tell(ended, "autopay_suspended", amount_kopecks=0)


async def _refused(ended: _Ended, after: After, is_stopped: bool) -> None:
    """`is_stopped`: its autopay has stopped, whatever this charge would have led to."""
    today, now = clock.today(), clock.now()
    if is_stopped and after is not After.OFF:
        after = After.SUSPEND
    match after:
        case After.SOON:
            await _again(ended, now + SOON)
            return
        case After.TOMORROW:
            await _again(ended, clock.start_of_day(today + timedelta(days=1)) + CHARGE_FROM)
        case After.OFF:
            await finish_month(ended.month_id, MonthStatus.OFF, ended.reason)
            return
        case After.SUSPEND | After.ASK:
            await finish_month(ended.month_id, MonthStatus.REFUSED, ended.reason)
    await _tell(ended, "autopay_suspended" if is_stopped else "autopay_refused", is_tried_again=after is After.TOMORROW)


async def _again(ended: _Ended, at: object) -> None:
    await db.execute(
        "UPDATE autopay_months SET status = 'planned', next_at = {}, reason = {} WHERE id = {}",
        at,
        ended.reason,
        ended.month_id,
    )


async def _tell(ended: _Ended, kind: str, **more: object) -> None:
    params = {"amount_kopecks": ended.amount_kopecks, **more}
    await queue(
        kind,
        ended.email,
        key=f"autopay_refused:{ended.payment_id}",
        account_id=ended.account_id,
        user_id=ended.user_id,
        link=Link(f"/accounts/{ended.public_id}/autopay"),
        account_number=ended.account_number,
        period=str(ended.period),
        mode=ended.mode.value,
        card=ended.last_four,
        reason=ended.reason,
        due_on=ended.due_on.isoformat(),
        **params,
    )


async def _ended(month_ids: Sequence[int] = ()) -> list[_Ended]:
    among = f"AND m.id IN ({db.placeholders(month_ids)})" if month_ids else ""
    return await db.read_as(
        _Ended,
        "SELECT m.id AS month_id, m.account_id, a.public_id, a.number AS account_number, m.period, m.due_on, "  # noqa: S608 - placeholders only
        "m.autopay_id, ap.mode, p.user_id, coalesce(u.email, '') AS email, p.id AS payment_id, p.status, p.reason, "
        "p.amount_kopecks, p.card AS last_four, p.card_id, "
        "CASE WHEN ap.card_id = p.card_id AND ap.ended_at IS NULL THEN 1 ELSE 0 END AS is_of_card, "
        "CASE WHEN ap.suspended_at IS NOT NULL THEN 1 ELSE 0 END AS is_stopped "
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
