"""What the page of autopay shows: the agreement, the months, the cards, and what a rehearsal is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from lk import clock, db
from lk.autopay.barred import barred_cards
from lk.autopay.rules import (
    Charge,
    End,
    Mode,
    MonthAhead,
    MonthStatus,
    Wait,
    Wish,
    charge_on,
    expected,
    judge_card,
    rehearse,
)
from lk.billing.queries import bills_of
from lk.ledger.queries import balance
from lk.outcome import Problem, Refused, refuse
from lk.period import Period
from lk.tariffs.queries import price_list

MONTHS_SHOWN = 12
MONTHS_EXPECTED_FROM = 12
SHORTEST_REHEARSAL = 3


@dataclass(frozen=True, slots=True)
class AutopayView:
    mode: Mode
    sum_kopecks: int
    day: int
    begun_at: datetime
    suspended_at: datetime | None
    reason: str
    card_id: str
    last_four: str
    is_card_active: bool
    is_own: bool
    """The viewer's own card and agreement."""

    @property
    def wish(self) -> Wish:
        return Wish(self.mode, self.sum_kopecks, self.day)


@dataclass(frozen=True, slots=True)
class MonthView:
    """What came of one month; `payment_id` is the newest attempt's, None before the first."""

    period: Period
    status: MonthStatus
    charge_on: date
    due_on: date
    planned_kopecks: int
    attempts: int
    reason: str
    next_at: datetime
    finished_at: datetime | None
    payment_id: str | None
    paid_kopecks: int | None
    last_four: str | None

    @property
    def next_on(self) -> date:
        """When money is taken: on the day that was told; after an attempt that failed, on the day of the other one."""
        return clock.local_date(self.next_at) if self.attempts else self.charge_on

    def expected(self, wish: Wish, owed_kopecks: int) -> Charge | Wait | End:
        return expected(wish, owed_kopecks, self.planned_kopecks, self.next_on, self.due_on)


@dataclass(frozen=True, slots=True)
class CardChoice:
    """A linked card. `is_barred`: autopay never charges it again."""

    id: int
    public_id: str
    brand: str
    last_four: str
    expires: Period | None
    linked_at: datetime
    is_barred: bool

    @property
    def problems(self) -> list[Problem]:
        return judge_card(self.expires, clock.today(), is_barred=self.is_barred)


async def autopay_of(account_id: int, user_id: int) -> AutopayView | None:
    """The live one."""
    return await db.read_one_as(
        AutopayView,
        "SELECT ap.mode, ap.sum_kopecks, ap.day, ap.begun_at, ap.suspended_at, ap.reason, c.public_id AS card_id, "
        "c.last_four, CASE WHEN c.status = 'active' THEN 1 ELSE 0 END AS is_card_active, "
        "CASE WHEN ap.user_id = {} THEN 1 ELSE 0 END AS is_own "
        "FROM autopays ap JOIN cards c ON c.id = ap.card_id "
        "JOIN accesses x ON x.id = ap.access_id AND x.ended_at IS NULL "
        "WHERE ap.account_id = {} AND ap.ended_at IS NULL",
        user_id,
        account_id,
    )


async def months_of(account_id: int, since: datetime | None = None) -> list[MonthView]:
    """Newest first; none that was told before `since`."""
    return await db.read_as(
        MonthView,
        "SELECT m.period, m.status, m.charge_on, m.due_on, m.planned_kopecks, m.attempts, m.reason, m.next_at, "
        "m.finished_at, p.public_id AS payment_id, p.amount_kopecks AS paid_kopecks, p.card AS last_four "
        "FROM autopay_months m LEFT JOIN payments p ON p.account_id = m.account_id AND p.period = m.period "
        "AND p.attempt = m.attempts AND p.kind = 'autopay' "
        "WHERE m.account_id = {} AND m.noticed_at >= {} ORDER BY m.period DESC LIMIT {}",
        account_id,
        since or clock.EVER,
        MONTHS_SHOWN,
    )


async def linked_cards(user_id: int) -> list[CardChoice]:
    """Newest first, unfit ones too: each is called so that it is not taken for another."""
    barred = await barred_cards(user_id)
    found = await db.read_as(
        CardChoice,
        "SELECT id, public_id, brand, last_four, expires, linked_at, 0 AS is_barred FROM cards "
        "WHERE user_id = {} AND status = 'active' ORDER BY id DESC",
        user_id,
    )
    return [replace(each, is_barred=each.public_id in barred) for each in found]


def chosen_card(cards: Sequence[CardChoice], public_id: str) -> CardChoice:
    """Raises Refused: `card_gone`, those of `judge_card`."""
    card = next((each for each in cards if each.public_id == public_id), None)
    if card is None:
        raise refuse("card_gone", "card")
    if card.problems:
        raise Refused(card.problems)
    return card


@dataclass(frozen=True, slots=True)
class CardToUnlink:
    public_id: str
    brand: str
    last_four: str
    autopays: int
    """So many end with it."""


async def card_to_unlink(user_id: int, public_id: str) -> CardToUnlink | None:
    return await db.read_one_as(
        CardToUnlink,
        "SELECT c.public_id, c.brand, c.last_four, "
        "(SELECT count(*) FROM autopays ap WHERE ap.card_id = c.id AND ap.ended_at IS NULL) AS autopays "
        "FROM cards c WHERE c.user_id = {} AND c.public_id = {} AND c.status = 'active'",
        user_id,
        public_id,
    )


async def next_charge_on(account_id: int, wish: Wish) -> date:
    """The first day on which an agreement made today would charge."""
    today, prices = clock.today(), await price_list()
    period = await _first_open(account_id, today)
    while True:
        on = charge_on(period, wish.day, prices.month(period).calendar.pay_by_on(period))
        if on > today:
            return on
        period = period.next


async def _first_open(account_id: int, today: date) -> Period:
    """The first month of which nothing has come yet: one that is only planned may be planned anew."""
    rows = await db.read_rows(
        "SELECT max(period) FROM autopay_months WHERE account_id = {} AND status NOT IN ('planned', 'off')", account_id
    )
    before = Period.of(today).previous
    return max(before, Period.from_number(rows[0][0]).next) if rows[0][0] else before


async def rehearsal(account_id: int, wish: Wish) -> list[MonthAhead]:
    """Month by month to the end of the year, with bills like those of the last year; at least three months.

    Empty while there is no bill to go by.
    """
    bills = await bills_of(account_id, limit=MONTHS_EXPECTED_FROM)
    if not bills:
        return []
    prices, today = await price_list(), clock.today()
    first = bills[0].period
    on = charge_on(first, wish.day, bills[0].due_on or prices.month(first).calendar.pay_by_on(first))
    begins = max(first if on > today else first.next, await _first_open(account_id, today))
    same_month = {bill.period.month: bill.total_kopecks for bill in bills}
    usual = sum(bill.total_kopecks for bill in bills) // len(bills)
    months = max(SHORTEST_REHEARSAL, 12 - begins.next.month + 1)
    expected = [
        (
            period := begins + ahead,
            prices.month(period).calendar.pay_by_on(period),
            max(0, same_month.get(period.month, usual)),
        )
        for ahead in range(months)
    ]
    owed_by = 1 if begins == first else 0
    return rehearse(wish, (await balance(account_id)).principal, expected, owed_by=owed_by)
