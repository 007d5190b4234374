"""When autopay takes what, and what follows a refusal."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.autopay.rules import (
    NEVER_AGAIN,
    ON_LATER_DAYS,
    TECHNICAL,
    After,
    Charge,
    End,
    Mode,
    Moment,
    MonthStatus,
    Plan,
    Wait,
    Wish,
    after_refusal,
    charge_on,
    day_ahead,
    decide,
    judge_wish,
    plan_for,
    rehearse,
)
from lk.period import Period

FEBRUARY = Period(2026, 2)
DUE = date(2026, 3, 10)
BILL = Wish(Mode.BILL, 5000_00, 5)
FIXED = Wish(Mode.FIXED, 2000_00, 5)


def moment(wish: Wish = BILL, owed: int = 208860, planned: int = 208860, **changed: object) -> Moment:
    usual = {"is_off": False, "is_busy": False, "today": date(2026, 3, 5), "due_on": DUE}
    return Moment(wish=wish, owed_kopecks=owed, planned_kopecks=planned, **(usual | changed))  # type: ignore[arg-type]


def test_a_bill_is_paid_on_the_day_chosen_in_the_month_after_it() -> None:
    assert charge_on(FEBRUARY, 5, DUE) == date(2026, 3, 5)
    assert charge_on(Period(2026, 12), 10, date(2027, 1, 10)) == date(2027, 1, 10)


def test_it_is_never_paid_after_the_due_day() -> None:
    assert charge_on(FEBRUARY, 10, date(2026, 3, 8)) == date(2026, 3, 8)


def test_the_resident_is_told_the_day_before() -> None:
    usual, begun = date(2026, 3, 5), date(2026, 1, 20)
    assert plan_for(usual, DUE, begun, date(2026, 3, 3)) is None
    assert plan_for(usual, DUE, begun, date(2026, 3, 4)) == Plan(date(2026, 3, 5))


def test_told_late_it_is_charged_a_day_after_the_telling_and_never_after_the_due_day() -> None:
    usual, begun = date(2026, 3, 5), date(2026, 1, 20)
    assert plan_for(usual, DUE, begun, date(2026, 3, 7)) == Plan(date(2026, 3, 8))
    assert plan_for(usual, DUE, begun, date(2026, 3, 9)) == Plan(date(2026, 3, 10))
    assert plan_for(usual, DUE, begun, date(2026, 3, 10)) == Plan(None)


@pytest.mark.parametrize("begun", [date(2026, 3, 5), date(2026, 3, 8)])
def test_a_month_whose_day_was_there_when_it_began_is_left_to_its_resident(begun: date) -> None:
    assert plan_for(date(2026, 3, 5), DUE, begun, begun) == Plan(None)


def test_the_day_ahead_is_the_one_that_its_notice_will_name() -> None:
    usual, begun = date(2026, 3, 5), date(2026, 1, 20)
    assert day_ahead(usual, DUE, begun, date(2026, 2, 26)) == usual
    assert day_ahead(usual, DUE, begun, date(2026, 3, 4)) == usual
    assert day_ahead(usual, DUE, begun, date(2026, 3, 5)) == date(2026, 3, 6)
    assert day_ahead(usual, DUE, begun, DUE) is None
    assert day_ahead(usual, DUE, usual, usual) is None


def test_what_is_owed_at_the_moment_is_charged() -> None:
    assert decide(moment()) == Charge(208860)


def test_a_payment_in_between_lowers_the_charge() -> None:
    assert decide(moment(owed=8860)) == Charge(8860)
    assert decide(moment(owed=0)) == End(MonthStatus.NOTHING)
    assert decide(moment(owed=-500)) == End(MonthStatus.NOTHING)


def test_never_more_than_the_notice_named() -> None:
    assert decide(moment(owed=300000, planned=208860)) == Charge(208860)


def test_above_the_limit_nothing_is_charged() -> None:
    assert decide(moment(owed=500000)) == Charge(208860)
    assert decide(moment(owed=500001)) == End(MonthStatus.ABOVE)


@pytest.mark.parametrize("owed", [208860, 0, -700000])
def test_a_fixed_sum_is_charged_whatever_is_owed(owed: int) -> None:
    assert decide(moment(FIXED, owed=owed, planned=200000)) == Charge(200000)


def test_it_waits_for_another_payment_and_ends_with_its_card_or_its_day() -> None:
    assert decide(moment(is_busy=True)) == Wait()
    assert decide(moment(today=date(2026, 3, 11))) == End(MonthStatus.MISSED)
    assert decide(moment(FIXED, today=date(2026, 3, 11))) == End(MonthStatus.MISSED)
    assert decide(moment(is_off=True, is_busy=True, today=date(2026, 3, 11))) == End(MonthStatus.OFF)


@given(
    owed=st.integers(-10_000_000, 10_000_000),
    planned=st.integers(0, 10_000_000),
    limit=st.integers(100, 10_000_000),
    is_fixed=st.booleans(),
)
def test_no_charge_is_above_the_limit_the_notice_or_in_mode_bill_the_debt(
    owed: int, planned: int, limit: int, is_fixed: bool
) -> None:
    wish = Wish(Mode.FIXED if is_fixed else Mode.BILL, limit, 5)
    match decide(moment(wish, owed=owed, planned=limit if is_fixed else planned)):
        case Charge(kopecks):
            assert kopecks <= limit
            assert is_fixed or kopecks <= min(owed, planned)


@pytest.mark.parametrize("reason", sorted(NEVER_AGAIN))
def test_a_card_that_will_never_do_is_not_charged_again(reason: str) -> None:
    assert after_refusal([reason], date(2026, 3, 5), DUE) is After.SUSPEND


@pytest.mark.parametrize("reason", sorted(ON_LATER_DAYS))
def test_a_card_without_money_is_tried_three_times_on_three_days(reason: str) -> None:
    assert after_refusal([reason], date(2026, 3, 5), DUE) is After.TOMORROW
    assert after_refusal([reason] * 2, date(2026, 3, 6), DUE) is After.TOMORROW
    assert after_refusal([reason] * 3, date(2026, 3, 7), DUE) is After.ASK


def test_on_the_due_day_there_is_no_later_day() -> None:
    assert after_refusal(["insufficient_funds"], DUE, DUE) is After.ASK


@pytest.mark.parametrize("reason", sorted(TECHNICAL))
def test_a_failure_of_the_machines_is_tried_again_soon(reason: str) -> None:
    assert after_refusal([reason] * 4, DUE, DUE) is After.SOON
    assert after_refusal([reason] * 5, DUE, DUE) is After.ASK


@pytest.mark.parametrize("reason", ["3d_secure_failed", "call_issuer", "general_decline", "a_reason_of_tomorrow"])
def test_of_any_other_reason_the_resident_is_asked(reason: str) -> None:
    assert after_refusal([reason], date(2026, 3, 5), DUE) is After.ASK


@pytest.mark.parametrize(
    ("wish", "code", "field"),
    [
        (Wish(Mode.FIXED, 99, 5), "sum_too_small", "amount"),
        (Wish(Mode.FIXED, 100_000_01, 5), "sum_too_large", "amount"),
        (Wish(Mode.BILL, 0, 5), "sum_too_small", "limit"),
        (Wish(Mode.BILL, 5000_00, 0), "day_out_of_range", "day"),
        (Wish(Mode.BILL, 5000_00, 11), "day_out_of_range", "day"),
    ],
)
def test_a_wish_outside_its_bounds_is_refused(wish: Wish, code: str, field: str) -> None:
    assert [(each.code, each.field) for each in judge_wish(wish)] == [(code, field)]


@pytest.mark.parametrize("day", [1, 10])
@pytest.mark.parametrize("kopecks", [1_00, 100_000_00])
def test_the_bounds_themselves_are_allowed(day: int, kopecks: int) -> None:
    assert judge_wish(Wish(Mode.FIXED, kopecks, day)) == []


def months(*bills: int) -> list[tuple[Period, date, int]]:
    periods = [FEBRUARY + ahead for ahead in range(len(bills))]
    return [(each, date(each.next.year, each.next.month, 10), bill) for each, bill in zip(periods, bills, strict=True)]


def test_a_rehearsal_of_the_bill_ends_each_month_with_nothing_owed() -> None:
    found = rehearse(BILL, 208860, months(208860, 195420, 0), owed_by=1)
    assert [(each.charged_on, each.charged_kopecks, each.balance_kopecks) for each in found] == [
        (date(2026, 3, 5), 208860, 0),
        (date(2026, 4, 5), 195420, 0),
        (date(2026, 5, 5), 0, 0),
    ]


def test_a_rehearsal_of_a_fixed_sum_tells_how_far_it_falls_behind() -> None:
    found = rehearse(FIXED, 208860, months(208860, 210000, 240000, 205000), owed_by=1)
    assert [each.balance_kopecks for each in found] == [8860, 18860, 58860, 63860]


def test_a_rehearsal_leaves_a_bill_above_the_limit_unpaid() -> None:
    found = rehearse(Wish(Mode.BILL, 1000_00, 5), 0, months(120000, 50000))
    assert [(each.charged_kopecks, each.balance_kopecks) for each in found] == [(0, 120000), (0, 170000)]
