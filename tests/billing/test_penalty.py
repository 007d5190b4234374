"""Penalty for late payment, by the numbers that the rules name, and day by day against a plain count."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.billing.penalty import Credit, Debt, penalty_lines
from lk.money import half_up
from lk.tariffs.rules import PenaltyRate

DUE = date(2025, 4, 10)
RATES = (PenaltyRate(date(1970, 1, 1), 950),)


def day(number: int) -> date:
    """Day 1 is the day after the due day."""
    return DUE + timedelta(number)


def penalty(received: list[Credit], through_on: date, kopecks: int = 500_000, posted: int = 0) -> int:
    lines = penalty_lines([Debt(DUE, kopecks, posted, bill_id=1)], received, through_on, RATES)
    return sum(line.amount_kopecks for line in lines)


class TestOfOneDebt:
    @pytest.mark.parametrize(("number", "kopecks"), [(30, 0), (31, 158), (90, 9_500), (91, 9_865)])
    def test_it_begins_on_the_31st_day_and_grows_faster_from_the_91st(self, number: int, kopecks: int) -> None:
        assert penalty([], day(number)) == kopecks

    def test_the_day_of_payment_counts_and_later_days_do_not(self) -> None:
        paid = [Credit(date(2025, 7, 31), 500_000)]
        assert penalty(paid, day(112)) == 17_538
        assert penalty(paid, day(200)) == 17_538

    def test_a_credit_bill_and_a_part_payment_close_their_parts(self) -> None:
        received = [Credit(date(2025, 4, 26), 100_000), Credit(date(2025, 5, 20), 200_000)]
        assert penalty(received, date(2025, 5, 26)) == 1_647

    def test_only_what_was_not_posted_before_is_added(self) -> None:
        assert penalty([], day(91), posted=9_500) == 365

    def test_a_payment_that_was_entered_late_takes_back_what_was_posted_too_much(self) -> None:
        assert penalty([Credit(day(5), 500_000)], day(91), posted=9_500) == -9_500

    def test_what_is_paid_within_thirty_days_costs_nothing(self) -> None:
        assert penalty_lines([Debt(DUE, 500_000)], [Credit(day(30), 500_000)], day(400), RATES) == []

    def test_an_advance_pays_before_the_due_day(self) -> None:
        assert penalty([Credit(date(2025, 1, 1), 500_000)], day(200)) == 0


class TestOfSeveral:
    def test_a_payment_pays_the_oldest_first(self) -> None:
        debts = [Debt(DUE + timedelta(30), 100_000, bill_id=2), Debt(DUE, 500_000, bill_id=1)]
        lines = penalty_lines(debts, [Credit(day(20), 500_000)], day(61), RATES)
        assert [(line.debt.bill_id, line.amount_kopecks) for line in lines] == [(2, 32)]

    def test_a_refund_takes_back_the_latest_payment(self) -> None:
        received = [Credit(day(1), 300_000), Credit(day(10), 200_000), Credit(day(12), -200_000)]
        lines = penalty_lines([Debt(DUE, 500_000)], received, day(31), RATES)
        assert [line.amount_kopecks for line in lines] == [63]

    def test_each_day_takes_the_rate_in_force(self) -> None:
        rates = (*RATES, PenaltyRate(day(33), 750))
        (line,) = penalty_lines([Debt(DUE, 500_000)], [], day(34), rates)
        assert [(each.days, each.basis_points) for each in line.segments] == [(2, 950), (2, 750)]
        assert line.amount_kopecks == 567


@given(
    kopecks=st.integers(1, 10_000_000),
    payments=st.lists(st.tuples(st.integers(-40, 300), st.integers(1, 4_000_000)), max_size=6),
    through=st.integers(0, 300),
    second_rate=st.tuples(st.integers(0, 300), st.integers(0, 2_000)),
)
def test_it_is_the_sum_of_its_days(
    kopecks: int, payments: list[tuple[int, int]], through: int, second_rate: tuple[int, int]
) -> None:
    rates = (*RATES, PenaltyRate(day(second_rate[0]), second_rate[1]))
    total = Fraction(0)
    for number in range(31, through + 1):
        unpaid = max(0, kopecks - sum(paid for on, paid in payments if on < number))
        basis_points = second_rate[1] if number >= second_rate[0] else 950
        total += Fraction(unpaid * basis_points, 10_000 * (300 if number <= 90 else 130))
    lines = penalty_lines([Debt(DUE, kopecks)], [Credit(day(on), paid) for on, paid in payments], day(through), rates)
    assert sum(line.amount_kopecks for line in lines) == half_up(total.numerator, total.denominator)
