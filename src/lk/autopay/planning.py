"""The notice of the day before: a month is planned and its resident told, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lk import clock, db
from lk.autopay.rules import (
    CHARGE_FROM,
    DAYS,
    LEAST_KOPECKS,
    NOTICE_FROM,
    Mode,
    MonthStatus,
    Plan,
    Wish,
    amount_of,
    charge_on,
    plan_for,
)
from lk.notifications.actions import Link, Outgoing, queue_many
from lk.period import Period
from lk.tariffs.queries import calendars
from lk.tariffs.rules import calendar_for
from lk.timekeeping.watching import refuse_if_jumped

BATCH = 500
_MONTHS_BACK = 2
"""A bill whose due day is later than that many months after its own is nobody's."""


@dataclass(frozen=True, slots=True)
class _Unplanned:
    """A live autopay whose month has no plan yet; `due_on` is the delivered bill's, None while there is none.

    `is_behind`: the month before waits for its bill still.
    """

    autopay_id: int
    account_id: int
    public_id: str
    account_number: str
    user_id: int
    email: str
    mode: Mode
    sum_kopecks: int
    day: int
    begun_at: datetime
    last_four: str
    due_on: date | None
    owed_kopecks: int
    is_behind: bool

    @property
    def wish(self) -> Wish:
        return Wish(self.mode, self.sum_kopecks, self.day)


@dataclass(frozen=True, slots=True)
class _Planned:
    of: _Unplanned
    charge_on: date
    due_on: date
    status: MonthStatus
    kopecks: int


async def plan_months() -> int:
    """Plans every month whose notice is due; how many were planned or let pass."""
    count, today = 0, clock.today()
    if clock.now() < clock.start_of_day(today) + NOTICE_FROM:
        return 0
    for ago in range(_MONTHS_BACK, 0, -1):
        count += await _plan(Period.of(today + timedelta(days=1)) + -ago, today)
    return count


async def _plan(period: Period, today: date) -> int:
    pay_by_on = calendar_for(await calendars(), period).pay_by_on(period)
    count, after = 0, 0
    tomorrow = today + timedelta(days=1)
    last_day = tomorrow.day if Period.of(tomorrow) == period.next and tomorrow < pay_by_on else DAYS[-1]
    while await _unplanned(period, last_day, after):
        async with db.write("autopay"):
            found = await _unplanned(period, last_day, after)
            decided = [(each, _plan_of(each, period, pay_by_on, today)) for each in found]
            done = (each.autopay_id for each, plan in decided if plan is not None and not each.is_behind)
            await _pass_over(period, done)
            months = [
                month
                for each, plan in decided
                if plan is not None and (month := _month(each, plan, period, pay_by_on)) is not None
            ]
            await _store(period, months)
            await queue_many([_notice(each, period) for each in months])
            refuse_if_jumped()
        count += sum(plan is not None for _, plan in decided)
        if len(found) < BATCH:
            break
        after = found[-1].autopay_id
    return count


def _plan_of(each: _Unplanned, period: Period, pay_by_on: date, today: date) -> Plan | None:
    due_on = each.due_on or pay_by_on
    return plan_for(charge_on(period, each.day, due_on), due_on, clock.local_date(each.begun_at), today)


def _month(each: _Unplanned, plan: Plan, period: Period, pay_by_on: date) -> _Planned | None:
    """None for one that began too late: nobody expects it."""
    due_on = each.due_on or pay_by_on
    usual_on = charge_on(period, each.day, due_on)
    kopecks = amount_of(each.wish, each.owed_kopecks)
    if plan.charge_on is None:
        begun_on = clock.local_date(each.begun_at)
        return _Planned(each, usual_on, due_on, MonthStatus.MISSED, kopecks) if usual_on > begun_on else None
    if kopecks < LEAST_KOPECKS:
        return _Planned(each, plan.charge_on, due_on, MonthStatus.NOTHING, 0)
    return _Planned(each, plan.charge_on, due_on, MonthStatus.PLANNED, kopecks)


