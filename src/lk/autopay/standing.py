"""What autopay will do about what an account owes now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import clock, db
from lk.autopay.rules import Charge, Mode, MonthStatus, Wish, amount_of, charge_on, day_ahead, expected
from lk.period import Period
from lk.tariffs.queries import price_list


@dataclass(frozen=True, slots=True)
class Standing:
    """`next_on`: when the open month is charged; None while suspended, and once that month was skipped or has ended.

    `will_pay_kopecks`: what would be taken that day as things stand; 0 where nothing would. `is_skippable`: the month
    is planned.
    """

    next_on: date | None
    will_pay_kopecks: int
    is_suspended: bool
    is_skippable: bool


@dataclass(frozen=True, slots=True)
class _Live:
    """A live autopay, what is owed and the newest bill; `due_on` is None before that is delivered."""

    mode: Mode
    sum_kopecks: int
    day: int
    begun_at: datetime
    planned_period: Period
    is_suspended: bool
    bill_period: Period | None
    due_on: date | None
    owed_kopecks: int

    @property
    def wish(self) -> Wish:
        return Wish(self.mode, self.sum_kopecks, self.day)


@dataclass(frozen=True, slots=True)
class _Month:
    period: Period
    status: MonthStatus
    next_at: datetime
    due_on: date
    planned_kopecks: int


@dataclass(frozen=True, slots=True)
class _Ahead:
    """The charge that comes, its last day, and the most that it may be."""

    charge_on: date
    due_on: date
    planned_kopecks: int
    is_planned: bool


async def standing_of(account_id: int, today: date) -> Standing | None:
    """None without autopay."""
    live = await _live(account_id)
    if live is None:
        return None
    ahead = None if live.is_suspended else await _ahead(account_id, live, today)
    if ahead is None:
        return Standing(None, 0, is_suspended=live.is_suspended, is_skippable=False)
    decided = expected(live.wish, live.owed_kopecks, ahead.planned_kopecks, ahead.charge_on, ahead.due_on)
    kopecks = decided.kopecks if isinstance(decided, Charge) else 0
    return Standing(ahead.charge_on, kopecks, is_suspended=False, is_skippable=ahead.is_planned)


async def _ahead(account_id: int, live: _Live, today: date) -> _Ahead | None:
    month = await _newest_month(account_id)
    if month is not None and month.status.is_open:
        on = max(clock.local_date(month.next_at), today)
        return _Ahead(on, month.due_on, month.planned_kopecks, month.status is MonthStatus.PLANNED)
    period = _period_to_pay(live, today)
    if period is None or period <= live.planned_period or (month is not None and period <= month.period):
        return None
    due_on = live.due_on if period == live.bill_period else None
    due_on = due_on or (await price_list()).month(period).calendar.pay_by_on(period)
    next_on = day_ahead(charge_on(period, live.day, due_on), due_on, clock.local_date(live.begun_at), today)
    if next_on is None:
        return None
    return _Ahead(next_on, due_on, amount_of(live.wish, live.owed_kopecks), is_planned=False)


def _period_to_pay(live: _Live, today: date) -> Period | None:
    """That of the newest bill; the same sum is taken without a bill as well."""
    if live.mode is Mode.BILL:
        return live.bill_period
    return max(live.bill_period or Period.of(today).previous, Period.of(today).previous)


async def _live(account_id: int) -> _Live | None:
    return await db.read_one_as(
        _Live,
        "SELECT ap.mode, ap.sum_kopecks, ap.day, ap.begun_at, ap.planned_period, "
        "CASE WHEN ap.suspended_at IS NULL THEN 0 ELSE 1 END AS is_suspended, b.period AS bill_period, b.due_on, "
        "(SELECT coalesce(sum(CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END), 0) "
        "FROM ledger_entries e WHERE e.account_id = ap.account_id AND e.part = 'principal') AS owed_kopecks "
        "FROM autopays ap JOIN accesses x ON x.id = ap.access_id AND x.ended_at IS NULL "
        "JOIN cards c ON c.id = ap.card_id AND c.status = 'active' "
        # `<> 'reversed'` says to both engines that the index of live bills will do.
        "LEFT JOIN bills b ON b.account_id = ap.account_id AND b.status = 'issued' AND b.status <> 'reversed' "
        "AND b.period = (SELECT max(n.period) FROM bills n WHERE n.account_id = ap.account_id "
        "AND n.status = 'issued' AND n.status <> 'reversed') WHERE ap.account_id = {} AND ap.ended_at IS NULL",
        account_id,
    )


async def _newest_month(account_id: int) -> _Month | None:
    """One that was called off is planned anew."""
    return await db.read_one_as(
        _Month,
        "SELECT period, status, next_at, due_on, planned_kopecks FROM autopay_months "
        "WHERE account_id = {} AND status <> 'off' ORDER BY period DESC LIMIT 1",
        account_id,
    )