async def _unplanned(period: Period, last_day: int, after: int) -> Sequence[_Unplanned]:
    """The next ones by id whose day has come near; in mode bill none before there is a bill, however late that comes.

    One that was called off in this month may be planned anew.
    """
    return await db.read_as(
        _Unplanned,
        "SELECT ap.id AS autopay_id, ap.account_id, a.public_id, a.number AS account_number, ap.user_id, u.email, "
        "ap.mode, ap.sum_kopecks, ap.day, ap.begun_at, c.last_four, b.due_on, "
        "(SELECT coalesce(sum(CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END), 0) "
        "FROM ledger_entries e WHERE e.account_id = ap.account_id AND e.part = 'principal') AS owed_kopecks, "
        "CASE WHEN ap.mode = 'bill' AND ap.planned_period < {} AND NOT EXISTS (SELECT 1 FROM autopay_months m "
        "WHERE m.account_id = ap.account_id AND m.period = {} AND m.status <> 'off') THEN 1 ELSE 0 END AS is_behind "
        "FROM autopays ap JOIN accounts a ON a.id = ap.account_id JOIN users u ON u.id = ap.user_id "
        "JOIN accesses x ON x.id = ap.access_id AND x.ended_at IS NULL "
        "JOIN cards c ON c.id = ap.card_id AND c.status = 'active' "
        "LEFT JOIN bills b ON b.account_id = ap.account_id AND b.period = {} AND b.status = 'issued' "
        "WHERE ap.ended_at IS NULL AND ap.suspended_at IS NULL AND ap.planned_period < {} AND ap.day <= {} "
        "AND ap.id > {} AND (ap.mode = 'fixed' OR b.due_on IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM autopay_months m WHERE m.account_id = ap.account_id "
        "AND m.period = {} AND m.status <> 'off') ORDER BY ap.id LIMIT {}",
        period.previous.number,
        period.previous.number,
        period.number,
        period.number,
        last_day,
        after,
        period.number,
        BATCH,
    )


async def _pass_over(period: Period, autopay_ids: Iterable[int]) -> None:
    await db.write_many(
        "UPDATE autopays SET planned_period = {} WHERE id = {}", [(period.number, each) for each in autopay_ids]
    )


async def _store(period: Period, months: Sequence[_Planned]) -> None:
    now = clock.now()
    await db.write_many(
        "INSERT INTO autopay_months (account_id, period, autopay_id, charge_on, due_on, status, planned_kopecks, "
        "attempts, next_at, noticed_at, reason, finished_at) VALUES ({}, {}, {}, {}, {}, {}, {}, 0, {}, {}, '', {}) "
        "ON CONFLICT (account_id, period) DO UPDATE SET autopay_id = excluded.autopay_id, "
        "charge_on = excluded.charge_on, due_on = excluded.due_on, status = excluded.status, "
        "planned_kopecks = excluded.planned_kopecks, next_at = excluded.next_at, noticed_at = excluded.noticed_at, "
        "reason = '', finished_at = excluded.finished_at",
        [
            (
                month.of.account_id,
                period.number,
                month.of.autopay_id,
                month.charge_on,
                month.due_on,
                month.status.value,
                month.kopecks,
                clock.start_of_day(month.charge_on) + CHARGE_FROM,
                now,
                None if month.status.is_open else now,
            )
            for month in months
        ],
    )


def _notice(month: _Planned, period: Period) -> Outgoing:
    of = month.of
    kind = {MonthStatus.PLANNED: "autopay_notice", MonthStatus.NOTHING: "autopay_nothing"}.get(
        month.status, "autopay_missed"
    )
    is_above = of.mode is Mode.BILL and month.kopecks > of.sum_kopecks
    return Outgoing(
        kind="autopay_above" if kind == "autopay_notice" and is_above else kind,
        to_address=of.email,
        key=f"autopay:{of.autopay_id}:{period}:{clock.now().isoformat()}",
        account_id=of.account_id,
        user_id=of.user_id,
        link=Link(f"/accounts/{of.public_id}/autopay"),
        params={
            "account_number": of.account_number,
            "period": str(period),
            "mode": of.mode.value,
            "charge_on": month.charge_on.isoformat(),
            "amount_kopecks": month.kopecks,
            "limit_kopecks": of.sum_kopecks,
            "owed_kopecks": of.owed_kopecks,
            "card": of.last_four,
        },
    )
